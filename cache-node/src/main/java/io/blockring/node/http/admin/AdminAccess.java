package io.blockring.node.http.admin;

import io.blockring.node.security.ApiKey;
import io.blockring.node.security.ApiKeys;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask what at the admin port. A web page that somebody has open may send requests here too:
 * what it can do without a key is stopped by the names in Host and Origin. Safe for many threads.
 */
public final class AdminAccess {
  private static final String BEARER = "bearer ";

  /** Everything that a key with paths may ask; of it, only what its paths allow is told. */
  private static final Set<String> FOR_LIMITED =
      Set.of(
          "/api/v1/status",
          "/api/v1/nodes",
          "/api/v1/mounts",
          "/api/v1/list",
          "/api/v1/stat",
          "/api/v1/object");

  private final Supplier<ApiKeys> keys;
  private final boolean areMetricsOpen;
  private final Set<String> hostNames;
  private final FailedLogins failedLogins = new FailedLogins(System::nanoTime);

  /**
   * @param keys as they are now; without any, everybody may do everything
   * @param areMetricsOpen whether metrics need no token
   * @param hostNames under which this port is known, besides addresses and names without a dot
   */
  public AdminAccess(Supplier<ApiKeys> keys, boolean areMetricsOpen, Set<String> hostNames) {
    this.keys = keys;
    this.areMetricsOpen = areMetricsOpen;
    this.hostNames =
        hostNames.stream()
            .map(name -> name.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
  }

  /** For a port without keys. */
  public static AdminAccess ofAnyone() {
    return new AdminAccess(() -> ApiKeys.NONE, false, Set.of());
  }

  /** Who asks; throws when nobody may ask like this. */
  ApiKey admit(HttpServerRequest request, Route route) throws ApiException {
    requireSameOrigin(request);
    if (isOpen(route.template())) {
      return ApiKey.ANYONE;
    }
    ApiKeys now = keys.get();
    if (now.isEmpty()) {
      requireKnownHost(request);
      return ApiKey.ANYONE;
    }
    ApiKey asker = login(request, now);
    requireAllowed(asker, route);
    return asker;
  }

  /** Static files hold nothing of the cluster; what they show they ask for with a token. */
  private boolean isOpen(String template) {
    return template.equals("/readyz")
        || template.equals("/metrics") && areMetricsOpen
        || template.equals("/")
        || template.equals("/ui")
        || template.startsWith("/ui/");
  }

  private ApiKey login(HttpServerRequest request, ApiKeys now) throws ApiException {
    String authorization = request.getHeader("authorization");
    if (authorization == null) {
      throw ApiException.unauthorized(
          "this node has keys: send the token of one as Authorization: Bearer TOKEN");
    }
    ApiKey found =
        authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)
            ? now.ofToken(authorization.substring(BEARER.length()).strip())
            : null;
    if (found == null) {
      // Only now: whoever guesses behind an address locks out nobody else there.
      String address = request.remoteAddress().hostAddress();
      failedLogins.requireFew(address);
      failedLogins.add(address);
      throw ApiException.unauthorized("no key of this node has this token");
    }
    return found;
  }

  private static void requireAllowed(ApiKey asker, Route route) throws ApiException {
    if (!route.method().equals("GET") && !asker.mayChange()) {
      throw ApiException.forbidden(
          "key " + asker.name() + " is a reader's; this takes an operator's");
    }
    if (asker.isLimited() && !FOR_LIMITED.contains(route.template())) {
      throw ApiException.forbidden(
          "key "
              + asker.name()
              + " reads "
              + String.join(", ", asker.paths())
              + " only; this tells of other paths too");
    }
  }

  /** A page of another site may send requests that change things, but says where it is from. */
  private static void requireSameOrigin(HttpServerRequest request) throws ApiException {
    String origin = request.getHeader("origin");
    boolean isRead = request.method().name().equals("GET");
    if (origin == null || isRead) {
      return;
    }
    HostAndPort here = request.authority();
    int scheme = origin.indexOf("://");
    if (here == null
        || scheme < 0
        || !origin
            .substring(scheme + 3)
            .equalsIgnoreCase(String.valueOf(request.getHeader("host")))) {
      throw ApiException.forbidden("pages of " + origin + " may not change anything here");
    }
  }

  /**
   * A page whose own name is made to lead here (DNS rebinding) is of our origin to a browser. Its
   * name is one that somebody registered, so it has a dot, and is not among ours.
   */
  private void requireKnownHost(HttpServerRequest request) throws ApiException {
    HostAndPort authority = request.authority();
    String host = authority == null ? "" : authority.host().toLowerCase(Locale.ROOT);
    boolean isKnown =
        !host.isEmpty() && (host.indexOf('.') < 0 || isAddress(host) || hostNames.contains(host));
    if (!isKnown) {
      throw ApiException.badHost(
          "this node is not known as '" + host + "': add it to security.hostNames if it is");
    }
  }

  private static boolean isAddress(@Nullable String host) {
    try {
      InetAddress.ofLiteral(String.valueOf(host));
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
