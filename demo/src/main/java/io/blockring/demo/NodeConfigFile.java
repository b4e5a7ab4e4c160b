package io.blockring.demo;

import io.blockring.demo.ClusterPlan.MountPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The settings file of a node of a local cluster: the only place here that knows its keys. */
final class NodeConfigFile {
  private NodeConfigFile() {}

  static String text(
      ClusterPlan plan, int index, Path directory, NodePorts ports, List<NodePorts> all) {
    Map<String, Object> root = new TreeMap<>();
    put(root, "cluster.name", "local");
    put(root, "cluster.join", join(plan, all));
    put(root, "cluster.port", ports.cluster());
    put(root, "node.id", "node-" + (index + 1));
    put(root, "node.stateDir", directory.resolve("state").toString());
    put(root, "node.weight", plan.weights().get(index));
    put(root, "store.disks", List.of(disk(plan, directory)));
    NodeHost host = NodeHost.of(plan, index + 1);
    put(root, "ports.host", host.bound());
    put(root, "node.host", host.advertised());
    put(root, "ports.s3", ports.s3());
    put(root, "ports.blocks", ports.blocks());
    put(root, "ports.control", ports.control());
    put(root, "ports.admin", ports.admin());
    plan.settings().forEach((key, value) -> put(root, key, value));
    plan.mounts().forEach((name, mount) -> putMount(root, name, mount));
    StringBuilder yaml = new StringBuilder();
    write(yaml, root, "");
    return yaml.toString();
  }

  private static List<String> join(ClusterPlan plan, List<NodePorts> all) {
    List<String> addresses = new ArrayList<>();
    for (NodePorts node : all) {
      String host = NodeHost.of(plan, addresses.size() + 1).advertised();
      addresses.add(host + ":" + node.cluster());
    }
    return addresses;
  }

  private static Map<String, Object> disk(ClusterPlan plan, Path directory) {
    return new TreeMap<>(
        Map.of(
            "path", directory.resolve("blocks").toString(),
            "budget", plan.storeBudget(),
            "freeSpaceFloor", "64MiB"));
  }

  /** Mount names may have dots, so their keys are not cut there. */
  private static void putMount(Map<String, Object> root, String name, MountPlan mount) {
    Map<String, Object> section = section(section(root, "mounts"), name);
    put(section, "origin.url", mount.origin());
    mount.settings().forEach((key, value) -> put(section, key, value));
  }

  private static void put(Map<String, Object> root, String key, Object value) {
    Map<String, Object> at = root;
    String rest = key;
    for (int dot = rest.indexOf('.'); dot >= 0; dot = rest.indexOf('.')) {
      at = section(at, rest.substring(0, dot));
      rest = rest.substring(dot + 1);
    }
    at.put(rest, value);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> section(Map<String, Object> at, String name) {
    return (Map<String, Object>) at.computeIfAbsent(name, _ -> new TreeMap<String, Object>());
  }

  private static void write(StringBuilder yaml, Map<?, ?> section, String indent) {
    section.forEach(
        (key, value) -> {
          yaml.append(indent).append(key).append(':');
          if (value instanceof Map<?, ?> nested) {
            write(yaml.append('\n'), nested, indent + "  ");
          } else {
            yaml.append(' ').append(inOneLine(value)).append('\n');
          }
        });
  }

  private static String inOneLine(Object value) {
    return switch (value) {
      case Number number -> number.toString();
      case List<?> items ->
          items.stream().map(NodeConfigFile::inOneLine).collect(Collectors.joining(", ", "[", "]"));
      case Map<?, ?> section ->
          section.entrySet().stream()
              .map(entry -> entry.getKey() + ": " + inOneLine(entry.getValue()))
              .collect(Collectors.joining(", ", "{", "}"));
      default -> '"' + value.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    };
  }
}
