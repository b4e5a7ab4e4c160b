package io.blockring.node.membership;

import java.util.List;

/**
 * No group at all, for networks that Hazelcast may not be on: who is alive is known from book
 * exchanges alone, so a member that dies is noticed after seconds instead of at once.
 */
public final class BookAlone implements Membership {

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
