package io.blockring.client.credentials;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks tokens that peers send. A token that was good is remembered, so that checking it again is
 * a look-up. Who is refused is not told why; the log is, at most once a minute. A token may be
 * replayed by whoever sees it for as long as it is good. Safe for many threads.
 */
public final class TokenGate {
  /** How far two clocks may differ, either way, and how long a token is good. */
  public static final Duration MAX_AGE = Duration.ofMinutes(10);

  private static final Logger LOG = LoggerFactory.getLogger(TokenGate.class);
  private static final int MAX_TOKEN_CHARACTERS = 160;
  private static final int MAX_REMEMBERED = 4096;

  /** Tokens proved with these secrets, and the minutes they were made in. */
  private record Proved(List<byte[]> secrets, ConcurrentMap<String, Long> minutes) {}

  private final ClusterSecret secret;
  private final InstantSource clock;
  private final LongAdder refused = new LongAdder();
  private final AtomicLong complainedAtMinute = new AtomicLong(Long.MIN_VALUE);
  private volatile Proved proved = new Proved(List.of(), new ConcurrentHashMap<>());

  public TokenGate(ClusterSecret secret) {
    this(secret, InstantSource.system());
  }

  TokenGate(ClusterSecret secret, InstantSource clock) {
    this.secret = secret;
    this.clock = clock;
  }

  /** Requests refused since the start. */
  public long refused() {
    return refused.sum();
  }

  /**
   * Whether whoever sent this holds the secret.
   *
   * @param token null when there was none
   * @param from who sent it, for the log only
   */
  public boolean admits(@Nullable String token, Supplier<String> from) {
    String trouble = troubleWith(token);
    if (trouble == null) {
      return true;
    }
    refused.increment();
    long minute = minuteNow();
    if (complainedAtMinute.getAndSet(minute) != minute) {
      LOG.warn("refused {}: {}", from.get(), trouble);
    }
    return false;
  }

  /** Null when it is good. */
  private @Nullable String troubleWith(@Nullable String token) {
    if (token == null) {
      return "it sends no token: it does not have the cluster's secret";
    }
    Proved known = proved;
    List<byte[]> secrets = secret.current();
    if (known.secrets != secrets) {
      known = new Proved(secrets, new ConcurrentHashMap<>());
      proved = known;
    }
    Long minute = known.minutes.get(token);
    if (minute == null) {
      minute = prove(token, secrets);
      if (minute == null) {
        return "it sends a token that was not made with a secret of this cluster";
      }
      if (known.minutes.size() >= MAX_REMEMBERED) {
        known.minutes.clear();
      }
      known.minutes.put(token, minute);
    }
    long off = minuteNow() - minute;
    return Math.abs(off) <= MAX_AGE.toMinutes()
        ? null
        : "the token of "
            + token.substring(token.lastIndexOf('.', token.length() - 1) + 1)
            + " was made "
            + Math.abs(off)
            + (off > 0 ? " minutes ago" : " minutes from now")
            + " by its clock, at most "
            + MAX_AGE.toMinutes()
            + " are accepted: set the clocks";
  }

  /** The minute that a token was made in, null when it proves nothing. */
  private static @Nullable Long prove(String token, List<byte[]> secrets) {
    String[] parts = token.split("\\.", 4);
    boolean isToken =
        token.length() <= MAX_TOKEN_CHARACTERS
            && parts.length == 4
            && parts[0].equals(PeerToken.VERSION)
            && parts[1].matches("[0-9]{1,12}");
    if (!isToken) {
      return null;
    }
    long minute = Long.parseLong(parts[1]);
    byte[] given = parts[2].getBytes(StandardCharsets.UTF_8);
    boolean isProved = false;
    for (byte[] one : secrets) {
      String proof = ClusterSecret.proof(one, minute, parts[3]);
      isProved |= MessageDigest.isEqual(proof.getBytes(StandardCharsets.UTF_8), given);
    }
    return isProved ? minute : null;
  }

  private long minuteNow() {
    return Math.floorDiv(clock.millis(), 60_000);
  }
}
