package io.blockring.client.peer;

import java.util.concurrent.atomic.LongAdder;

/** What a {@link PeerClient} has done since it was made. Only grows. */
public final class PeerCounters {
  /** Reads by how they ended. */
  public final LongAdder complete = new LongAdder();

  public final LongAdder absent = new LongAdder();
  public final LongAdder changed = new LongAdder();
  public final LongAdder busy = new LongAdder();
  public final LongAdder originTrouble = new LongAdder();
  public final LongAdder failed = new LongAdder();

  /** Requests that named many reads; each of these counts above by itself. */
  public final LongAdder batches = new LongAdder();

  /** Verified bytes handed to readers. */
  public final LongAdder bytes = new LongAdder();

  public final LongAdder connections = new LongAdder();
  public final LongAdder failedConnections = new LongAdder();

  /** Kept connections that the other side had closed; the request went out again on a new one. */
  public final LongAdder staleConnections = new LongAdder();

  /** Cells or frames that did not match their checksum. */
  public final LongAdder checksumMismatches = new LongAdder();

  /** Blocks that matched their peer's checksums and contradicted the manifest: none was taken. */
  public final LongAdder manifestMismatches = new LongAdder();

  /** Those that were taken all the same, because two peers said the same against the manifest. */
  public final LongAdder disputedBlocks = new LongAdder();

  /** Bytes handed to readers that the manifest proved. */
  public final LongAdder provedBytes = new LongAdder();

  /** Connections closed because the peer showed no sign of life for too long. */
  public final LongAdder silences = new LongAdder();

  /** Peers asked whether they have a block whose first byte was late elsewhere. */
  public final LongAdder asides = new LongAdder();

  /** Reads that left a late peer for one that has the block. */
  public final LongAdder leftLate = new LongAdder();

  /** Reads that broke off because bytes that the peer had came much slower than from others. */
  public final LongAdder leftSlow = new LongAdder();

  /** Requests to peers that are left alone, to learn whether they are well again. */
  public final LongAdder probes = new LongAdder();

  /** 102 replies and empty frames seen. */
  public final LongAdder signsOfLife = new LongAdder();

  /** Reads refused at once because their peer is left alone for a while. */
  public final LongAdder paused = new LongAdder();

  /** Reads that found all connections to their peer in use. */
  public final LongAdder shed = new LongAdder();

  PeerCounters() {}
}
