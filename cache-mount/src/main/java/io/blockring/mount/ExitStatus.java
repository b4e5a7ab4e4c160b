package io.blockring.mount;

/** What the programs end with; the numbers mean the same as cachectl's others. */
enum ExitStatus {
  OK(0),
  USAGE(64),
  CONFLICT(65),
  NOT_FOUND(66),
  UNAVAILABLE(69),
  INTERNAL(70),
  /** This machine does not let us: {@code EX_OSFILE}. */
  NO_FUSE(72),
  CONFIG(78);

  private final int code;

  ExitStatus(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
