package io.blockring.chaos;

import io.blockring.demo.ClusterPlan;
import io.blockring.demo.ClusterPlan.MountPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives the scenarios one stage: three nodes, a bucket, and Toxiproxy where there is one. Started
 * for the first scenario, stopped after the last test of the JVM; each scenario leaves it healthy
 * and uses keys of its own. The nodes' logs stay in {@code target/chaos-logs}.
 *
 * <p>Memory is small, so that reads meet SSDs and peers. All other limits are the defaults.
 */
final class SharedStage implements ParameterResolver {
  /** Like {@link Stage#MOUNT}, with keys that change. */
  static final String LIVE = "live";

  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(SharedStage.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Stage.class;
  }

  @Override
  public Stage resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(Open.class, _ -> Open.start(), Open.class)
        .stage();
  }

  /** Closed by JUnit at the end. */
  private record Open(Stage stage, Path directory) implements AutoCloseable {
    static Open start() {
      try {
        Path directory = Files.createTempDirectory("blockring-chaos");
        Path program = Toxiproxy.program();
        Toxiproxy toxiproxy =
            program == null ? null : Toxiproxy.start(program, directory.resolve("toxiproxy.log"));
        return new Open(
            Stage.open(toxiproxy, directory, List.of(), Open::plan, 1, 2, 3), directory);
      } catch (IOException e) {
        throw new IllegalStateException("the stage of the scenarios did not open", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while the stage opened", e);
      }
    }

    private static ClusterPlan plan(ClusterPlan plan) {
      MountPlan models = Objects.requireNonNull(plan.mounts().get(Stage.MOUNT));
      return plan.withMount(Stage.MOUNT, models.with("blockBytes", Scenario.BLOCK))
          .withMount(LIVE, models.with("blockBytes", "512KiB").with("freshness", "ttl:1s"))
          .withSetting("memory.size", "4MiB");
    }

    @Override
    public void close() throws IOException {
      stage.close();
      Path logs = Files.createDirectories(Path.of("target", "chaos-logs"));
      for (var node : stage.nodes()) {
        Files.copy(
            node.logFile(),
            logs.resolve(node.name() + ".log"),
            StandardCopyOption.REPLACE_EXISTING);
      }
      try (var files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
      ScenarioTable.print();
    }
  }
}
