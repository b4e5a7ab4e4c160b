package io.blockring.node.membership;

import java.util.List;

/** A group that never has anybody in it. */
public final class NoGroup implements Membership {
  @Override
  public void start(Peer self) {}

  @Override
  public List<Peer> present() {
    return List.of();
  }

  @Override
  public void onChange(Runnable listener) {}

  @Override
  public void close() {}
}
