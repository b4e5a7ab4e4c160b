package io.blockring.client.object;

import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.MountId;
import io.blockring.client.peer.BatchWire;
import io.blockring.client.peer.PeerAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Objects as they are to be asked for.
 *
 * @param together small ones of one owner and mount, as many as a request may name
 * @param alone all others
 */
record Batches(List<Batch> together, List<WholeObject> alone) {

  /** Two objects or more, of one mount. */
  record Batch(PeerAddress owner, List<WholeObject> objects) {}

  private record Group(PeerAddress owner, MountId mount) {}

  /**
   * @param ownerOf says whom to ask first; null when there is nobody
   */
  static Batches of(
      List<WholeObject> objects, Function<BlockRange, @Nullable PeerAddress> ownerOf) {
    Batches batches = new Batches(new ArrayList<>(), new ArrayList<>());
    Map<Group, List<WholeObject>> groups = new LinkedHashMap<>();
    for (WholeObject object : objects) {
      PeerAddress owner = object.isSmall() ? ownerOf.apply(object.range()) : null;
      if (owner == null) {
        batches.alone.add(object);
      } else {
        Group group = new Group(owner, object.version().name().mount());
        groups.computeIfAbsent(group, g -> new ArrayList<>()).add(object);
      }
    }
    groups.forEach((group, all) -> batches.cut(group.owner(), all));
    return batches;
  }

  private void cut(PeerAddress owner, List<WholeObject> objects) {
    int from = 0;
    int bodyBytes = 0;
    int bytes = 0;
    for (int i = 0; i < objects.size(); i++) {
      BlockRange range = objects.get(i).range();
      int itemBytes = BatchWire.itemBytes(range);
      boolean isFull =
          i - from == BatchWire.MAX_ITEMS
              || bodyBytes + itemBytes > BatchWire.MAX_BODY_BYTES
              || bytes + range.length() > BatchWire.MAX_BATCH_BYTES;
      if (isFull) {
        add(owner, objects.subList(from, i));
        from = i;
        bodyBytes = 0;
        bytes = 0;
      }
      bodyBytes += itemBytes;
      bytes += range.length();
    }
    add(owner, objects.subList(from, objects.size()));
  }

  private void add(PeerAddress owner, List<WholeObject> objects) {
    if (objects.size() > 1) {
      together.add(new Batch(owner, objects));
    } else {
      alone.addAll(objects); // One alone is as well asked for by itself.
    }
  }
}
