package io.blockring.node.operate;

import io.blockring.client.cluster.ControlAddress;
import io.blockring.client.cluster.ControlClient;
import io.blockring.client.cluster.ControlException;
import io.blockring.client.namespace.ObjectName;
import io.blockring.node.membership.ClusterView;
import io.blockring.node.membership.Member;
import io.blockring.node.resolve.Resolver;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the members that resolve keys now which versions this node knew: one that knows nothing
 * asks the bucket for a key's first block, which it may have been given already. What cannot be
 * told costs that request.
 */
public final class VersionHandover {
  private static final Logger LOG = LoggerFactory.getLogger(VersionHandover.class);
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private final Resolver resolver;
  private final ControlClient control;

  public VersionHandover(Resolver resolver, ControlClient control) {
    this.resolver = resolver;
    this.control = control;
  }

  /** Blocks until all have been told, or not. */
  public void tell(ClusterView view) {
    try {
      resolver
          .<Member>known(name -> other(view, name))
          .forEach((member, pieces) -> tell(view.selfId(), member, pieces));
    } catch (IOException e) {
      throw new IllegalStateException("memory takes every byte", e);
    }
  }

  private static @Nullable Member other(ClusterView view, ObjectName name) {
    return view.owner(name.placement().hash(0)).filter(owner -> !owner.isSelf()).orElse(null);
  }

  private void tell(String self, Member member, List<byte[]> pieces) {
    ControlAddress address =
        new ControlAddress(member.address().host(), member.address().controlPort());
    try {
      for (byte[] piece : pieces) {
        control.offerVersions(address, self, piece, DEADLINE);
      }
    } catch (ControlException e) {
      LOG.info("{} was not told of the keys it resolves now: {}", member.id(), e.getMessage());
    }
  }
}
