package io.blockring.node.http;

import io.blockring.client.credentials.TlsIdentity;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.KeyCertOptions;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** TLS of the ports that people and their tools speak to: 1.2 for tools that are old, and 1.3. */
public final class ServerTls {
  private static final Set<String> PROTOCOLS = Set.of("TLSv1.3", "TLSv1.2");
  private static final long HANDSHAKE_SECONDS = 10;

  private ServerTls() {}

  /**
   * @param identity null for plain HTTP; what it holds at each handshake is what is shown
   */
  public static void apply(HttpServerOptions options, @Nullable TlsIdentity identity) {
    if (identity != null) {
      options
          .setSsl(true)
          .setKeyCertOptions(KeyCertOptions.wrap(identity))
          .setEnabledSecureTransportProtocols(PROTOCOLS)
          .setSslHandshakeTimeout(HANDSHAKE_SECONDS)
          .setSslHandshakeTimeoutUnit(TimeUnit.SECONDS)
          // Otherwise HTTP/2 is offered, which these ports do not speak.
          .setUseAlpn(false);
    }
  }
}
