package io.blockring.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockring.cachectl.CommandFailure;
import io.blockring.cachectl.ExitCode;
import io.blockring.cachectl.admin.Address;
import io.blockring.cachectl.admin.AdminClient;
import io.blockring.cachectl.admin.Json;
import io.blockring.cachectl.admin.Login;
import io.blockring.cachectl.admin.Request;
import io.blockring.client.CacheClient;
import io.blockring.client.CacheClientSettings;
import io.blockring.client.OpenObject;
import io.blockring.client.cluster.ControlAddress;
import io.blockring.client.credentials.PeerAuthority;
import io.blockring.client.credentials.PeerCredentials;
import io.blockring.client.ladder.ReadScope;
import io.blockring.demo.Await;
import io.blockring.demo.Certificates;
import io.blockring.demo.ClusterPlan;
import io.blockring.demo.LocalCluster;
import io.blockring.demo.LocalNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Nobody gets a byte or changes a thing without credentials, and everybody else does as before. */
@Timeout(240)
class SecurityIT {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final String OPERATOR = "operators-token-operators-token";
  private static final String SECRET = "0123456789-0123456789-0123456789";
  private static final String KEYS =
      """
      keys:
        trainer: {accessKeyId: TRAINER, secretAccessKey: trainers-secret-key}
        oncall: {role: operator, token: %s}
        grafana: {token: readers-token-readers-token}
      """
          .formatted(OPERATOR);

  @TempDir private Path directory;
  private Certificates certificates;
  private Path certificate = Path.of("");
  private byte[] content = new byte[0];

  @BeforeEach
  void prepare() throws IOException {
    certificates = new Certificates(directory.resolve("ours"));
    certificate = certificates.issue("node");
    content = new byte[9_000_001];
    new Random(1).nextBytes(content);
    Files.createDirectories(directory.resolve("bucket"));
    Files.write(directory.resolve("bucket/model.bin"), content);
  }

  private Path secret(String name, String text) throws IOException {
    Path file = Files.writeString(directory.resolve(name), text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file;
  }

  private ClusterPlan plan(Integer... weights) throws IOException {
    return ClusterPlan.ofWeights(weights)
        .shortLived()
        .withMount(
            "models", new ClusterPlan.MountPlan("file://" + directory.resolve("bucket"), Map.of()))
        .withSetting("security.keysFile", secret("keys.yaml", KEYS).toString())
        .withSetting("security.tls.certificate", certificate.toString())
        .withSetting("security.tls.key", certificates.key("node").toString());
  }

  @Test
  void with_keys_tls_and_a_cluster_secret() throws Exception {
    Path ours = secret("secret", SECRET);
    Path other = secret("other", "9876543210-9876543210-9876543210");
    String setting = "security.cluster.tokenFile";
    try (LocalCluster cluster =
        LocalCluster.start(
            directory.resolve("nodes"), plan(1, 1).withSetting(setting, ours.toString()))) {
      awaitTwo(cluster);
      readersWithKeysRead(cluster);
      operatorsWithTokensOperate(cluster.node(1));
      membersRead(cluster, PeerCredentials.ofClusterSecret(ours, "application"));
      for (PeerCredentials stranger :
          List.of(PeerCredentials.none(), PeerCredentials.ofClusterSecret(other, "stranger"))) {
        strangersGetNothing(cluster, stranger);
      }
      ClusterPlan intruder =
          plan(1)
              .withSetting(setting, other.toString())
              .withSetting("cluster.join", "127.0.0.1:" + cluster.node(1).ports().cluster());
      try (LocalCluster outside = LocalCluster.start(directory.resolve("outside"), intruder)) {
        Await.until("a call of the intruder is refused", SOON, () -> refusedOn(cluster));
        assertThat(status(outside.node(1)).number("nodes")).isEqualTo(1);
        assertThat(status(cluster.node(1)).number("nodes")).isEqualTo(2);
      }
      for (LocalNode node : cluster.nodes()) {
        assertThat(Files.readString(node.logFile()))
            .doesNotContain(SECRET)
            .doesNotContain("trainers-secret-key")
            .doesNotContain(OPERATOR);
      }
    }
  }

  @Test
  void with_keys_tls_and_certificates_both_ways() throws Exception {
    Certificates others = new Certificates(directory.resolve("others"));
    Path theirs = others.issue("node");
    ClusterPlan plan =
        plan(1, 1)
            .withSetting("security.mtls.certificate", certificate.toString())
            .withSetting("security.mtls.key", certificates.key("node").toString())
            .withSetting("security.mtls.ca", certificates.ca.toString());
    try (LocalCluster cluster = LocalCluster.start(directory.resolve("nodes"), plan)) {
      awaitTwo(cluster);
      readersWithKeysRead(cluster);
      membersRead(
          cluster,
          PeerCredentials.ofCertificate(certificate, certificates.key("node"), certificates.ca));
      for (PeerCredentials stranger :
          List.of(
              PeerCredentials.none(),
              PeerCredentials.ofCertificate(theirs, others.key("node"), certificates.ca))) {
        strangersGetNothing(cluster, stranger);
      }
    }
  }

  private void awaitTwo(LocalCluster cluster) throws InterruptedException {
    cluster.awaitReady(SOON);
    Await.until(
        "both nodes see each other",
        SOON,
        () -> {
          for (LocalNode node : cluster.nodes()) {
            try {
              if (status(node).number("aliveNodes") != 2) {
                return node.name() + " sees " + status(node).number("aliveNodes");
              }
            } catch (CommandFailure e) {
              return e.getMessage();
            }
          }
          return null;
        });
  }

  private Json status(LocalNode node) throws CommandFailure {
    return ask(node, OPERATOR, Request.get("status"));
  }

  private Json ask(LocalNode node, String token, Request request) throws CommandFailure {
    Address address = new Address("127.0.0.1", node.ports().admin(), true);
    Login login = new Login(token, certificates.ca.toString());
    return new AdminClient(List.of(address), Duration.ofSeconds(20), login).ask(request).json();
  }

  private S3Client s3(LocalNode node, String secret) throws IOException {
    PeerAuthority authority = PeerAuthority.open(certificates.ca);
    return S3Client.builder()
        .endpointOverride(node.s3Endpoint())
        .region(Region.US_EAST_1)
        .forcePathStyle(true)
        .httpClient(
            Apache5HttpClient.builder()
                .tlsTrustManagersProvider(() -> new TrustManager[] {authority})
                .build())
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("TRAINER", secret)))
        .build();
  }

  /** Each node reads the other's blocks on the way, so the ports between them are in use. */
  private void readersWithKeysRead(LocalCluster cluster) throws IOException {
    for (LocalNode node : cluster.nodes()) {
      try (S3Client right = s3(node, "trainers-secret-key");
          S3Client wrong = s3(node, "another-secret-key")) {
        assertThat(right.getObjectAsBytes(g -> g.bucket("models").key("model.bin")).asByteArray())
            .isEqualTo(content);
        assertThatThrownBy(() -> wrong.getObjectAsBytes(g -> g.bucket("models").key("model.bin")))
            .isInstanceOfSatisfying(
                S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(403));
      }
    }
  }

  private void operatorsWithTokensOperate(LocalNode node) throws CommandFailure {
    Request change = Request.post("{\"weight\":2}", "nodes", node.name(), "weight");
    refused(node, "", Request.get("status"), "send the token");
    refused(node, "nobodys-token-nobodys-token", Request.get("status"), "no key of this node");
    refused(node, "readers-token-readers-token", change, "takes an operator's");
    assertThat(ask(node, OPERATOR, change).number("weight")).isEqualTo(2);
    Address plain = new Address("127.0.0.1", node.ports().admin());
    assertThatThrownBy(
            () ->
                new AdminClient(List.of(plain), Duration.ofSeconds(20)).ask(Request.get("status")))
        .isInstanceOf(CommandFailure.class);
  }

  private void refused(LocalNode node, String token, Request request, String because) {
    assertThatThrownBy(() -> ask(node, token, request))
        .isInstanceOfSatisfying(
            CommandFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DENIED))
        .hasMessageContaining(because);
  }

  private static CacheClientSettings settings(LocalCluster cluster, PeerCredentials shown) {
    return CacheClientSettings.of(
            new ControlAddress("127.0.0.1", cluster.node(1).ports().control()))
        .withCredentials(shown);
  }

  private void membersRead(LocalCluster cluster, PeerCredentials member) throws Exception {
    try (CacheClient client = CacheClient.connect(settings(cluster, member))) {
      ReadScope scope = ReadScope.forReader(60_000);
      OpenObject object = client.open("/models/model.bin", scope);
      ByteBuffer all = ByteBuffer.allocateDirect(content.length);
      while (all.hasRemaining()) {
        client.read(object, all.position(), all, scope);
      }
      assertThat(all.flip()).isEqualTo(ByteBuffer.wrap(content));
    }
  }

  private static void strangersGetNothing(LocalCluster cluster, PeerCredentials stranger) {
    assertThatThrownBy(() -> CacheClient.connect(settings(cluster, stranger)).close())
        .isInstanceOf(IOException.class);
  }

  /** Null as soon as a node of the cluster has said so. */
  private static @Nullable String refusedOn(LocalCluster cluster) {
    for (LocalNode node : cluster.nodes()) {
      try {
        if (Files.readString(node.logFile()).contains("not made with a secret of this cluster")) {
          return null;
        }
      } catch (IOException e) {
        return e.toString();
      }
    }
    return "no log tells of it";
  }
}
