package io.blockring.mount;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A size as it is written on the command line. */
record ByteCount(long bytes) {

  /** Reads {@code 64MiB} and the like. */
  static final class Converter implements ITypeConverter<ByteCount> {
    @Override
    public ByteCount convert(String text) {
      for (Unit unit : Unit.values()) {
        if (text.endsWith(unit.name())) {
          String number = text.substring(0, text.length() - unit.name().length());
          if (number.matches("[0-9]{1,6}")) {
            return new ByteCount(Long.parseLong(number) * unit.bytes);
          }
        }
      }
      throw new TypeConversionException("'" + text + "' is no size: write 512KiB, 64MiB or 1GiB");
    }
  }

  private enum Unit {
    KiB(1L << 10),
    MiB(1L << 20),
    GiB(1L << 30);

    private final long bytes;

    Unit(long bytes) {
      this.bytes = bytes;
    }
  }

  @Override
  public String toString() {
    return bytes % (1 << 20) == 0 ? (bytes >> 20) + "MiB" : (bytes >> 10) + "KiB";
  }
}
