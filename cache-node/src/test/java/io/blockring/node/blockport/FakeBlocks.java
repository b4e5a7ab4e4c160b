package io.blockring.node.blockport;

import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Rung;
import io.blockring.client.ladder.TrafficClass;
import io.blockring.client.namespace.BlockKey;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.Identity;
import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.ObjectName;
import io.blockring.client.namespace.Version;
import io.blockring.client.peer.BlockWire;
import io.blockring.node.store.BlockLease;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A node that has what a test gives it. Content is a function of the version and the position, so
 * that each returned byte can be checked.
 */
final class FakeBlocks implements BlockService, AutoCloseable {
  /** Bytes for readers that are no members. */
  final AtomicLong delivered = new AtomicLong();

  static final int BLOCK_BYTES = 1 << 20;
  static final MountId MOUNT = MountId.of("s3://bucket/prefix", "", BLOCK_BYTES, "etag");
  // Blocks do not start at the file's start, as in a real store.
  private static final int SLOT_OFFSET = 12_288;

  final Map<BlockKey, FakeLease.Script> resident = new ConcurrentHashMap<>();
  final Map<BlockKey, FakeFilling> running = new ConcurrentHashMap<>();
  final List<FakeLease> leases = new CopyOnWriteArrayList<>();
  final List<BlockKey> suspects = new CopyOnWriteArrayList<>();
  final List<BlockWire.Asker> askers = new CopyOnWriteArrayList<>();
  final List<ReadScope> scopes = new CopyOnWriteArrayList<>();
  volatile @Nullable Function<BlockKey, FakeFilling> fills;
  private final Map<BlockKey, FileChannel> files = new ConcurrentHashMap<>();
  private final Path folder;

  FakeBlocks(Path folder) {
    this.folder = folder;
  }

  static Version version(String key, long size) {
    return new Version(
        new ObjectName(MOUNT, key),
        new Identity(Identity.Kind.ETAG, "\"" + key.length() + "-" + size + "\""),
        size,
        BLOCK_BYTES);
  }

  static byte[] content(Version version, int blockIndex) {
    byte[] bytes = new byte[version.blockLength(blockIndex)];
    new Random(version.digest().low() + blockIndex).nextBytes(bytes);
    return bytes;
  }

  /** Makes a block resident, with a lease that behaves as the script says. */
  FakeLease.Script store(Version version, int blockIndex) throws IOException {
    byte[] content = content(version, blockIndex);
    Path file = folder.resolve(version.digest() + "-" + blockIndex);
    Files.createFile(file);
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    channel.write(ByteBuffer.wrap(content), SLOT_OFFSET);
    channel.write(ByteBuffer.wrap(new byte[4096]), SLOT_OFFSET + content.length);
    files.put(version.block(blockIndex), channel);
    FakeLease.Script script = new FakeLease.Script(channel, SLOT_OFFSET, content);
    resident.put(version.block(blockIndex), script);
    return script;
  }

  @Override
  public int blockBytes(MountId mount) {
    return mount.equals(MOUNT) ? BLOCK_BYTES : -1;
  }

  @Override
  public @Nullable BlockLease lease(Version version, int blockIndex) {
    return held(version.block(blockIndex));
  }

  @Override
  public @Nullable BlockLease held(BlockKey key) {
    FakeLease.Script script = resident.get(key);
    if (script == null) {
      return null;
    }
    FakeLease lease = new FakeLease(script, () -> resident.remove(key));
    leases.add(lease);
    return lease;
  }

  @Override
  public void delivered(Rung rung, TrafficClass trafficClass, long bytes) {
    delivered.addAndGet(bytes);
  }

  @Override
  public Filling fill(BlockRange wanted, ReadScope scope, BlockWire.Asker asker) {
    askers.add(asker);
    scopes.add(scope);
    Function<BlockKey, FakeFilling> made = fills;
    if (made == null) {
      throw new IllegalStateException("no fill was expected of " + wanted);
    }
    return running.computeIfAbsent(wanted.key(), made).opened();
  }

  @Override
  public @Nullable Filling joinFill(BlockKey key) {
    FakeFilling filling = running.get(key);
    return filling == null ? null : filling.opened();
  }

  @Override
  public void suspect(BlockKey key) {
    suspects.add(key);
  }

  @Override
  public void close() throws IOException {
    for (FileChannel file : files.values()) {
      file.close();
    }
  }
}
