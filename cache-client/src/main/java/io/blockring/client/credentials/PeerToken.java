package io.blockring.client.credentials;

import java.time.InstantSource;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The token that one node or client sends with its requests: version, the minute it was made in,
 * proof, name, joined by dots. Made anew every minute, so a request costs nothing. Safe for many
 * threads.
 */
public final class PeerToken {
  /** In a block port's request and in the metadata of a control call. */
  public static final String HEADER = "x-blockring-token";

  static final String VERSION = "1";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private record Made(long minute, List<byte[]> secrets, String text) {}

  private final ClusterSecret secret;
  private final String name;
  private final InstantSource clock;
  private volatile @Nullable Made made;

  /**
   * @param name of this node or client, for the logs of others: 1 to 64 of A-Z a-z 0-9 . _ -
   */
  public PeerToken(ClusterSecret secret, String name) {
    this(secret, name, InstantSource.system());
  }

  PeerToken(ClusterSecret secret, String name, InstantSource clock) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("'" + name + "' is not 1 to 64 of A-Z a-z 0-9 . _ -");
    }
    this.secret = secret;
    this.name = name;
    this.clock = clock;
  }

  ClusterSecret secret() {
    return secret;
  }

  /** To be sent now. */
  public String text() {
    long minute = Math.floorDiv(clock.millis(), 60_000);
    List<byte[]> secrets = secret.current();
    Made known = made;
    if (known == null || known.minute != minute || known.secrets != secrets) {
      String proof = ClusterSecret.proof(secrets.getFirst(), minute, name);
      known = new Made(minute, secrets, String.join(".", VERSION, "" + minute, proof, name));
      made = known;
    }
    return known.text;
  }

  @Override
  public String toString() {
    return "PeerToken[" + name + "]";
  }
}
