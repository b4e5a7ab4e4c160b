package io.blockring.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockring.client.cluster.ControlAddress;
import io.blockring.client.credentials.PeerCredentials;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class MountOptionsTest {
  private static MountOptions parse(String... arguments) {
    MountOptions options = new MountOptions();
    new CommandLine(options)
        .registerConverter(ByteCount.class, new ByteCount.Converter())
        .registerConverter(Duration.class, new TimeSpan())
        .parseArgs(arguments);
    return options;
  }

  @ParameterizedTest
  @CsvSource({"/,'',''", "/models,models,''", "/models/,models,''", "/models/sd/v1,models,sd/v1/"})
  void a_path_is_a_mount_and_a_prefix(String path, String mount, String prefix) throws Exception {
    MountOptions options = parse(path, "/mnt");
    options.check();
    assertThat(options.mount()).isEqualTo(mount);
    assertThat(options.prefix()).isEqualTo(prefix);
  }

  @Test
  void nodes_come_from_the_option_then_the_environment_then_this_host() throws Exception {
    assertThat(parse("/m", "/mnt", "--node", "a,b:1,[::1]:2").nodes(Map.of("CACHECTL_NODE", "x")))
        .containsExactly(
            new ControlAddress("a", 7072),
            new ControlAddress("b", 1),
            new ControlAddress("::1", 2));
    assertThat(parse("/m", "/mnt").nodes(Map.of("CACHECTL_NODE", "x, y:9")))
        .containsExactly(new ControlAddress("x", 7072), new ControlAddress("y", 9));
    assertThat(parse("/m", "/mnt").nodes(Map.of()))
        .containsExactly(new ControlAddress("127.0.0.1", 7072));
  }

  @ParameterizedTest
  @CsvSource({
    "models,--memory=64MiB,what to mount is a path as /models",
    "/a//b,--memory=64MiB,what to mount is a path as /models",
    "/m,--memory=1MiB,--memory is 1MiB",
    "/m,--memory=16MiB,--read-ahead is 32MiB",
    "/m,--timeout=1ms,--timeout is 1 ms",
    "/m,--freshness=61m,--freshness is 3660 s",
    "/m,--kernel-read-ahead=1KiB,--kernel-read-ahead is 1KiB"
  })
  void a_wrong_value_is_named(String path, String option, String message) {
    assertThatThrownBy(() -> parse(path, "/mnt", option).check())
        .isInstanceOf(MountFailure.class)
        .hasMessageStartingWith(message);
  }

  @ParameterizedTest
  @CsvSource({
    "--mtls-certificate=c --mtls-key=k,are only used together",
    "--mtls-ca=a,are only used together",
    "--mtls-certificate=c --mtls-key=k --mtls-ca=a --cluster-token-file=t,two ways for one purpose"
  })
  void credentials_are_of_one_kind_and_whole(String options, String message) {
    assertThatThrownBy(() -> parse(("/m /mnt " + options).split(" ", -1)).check())
        .isInstanceOf(MountFailure.class)
        .hasMessageContaining(message);
  }

  @Test
  void credentials_are_read_from_the_files_and_a_wrong_file_is_named() throws Exception {
    assertThat(parse("/m", "/mnt").credentials()).isEqualTo(PeerCredentials.none());
    MountOptions certificate =
        parse("/m", "/mnt", "--mtls-certificate=no.pem", "--mtls-key=no.key", "--mtls-ca=no.ca");
    certificate.check();
    assertThatThrownBy(certificate::credentials)
        .isInstanceOf(MountFailure.class)
        .hasMessageContaining("--mtls-…: ")
        .hasMessageContaining("no.");
    assertThatThrownBy(() -> parse("/m", "/mnt", "--cluster-token-file=no.secret").credentials())
        .isInstanceOf(MountFailure.class)
        .hasMessageContaining("--cluster-token-file: ")
        .hasMessageContaining("no.secret");
  }

  @Test
  void a_size_without_a_unit_and_a_wrong_address_are_refused() {
    assertThatThrownBy(() -> parse("/m", "/mnt", "--memory=64"))
        .hasMessageContaining("'64' is no size");
    assertThatThrownBy(() -> parse("/m", "/mnt", "--node=a:b").nodes(Map.of()))
        .hasMessageContaining("not 'a:b'");
  }
}
