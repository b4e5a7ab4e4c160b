package io.blockring.cachectl;

/**
 * What a command ends with, for scripts. Those from 64 on are those of {@code sysexits.h} where it
 * has one that fits.
 */
public enum ExitCode {
  OK(0, "done; `status`: all is well; `warmup --wait`: verified"),
  DEGRADED(
      1,
      "`status`: something is broken, readers do not notice; `origin probe`: usable with limits"),
  READERS_AFFECTED(
      2, "`status`: reads are slow, go to the bucket or fail; `origin probe`: not usable"),
  INCOMPLETE(
      3,
      "`warmup --wait`, `pin`: something is missing, or it was cancelled; `node drain --wait`: not done at the deadline"),
  DOES_NOT_FIT(
      4,
      "`warmup --wait`, `pin`, `node drain --wait`: the owners have no room for all of it; `evict`: some is pinned"),
  CHANGED(5, "an object was overwritten or deleted meanwhile"),
  USAGE(64, "the command line or a value in it is wrong"),
  CONFLICT(65, "not in the state in which this may be done"),
  NOT_FOUND(66, "no such path, mount, node, warm-up or context"),
  UNAVAILABLE(69, "no node answers, or the nodes cannot reach what they need"),
  INTERNAL(70, "a fault of ours, here or in the node"),
  CANNOT_WRITE(73, "the destination cannot be written"),
  BROKEN_OFF(74, "the answer broke off; nothing incomplete was left at the destination"),
  BUSY(75, "too much in flight, or the bucket asks for less: try again later"),
  PROTOCOL(76, "what answers is not a node of ours, or of another version"),
  DENIED(77, "no token or not enough rights, or the bucket refuses the cluster's credentials"),
  CONFIG(78, "the configuration file is wrong");

  private final int code;
  private final String meaning;

  ExitCode(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  public int code() {
    return code;
  }

  /** For the reference page; Markdown. */
  public String meaning() {
    return meaning;
  }
}
