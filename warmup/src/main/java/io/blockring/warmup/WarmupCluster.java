package io.blockring.warmup;

import io.blockring.client.OpenObject;
import io.blockring.client.ReadException;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.namespace.Version;
import io.blockring.client.origin.ListPage;
import java.util.BitSet;
import java.util.List;

/**
 * What a warm-up needs of a cluster. Calls block, come from many virtual threads at once, keep to
 * the scope's deadline and may be interrupted. Paths are names like {@code /models/sd/unet}; a
 * warm-up only passes them on.
 */
public interface WarmupCluster {

  /**
   * One page of paths that begin with a prefix, in UTF-8 byte order, without folding.
   *
   * @param startAfter paths after this one only; empty for the first page
   */
  ListPage list(String prefix, String startAfter, ReadScope scope) throws ReadException;

  /**
   * Which version of a path is current; a null version cannot be stored.
   *
   * @throws ReadException of kind NOT_FOUND when it is gone
   */
  OpenObject open(String path, ReadScope scope) throws ReadException;

  /** The member that owns this block now. Cheap: asks nobody. */
  String owner(Version version, int block);

  /**
   * Has a member bring in blocks that it owns.
   *
   * @return a result for each block that came to an end; the others count as failed
   * @throws ReadException when the member cannot be asked at all
   */
  List<FillResult> fill(String member, Version version, List<Integer> blocks, ReadScope scope)
      throws ReadException;

  /** The blocks of a version that their present owners have now. Never fills. */
  BitSet residency(Version version, ReadScope scope) throws ReadException;
}
