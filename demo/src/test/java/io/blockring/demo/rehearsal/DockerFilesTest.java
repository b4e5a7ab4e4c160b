package io.blockring.demo.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.demo.rehearsal.ComposeFile.Service;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What must hold of the files in docker/ whether or not there is a Docker to run them. */
class DockerFilesTest {
  private static final Path REPOSITORY = Path.of("..");
  private static final Path DOCKER = REPOSITORY.resolve("docker");

  @Test
  void every_module_reaches_the_build() throws Exception {
    String ignore = Files.readString(REPOSITORY.resolve(".dockerignore"));
    Matcher module =
        Pattern.compile("<module>(.*)</module>")
            .matcher(Files.readString(REPOSITORY.resolve("pom.xml")));
    while (module.find()) {
      assertThat(ignore.lines()).as(".dockerignore").contains("!" + module.group(1));
    }
  }

  @Test
  void the_image_runs_as_a_user_of_its_own_and_its_scripts_are_there() throws Exception {
    Dockerfile dockerfile = Dockerfile.read(DOCKER.resolve("Dockerfile"));
    Dockerfile.Stage node = dockerfile.stage("node");
    assertThat(node.last("USER").arguments()).isEqualTo("10001:10001");
    assertThat(node.last("STOPSIGNAL").arguments()).isEqualTo("SIGTERM");
    assertThat(node.last("ENTRYPOINT").words()).containsExactly("/opt/blockring/bin/cachectl");
    assertThat(dockerfile.stages().getLast()).as("the default target").isEqualTo(node);
    assertThat(dockerfile.stages()).allMatch(stage -> stage.base().matches(".*:[0-9.]+_[0-9]+-.*"));
    assertThat(DOCKER.resolve("bin/cachectl")).isExecutable();
    assertThat(DOCKER.resolve("bin/healthcheck")).isExecutable();
  }

  @Test
  void nodes_start_with_the_same_flags_everywhere() throws Exception {
    Matcher flags =
        Pattern.compile("<blockring.jvm.flags>(.*)</blockring.jvm.flags>")
            .matcher(Files.readString(REPOSITORY.resolve("pom.xml")));
    assertThat(flags.find()).isTrue();
    assertThat(Files.readString(DOCKER.resolve("bin/cachectl"))).contains(flags.group(1));
    assertThat(Files.readString(REPOSITORY.resolve("cachectl"))).contains(flags.group(1));
  }

  @Test
  void compose_publishes_on_loopback_only_and_pins_every_image() throws Exception {
    ComposeFile compose = ComposeFile.read(DOCKER.resolve("compose.yaml"));
    assertThat(compose.services()).hasSize(7);
    for (Service service : compose.services().values()) {
      assertThat(service.ports()).allMatch(port -> port.startsWith("127.0.0.1:"));
      assertThat(service.image()).matches(".+:(v?[0-9][0-9.]*|local)");
      assertThat(compose.services().keySet()).containsAll(service.needs().keySet());
      for (String volume : service.volumes()) {
        String source = volume.split(":", -1)[0];
        assertThat(!source.startsWith(".") || Files.exists(DOCKER.resolve(source)))
            .as(volume)
            .isTrue();
      }
    }
  }

  @Test
  void translates_names_and_paths_but_not_what_only_looks_like_them() {
    Translation translation =
        new Translation(
            Map.of("s3", "127.0.0.11", "node-1", "127.0.0.13", "prometheus", "127.0.0.16"),
            Map.of("/etc/prometheus", "/w/p", "/data", "/w/d"),
            "127.0.0.12");

    for (List<String> each :
        List.of(
            List.of("http://s3:9000", "http://127.0.0.11:9000"),
            List.of("url: s3://models", "url: s3://models"),
            List.of("exec 3<>/dev/tcp/s3/9000", "exec 3<>/dev/tcp/127.0.0.11/9000"),
            List.of("join: [node-1, node-10]", "join: [127.0.0.13, node-10]"),
            List.of(
                "--config.file=/etc/prometheus/prometheus.yml",
                "--config.file=/w/p/prometheus.yml"),
            List.of("0.0.0.0:9090 /database", "127.0.0.12:9090 /database"))) {
      assertThat(translation.of(each.getFirst())).isEqualTo(each.getLast());
    }
  }
}
