package io.blockring.warmup;

import io.blockring.client.namespace.Version;
import java.util.BitSet;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one object of a warm-up. Changed only within {@link Totals#update}, under its
 * lock. One thread at a time works on an object; threads that fill for it are joined before it goes
 * on.
 */
final class Tally {

  /** How an object stands. */
  enum Standing {
    /** Nothing known, or work under way. */
    OPEN,
    /** Every block was brought in or was there. */
    FILLED,
    /** It is gone from the bucket: nothing to bring in. */
    GONE,
    FAILED,
    NO_SPACE,
    /** Another version each time it was looked at. */
    CHANGING
  }

  final String path;
  @Nullable Version version;
  Standing standing = Standing.OPEN;

  /** Blocks of the version by what became of them; a block is in at most one. */
  BitSet residentBefore = new BitSet();

  BitSet fetched = new BitSet();
  BitSet failed = new BitSet();

  /** Found by the last check. */
  BitSet verified = new BitSet();

  boolean hasBeenChecked;

  Tally(String path) {
    this.path = path;
  }

  /** Forgets what was known of another version. */
  void begin(Version current) {
    if (Objects.equals(current, version)) {
      return;
    }
    version = current;
    residentBefore = new BitSet();
    fetched = new BitSet();
    failed = new BitSet();
    verified = new BitSet();
    hasBeenChecked = false;
  }

  /** Whether the last check has found every block of the version. */
  boolean isComplete() {
    Version current = version;
    return current != null && verified.cardinality() == current.blockCount();
  }

  boolean isVerified() {
    return standing == Standing.FILLED && hasBeenChecked && isComplete();
  }
}
