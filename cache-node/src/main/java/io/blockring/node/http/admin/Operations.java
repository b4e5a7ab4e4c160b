package io.blockring.node.http.admin;

import io.blockring.client.ReadException;
import io.blockring.client.namespace.Version;
import java.time.Duration;
import java.util.List;

/**
 * What an operator may ask of a cluster through any of its nodes. Calls block and are made on
 * virtual threads, many at once; every one gives up at {@code deadlineNanos} ({@link
 * System#nanoTime}'s clock), when its thread is interrupted too. Arguments are within the limits of
 * {@link AdminLimits}; whether they name something is for the implementation to say.
 */
public interface Operations {

  ClusterStatus status(long deadlineNanos) throws OperationException;

  /**
   * What the cluster counted over the last time.
   *
   * @param window at most {@link AdminLimits#MAX_HISTORY}
   */
  History history(Duration window, long deadlineNanos) throws OperationException;

  /** Every member of the book, also those that are away, by id. */
  List<NodeStatus> nodes(long deadlineNanos) throws OperationException;

  /** Who owns how much and what the stores hold of it. */
  RingStatus ring(long deadlineNanos) throws OperationException;

  /**
   * Says what a change would do, and changes nothing.
   *
   * @throws OperationException of kind NOT_FOUND when it names no member, CONFLICT when it cannot
   *     be made
   */
  RingPlan planRing(RingChange change, long deadlineNanos) throws OperationException;

  /**
   * Pins a member's weight; 0 lets it own nothing while it serves what it holds.
   *
   * @param isForced also when what moves has no room where it goes
   * @return the node as it is then
   * @throws OperationException of kind NOT_FOUND when no member has this id, CONFLICT when what
   *     moves has no room
   */
  NodeStatus setWeight(String node, int weight, boolean isForced, long deadlineNanos)
      throws OperationException;

  /**
   * Lets nobody read from a member, which keeps its slots and blocks, or lets them again.
   *
   * @param because may be empty
   * @throws OperationException of kind NOT_FOUND when no member has this id
   */
  NodeStatus setIsolated(String node, boolean isIsolated, String because, long deadlineNanos)
      throws OperationException;

  /**
   * Lets a member give its blocks away and own nothing; its weight waits for {@link #undrain}.
   *
   * @param bytesPerSecond how fast; 0: as its settings say
   * @param isForced also when what moves has no room where it goes
   * @throws OperationException of kind NOT_FOUND when no member has this id, CONFLICT when it is
   *     not alive or what moves has no room
   */
  HandoffStatus drain(String node, long bytesPerSecond, boolean isForced, long deadlineNanos)
      throws OperationException;

  /**
   * The end of {@link #drain}: the member owns its weight again.
   *
   * @throws OperationException of kind NOT_FOUND when no member has this id
   */
  HandoffStatus undrain(String node, long deadlineNanos) throws OperationException;

  /**
   * How far a member is with giving blocks away, drained or not.
   *
   * @throws OperationException of kind NOT_FOUND when no member has this id
   */
  HandoffStatus handoff(String node, long deadlineNanos) throws OperationException;

  /**
   * Says that a member may be away for this long without being taken for gone; zero ends it.
   *
   * @throws OperationException of kind NOT_FOUND when no member has this id
   */
  NodeStatus setMaintenance(String node, Duration length, long deadlineNanos)
      throws OperationException;

  /**
   * Removes a member's record, so that others own its slots.
   *
   * @param isForced also when what they are to have then has no room
   * @throws OperationException of kind NOT_FOUND, or CONFLICT when the member is alive or the
   *     others have no room
   */
  void removeNode(String node, boolean isForced, long deadlineNanos) throws OperationException;

  /**
   * Waits no longer for nodes that are not alive, however many vanished together: they are removed
   * once they have been away for {@code grace}.
   *
   * @return their ids
   */
  List<String> startRepair(long deadlineNanos) throws OperationException;

  /** By name. */
  List<MountStatus> mounts(long deadlineNanos) throws OperationException;

  /** Mounts with a source region behind them, by name. */
  List<MirrorStatus> mirrors(long deadlineNanos) throws OperationException;

  /**
   * Lets every node read this mount from its bucket only, for this long; zero ends it.
   *
   * @throws OperationException of kind NOT_FOUND when no mount is called that
   */
  MountStatus setBypass(String mount, Duration length, long deadlineNanos)
      throws OperationException;

  /** Which nodes have how much of a version now. Fills nothing. */
  Residency residency(Version version, long deadlineNanos) throws OperationException;

  /**
   * Starts to bring everything below these paths in; returns at once.
   *
   * @param paths {@code /mount/prefix}, each of a mount that exists
   */
  WarmupStatus startWarmup(List<String> paths, long deadlineNanos) throws OperationException;

  /**
   * Running ones and those that ended lately, newest first: all of this node, the newest of others.
   */
  List<WarmupStatus> warmups(long deadlineNanos) throws OperationException;

  /**
   * @throws OperationException of kind NOT_FOUND when no node that answers knows such a warm-up
   */
  WarmupStatus warmup(String id, long deadlineNanos) throws OperationException;

  /**
   * Stops a warm-up; what it brought in stays. Stopping one that has ended changes nothing.
   *
   * @throws OperationException of kind NOT_FOUND when no node that answers knows such a warm-up
   */
  WarmupStatus cancelWarmup(String id, long deadlineNanos) throws OperationException;

  /**
   * Pins, unpins or evicts the current versions of one page of the objects whose paths begin with
   * this one. Fetches nothing.
   *
   * @param path to unpin, "/" is all that is pinned, also versions that are not listed any more
   * @param startAfter of the page before; empty for the first
   */
  KeepStatus keep(KeepStatus.Action action, String path, String startAfter, long deadlineNanos)
      throws OperationException, ReadException;

  /** Tries what a mount of this location would rely on, with the node's own credentials. */
  OriginFindings probeOrigin(OriginProbe probe, long deadlineNanos) throws OperationException;

  /** Why this node should get no readers now, for people; empty when it should. Never blocks. */
  List<String> reasonsNotReady();
}
