package io.blockring.demo;

import java.io.PrintStream;

/** What to try while the demo stays up. */
final class DemoDirections {
  private final PrintStream out;
  private final LocalCluster cluster;
  private final DemoOrigin origin;

  DemoDirections(PrintStream out, LocalCluster cluster, DemoOrigin origin) {
    this.out = out;
    this.cluster = cluster;
    this.origin = origin;
  }

  void print() {
    out.println();
    for (LocalNode node : cluster.nodes()) {
      out.println(
          node.name()
              + "  S3 "
              + node.s3Endpoint()
              + "  admin "
              + node.adminEndpoint()
              + "  metrics "
              + node.adminEndpoint()
              + "/metrics  log "
              + node.logFile());
    }
    LocalNode first = cluster.node(1);
    String key = origin.files().entries().getFirst().key();
    out.println();
    out.println("Try:");
    out.println(
        "  aws --no-sign-request --endpoint-url " + first.s3Endpoint() + " s3 ls s3://models/");
    out.println("  curl -sD - -o /dev/null " + first.s3Endpoint() + "/models/" + key);
    out.println("  ./cachectl --address 127.0.0.1:" + first.ports().admin() + " status");
    if (origin.bucket() != null) {
      printBucket(origin.bucket());
    }
    out.println();
    out.println("Ctrl-C stops everything and removes it.");
    out.flush();
  }

  private void printBucket(EmbeddedBucket bucket) {
    BucketCredentials credentials = bucket.credentials();
    out.println("The bucket itself, with credentials that are good for this run:");
    out.println(
        "  AWS_ACCESS_KEY_ID="
            + credentials.accessKey()
            + " AWS_SECRET_ACCESS_KEY="
            + credentials.secretKey()
            + " aws --endpoint-url "
            + bucket.endpoint()
            + " s3 ls s3://"
            + bucket.name()
            + "/");
  }
}
