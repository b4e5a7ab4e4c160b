package io.blockring.client.origin;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One mount's origin, as its settings give it. Wrong values are refused with a message that starts
 * with the setting's key. Holds no secrets and may be printed.
 *
 * @param endpoint {@code http(s)://host[:port]}; empty for Amazon's own
 * @param region of the bucket and of requests' signatures; empty: {@code us-east-1} with an
 *     endpoint, else what the environment, profile or instance says
 * @param isPathStyle the bucket is named in the path instead of the host
 * @param assumeRoleArn a role to take with the credentials; empty for none
 * @param acceptsCompressed tells the store that ranges may come compressed. Only the S3 port of
 *     another cluster of ours understands it; a directory has no use for it
 */
public record OriginSettings(
    OriginLocation location,
    String endpoint,
    String region,
    boolean isPathStyle,
    IdentityMode identityMode,
    OriginCredentials credentials,
    String assumeRoleArn,
    OriginLimits limits,
    boolean acceptsCompressed) {

  private static final Pattern REGION = Pattern.compile("[A-Za-z0-9-]{0,64}");
  private static final Pattern ROLE = Pattern.compile("(arn:[^\\s]{1,2000})?");

  public OriginSettings {
    requireEndpoint(endpoint);
    if (!REGION.matcher(region).matches()) {
      throw new IllegalArgumentException(
          "region: '" + region + "' is not a region (at most 64 letters, digits, dashes)");
    }
    if (!ROLE.matcher(assumeRoleArn).matches()) {
      throw new IllegalArgumentException(
          "assumeRoleArn: '" + assumeRoleArn + "' does not look like arn:aws:iam::…:role/…");
    }
    if (location instanceof OriginLocation.Directory) {
      requireUnset("endpoint", endpoint.isEmpty(), location);
      requireUnset("region", region.isEmpty(), location);
      requireUnset("assumeRoleArn", assumeRoleArn.isEmpty(), location);
      requireUnset(
          "identity",
          identityMode == IdentityMode.AUTO || identityMode == IdentityMode.NONE,
          location);
    }
  }

  /** This place with every default. */
  public static OriginSettings at(String location) {
    return new OriginSettings(
        OriginLocation.parse(location),
        "",
        "",
        false,
        IdentityMode.AUTO,
        new OriginCredentials.DefaultChain(),
        "",
        OriginLimits.DEFAULT,
        true);
  }

  public OriginSettings withEndpoint(String newEndpoint) {
    return new OriginSettings(
        location,
        newEndpoint,
        region,
        isPathStyle,
        identityMode,
        credentials,
        assumeRoleArn,
        limits,
        acceptsCompressed);
  }

  public OriginSettings withRegion(String newRegion) {
    return new OriginSettings(
        location,
        endpoint,
        newRegion,
        isPathStyle,
        identityMode,
        credentials,
        assumeRoleArn,
        limits,
        acceptsCompressed);
  }

  public OriginSettings withPathStyle(boolean isPathStyleNow) {
    return new OriginSettings(
        location,
        endpoint,
        region,
        isPathStyleNow,
        identityMode,
        credentials,
        assumeRoleArn,
        limits,
        acceptsCompressed);
  }

  public OriginSettings withIdentityMode(IdentityMode mode) {
    return new OriginSettings(
        location,
        endpoint,
        region,
        isPathStyle,
        mode,
        credentials,
        assumeRoleArn,
        limits,
        acceptsCompressed);
  }

  /**
   * @param newAssumeRoleArn empty for none
   */
  public OriginSettings withCredentials(OriginCredentials source, String newAssumeRoleArn) {
    return new OriginSettings(
        location,
        endpoint,
        region,
        isPathStyle,
        identityMode,
        source,
        newAssumeRoleArn,
        limits,
        acceptsCompressed);
  }

  public OriginSettings withLimits(OriginLimits newLimits) {
    return new OriginSettings(
        location,
        endpoint,
        region,
        isPathStyle,
        identityMode,
        credentials,
        assumeRoleArn,
        newLimits,
        acceptsCompressed);
  }

  public OriginSettings withAcceptsCompressed(boolean acceptsCompressedNow) {
    return new OriginSettings(
        location,
        endpoint,
        region,
        isPathStyle,
        identityMode,
        credentials,
        assumeRoleArn,
        limits,
        acceptsCompressedNow);
  }

  private static void requireUnset(String key, boolean isUnset, OriginLocation directory) {
    if (!isUnset) {
      throw new IllegalArgumentException(key + ": has no meaning for " + directory);
    }
  }

  private static void requireEndpoint(String endpoint) {
    if (endpoint.isEmpty()) {
      return;
    }
    URI uri;
    try {
      uri = new URI(endpoint);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("endpoint: not an address: " + e.getReason(), e);
    }
    if (uri.getUserInfo() != null) {
      // Not repeated in the message: it may be a secret.
      throw new IllegalArgumentException("endpoint: must not carry a user or password");
    }
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    boolean isHttp = scheme.equals("http") || scheme.equals("https");
    boolean isHostAlone =
        uri.getHost() != null
            && uri.getPath().matches("/?")
            && uri.getQuery() == null
            && uri.getFragment() == null;
    if (!isHttp || !isHostAlone) {
      throw new IllegalArgumentException(
          "endpoint: '" + endpoint + "' is not http(s)://host[:port]");
    }
  }
}
