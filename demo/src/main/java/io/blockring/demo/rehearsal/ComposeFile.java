package io.blockring.demo.rehearsal;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** A compose file, as far as processes can follow it. */
record ComposeFile(Map<String, Service> services) {

  /**
   * One service.
   *
   * @param target stage of the Dockerfile it is built from; null for an image from elsewhere
   * @param volumes {@code SOURCE:PATH} or {@code SOURCE:PATH:ro}; a source with a slash is a path
   * @param needs conditions by the service they are about
   * @param healthCheck words to run; empty: the image's own
   * @param ports as published
   */
  record Service(
      String name,
      String image,
      @Nullable String target,
      List<String> command,
      Map<String, String> environment,
      List<String> volumes,
      Map<String, String> needs,
      List<String> healthCheck,
      List<String> ports) {}

  static ComposeFile read(Path file) throws IOException {
    Object root;
    try (Reader reader = Files.newBufferedReader(file)) {
      root = new Yaml(new SafeConstructor(new LoaderOptions())).load(reader);
    }
    Map<String, Service> services = new LinkedHashMap<>();
    for (Map.Entry<?, ?> each : map(map(root).get("services")).entrySet()) {
      String name = each.getKey().toString();
      services.put(name, service(name, map(each.getValue())));
    }
    return new ComposeFile(services);
  }

  private static Service service(String name, Map<?, ?> of) {
    Object target = map(of.get("build")).get("target");
    Map<String, String> needs = new LinkedHashMap<>();
    map(of.get("depends_on"))
        .forEach((key, value) -> needs.put("" + key, "" + map(value).get("condition")));
    Map<String, String> environment = new LinkedHashMap<>();
    map(of.get("environment")).forEach((key, value) -> environment.put("" + key, "" + value));
    List<String> check = texts(map(of.get("healthcheck")).get("test"));
    if (!check.isEmpty() && !check.getFirst().equals("CMD")) {
      throw new IllegalArgumentException(name + ": healthcheck is not [CMD, …]: " + check);
    }
    return new Service(
        name,
        "" + of.get("image"),
        target == null ? null : target.toString(),
        texts(of.get("command")),
        environment,
        texts(of.get("volumes")),
        needs,
        check.isEmpty() ? check : check.subList(1, check.size()),
        texts(of.get("ports")));
  }

  private static Map<?, ?> map(@Nullable Object value) {
    return value == null ? Map.of() : (Map<?, ?>) value;
  }

  private static List<String> texts(@Nullable Object value) {
    List<String> texts = new ArrayList<>();
    if (value != null) {
      ((List<?>) value).forEach(each -> texts.add("" + each));
    }
    return texts;
  }
}
