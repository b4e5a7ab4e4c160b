package io.blockring.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.demo.ClusterPlan.MountPlan;
import io.blockring.node.config.JoinEntry;
import io.blockring.node.config.NodeSettings;
import io.blockring.node.config.Settings;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeConfigFileTest {

  @Test
  void a_node_understands_every_key_of_it(@TempDir Path directory) throws Exception {
    URI endpoint = URI.create("http://127.0.0.1:9000");
    ClusterPlan plan =
        ClusterPlan.ofWeights(1, 2, 3)
            .withMount("models", MountPlan.bucket("s3://acme-models/prod", endpoint))
            .withMount("a.b", new MountPlan("file:///data/with \"quotes\"", Map.of()))
            .withMount("small", MountPlan.bucket("s3://small", endpoint).with("blockBytes", "1MiB"))
            .withStoreBudget("300MiB")
            .withSetting("cluster.grace", "30s");
    NodePorts first = new NodePorts(1001, 1002, 1003, 1004, 1005);
    NodePorts second = new NodePorts(2001, 2002, 2003, 2004, 2005);

    NodeSettings settings =
        read(directory, NodeConfigFile.text(plan, 1, directory, second, List.of(first, second)));

    assertThat(settings.node().id()).isEqualTo("node-2");
    assertThat(settings.weightUnits()).isEqualTo(2);
    assertThat(settings.cluster().join())
        .containsExactly(JoinEntry.parse("127.0.0.1:1005"), JoinEntry.parse("127.0.0.1:2005"));
    assertThat(settings.cluster().port()).isEqualTo(2005);
    assertThat(settings.ports().admin()).isEqualTo(2004);
    assertThat(settings.cluster().grace()).hasSeconds(30);
    assertThat(settings.store().budgetBytes(settings.node())).isEqualTo(300L << 20);
    assertThat(settings.mounts()).containsOnlyKeys("models", "a.b", "small");
    assertThat(settings.mounts())
        .hasEntrySatisfying(
            "a.b",
            mount -> assertThat(mount.origin().url()).isEqualTo("file:///data/with \"quotes\""))
        .hasEntrySatisfying(
            "models",
            mount -> assertThat(mount.origin().endpoint()).isEqualTo("http://127.0.0.1:9000"))
        .hasEntrySatisfying(
            "small", mount -> assertThat(mount.blockBytes().bytes()).isEqualTo(1L << 20));
  }

  @Test
  void three_nodes_of_the_default_plan_fit_the_usual_limit_of_open_files(@TempDir Path directory)
      throws Exception {
    NodePorts ports = new NodePorts(1, 2, 3, 4, 5);
    ClusterPlan plan = ClusterPlan.ofWeights(1);
    String text = NodeConfigFile.text(plan, 0, directory, ports, List.of(ports));
    assertThat(read(directory, text).openFilesNeeded()).isLessThanOrEqualTo(1024);
  }

  private static NodeSettings read(Path directory, String text) throws Exception {
    Path file = Files.writeString(directory.resolve("node.yaml"), text);
    return Settings.read(List.of("--config=" + file), Map.of());
  }
}
