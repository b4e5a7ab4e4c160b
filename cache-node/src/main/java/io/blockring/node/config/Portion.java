package io.blockring.node.config;

/**
 * A part of a budget: bytes, or a whole percentage of it.
 *
 * @param amount bytes or percent
 * @param isPercent which of both
 */
public record Portion(long amount, boolean isPercent) {

  public static Portion parse(String text) {
    String stripped = text.strip();
    if (!stripped.endsWith("%")) {
      try {
        return new Portion(ByteSize.parse(stripped).bytes(), false);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "'" + text + "' is neither a size, as in 200GiB, nor a percentage, as in 20%", e);
      }
    }
    String number = stripped.substring(0, stripped.length() - 1).strip();
    if (!number.matches("\\d{1,3}") || Integer.parseInt(number) > 100) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a whole percentage between 0% and 100%");
    }
    return new Portion(Integer.parseInt(number), true);
  }

  /** As a fraction of a budget, 0 to 1. */
  public double of(long budgetBytes) {
    return isPercent ? amount / 100.0 : Math.min(1, (double) amount / budgetBytes);
  }

  @Override
  public String toString() {
    return isPercent ? amount + "%" : new ByteSize(amount).toString();
  }
}
