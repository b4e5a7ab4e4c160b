package io.blockring.node.membership;

import com.hazelcast.cluster.InitialMembershipEvent;
import com.hazelcast.cluster.InitialMembershipListener;
import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.blockring.client.cluster.ControlAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Membership by a Hazelcast group without data: who is in it, and their control addresses. */
public final class HazelcastMembership implements Membership {
  private static final Logger LOG = LoggerFactory.getLogger(HazelcastMembership.class);
  private static final Duration RETRY = Duration.ofSeconds(5);

  private final HazelcastGroup group;
  private final JoinList joinList;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final Object lock = new Object();
  private @Nullable HazelcastInstance instance;
  private @Nullable Thread starter;
  private boolean isClosed;
  private volatile List<Peer> present = List.of();

  /**
   * @param group where to listen, under which name
   * @param joinList where to look for others; belongs to the caller
   */
  public HazelcastMembership(HazelcastGroup group, JoinList joinList) {
    this.group = group;
    this.joinList = joinList;
  }

  @Override
  public void start(Peer self) {
    synchronized (lock) {
      if (isClosed || starter != null) {
        return;
      }
      starter = Thread.ofPlatform().name("hazelcast-start").daemon().start(() -> join(self));
    }
  }

  private void join(Peer self) {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        HazelcastInstance joined = Hazelcast.newHazelcastInstance(group.config(self, joinList));
        adopt(joined);
        return;
      } catch (RuntimeException e) {
        LOG.warn(
            "Hazelcast could not start on {}:{} ({}): trying again in {} s; until then the book"
                + " alone says who is alive",
            group.bindHost(),
            group.port(),
            e.toString(),
            RETRY.toSeconds());
      }
      try {
        Thread.sleep(RETRY);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void adopt(HazelcastInstance joined) {
    synchronized (lock) {
      if (isClosed) {
        joined.getLifecycleService().terminate();
        return;
      }
      instance = joined;
    }
    joined.getCluster().addMembershipListener(new Listener());
    // A merge after a split replaces the members without telling the listener of each.
    joined.getLifecycleService().addLifecycleListener(event -> refresh(joined));
    refresh(joined);
  }

  private void refresh(HazelcastInstance joined) {
    if (!joined.getLifecycleService().isRunning()) {
      return;
    }
    List<Peer> peers = new ArrayList<>();
    for (Member member : joined.getCluster().getMembers()) {
      Peer peer = peer(member);
      if (peer != null) {
        peers.add(peer);
      }
    }
    present = List.copyOf(peers);
    listeners.forEach(Runnable::run);
  }

  private static @Nullable Peer peer(Member member) {
    String id = member.getAttribute(HazelcastGroup.NODE_ID);
    String control = member.getAttribute(HazelcastGroup.CONTROL);
    if (id == null || control == null) {
      return null;
    }
    try {
      return new Peer(id, ControlAddress.parse(control));
    } catch (IllegalArgumentException e) {
      LOG.warn("Hazelcast member {} has no usable address: {}", id, e.getMessage());
      return null;
    }
  }

  @Override
  public List<Peer> present() {
    return present;
  }

  @Override
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  /** Ends without Hazelcast's graceful hand-over: there is nothing to hand over. */
  @Override
  public void close() {
    HazelcastInstance running;
    synchronized (lock) {
      isClosed = true;
      running = instance;
      if (starter != null) {
        starter.interrupt();
      }
    }
    if (running != null) {
      running.getLifecycleService().terminate();
    }
    present = List.of();
  }

  private final class Listener implements InitialMembershipListener {
    @Override
    public void init(InitialMembershipEvent event) {
      changed();
    }

    @Override
    public void memberAdded(MembershipEvent event) {
      changed();
    }

    @Override
    public void memberRemoved(MembershipEvent event) {
      changed();
    }

    private void changed() {
      HazelcastInstance running;
      synchronized (lock) {
        running = instance;
      }
      if (running != null) {
        refresh(running);
      }
    }
  }
}
