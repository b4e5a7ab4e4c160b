package io.blockring.client.peer;

/** Why an exchange with a peer ended without its answer. Never leaves {@link PeerClient}. */
final class PeerFault extends Exception {
  private static final long serialVersionUID = 1L;

  /** What it says about the peer, and what may be done. */
  enum Kind {
    /** A kept connection turned out to be closed before any byte of a reply: try a new one. */
    STALE,
    /** The peer gives the rest from its slot: ask again for what is missing. */
    LAGGED,
    /** Bytes did not match their checksum: ask once more, with suspicion. */
    CHECKSUM,
    /** Checksums that contradict the manifest: ask once more, then somebody else. */
    MANIFEST,
    /** Refused, reset, or not speaking as a block port does. */
    BROKEN,
    /** No sign of life for too long. */
    SILENT,
    /** It was late, and somebody else said that it has the block. */
    ELSEWHERE,
    /** Bytes that it has came much slower than from others. */
    SLOW,
    /** The reader's own deadline, or an interrupt: says nothing about the peer. */
    GIVEN_UP
  }

  private final Kind kind;

  PeerFault(Kind kind, String message) {
    super(message, null, false, false);
    this.kind = kind;
  }

  static PeerFault broken(String message) {
    return new PeerFault(Kind.BROKEN, message);
  }

  Kind kind() {
    return kind;
  }
}
