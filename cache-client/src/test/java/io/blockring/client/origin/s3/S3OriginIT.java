package io.blockring.client.origin.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.blockring.client.namespace.Identity;
import io.blockring.client.origin.KeyOrder;
import io.blockring.client.origin.ListPage;
import io.blockring.client.origin.ObjectMetadata;
import io.blockring.client.origin.Origin;
import io.blockring.client.origin.OriginCounters;
import io.blockring.client.origin.OriginCredentials;
import io.blockring.client.origin.OriginException;
import io.blockring.client.origin.OriginException.Kind;
import io.blockring.client.origin.OriginLimits;
import io.blockring.client.origin.OriginLocation;
import io.blockring.client.origin.OriginSettings;
import io.blockring.client.origin.Origins;
import io.blockring.client.origin.probe.Finding;
import io.blockring.client.origin.probe.OriginProbe;
import io.blockring.client.origin.probe.ProbePlan;
import io.blockring.client.origin.probe.ProbeReport;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/** Against a real S3 server that checks signatures. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class S3OriginIT {
  private static final String ACCESS_KEY = "AKIATEST";
  private static final String SECRET_KEY = "the-secret-of-the-test";
  private static final int SIZE = 9_000_000;

  private FilesystemNio2BlobStore store = new FilesystemNio2BlobStore("/");
  private S3Proxy server =
      S3Proxy.builder().blobStore(store).endpoint(URI.create("http://127.0.0.1:0")).build();
  private final OriginCounters counters = new OriginCounters();
  private Origin origin = Origins.open(OriginSettings.at("file:///"));
  private final byte[] content = new byte[SIZE];

  @BeforeAll
  void startServer(@TempDir Path directory) throws Exception {
    store = new FilesystemNio2BlobStore(directory.toString());
    store.createContainer("bucket");
    server =
        S3Proxy.builder()
            .blobStore(store)
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V4, ACCESS_KEY, SECRET_KEY)
            .build();
    server.start();
    new Random(1).nextBytes(content);
    put("prod/model.safetensors", content);
    put("prod/empty", new byte[0]);
    put("production/other", new byte[1]);
  }

  @AfterAll
  void stopServer() throws Exception {
    server.stop();
  }

  @BeforeEach
  void open() {
    origin = Origins.open(settings(), counters);
  }

  @AfterEach
  void close() {
    origin.close();
  }

  private OriginSettings settings() {
    return at("s3://bucket/prod");
  }

  private OriginSettings at(String location) {
    return OriginSettings.at(location)
        .withEndpoint("http://127.0.0.1:" + server.getPort())
        .withPathStyle(true)
        .withCredentials(new OriginCredentials.Given(ACCESS_KEY, SECRET_KEY, null), "");
  }

  private void put(String key, byte[] bytes) throws Exception {
    store.putBlob(
        PutObjectRequest.builder()
            .bucket("bucket")
            .key(key)
            .contentLength((long) bytes.length)
            .build(),
        new ByteArrayInputStream(bytes));
  }

  @Test
  void an_object_is_read_by_its_first_bytes_and_ranges_of_that_version() throws Exception {
    Identity identity;
    try (Origin.Body first = origin.getFirst("model.safetensors", 4 << 20, in(10_000))) {
      assertThat(readAll(first)).isEqualTo(Arrays.copyOf(content, 4 << 20));
      assertThat(first.metadata()).isEqualTo(origin.head("model.safetensors", in(10_000)));
      assertThat(first.metadata().size()).isEqualTo(SIZE);
      identity = Objects.requireNonNull(first.metadata().identity());
    }
    try (Origin.Body rest =
        origin.getRange(
            "model.safetensors", identity, SIZE, 4 << 20, SIZE - (4 << 20), in(10_000))) {
      assertThat(readAll(rest)).isEqualTo(Arrays.copyOfRange(content, 4 << 20, SIZE));
    }
  }

  @Test
  void many_readers_at_once_get_their_own_bytes_within_the_limit() throws Exception {
    try (Origin bounded =
            Origins.open(
                settings().withLimits(OriginLimits.DEFAULT.withMaxConcurrentRequests(4)),
                counters);
        var readers = Executors.newVirtualThreadPerTaskExecutor()) {
      Identity identity = identity(bounded.head("model.safetensors", in(10_000)));
      List<Future<byte[]>> parts = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        int offset = i * 100_000;
        parts.add(
            readers.submit(
                () -> {
                  try (Origin.Body body =
                      bounded.getRange(
                          "model.safetensors", identity, SIZE, offset, 100_000, in(30_000))) {
                    return readAll(body);
                  }
                }));
      }
      for (int i = 0; i < parts.size(); i++) {
        assertThat(parts.get(i).get())
            .isEqualTo(Arrays.copyOfRange(content, i * 100_000, (i + 1) * 100_000));
      }
    }
    assertThat(counters.inFlight()).isZero();
  }

  @Test
  void an_overwritten_or_deleted_object_is_changed() throws Exception {
    put("prod/changing", new byte[] {1, 2, 3});
    Identity identity = identity(origin.head("changing", in(10_000)));
    put("prod/changing", new byte[] {4, 5, 6});

    assertFails(
        Kind.CHANGED, () -> origin.getRange("changing", identity, 3, 0, 3, in(10_000)), "412");
    assertThat(counters.ignoredPreconditions()).isZero();

    store.removeBlob("bucket", "prod/changing");
    assertFails(
        Kind.CHANGED, () -> origin.getRange("changing", identity, 3, 0, 3, in(10_000)), "404");
    assertFails(Kind.NOT_FOUND, () -> origin.getFirst("changing", 3, in(10_000)), "NoSuchKey");
    assertFails(Kind.NOT_FOUND, () -> origin.head("changing", in(10_000)));
  }

  @Test
  void an_empty_object_has_no_bytes_and_an_identity() throws Exception {
    try (Origin.Body body = origin.getFirst("empty", 4 << 20, in(10_000))) {
      assertThat(body.length()).isZero();
      assertThat(body.metadata().size()).isZero();
      assertThat(body.metadata().identity()).isNotNull();
    }
  }

  @Test
  void a_missing_bucket_is_told_from_a_missing_key() {
    try (Origin nowhere = Origins.open(at("s3://nowhere"))) {
      assertFails(Kind.NO_BUCKET, () -> nowhere.head("key", in(10_000)), "nowhere");
      assertFails(Kind.NO_BUCKET, () -> nowhere.getFirst("key", 1, in(10_000)), "NoSuchBucket");
      assertFails(Kind.NO_BUCKET, () -> nowhere.list("", "", null, 1, in(10_000)), "NoSuchBucket");
    }
    assertFails(Kind.NOT_FOUND, () -> origin.head("missing", in(10_000)), "prod/missing");
  }

  @Test
  void a_wrong_secret_is_denied_with_the_servers_code() {
    OriginCredentials wrong = new OriginCredentials.Given(ACCESS_KEY, "wrong", null);
    try (Origin denied = Origins.open(settings().withCredentials(wrong, ""))) {
      assertFails(
          Kind.DENIED,
          () -> denied.getFirst("model.safetensors", 1, in(10_000)),
          "SignatureDoesNotMatch");
      assertFails(
          Kind.DENIED, () -> denied.list("", "", null, 1, in(10_000)), "SignatureDoesNotMatch");
      assertFails(Kind.DENIED, () -> denied.head("model.safetensors", in(10_000)), "403");
    }
  }

  @Test
  void keys_from_profile_files_and_variables_are_accepted(@TempDir Path secrets) throws Exception {
    Path profile =
        Files.writeString(
            secrets.resolve("credentials"),
            "[team]\naws_access_key_id=" + ACCESS_KEY + "\naws_secret_access_key=" + SECRET_KEY);
    Path id = Files.writeString(secrets.resolve("id"), ACCESS_KEY);
    Path secret = Files.writeString(secrets.resolve("secret"), SECRET_KEY + "\n");
    Map<String, String> env = Map.of("ID", ACCESS_KEY, "SECRET", SECRET_KEY);
    for (OriginCredentials credentials :
        List.of(
            new OriginCredentials.Profile("team", profile),
            new OriginCredentials.KeyFiles(id, secret, null),
            new OriginCredentials.Environment("ID", "SECRET", null))) {
      OriginSettings settings = settings().withCredentials(credentials, "");
      try (Origin opened =
          S3Origin.open(
              (OriginLocation.Bucket) settings.location(), settings, counters, env::get)) {
        assertThat(opened.head("model.safetensors", in(10_000)).size())
            .as(credentials.toString())
            .isEqualTo(SIZE);
      }
    }
  }

  @Test
  void listings_fold_and_page_as_a_plain_set_would() throws Exception {
    TreeSet<String> keys = new TreeSet<>(KeyOrder.UTF_8);
    for (String key :
        List.of(
            "list/a.b",
            "list/a/1",
            "list/a/2",
            "list/a/b/3",
            "list/a0",
            "list/b/4",
            "list/c",
            "list/é",
            "list/ü/5",
            "list/z+ %25&",
            "list/😀")) {
      put("prod/" + key, new byte[3]);
      keys.add(key);
    }
    for (String delimiter : List.of("", "/")) {
      for (String prefix : List.of("list/", "list/a", "list/a/", "list/nothing")) {
        for (int maxKeys : new int[] {1, 2, 3, 100}) {
          assertThat(pages(prefix, delimiter, maxKeys))
              .as("prefix '%s' delimiter '%s' by %d", prefix, delimiter, maxKeys)
              .isEqualTo(plain(keys, prefix, delimiter));
        }
      }
    }
    ListPage.Entry entry = origin.list("list/c", "", null, 1, in(10_000)).entries().getFirst();
    ObjectMetadata head = origin.head("list/c", in(10_000));
    assertThat(entry.size()).isEqualTo(3);
    assertThat(entry.etag()).isEqualTo(head.etag());
    assertThat(entry.lastModifiedEpochMillis() / 1000)
        .isEqualTo(head.lastModifiedEpochMillis() / 1000);
  }

  @Test
  void a_server_with_another_order_is_broken_instead_of_losing_names() throws Exception {
    // This one sorts by UTF-16: a surrogate pair comes before U+FFFD.
    put("disorder/\uFFFD", new byte[1]);
    put("disorder/😀", new byte[1]);
    try (Origin disorder = Origins.open(at("s3://bucket/disorder"), counters)) {
      assertFails(
          Kind.BROKEN, () -> disorder.list("", "", null, 100, in(10_000)), "not in key order");
      ListPage first = disorder.list("", "", null, 1, in(10_000));
      assertFails(
          Kind.BROKEN,
          () -> disorder.list("", "", first.nextStartAfter(), 1, in(10_000)),
          "not in key order");
    }
  }

  @Test
  void the_mounts_prefix_is_a_directory_and_not_just_the_beginning_of_keys() throws Exception {
    assertThat(origin.list("", "/", null, 100, in(10_000)).entries())
        .extracting(ListPage.Entry::name)
        .contains("model.safetensors")
        .noneMatch(name -> name.contains("other"));
  }

  @Test
  void keys_that_sign_differently_elsewhere_are_read() throws Exception {
    for (String key : List.of("a b+c%d", "q?x=1&y#z", "é/😀", "(x)*!'~", "x=1,2;3:4@5$6")) {
      put("prod/odd/" + key, content);
      try (Origin.Body body = origin.getFirst("odd/" + key, 1000, in(10_000))) {
        assertThat(readAll(body)).as(key).isEqualTo(Arrays.copyOf(content, 1000));
      }
    }
  }

  @Test
  void a_probe_finds_nothing_wrong_and_recommends_what_is_set() {
    ProbeReport report = new OriginProbe().run(settings(), ProbePlan.DEFAULT);

    assertThat(report.isUsable()).as(report.toString()).isTrue();
    assertThat(report.findings())
        .filteredOn(f -> f.verdict() == Finding.Verdict.OK)
        .extracting(Finding::check)
        .contains(
            "path-style",
            "list",
            "list-order",
            "get",
            "head",
            "identity",
            "range",
            "if-match",
            "speed");
    assertThat(report.key()).isEqualTo("model.safetensors");
    assertThat(report.speed().bytesPerSecond()).isPositive();
    assertThat(report.recommended().isPathStyle()).isTrue();
  }

  private List<String> pages(String prefix, String delimiter, int maxKeys) throws OriginException {
    List<String> names = new ArrayList<>();
    String after = "";
    ListPage page;
    do {
      page = origin.list(prefix, delimiter, after, maxKeys, in(10_000));
      page.entries().forEach(e -> names.add(e.name()));
      after = page.nextStartAfter();
    } while (!page.isLast());
    return names;
  }

  private static List<String> plain(TreeSet<String> keys, String prefix, String delimiter) {
    return keys.stream()
        .filter(key -> key.startsWith(prefix))
        .map(
            key -> {
              int at = delimiter.isEmpty() ? -1 : key.indexOf(delimiter, prefix.length());
              return at < 0 ? key : key.substring(0, at + 1);
            })
        .distinct()
        .collect(Collectors.toList());
  }

  private static Identity identity(ObjectMetadata metadata) {
    return Objects.requireNonNull(metadata.identity());
  }

  private static byte[] readAll(Origin.Body body) throws OriginException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    ByteBuffer buffer = ByteBuffer.allocateDirect(256 * 1024);
    while (body.read(buffer.clear()) >= 0) {
      byte[] some = new byte[buffer.flip().remaining()];
      buffer.get(some);
      all.writeBytes(some);
    }
    return all.toByteArray();
  }

  private static void assertFails(Kind kind, ThrowingCallable call, String... messageParts) {
    OriginException e = catchThrowableOfType(OriginException.class, call);
    assertThat(e).isNotNull();
    assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind);
    for (String part : messageParts) {
      assertThat(e.getMessage()).contains(part);
    }
  }

  private static long in(long millis) {
    return System.nanoTime() + millis * 1_000_000;
  }
}
