package io.blockring.node.config;

/**
 * How many bytes a day may be written to disks.
 *
 * @param perBudget as a multiple of the budget; 0 when it is given in bytes, or not limited
 * @param bytes on all disks together; 0 when it is given as a multiple, or not limited
 */
public record WriteAllowance(double perBudget, long bytes) {
  private static final String UNLIMITED = "unlimited";

  public static WriteAllowance parse(String text) {
    String stripped = text.strip();
    if (stripped.equals(UNLIMITED)) {
      return new WriteAllowance(0, 0);
    }
    if (stripped.matches("\\d{1,4}(\\.\\d{1,3})?x")) {
      double times = Double.parseDouble(stripped.substring(0, stripped.length() - 1));
      if (times > 0) {
        return new WriteAllowance(times, 0);
      }
    } else if (stripped.matches("\\d.*")) {
      ByteSize size = ByteSize.parse(stripped);
      if (size.bytes() > 0) {
        return new WriteAllowance(0, size.bytes());
      }
    }
    throw new IllegalArgumentException(
        "'"
            + text
            + "' is not an allowance: write a size above 0, as in 20TiB, a multiple of the"
            + " budget above 0, as in 1.5x, or unlimited");
  }

  /** As a multiple of a budget; 0: unlimited. */
  public double of(long budgetBytes) {
    return bytes > 0 ? (double) bytes / budgetBytes : perBudget;
  }

  @Override
  public String toString() {
    if (bytes > 0) {
      return new ByteSize(bytes).toString();
    }
    return perBudget > 0 ? perBudget + "x" : UNLIMITED;
  }
}
