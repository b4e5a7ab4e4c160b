package io.blockring.node.config;

/**
 * How large a share of the ring this node takes.
 *
 * @param isAuto taken from the capacity of the disks, 1 for each GiB
 * @param units the share when not auto; 0 owns nothing
 */
public record Weight(boolean isAuto, int units) {
  /** The ring's own limit: 2^20. */
  public static final int MAX_UNITS = 1 << 20;

  public Weight {
    if (units < 0 || units > MAX_UNITS) {
      throw new IllegalArgumentException("weight " + units + " is not between 0 and " + MAX_UNITS);
    }
  }

  public static Weight parse(String text) {
    if (text.equals("auto")) {
      return new Weight(true, 0);
    }
    try {
      return new Weight(false, Integer.parseInt(text));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is neither auto nor a whole number between 0 and " + MAX_UNITS, e);
    }
  }

  /**
   * The share to take.
   *
   * @param capacityBytes what this node's disks hold of blocks
   */
  public int unitsFor(long capacityBytes) {
    return isAuto ? (int) Math.min(MAX_UNITS, Math.max(1, capacityBytes >> 30)) : units;
  }

  @Override
  public String toString() {
    return isAuto ? "auto" : Integer.toString(units);
  }
}
