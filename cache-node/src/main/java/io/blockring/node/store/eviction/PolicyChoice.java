package io.blockring.node.store.eviction;

import java.util.List;

/**
 * Finds the policy that would have hit most of late, by running all of them on a sample of the
 * fingerprints in stores that are smaller by the same ratio (miniature simulation: Waldspurger,
 * Saemundsson, Ahmad and Park, USENIX ATC 2017). About 0.6 MiB whatever the size of the store.
 */
final class PolicyChoice {
  private static final int LARGEST_SHADOW = 1024;

  /** Hits count half after so many uses per entry of a shadow. */
  private static final int HALF_LIFE = 60;

  private static final int FEWEST_ENTRIES = 20;

  /** Another policy must have hit more by this, so that equals do not take turns. */
  private static final double LEAD = 1.01;

  private static final int SAMPLE_BITS = 24;

  /** Scores are scaled down before a double could lose the last hit. */
  private static final double LARGEST_WEIGHT = 1e30;

  private final List<Shadow> shadows;
  private final double[] scores;
  private final long sampled;
  private final double growth;
  private double weight = 1;
  private int best;

  PolicyChoice(int entries, UseCounts counts) {
    int size = Math.min(entries, LARGEST_SHADOW);
    this.shadows = Policy.ALL.stream().map(policy -> new Shadow(size, policy, counts)).toList();
    this.scores = new double[shadows.size()];
    this.sampled = ((long) size << SAMPLE_BITS) / entries;
    this.growth = Math.pow(2, 1.0 / (HALF_LIFE * Math.max(size, FEWEST_ENTRIES)));
  }

  /** The policy to follow, now that this was used. */
  Policy after(long fingerprint) {
    if ((fingerprint * 0x9E37_79B9_7F4A_7C15L) >>> (Long.SIZE - SAMPLE_BITS) < sampled) {
      // Instead of old hits counting less, new ones count more.
      weight *= growth;
      for (int i = 0; i < scores.length; i++) {
        scores[i] += shadows.get(i).isHit(fingerprint) ? weight : 0;
      }
      choose();
    }
    return shadows.get(best).policy();
  }

  private void choose() {
    int leader = best;
    for (int i = 0; i < scores.length; i++) {
      if (scores[i] > scores[leader] * (leader == best ? LEAD : 1)) {
        leader = i;
      }
    }
    best = leader;
    if (weight > LARGEST_WEIGHT) {
      for (int i = 0; i < scores.length; i++) {
        scores[i] /= weight;
      }
      weight = 1;
    }
  }
}
