package io.blockring.client.object;

import io.blockring.client.Namespace;
import io.blockring.client.OpenObject;
import io.blockring.client.ReadException;
import io.blockring.client.cluster.ControlAddress;
import io.blockring.client.cluster.ControlClient;
import io.blockring.client.cluster.ControlException;
import io.blockring.client.cluster.Resolved;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Routes;
import io.blockring.client.manifest.KnownManifests;
import io.blockring.client.manifest.Manifest;
import io.blockring.client.namespace.ObjectName;
import io.blockring.client.namespace.Version;
import io.blockring.client.origin.ObjectMetadata;
import io.blockring.client.origin.OriginException;
import io.blockring.client.peer.PeerAddress;
import io.blockring.client.peer.PeerHealth;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Finds a key's resolver, the owner of its block 0, and asks it which version is current. When it
 * is away the next in line resolves; what the bucket said to one member is not asked of another.
 *
 * <p>A member that hangs is alive as far as anybody knows, and each open that meets it waits for
 * its silence to end. So one that has not answered lately is asked after the others.
 */
public final class Opens {
  /**
   * As many as may be dead at once before anybody has noticed, when a rack loses its power: who is
   * dead refuses at once, and who hangs is asked last from its second silence on.
   */
  private static final int MOST_MEMBERS = 8;

  /** Resolving in this process. */
  @FunctionalInterface
  public interface Self {
    Resolved resolve(ObjectName name, Namespace.Intent intent, boolean isFresh, ReadScope scope)
        throws OriginException;
  }

  private static final int SILENCES_BEFORE_PAUSE = 2;
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  private final Routes routes;
  private final ControlClient control;
  private final @Nullable Self self;
  private final KnownManifests manifests;
  private final PeerHealth blockPorts;
  private final PeerHealth health =
      new PeerHealth(SILENCES_BEFORE_PAUSE, FIRST_PAUSE, LONGEST_PAUSE, System::nanoTime);

  /**
   * @param self null in a process that is no member
   * @param manifests gets those that come with opens
   * @param blockPorts gets those of members that do not answer here: a read waits for each once
   */
  public Opens(
      Routes routes,
      ControlClient control,
      @Nullable Self self,
      KnownManifests manifests,
      PeerHealth blockPorts) {
    this.manifests = manifests;
    this.blockPorts = blockPorts;
    this.routes = routes;
    this.control = control;
    this.self = self;
  }

  /**
   * Opens the key's current version.
   *
   * @param isFresh ask the bucket whatever the freshness says
   */
  public OpenObject open(
      Namespace.Mount mount, String key, Namespace.Intent intent, boolean isFresh, ReadScope scope)
      throws ReadException {
    if (key.isEmpty()) {
      throw new ReadException(ReadException.Kind.NOT_FOUND, "'' is not a key of " + mount.name());
    }
    ObjectName name = new ObjectName(mount.id(), key);
    StringJoiner refusals = new StringJoiner("; ");
    Deque<Routes.Member> line = new ArrayDeque<>(line(name));
    Set<String> postponed = new HashSet<>();
    while (!line.isEmpty() && !scope.isExpired() && !Thread.currentThread().isInterrupted()) {
      Routes.Member member = line.remove();
      if (!mayAsk(member) && postponed.add(member.id())) {
        line.add(member);
        continue;
      }
      try {
        return opened(mount, name, ask(member, name, intent, isFresh, scope));
      } catch (ControlException e) {
        if (e.kind() == ControlException.Kind.BUSY) {
          throw new ReadException(
              ReadException.Kind.BUSY, String.valueOf(e.getMessage()), Duration.ofSeconds(1), e);
        }
        refusals.add(member.id() + ": " + e.getMessage());
      } catch (OriginException e) {
        throw refusal(mount, key, e);
      }
    }
    throw new ReadException(
        ReadException.Kind.UNAVAILABLE,
        "/"
            + mount.name()
            + "/"
            + key
            + ": no member could say which version is current ("
            + refusals
            + ")");
  }

  private Resolved ask(
      Routes.Member member,
      ObjectName name,
      Namespace.Intent intent,
      boolean isFresh,
      ReadScope scope)
      throws ControlException, OriginException {
    if (member.isSelf() && self != null) {
      return self.resolve(name, intent, isFresh, scope);
    }
    ControlAddress address = new ControlAddress(member.host(), member.controlPort());
    try {
      Resolved resolved =
          control.open(
              address, name.mount(), name.key(), intent, isFresh, manifests.stamp(name), scope);
      health.answered(port(member));
      return resolved;
    } catch (ControlException e) {
      judge(member, e.kind());
      throw e;
    } catch (OriginException e) {
      health.answered(port(member));
      throw e;
    }
  }

  private void judge(Routes.Member member, ControlException.Kind kind) {
    switch (kind) {
      case SILENT -> {
        health.failed(port(member));
        blockPorts.silentElsewhere(new PeerAddress(member.host(), member.blockPort()));
      }
      case GIVEN_UP -> {} // A reader that leaves says nothing about the member.
      case UNAVAILABLE, BUSY, REFUSED -> health.answered(port(member));
    }
  }

  private List<Routes.Member> line(ObjectName name) {
    List<Routes.Member> candidates = routes.candidates(name.placement().hash(0));
    return candidates.subList(0, Math.min(MOST_MEMBERS, candidates.size()));
  }

  private boolean mayAsk(Routes.Member member) {
    return (member.isSelf() && self != null) || health.mayAsk(port(member));
  }

  private static PeerAddress port(Routes.Member member) {
    return new PeerAddress(member.host(), member.controlPort());
  }

  private OpenObject opened(Namespace.Mount mount, ObjectName name, Resolved resolved) {
    ObjectMetadata metadata = resolved.metadata();
    Version version =
        metadata.identity() == null
            ? null
            : new Version(name, metadata.identity(), metadata.size(), mount.blockBytes());
    Manifest manifest = resolved.manifest();
    if (version != null && manifest != null) {
      manifests.learn(version, manifest);
    }
    return new OpenObject(
        mount,
        name,
        version,
        metadata.size(),
        metadata.lastModifiedEpochMillis(),
        metadata.etag(),
        metadata.contentType());
  }

  /** What a bucket's refusal means to someone who opens or lists. */
  public static ReadException refusal(Namespace.Mount mount, String key, OriginException e) {
    ReadException.Kind kind =
        switch (e.kind()) {
          case NOT_FOUND, CHANGED -> ReadException.Kind.NOT_FOUND;
          case DENIED -> ReadException.Kind.DENIED;
          case THROTTLED -> ReadException.Kind.THROTTLED;
          case NO_BUCKET, UNAVAILABLE, BROKEN -> ReadException.Kind.UNAVAILABLE;
        };
    return new ReadException(
        kind, "/" + mount.name() + "/" + key + ": " + e.getMessage(), e.retryAfter(), e);
  }
}
