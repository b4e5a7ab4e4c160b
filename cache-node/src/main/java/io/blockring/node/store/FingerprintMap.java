package io.blockring.node.store;

/**
 * Finds blocks by fingerprint: 4 bytes a place, 62 to 70 % of the places taken. A place holds a
 * reference, not the fingerprint; whoever owns the reference knows its fingerprint. Split into
 * shards that grow alone, so that growing never stalls a look-up for long. Not thread-safe: guarded
 * by its disk's lock.
 */
final class FingerprintMap {

  /** Knows the fingerprint of everything that is in the map. */
  interface Fingerprints {
    long of(int reference);
  }

  private static final int SHARD_BITS = 8;
  private static final int FIRST_PLACES = 16;

  private final Fingerprints fingerprints;
  private final int[][] shards = new int[1 << SHARD_BITS][];
  private final int[] sizes = new int[1 << SHARD_BITS];

  FingerprintMap(Fingerprints fingerprints) {
    this.fingerprints = fingerprints;
    for (int i = 0; i < shards.length; i++) {
      shards[i] = new int[FIRST_PLACES];
    }
  }

  /**
   * Makes room for so many at once, so that reading an index does not grow shard by shard: that
   * would look at every fingerprint five times, wherever in memory it is. To be followed by {@link
   * #trim}.
   */
  void expect(long count) {
    // Shards differ in size a little.
    long each = (count >>> SHARD_BITS) * 10 / 7;
    int places = (int) Math.min(Integer.MAX_VALUE / 2, each + each / 32 + FIRST_PLACES);
    for (int i = 0; i < shards.length; i++) {
      if (sizes[i] == 0) {
        shards[i] = new int[places];
      }
    }
  }

  /** Gives back what was expected and did not come. */
  void trim() {
    for (int i = 0; i < shards.length; i++) {
      if (sizes[i] < shards[i].length / 2) {
        resize(i, sizes[i] + sizes[i] / 2 + FIRST_PLACES);
      }
    }
  }

  /** The reference, or 0. */
  int find(long fingerprint) {
    int[] places = shards[shard(fingerprint)];
    int at = home(fingerprint, places.length);
    while (places[at] != 0) {
      if (fingerprints.of(places[at]) == fingerprint) {
        return places[at];
      }
      at = next(at, places.length);
    }
    return 0;
  }

  /** Adds a reference, not 0, under a fingerprint that is not there yet. */
  void put(long fingerprint, int reference) {
    int shard = shard(fingerprint);
    if (++sizes[shard] > shards[shard].length * 7L / 10) {
      grow(shard);
    }
    place(shards[shard], fingerprint, reference);
  }

  /** Removes a fingerprint that is there, while its owner still knows it. */
  void remove(long fingerprint) {
    int shard = shard(fingerprint);
    int[] places = shards[shard];
    int hole = home(fingerprint, places.length);
    while (fingerprints.of(places[hole]) != fingerprint) {
      hole = next(hole, places.length);
    }
    sizes[shard]--;
    // Whatever probed past the hole moves up into it, so that no tombstones are needed.
    for (int at = next(hole, places.length); places[at] != 0; at = next(at, places.length)) {
      int home = home(fingerprints.of(places[at]), places.length);
      if (distance(home, at, places.length) >= distance(hole, at, places.length)) {
        places[hole] = places[at];
        hole = at;
      }
    }
    places[hole] = 0;
  }

  /** Bytes of memory taken, object headers included. */
  long memoryBytes() {
    long bytes = 0;
    for (int[] shard : shards) {
      bytes += 16 + 4L * shard.length + Integer.BYTES + 8;
    }
    return bytes;
  }

  private void grow(int shard) {
    int places = shards[shard].length;
    resize(shard, places + Math.max(FIRST_PLACES, places / 8));
  }

  private void resize(int shard, int places) {
    int[] resized = new int[places];
    for (int reference : shards[shard]) {
      if (reference != 0) {
        place(resized, fingerprints.of(reference), reference);
      }
    }
    shards[shard] = resized;
  }

  private static void place(int[] places, long fingerprint, int reference) {
    int at = home(fingerprint, places.length);
    while (places[at] != 0) {
      at = next(at, places.length);
    }
    places[at] = reference;
  }

  private static int shard(long fingerprint) {
    return (int) (fingerprint >>> (Long.SIZE - SHARD_BITS));
  }

  private static int home(long fingerprint, int places) {
    return (int) (((fingerprint & 0xFFFFFFFFL) * places) >>> Integer.SIZE);
  }

  private static int next(int at, int places) {
    return at + 1 == places ? 0 : at + 1;
  }

  private static int distance(int from, int to, int places) {
    return to >= from ? to - from : to - from + places;
  }
}
