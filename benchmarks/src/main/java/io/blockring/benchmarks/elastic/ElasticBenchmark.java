package io.blockring.benchmarks.elastic;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Runs scenarios, each on a cluster of its own, and prints what readers saw before, in and after.
 */
public final class ElasticBenchmark {

  /** One change of a cluster under load. */
  interface Scenario {
    void run(Path folder) throws Exception;
  }

  private ElasticBenchmark() {}

  /**
   * @param arguments an empty folder, then names of scenarios; without names all run
   */
  public static void main(String[] arguments) throws Exception {
    Map<String, Scenario> all = new LinkedHashMap<>();
    all.putAll(Planned.scenarios());
    all.putAll(Failures.scenarios());
    all.putAll(Demand.scenarios());
    List<String> named = List.of(arguments).subList(1, arguments.length);
    for (String name : named) {
      if (!all.containsKey(name)) {
        System.err.println(
            "elastic.sh: no scenario is called '" + name + "'; there are " + all.keySet());
        System.exit(64);
      }
    }
    Phase.printHead();
    for (String name : named.isEmpty() ? all.keySet() : named) {
      Objects.requireNonNull(all.get(name))
          .run(Files.createDirectories(Path.of(arguments[0]).resolve(name)));
    }
  }
}
