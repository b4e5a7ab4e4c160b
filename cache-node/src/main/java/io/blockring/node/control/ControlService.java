package io.blockring.node.control;

import io.blockring.client.Namespace;
import io.blockring.client.cluster.BlockChecksums;
import io.blockring.client.cluster.FilledBlock;
import io.blockring.client.cluster.OfferAnswer;
import io.blockring.client.cluster.OfferedBlock;
import io.blockring.client.cluster.Resolved;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.Version;
import io.blockring.client.origin.ListPage;
import io.blockring.client.origin.OriginException;
import io.blockring.node.store.KeepAction;
import io.blockring.node.store.KeepCounts;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.roaringbitmap.RoaringBitmap;

/**
 * What the control port asks of its node. Calls block, are made on virtual threads, many at once,
 * and keep to the scope's deadline. An {@link IllegalArgumentException} tells the caller that its
 * request is wrong; its message is sent.
 */
public interface ControlService {

  /** The mounts of this node. Never blocks. */
  List<Namespace.Mount> mounts();

  /**
   * Says which version of a key is current, as its resolver; never asks another node.
   *
   * @param isFresh whether the bucket is asked whatever the freshness says
   * @throws OriginException what the bucket says, NOT_FOUND included
   */
  Resolved open(
      Namespace.Mount mount, String key, Namespace.Intent intent, boolean isFresh, ReadScope scope)
      throws OriginException;

  /** One page of names, see {@link io.blockring.client.origin.Origin#list}. */
  ListPage list(
      Namespace.Mount mount,
      String prefix,
      String delimiter,
      String startAfter,
      int maxKeys,
      ReadScope scope)
      throws OriginException;

  /** The blocks of a version that this node holds. Fills nothing, touches no disk. */
  RoaringBitmap residency(Version version);

  /**
   * Takes up the checksums of blocks that a member filled, as the resolver of their keys.
   *
   * @return the reported blocks' mounts whose buckets keep no CRC64NVME
   */
  Set<MountId> report(String fromMember, List<BlockChecksums> filled);

  /**
   * Forgets the blocks of a version.
   *
   * @return how many there were
   */
  int drop(Version version);

  /**
   * Does with blocks that this node holds what an operator asks.
   *
   * @param blocks indexes of the version
   */
  KeepCounts keep(Version version, RoaringBitmap blocks, KeepAction action);

  /** Lets every pin of this node go. */
  KeepCounts unpinAll();

  /**
   * Takes over what a member holds and this node shall have, from that member only.
   *
   * @return one outcome for each block
   */
  OfferAnswer take(String fromMember, List<OfferedBlock> blocks);

  /**
   * Takes up which versions keys had that another member resolved before.
   *
   * @param versions as nodes keep them over restarts
   * @throws IllegalArgumentException when they are not that
   */
  void learn(byte[] versions);

  /**
   * Brings blocks in, as their owner.
   *
   * @param blocks indexes of the version
   * @param onBlock to be called once for each block, one call at a time, on any thread; throws when
   *     the caller is gone
   */
  void fill(Version version, List<Integer> blocks, ReadScope scope, Consumer<FilledBlock> onBlock);
}
