package io.blockring.node.http.s3;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;

/** The Vert.x that all tests of this JVM share, as a node's edges do. */
final class TestVertx {
  static final Vertx SHARED =
      Vertx.vertx(
          new VertxOptions()
              .setEventLoopPoolSize(2)
              .setPreferNativeTransport(true)
              .setUseDaemonThread(true));

  private TestVertx() {}
}
