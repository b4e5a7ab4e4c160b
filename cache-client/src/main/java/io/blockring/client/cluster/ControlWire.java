package io.blockring.client.cluster;

import com.google.protobuf.ByteString;
import io.blockring.client.Namespace;
import io.blockring.client.manifest.Manifest;
import io.blockring.client.namespace.Identity;
import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.ObjectName;
import io.blockring.client.namespace.Version;
import io.blockring.client.origin.ListPage;
import io.blockring.client.origin.ObjectMetadata;
import io.blockring.client.origin.OriginException;
import io.blockring.ring.RingParameters;
import io.blockring.wire.v1.Entry;
import io.blockring.wire.v1.FillResult;
import io.blockring.wire.v1.ListReply;
import io.blockring.wire.v1.OpenReply;
import io.blockring.wire.v1.OriginTrouble;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/** Between the messages of the control port and the values of the product, both ways. */
public final class ControlWire {
  private ControlWire() {}

  /**
   * A version as named on the wire.
   *
   * @throws IllegalArgumentException when the message names none
   */
  public static Version version(io.blockring.wire.v1.Version wire) {
    return new Version(
        new ObjectName(MountId.parse(wire.getMountId()), wire.getKey()),
        Identity.parse(wire.getIdentity()),
        wire.getSize(),
        wire.getBlockBytes());
  }

  public static io.blockring.wire.v1.Version wire(Version version) {
    return io.blockring.wire.v1.Version.newBuilder()
        .setMountId(version.name().mount().toString())
        .setKey(version.name().key())
        .setIdentity(version.identity().toString())
        .setSize(version.size())
        .setBlockBytes(version.blockBytes())
        .build();
  }

  /**
   * An open's reply.
   *
   * @param heldStamp of the manifest that the asker has; 0 for none
   */
  public static OpenReply wire(
      MountId mount, String key, int blockBytes, Resolved resolved, long heldStamp) {
    ObjectMetadata metadata = resolved.metadata();
    Identity identity = metadata.identity();
    OpenReply.Builder reply = OpenReply.newBuilder();
    Manifest manifest = resolved.manifest();
    if (manifest != null && manifest.stamp() != heldStamp) {
      reply.setManifest(ManifestWire.wire(manifest));
    }
    return reply
        .setVersion(
            io.blockring.wire.v1.Version.newBuilder()
                .setMountId(mount.toString())
                .setKey(key)
                .setIdentity(identity == null ? "" : identity.toString())
                .setSize(metadata.size())
                .setBlockBytes(blockBytes)
                .setLastModifiedEpochMillis(metadata.lastModifiedEpochMillis())
                .setEtag(metadata.etag())
                .setContentType(metadata.contentType())
                .setFreshMillis((int) Math.min(Integer.MAX_VALUE, resolved.fresh().toMillis())))
        .build();
  }

  /**
   * What an open's reply says.
   *
   * @throws OriginException when it says no
   */
  public static Resolved resolved(String key, OpenReply reply) throws OriginException {
    return switch (reply.getOutcomeCase()) {
      case VERSION ->
          resolved(reply.getVersion(), reply.hasManifest() ? ManifestWire.manifest(reply) : null);
      case TROUBLE -> throw trouble(reply.getTrouble());
      case NOT_FOUND ->
          throw new OriginException(
              OriginException.Kind.NOT_FOUND, "there is no key '" + key + "'");
      case WORKING, OUTCOME_NOT_SET ->
          throw new OriginException(
              OriginException.Kind.BROKEN, "the resolver of '" + key + "' sent an empty reply");
    };
  }

  private static Resolved resolved(io.blockring.wire.v1.Version wire, @Nullable Manifest manifest) {
    Identity identity = wire.getIdentity().isEmpty() ? null : Identity.parse(wire.getIdentity());
    return new Resolved(
        new ObjectMetadata(
            identity,
            wire.getSize(),
            wire.getLastModifiedEpochMillis(),
            wire.getEtag(),
            wire.getContentType()),
        Duration.ofMillis(Integer.toUnsignedLong(wire.getFreshMillis())),
        manifest);
  }

  public static OriginTrouble wire(OriginException trouble) {
    OriginTrouble.Kind kind =
        switch (trouble.kind()) {
          case DENIED -> OriginTrouble.Kind.DENIED;
          case THROTTLED -> OriginTrouble.Kind.THROTTLED;
          case BROKEN, NO_BUCKET, NOT_FOUND -> OriginTrouble.Kind.BROKEN;
          case UNAVAILABLE, CHANGED -> OriginTrouble.Kind.UNAVAILABLE;
        };
    return OriginTrouble.newBuilder()
        .setKind(kind)
        .setMessage(String.valueOf(trouble.getMessage()))
        .setRetryAfterMillis((int) Math.min(Integer.MAX_VALUE, trouble.retryAfter().toMillis()))
        .build();
  }

  static OriginException trouble(OriginTrouble wire) {
    OriginException.Kind kind =
        switch (wire.getKind()) {
          case DENIED -> OriginException.Kind.DENIED;
          case THROTTLED -> OriginException.Kind.THROTTLED;
          case BROKEN -> OriginException.Kind.BROKEN;
          case UNAVAILABLE, UNRECOGNIZED -> OriginException.Kind.UNAVAILABLE;
        };
    Duration retryAfter = Duration.ofMillis(Integer.toUnsignedLong(wire.getRetryAfterMillis()));
    return new OriginException(kind, wire.getMessage(), retryAfter, null);
  }

  public static ListReply wire(ListPage page) {
    ListReply.Builder reply = ListReply.newBuilder().setNextStartAfter(page.nextStartAfter());
    for (ListPage.Entry entry : page.entries()) {
      reply.addEntries(
          Entry.newBuilder()
              .setName(entry.name())
              .setIsPrefix(entry.isPrefix())
              .setSize(entry.size())
              .setEtag(entry.etag())
              .setLastModifiedEpochMillis(entry.lastModifiedEpochMillis()));
    }
    return reply.build();
  }

  static ListPage page(ListReply reply) throws OriginException {
    if (reply.hasTrouble()) {
      throw trouble(reply.getTrouble());
    }
    List<ListPage.Entry> entries =
        reply.getEntriesList().stream()
            .map(
                e ->
                    new ListPage.Entry(
                        e.getName(),
                        e.getIsPrefix(),
                        e.getSize(),
                        e.getEtag(),
                        e.getLastModifiedEpochMillis()))
            .toList();
    return new ListPage(entries, reply.getNextStartAfter());
  }

  public static FillResult wire(FilledBlock block) {
    FillResult.Outcome outcome =
        switch (block.outcome()) {
          case RESIDENT_BEFORE -> FillResult.Outcome.RESIDENT_BEFORE;
          case FETCHED -> FillResult.Outcome.FETCHED;
          case CHANGED -> FillResult.Outcome.CHANGED;
          case FAILED -> FillResult.Outcome.FAILED;
          case NO_SPACE -> FillResult.Outcome.NO_SPACE;
        };
    return FillResult.newBuilder()
        .setBlock(block.index())
        .setOutcome(outcome)
        .setReason(block.reason())
        .build();
  }

  static FilledBlock filled(FillResult wire) {
    FilledBlock.Outcome outcome =
        switch (wire.getOutcome()) {
          case RESIDENT_BEFORE -> FilledBlock.Outcome.RESIDENT_BEFORE;
          case FETCHED -> FilledBlock.Outcome.FETCHED;
          case CHANGED -> FilledBlock.Outcome.CHANGED;
          case NO_SPACE -> FilledBlock.Outcome.NO_SPACE;
          case FAILED, UNRECOGNIZED -> FilledBlock.Outcome.FAILED;
        };
    return new FilledBlock(wire.getBlock(), outcome, wire.getReason());
  }

  static Topology topology(io.blockring.wire.v1.Topology wire) {
    return new Topology(
        wire.getCluster(),
        new RingParameters(
            wire.getRing().getSlotBits(), wire.getRing().getEpsilonPpm(), wire.getRing().getSeed()),
        wire.getMembersList().stream().map(ControlWire::member).toList(),
        wire.getMountsList().stream().map(ControlWire::mount).toList(),
        wire.getRingFingerprint());
  }

  private static Topology.Member member(io.blockring.wire.v1.Member wire) {
    return new Topology.Member(
        wire.getId(),
        wire.getWeight(),
        wire.getZone(),
        wire.getHost(),
        wire.getBlockPort(),
        wire.getControlPort(),
        wire.getS3Port(),
        wire.getAdminPort(),
        wire.getAlive(),
        wire.getUnseenMillis(),
        wire.getMaintenanceUntilEpochMillis(),
        wire.getIsolated());
  }

  private static Topology.Mount mount(io.blockring.wire.v1.Mount wire) {
    return new Topology.Mount(
        new Namespace.Mount(
            wire.getName(),
            MountId.parse(wire.getId()),
            wire.getBlockBytes(),
            Math.max(1, wire.getReplicas())),
        wire.getBypassUntilEpochMillis());
  }

  /** A set of block indexes as it travels. */
  public static ByteString wire(RoaringBitmap blocks) {
    blocks.runOptimize();
    ByteBuffer bytes = ByteBuffer.allocate(blocks.serializedSizeInBytes());
    blocks.serialize(bytes);
    return ByteString.copyFrom(bytes.flip());
  }

  /**
   * A set of block indexes that came.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static RoaringBitmap blocks(ByteString wire) {
    RoaringBitmap blocks = new RoaringBitmap();
    try {
      blocks.deserialize(wire.asReadOnlyByteBuffer());
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException("blocks are no bitmap", e);
    }
    return blocks;
  }
}
