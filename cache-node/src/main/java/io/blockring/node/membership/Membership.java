package io.blockring.node.membership;

import io.blockring.client.cluster.ControlAddress;
import java.util.List;

/**
 * A group of processes that notices quickly who comes and goes. A hint: a member it misses may well
 * be alive, and nothing is stored in it.
 */
public interface Membership extends AutoCloseable {

  /** A process that the group has now. */
  record Peer(String nodeId, ControlAddress control) {}

  /** Joins as this peer in the background and keeps trying; returns at once. */
  void start(Peer self);

  /** Who is in the group, this process included once it has joined. Never blocks. */
  List<Peer> present();

  /** Calls back after {@link #present} has changed; must not block. */
  void onChange(Runnable listener);

  /** Leaves; others notice at once. */
  @Override
  void close();
}
