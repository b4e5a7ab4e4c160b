package io.blockring.node.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.blockring.client.Namespace;
import io.blockring.client.cluster.BlockChecksums;
import io.blockring.client.cluster.ControlAddress;
import io.blockring.client.cluster.ControlClient;
import io.blockring.client.cluster.ControlException;
import io.blockring.client.cluster.FilledBlock;
import io.blockring.client.cluster.OfferAnswer;
import io.blockring.client.cluster.OfferedBlock;
import io.blockring.client.cluster.Resolved;
import io.blockring.client.cluster.Topology;
import io.blockring.client.credentials.PeerAdmission;
import io.blockring.client.credentials.PeerCredentials;
import io.blockring.client.credentials.PeerTls;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.manifest.Manifest;
import io.blockring.client.namespace.Identity;
import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.ObjectName;
import io.blockring.client.namespace.Version;
import io.blockring.client.origin.ListPage;
import io.blockring.client.origin.OriginException;
import io.blockring.node.book.Book;
import io.blockring.node.config.ClusterSettings;
import io.blockring.node.config.StartException;
import io.blockring.node.membership.BookAlone;
import io.blockring.node.membership.Cluster;
import io.blockring.node.membership.MemberAddress;
import io.blockring.node.security.Certificates;
import io.blockring.wire.v1.BookExchange;
import io.blockring.wire.v1.FigureSample;
import io.blockring.wire.v1.FiguresRequest;
import io.blockring.wire.v1.KeepBlocksReply;
import io.blockring.wire.v1.KeepBlocksRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.roaringbitmap.RoaringBitmap;

class ControlPortTest {
  private static final ControlServer.Limits LIMITS =
      new ControlServer.Limits(4, 8, Duration.ofSeconds(2));
  private static final Duration DEADLINE = Duration.ofSeconds(10);
  private static final Namespace.Mount MOUNT = FakeControlService.MOUNT;

  @TempDir Path directory;
  private final FakeControlService service = new FakeControlService();
  private final ControlClient client = new ControlClient();
  private Cluster cluster;
  private ControlServer server;
  private ControlAddress address;

  @BeforeEach
  void start() throws Exception {
    ClusterSettings settings =
        new ClusterSettings("test", List.of(), 1, Duration.ofMinutes(1), 10, 20_000, 0);
    cluster =
        new Cluster(
            "gpu-01",
            settings,
            Book.open(directory.resolve("book"), "gpu-01"),
            new BookAlone(),
            client::exchange,
            List::of,
            DEADLINE);
    server = newServer(0);
    int port = server.start();
    address = new ControlAddress("127.0.0.1", port);
    cluster.start(() -> 5, "a", new MemberAddress("127.0.0.1", 7071, port, 7070, 7073));
  }

  private ControlServer newServer(int port) {
    return new ControlServer(
        "127.0.0.1",
        port,
        PeerAdmission.everyone(),
        LIMITS,
        new ControlCalls("test", cluster, service, service, DEADLINE));
  }

  @AfterEach
  void stop() {
    cluster.close();
    server.close();
    client.close();
  }

  private PeerCredentials ofSecret(String secret) throws IOException {
    Path file = Files.writeString(directory.resolve("secret-" + secret.charAt(0)), secret);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return PeerCredentials.ofClusterSecret(file, "test");
  }

  @Test
  void with_a_cluster_secret_only_who_has_it_is_answered() throws Exception {
    PeerCredentials members = ofSecret("0123456789-0123456789-0123456789");
    PeerCredentials strangers = ofSecret("9876543210-9876543210-9876543210");
    try (ControlServer closed =
        new ControlServer(
            "127.0.0.1",
            0,
            PeerAdmission.of(members),
            LIMITS,
            new ControlCalls("test", cluster, service, service, DEADLINE))) {
      ControlAddress there = new ControlAddress("127.0.0.1", closed.start());
      try (ControlClient member = new ControlClient(members);
          ControlClient stranger = new ControlClient(strangers)) {
        assertThat(member.topology(there, DEADLINE).cluster()).isEqualTo("test");
        for (ControlClient refused : List.of(client, stranger)) {
          assertThatThrownBy(() -> refused.topology(there, DEADLINE))
              .isInstanceOf(ControlException.class)
              .hasMessageContaining("UNAUTHENTICATED: this port answers members of its cluster");
          assertThatThrownBy(
                  () -> refused.exchange(there, BookExchange.getDefaultInstance(), DEADLINE))
              .hasMessageContaining("UNAUTHENTICATED");
        }
        assertThat(closed.runningCalls()).isZero();
      }
    }
  }

  @Test
  void with_certificates_only_who_has_one_of_the_authority_is_answered() throws Exception {
    Certificates ours = new Certificates(directory.resolve("ours"));
    Certificates others = new Certificates(directory.resolve("others"));
    PeerCredentials members =
        PeerCredentials.ofCertificate(ours.issue("node"), ours.key("node"), ours.ca);
    PeerCredentials strangers =
        PeerCredentials.ofCertificate(others.issue("node"), others.key("node"), ours.ca);
    try (ControlServer closed =
        new ControlServer(
            "127.0.0.1",
            0,
            PeerAdmission.of(members),
            LIMITS,
            new ControlCalls("test", cluster, service, service, DEADLINE))) {
      ControlAddress there = new ControlAddress("127.0.0.1", closed.start());
      try (ControlClient member = new ControlClient(members);
          ControlClient stranger = new ControlClient(strangers)) {
        assertThat(member.topology(there, DEADLINE).cluster()).isEqualTo("test");
        for (ControlClient refused : List.of(client, stranger)) {
          assertThatThrownBy(() -> refused.topology(there, DEADLINE))
              .isInstanceOfSatisfying(
                  ControlException.class,
                  e -> assertThat(e.kind()).isEqualTo(ControlException.Kind.SILENT));
        }
      }
    }
  }

  @Test
  void with_certificates_tls_is_1_3_and_a_session_ends_after_10_minutes() throws Exception {
    Certificates ours = new Certificates(directory.resolve("ours"));
    PeerTls tls = PeerTls.open(ours.issue("node"), ours.key("node"), ours.ca);
    assertThat(ControlServer.encrypted(tls).sessionTimeout()).isEqualTo(600);
    SSLContext member = SSLContext.getInstance("TLS");
    member.init(new KeyManager[] {tls.identity()}, new TrustManager[] {tls.authority()}, null);
    try (ControlServer closed =
        new ControlServer(
            "127.0.0.1",
            0,
            new PeerAdmission.ByCertificate(tls),
            LIMITS,
            new ControlCalls("test", cluster, service, service, DEADLINE))) {
      int port = closed.start();
      handshake(member, port, "TLSv1.3");
      assertThatThrownBy(() -> handshake(member, port, "TLSv1.2"))
          .isInstanceOf(SSLHandshakeException.class)
          .hasMessageContaining("protocol_version");
    }
  }

  private static void handshake(SSLContext context, int port, String protocol) throws IOException {
    try (SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port)) {
      socket.setSoTimeout((int) DEADLINE.toMillis());
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setProtocols(new String[] {protocol});
      parameters.setApplicationProtocols(new String[] {"h2"});
      socket.setSSLParameters(parameters);
      socket.startHandshake();
    }
  }

  @Test
  @Timeout(30)
  void one_connection_more_than_may_be_open_is_closed_until_another_ends() throws Exception {
    List<ControlClient> clients = new ArrayList<>();
    try (ControlClient late = new ControlClient()) {
      for (int i = 0; i < 4; i++) {
        clients.add(new ControlClient());
        clients.getLast().topology(address, DEADLINE);
      }
      assertThat(server.openConnections()).isEqualTo(4);
      assertThatThrownBy(() -> late.topology(address, Duration.ofSeconds(2)))
          .isInstanceOf(ControlException.class);
      assertThat(server.openConnections()).isEqualTo(4);
    } finally {
      clients.forEach(ControlClient::close);
    }
    while (server.openConnections() > 0) {
      Thread.sleep(20);
    }
    assertThat(client.topology(address, DEADLINE).cluster()).isEqualTo("test");
  }

  @Test
  void a_connection_that_never_says_a_word_is_closed() throws Exception {
    try (Socket silent = new Socket("127.0.0.1", address.port())) {
      silent.setSoTimeout(20_000);
      assertThat(silent.getInputStream().readAllBytes()).as("all until the end").isNotNull();
    }
  }

  @Test
  void topology_names_members_mounts_and_the_same_ring() throws Exception {
    cluster.setBypass("models", Long.MAX_VALUE);
    Topology topology = client.topology(address, DEADLINE);

    assertThat(topology.cluster()).isEqualTo("test");
    assertThat(topology.ring().fingerprint())
        .isEqualTo(topology.ringFingerprint())
        .isEqualTo(cluster.view().ring().fingerprint());
    assertThat(topology.members())
        .containsExactly(
            new Topology.Member(
                "gpu-01",
                5,
                "a",
                "127.0.0.1",
                7071,
                address.port(),
                7070,
                7073,
                true,
                0,
                0,
                false));
    assertThat(topology.mounts()).containsExactly(new Topology.Mount(MOUNT, Long.MAX_VALUE));
  }

  @Test
  void open_carries_intent_freshness_and_scope_there_and_the_version_back() throws Exception {
    ReadScope scope = ReadScope.forReader(5000);
    Resolved resolved = client.open(address, MOUNT.id(), "k", Namespace.Intent.STAT, true, scope);

    assertThat(resolved.metadata().identity())
        .isEqualTo(new Identity(Identity.Kind.ETAG, "\"STATtrue\""));
    assertThat(resolved.metadata().size()).isEqualTo(7);
    assertThat(resolved.fresh()).isEqualTo(Duration.ofSeconds(30));
    assertThat(service.scopes())
        .singleElement()
        .satisfies(seen -> assertThat(seen.traceId()).isEqualTo(scope.traceId()))
        .satisfies(seen -> assertThat(seen.remainingMillis()).isBetween(1L, 5000L));
    assertThat(open("weak").metadata().identity()).isNull();
  }

  @Test
  void a_manifest_comes_with_the_open_unless_the_caller_has_it() throws Exception {
    ReadScope scope = ReadScope.forReader(5000);
    Manifest told = FakeControlService.MANIFEST;
    Manifest first =
        Objects.requireNonNull(
            client
                .open(address, MOUNT.id(), "proved", Namespace.Intent.READ, false, scope)
                .manifest());
    assertThat(first.stamp()).isEqualTo(told.stamp());
    assertThat(first.crc32c(1)).isEqualTo(told.crc32c(1));
    assertThat(first.knows(0)).isFalse();
    Resolved again =
        client.open(
            address, MOUNT.id(), "proved", Namespace.Intent.READ, false, told.stamp(), scope);
    assertThat(again.manifest()).isNull();
    assertThat(open("k").manifest()).isNull();
  }

  @Test
  void reports_of_filled_blocks_and_drops_get_through() throws Exception {
    Version version = version(9 << 20);
    List<BlockChecksums> sent =
        List.of(
            new BlockChecksums(version, 0, -1, true, -2L),
            new BlockChecksums(version, 2, 7, true, 8L),
            new BlockChecksums(version(5 << 20), 1, 9, false, 0));
    assertThat(client.report(address, "gpu-02", sent, DEADLINE)).containsExactly(MOUNT.id());
    assertThat(service.reports()).isEqualTo(sent);
    assertThat(client.dropVersion(address, version, DEADLINE)).isEqualTo(3);
  }

  @Test
  void offers_and_what_became_of_them_get_through() throws Exception {
    OfferedBlock first = new OfferedBlock(version(9 << 20).block(1), 4 << 20, -5, -7, false);
    OfferedBlock last = new OfferedBlock(version(5 << 20).block(0), 1, 5, 7, true);
    OfferAnswer answer = client.offer(address, "gpu-02", List.of(first, last), DEADLINE);
    assertThat(answer.outcomes())
        .containsExactly(OfferAnswer.Outcome.HAD, OfferAnswer.Outcome.MOVED);
    assertThat(answer.reason()).isEqualTo("gpu-02 offered " + last);
  }

  private static Version version(long size) {
    return new Version(
        new ObjectName(MOUNT.id(), "k" + size),
        new Identity(Identity.Kind.ETAG, "\"e\""),
        size,
        MOUNT.blockBytes());
  }

  @Test
  void a_slow_bucket_is_waited_for_beyond_the_silence_that_gives_a_node_up() throws Exception {
    Resolved resolved =
        client.open(
            address, MOUNT.id(), "slow", Namespace.Intent.READ, false, ReadScope.forReader(20_000));
    assertThat(resolved.metadata().size()).isEqualTo(7);
  }

  @Test
  void a_node_that_accepts_and_says_nothing_is_given_up_long_before_the_readers_deadline()
      throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 8, InetAddress.getByName("127.0.0.1"))) {
      ControlAddress nobody = new ControlAddress("127.0.0.1", silent.getLocalPort());
      ReadScope scope = ReadScope.forReader(60_000);
      ControlException e =
          catchThrowableOfType(
              ControlException.class,
              () -> client.open(nobody, MOUNT.id(), "k", Namespace.Intent.READ, false, scope));
      assertThat(e.kind()).isEqualTo(ControlException.Kind.SILENT);
      assertThat(e).hasMessageContaining("no sign of life");
      assertThat(scope.remainingMillis()).isGreaterThan(30_000);
    }
  }

  @Test
  void a_caller_whose_time_is_over_says_nothing_about_the_node() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 8, InetAddress.getByName("127.0.0.1"))) {
      ControlAddress slow = new ControlAddress("127.0.0.1", silent.getLocalPort());
      ReadScope scope = ReadScope.forReader(100);
      ControlException e =
          catchThrowableOfType(
              ControlException.class,
              () -> client.open(slow, MOUNT.id(), "k", Namespace.Intent.READ, false, scope));
      assertThat(e.kind()).isEqualTo(ControlException.Kind.GIVEN_UP);
    }
  }

  @Test
  void what_the_bucket_said_arrives_as_it_was_said() {
    assertThat(trouble("missing").kind()).isEqualTo(OriginException.Kind.NOT_FOUND);
    assertThat(trouble("denied")).hasMessage("bucket b: 403");
    assertThat(trouble("denied").kind()).isEqualTo(OriginException.Kind.DENIED);
    assertThat(trouble("throttled").retryAfter()).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void wrong_requests_are_refused_with_the_reason_and_crashes_are_not_the_callers_fault() {
    ReadScope scope = ReadScope.forReader(5000);
    MountId stranger = MountId.of("s3://other", "", 4 << 20, "auto");
    ControlException refused =
        catchThrowableOfType(
            ControlException.class,
            () -> client.open(address, stranger, "k", Namespace.Intent.READ, false, scope));
    assertThat(refused.kind()).isEqualTo(ControlException.Kind.REFUSED);
    assertThat(refused).hasMessageContaining("no mount with id " + stranger);

    ControlException crashed = catchThrowableOfType(ControlException.class, () -> open("crash"));
    assertThat(crashed.kind()).isEqualTo(ControlException.Kind.UNAVAILABLE);
    assertThat(crashed).hasMessageContaining(address.toString());
  }

  @Test
  void lists_residency_and_fills_pass_through() throws Exception {
    ReadScope scope = ReadScope.forReader(5000);
    ListPage page = client.list(address, MOUNT.id(), "p/", "/", "", 10, scope);
    assertThat(page.entries()).extracting(ListPage.Entry::name).containsExactly("p/a", "p/d/");
    assertThat(page.nextStartAfter()).isEqualTo("p/d");
    assertThatThrownBy(() -> client.list(address, MOUNT.id(), "denied", "", "", 10, scope))
        .isInstanceOf(OriginException.class);
    assertThatThrownBy(() -> client.list(address, MOUNT.id(), "", "", "", 10_001, scope))
        .isInstanceOf(ControlException.class)
        .hasMessageContaining("10001");

    Version version =
        new Version(
            new ObjectName(MOUNT.id(), "k"),
            new Identity(Identity.Kind.ETAG, "\"e\""),
            100,
            MOUNT.blockBytes());
    assertThat(client.residency(address, version, DEADLINE).toArray())
        .containsExactly(0, 2, 100_000);
    RoaringBitmap blocks = RoaringBitmap.bitmapOf(0, 5, 70_000);
    assertThat(
            client.keepBlocks(address, version, blocks, KeepBlocksRequest.Action.EVICT, DEADLINE))
        .isEqualTo(
            KeepBlocksReply.newBuilder()
                .setDone(3)
                .setDoneBytes(7)
                .setAbsent(1)
                .setRefused(2)
                .setReason("EVICT of 100")
                .build());
    assertThat(client.unpinAll(address, DEADLINE).getDone()).isEqualTo(9);
    assertThatThrownBy(
            () ->
                client.keepBlocks(
                    address, version, blocks, KeepBlocksRequest.Action.NONE, DEADLINE))
        .isInstanceOf(ControlException.class)
        .hasMessageContaining("PIN, UNPIN, EVICT");
    List<FilledBlock> filled = new ArrayList<>();
    client.fill(address, version, List.of(3, 1), scope, filled::add);
    assertThat(filled)
        .containsExactly(
            new FilledBlock(3, FilledBlock.Outcome.FETCHED, ""),
            new FilledBlock(1, FilledBlock.Outcome.NO_SPACE, "full"));
  }

  @Test
  void refuses_the_book_of_another_cluster() {
    BookExchange foreign = BookExchange.newBuilder().setCluster("prod").setFromMember("x").build();
    assertThatThrownBy(() -> client.exchange(address, foreign, DEADLINE))
        .isInstanceOf(ControlException.class)
        .hasMessageContaining("this is cluster 'test'")
        .hasMessageContaining("'prod'");
  }

  @Test
  void a_port_in_use_names_port_and_setting() {
    assertThatThrownBy(() -> newServer(address.port()).start())
        .isInstanceOf(StartException.class)
        .hasMessageContaining("127.0.0.1:" + address.port())
        .hasMessageContaining("another process has it")
        .hasMessageContaining("ports.control");
  }

  private Resolved open(String key) throws Exception {
    return client.open(
        address, MOUNT.id(), key, Namespace.Intent.READ, false, ReadScope.forReader(5000));
  }

  private OriginException trouble(String key) {
    return catchThrowableOfType(OriginException.class, () -> open(key));
  }

  @Test
  void figures_carry_the_window_there_and_the_samples_back() throws Exception {
    FiguresRequest request = FiguresRequest.newBuilder().setWindowMillis(30_000).build();
    assertThat(client.figures(address, request, DEADLINE).getSamplesList())
        .containsExactly(FigureSample.newBuilder().setAgeMillis(30_000).setSsdBytes(7).build());
    assertThat(client.cancelWarmup(address, "w-1", DEADLINE).getState()).isEqualTo("cancelled");
    assertThat(
            catchThrowableOfType(
                    ControlException.class, () -> client.cancelWarmup(address, "missing", DEADLINE))
                .kind())
        .isEqualTo(ControlException.Kind.REFUSED);
  }
}
