package io.blockring.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
  @TempDir Path directory;

  @Test
  void defaults_alone_make_a_node_on_loopback() throws Exception {
    NodeSettings settings = Settings.read(List.of(), Map.of());

    assertThat(settings.ports()).isEqualTo(new PortSettings("127.0.0.1", 7070, 7071, 7072, 7073));
    assertThat(settings.cluster().grace()).isEqualTo(Duration.ofMinutes(10));
    assertThat(settings.node().weight()).isEqualTo(new Weight(true, 0));
    assertThat(settings.weightUnits()).isEqualTo(10);
    assertThat(settings.advertisedHost()).isEqualTo("127.0.0.1");
    assertThat(settings.mounts()).isEmpty();
  }

  @Test
  void reads_every_kind_of_value_from_yaml() throws Exception {
    NodeSettings settings =
        fromYaml(
            """
            node: {stateDir: /tmp/state, weight: 7, zone: no}
            cluster:
              join: [dns:blockring.example, "file:/etc/peers", "10.0.0.1:5701"]
              grace: 90s
            store:
              disks:
                - {path: /disk0, budget: 100GiB}
                - path: /disk1
                  budget: 80%
                  freeSpaceFloor: 2GiB
            mounts:
              models:
                origin:
                  url: s3://acme-models/prod
                  pathStyle: true
                source: {url: "s3://acme-models-eu/prod", region: eu-west-1, requestTimeout: 2m}
                freshness: ttl:5m
                identity: version-id
              data.sets:
                origin: {url: "file:///data"}
              mirrored:
                source: {url: "s3://elsewhere"}
            """);

    assertThat(settings.node().zone()).isEqualTo("no");
    assertThat(settings.weightUnits()).isEqualTo(7);
    assertThat(settings.cluster().join().stream().map(JoinEntry::toString))
        .containsExactly("dns:blockring.example", "file:/etc/peers", "10.0.0.1:5701");
    assertThat(settings.cluster().grace()).isEqualTo(Duration.ofSeconds(90));
    assertThat(settings.store().disks())
        .containsExactly(
            new DiskSettings(Path.of("/disk0"), new Budget(100L << 30, 0), new ByteSize(1L << 30)),
            new DiskSettings(Path.of("/disk1"), new Budget(0, 80), new ByteSize(2L << 30)));
    assertThat(settings.mounts()).containsOnlyKeys("models", "data.sets", "mirrored");
    MountSettings models = mount(settings, "models");
    assertThat(models.freshness()).isEqualTo(new Freshness.Ttl(Duration.ofMinutes(5)));
    assertThat(models.identity()).isEqualTo(MountSettings.IdentityMode.VERSION_ID);
    assertThat(models.origin().pathStyle()).isTrue();
    assertThat(models.isMirror()).isTrue();
    assertThat(models.source().region()).isEqualTo("eu-west-1");
    assertThat(models.source().pathStyle()).isFalse();
    assertThat(models.source().requestTimeout()).hasMinutes(2);
    assertThat(mount(settings, "mirrored").origin().isGiven()).isFalse();
    assertThat(mount(settings, "data.sets").isMirror()).isFalse();
    assertThat(models.blockBytes().bytes()).isEqualTo(4 << 20);
  }

  @Test
  void flags_win_over_environment_and_environment_over_yaml() throws Exception {
    Path file =
        yaml("ports: {s3: 1, blocks: 2, control: 3}\nmounts: {a.b: {origin: {url: file:///a}}}");
    NodeSettings settings =
        Settings.read(
            List.of(
                "--ports.control=33",
                "--config",
                file.toString(),
                "--mounts.a.b.origin.region=there"),
            Map.of(
                "BLOCKRING_PORTS_CONTROL", "31",
                "BLOCKRING_PORTS_BLOCKS", "22",
                "BLOCKRING_MOUNTS_A_B_BLOCK_BYTES", "1MiB",
                "BLOCKRING_CLUSTER_JOIN", "one:1, two:2"));

    assertThat(settings.ports()).isEqualTo(new PortSettings("127.0.0.1", 1, 22, 33, 7073));
    assertThat(mount(settings, "a.b").blockBytes()).isEqualTo(new ByteSize(1 << 20));
    assertThat(mount(settings, "a.b").origin().region()).isEqualTo("there");
    assertThat(settings.cluster().join().stream().map(JoinEntry::toString))
        .containsExactly("one:1", "two:2");
  }

  @Test
  void numbered_entries_make_lists_without_a_file() throws Exception {
    NodeSettings settings =
        Settings.read(
            List.of("--store.disks.0.path=/a", "--store.disks.0.budget=1GiB"),
            Map.of("BLOCKRING_STORE_DISKS_1_PATH", "/b", "BLOCKRING_STORE_DISKS_1_BUDGET", "2GiB"));

    assertThat(settings.store().disks())
        .extracting(DiskSettings::path)
        .containsExactly(Path.of("/a"), Path.of("/b"));
  }

  @Test
  void names_the_nearest_key_and_the_place_of_an_unknown_one() throws Exception {
    Path file = yaml("node:\n  statedir: /x\nmounts:\n  sd:\n    orgin: {url: s3://bb}\n");
    SettingsException refused =
        refused(
            List.of("--config=" + file, "--ports.contrl=1", "--mounts.sd.origin=s3://bb"),
            Map.of("BLOCKRING_STORE_DISK_0_PATH", "/x"));

    assertThat(refused.problems())
        .contains(
            file + ":2: no setting is called node.statedir; the nearest is node.stateDir",
            file
                + ":5: no setting is called mounts.sd.orgin; the nearest is mounts.NAME.origin.url",
            "environment BLOCKRING_STORE_DISK_0_PATH: there is no such setting; the nearest is"
                + " BLOCKRING_STORE_DISKS_0_PATH",
            "flag --ports.contrl: there is no such setting; the nearest is --ports.control",
            "flag --mounts.sd.origin: there is no such setting; the nearest is"
                + " --mounts.NAME.origin.url");
  }

  @Test
  void lists_all_problems_at_once() throws Exception {
    Path file =
        yaml(
            """
            cluster: {grace: soon, slotBits: 40}
            ports: {s3: 99999, admin: 7071}
            memory: {size: 3 GB}
            mounts:
              m: {origin: {url: ftp://x}, blockBytes: 3MiB, replicas: 4}
              n: {freshness: always}
              o: {origin: {region: eu}, source: {url: s3://bb, maxConcurrentRequests: 0}}
              p: {origin: {url: s3://bb}, source: {url: "s3://bb/"}}
              q: {origin: s3://bb}
              r: {origin: {url: file:///bb}, source: {url: s3://cc}, mirror: {rate: 1KiB}}
            limits: [1]
            """);
    SettingsException refused =
        refused(List.of("--config=" + file, "--ports.host=0.0.0.0", "extra"), Map.of());

    assertThat(refused.problems())
        .anySatisfy(p -> assertThat(p).contains(":1: cluster.grace: 'soon' is not a duration"))
        .anySatisfy(p -> assertThat(p).contains("cluster.slotBits 40 is not between 10 and 24"))
        .anySatisfy(p -> assertThat(p).contains("ports.s3 99999 is not between"))
        .anySatisfy(p -> assertThat(p).contains("ports.admin and ports.blocks are both 7071"))
        .anySatisfy(p -> assertThat(p).contains(":3: memory.size: '3 GB' is not a size"))
        .anySatisfy(p -> assertThat(p).contains("origin.url: 'ftp://x' is neither"))
        .anySatisfy(p -> assertThat(p).contains("blockBytes 3MiB"))
        .anySatisfy(p -> assertThat(p).contains("replicas 4 of ftp://x is not 1 to 3"))
        .anySatisfy(p -> assertThat(p).contains("neither origin.url nor source.url is set"))
        .anySatisfy(p -> assertThat(p).contains("origin.url is not set, but other keys of origin"))
        .anySatisfy(p -> assertThat(p).contains("source.maxConcurrentRequests 0 is below 1"))
        .anySatisfy(p -> assertThat(p).contains("origin s3://bb and source s3://bb/ overlap"))
        .anySatisfy(p -> assertThat(p).contains("file:///bb cannot be a mirror's own bucket"))
        .anySatisfy(p -> assertThat(p).contains("mirror.rate 1KiB is below 1MiB"))
        .anySatisfy(p -> assertThat(p).contains(":9: mounts.q.origin takes keys and values (url,"))
        .anySatisfy(p -> assertThat(p).contains(":11: limits takes keys and values"))
        .anySatisfy(p -> assertThat(p).contains("argument 'extra'"));
  }

  /** Every row of the table in docs/operate/security.md. */
  @Test
  void leaves_loopback_only_with_credentials_and_encryption() throws Exception {
    String keys = "--security.keysFile=k";
    List<String> tls = List.of("--security.tls.certificate=c", "--security.tls.key=k");
    List<String> mtls =
        List.of("--security.mtls.certificate=c", "--security.mtls.key=k", "--security.mtls.ca=a");
    String trusted = "--trusted-network";
    String secret = "--security.cluster.tokenFile=t";

    assertThat(missing(List.of()))
        .contains("S3 and admin need security.keysFile")
        .contains("S3 and admin need security.tls.certificate")
        .contains("blocks and control need security.mtls.certificate")
        .contains("--insecure");
    assertThat(missing(flags(tls, mtls))).contains("keysFile").doesNotContain("need security.tls");
    assertThat(missing(flags(List.of(keys), mtls)))
        .contains("need security.tls")
        .doesNotContain("blocks and control");
    assertThat(missing(flags(List.of(keys), tls)))
        .contains("blocks and control")
        .doesNotContain("S3 and admin");
    assertThat(missing(List.of(keys, trusted)))
        .contains("blocks and control")
        .doesNotContain("S3 and admin");
    assertThat(missing(List.of(trusted, secret))).contains("keysFile").doesNotContain("blocks and");
    assertThat(missing(flags(List.of(keys, secret), tls))).contains("blocks and control");

    assertThat(missing(flags(flags(List.of(keys), tls), mtls))).isEmpty();
    assertThat(missing(List.of(keys, trusted, secret))).isEmpty();
    assertThat(missing(flags(flags(List.of(keys, trusted), tls), mtls))).isEmpty();
    assertThat(missing(List.of("--insecure"))).isEmpty();
    assertThat(Settings.read(List.of(), Map.of()).ports().isLoopback()).isTrue();
  }

  private static List<String> flags(List<String> some, List<String> more) {
    List<String> all = new ArrayList<>(some);
    all.addAll(more);
    return all;
  }

  /** What a node that shall listen everywhere says is missing. */
  private String missing(List<String> flags) throws SettingsException {
    List<String> all = flags(List.of("--ports.host=192.0.2.1"), flags);
    try {
      Settings.read(all, Map.of());
      return "";
    } catch (SettingsException e) {
      assertThat(e.problems()).singleElement().asString().contains("192.0.2.1 is not loopback");
      return e.problems().getFirst();
    }
  }

  @Test
  void refuses_half_a_certificate_and_two_ways_for_one_purpose() {
    assertThat(refused(List.of("--security.tls.key=k"), Map.of())).hasMessageContaining("together");
    assertThat(refused(List.of("--security.mtls.ca=a"), Map.of())).hasMessageContaining("together");
    assertThat(
            refused(
                List.of(
                    "--security.mtls.ca=a",
                    "--security.mtls.key=k",
                    "--security.mtls.certificate=c",
                    "--security.cluster.tokenFile=t"),
                Map.of()))
        .hasMessageContaining("two ways for one purpose");
  }

  @Test
  void takes_secrets_from_the_environment_only_and_never_prints_them() throws Exception {
    Path file =
        yaml("mounts: {m: {origin: {url: s3://bb, credentials: {secretAccessKey: hunter2}}}}");
    SettingsException refused =
        refused(
            List.of("--config=" + file, "--mounts.m.origin.credentials.sessionToken=hunter3"),
            Map.of());
    assertThat(refused)
        .hasMessageContaining("BLOCKRING_MOUNTS_M_ORIGIN_CREDENTIALS_SECRET_ACCESS_KEY")
        .hasMessageContaining("BLOCKRING_MOUNTS_M_ORIGIN_CREDENTIALS_SESSION_TOKEN");
    assertThat(refused.getMessage()).doesNotContain("hunter");

    NodeSettings settings =
        Settings.read(
            List.of(
                "--mounts.m.origin.url=s3://bb", "--mounts.m.origin.credentials.accessKeyId=AK"),
            Map.of("BLOCKRING_MOUNTS_M_ORIGIN_CREDENTIALS_SECRET_ACCESS_KEY", "hunter2"));
    assertThat(mount(settings, "m").origin().credentials().secretAccessKey().reveal())
        .isEqualTo("hunter2");
    assertThat(settings.toString()).doesNotContain("hunter2");
  }

  @Test
  void says_where_a_file_is_not_yaml_and_what_is_given_twice() throws Exception {
    Path broken = yaml("ports:\n  s3: [1\n");
    assertThat(refused(List.of("--config=" + broken), Map.of()).problems())
        .singleElement()
        .asString()
        .contains("not YAML");
    Path twice = yaml("ports:\n  s3: 1\n  s3: 2\n");
    assertThat(refused(List.of("--config=" + twice), Map.of()).problems())
        .containsExactly(twice + ":3: ports.s3 is given twice");
    assertThat(refused(List.of("--config=/nowhere/x.yaml"), Map.of()).problems())
        .singleElement()
        .asString()
        .contains("/nowhere/x.yaml: cannot be read");
  }

  @Test
  void refuses_two_mounts_that_share_blocks_but_not_their_settings() throws Exception {
    Path file =
        yaml(
            """
            mounts:
              a: {origin: {url: s3://bb}, freshness: always}
              b: {origin: {url: s3://bb/, credentials: {profile: other}}}
              c: {origin: {url: s3://bb}, blockBytes: 1MiB}
            """);
    assertThat(refused(List.of("--config=" + file), Map.of()).problems())
        .singleElement()
        .asString()
        .contains("'a' and 'b' are one origin");
    Path equal = yaml("mounts: {a: {origin: {url: s3://bb}}, b: {origin: {url: s3://bb}}}");
    assertThat(Settings.read(List.of("--config=" + equal), Map.of()).mounts()).hasSize(2);
  }

  @Test
  void names_one_place_alike_however_it_is_written() throws Exception {
    Path file =
        yaml(
            """
            mounts:
              a: {origin: {url: "file:///a/../b"}}
              b: {origin: {url: "file:///b/"}, freshness: always}
            """);
    assertThat(refused(List.of("--config=" + file), Map.of()).problems())
        .singleElement()
        .asString()
        .contains("'a' and 'b' are one origin");
  }

  @Test
  void a_mirror_has_the_id_of_its_source() throws Exception {
    NodeSettings settings =
        fromYaml(
            """
            mounts:
              plain: {origin: {url: s3://far, endpoint: "http://there:9000"}}
              mirror:
                origin: {url: s3://near}
                source: {url: s3://far/, endpoint: "http://there:9000/"}
                blockBytes: 1MiB
            """);
    MountSettings plain = mount(settings, "plain");
    MountSettings mirror = mount(settings, "mirror");
    assertThat(mirror.truth()).isEqualTo(mirror.source());
    assertThat(mirror.id()).isNotEqualTo(plain.id());
    assertThat(
            new MountSettings(
                    mirror.origin(),
                    mirror.source(),
                    mirror.mirror(),
                    mirror.identity(),
                    mirror.freshness(),
                    mirror.budget(),
                    plain.blockBytes(),
                    mirror.compression(),
                    mirror.replicas(),
                    mirror.store())
                .id())
        .isEqualTo(plain.id());
  }

  @Test
  void refuses_an_own_bucket_that_may_lie_within_the_source_or_around_it() throws Exception {
    assertThat(overlaps("s3://bb/prod", "s3://bb")).isTrue();
    assertThat(overlaps("s3://bb", "s3://bb/prod")).isTrue();
    assertThat(overlaps("s3://bb/prod", "s3://bb/prod/")).isTrue();
    assertThat(overlaps("s3://bb/prod", "s3://bb/production")).isFalse();
    assertThat(overlaps("s3://bb/prod", "s3://cc/prod")).isFalse();
  }

  private static boolean overlaps(String origin, String source) throws Exception {
    List<String> arguments =
        List.of(
            "--mounts.m.origin.url=" + origin,
            "--mounts.m.origin.endpoint=http://here:9000",
            "--mounts.m.source.url=" + source,
            "--mounts.m.source.endpoint=http://there:9000");
    try {
      Settings.read(arguments, Map.of());
      return false;
    } catch (SettingsException e) {
      assertThat(e.problems()).anySatisfy(p -> assertThat(p).contains(origin, source, "overlap"));
      return true;
    }
  }

  @Test
  void passes_over_what_kubernetes_puts_into_the_environment() throws Exception {
    NodeSettings settings =
        Settings.read(
            List.of(),
            Map.of(
                "BLOCKRING_PORT", "tcp://10.0.0.1:7070",
                "BLOCKRING_PORT_7070_TCP_ADDR", "10.0.0.1",
                "BLOCKRING_SERVICE_PORT_S3", "7070",
                "BLOCKRING_SERVICE_HOST", "10.0.0.1"));
    assertThat(settings.ports().s3()).isEqualTo(7070);
  }

  private static MountSettings mount(NodeSettings settings, String name) {
    return Objects.requireNonNull(settings.mounts().get(name));
  }

  private NodeSettings fromYaml(String text) throws Exception {
    return Settings.read(List.of("--config=" + yaml(text)), Map.of());
  }

  private Path yaml(String text) throws Exception {
    return Files.writeString(Files.createTempFile(directory, "node", ".yaml"), text);
  }

  private static SettingsException refused(List<String> flags, Map<String, String> environment) {
    return catchThrowableOfType(SettingsException.class, () -> Settings.read(flags, environment));
  }
}
