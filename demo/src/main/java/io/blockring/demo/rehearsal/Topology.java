package io.blockring.demo.rehearsal;

import io.blockring.demo.rehearsal.ComposeFile.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The services of the compose file as processes. Each has an address of its own on loopback, so
 * that all can use the ports that they have in their containers.
 */
final class Topology implements AutoCloseable {
  private static final int FIRST_ADDRESS = 11;

  private final ComposeFile compose;
  private final Path composeDirectory;
  private final Map<String, Image> images;
  private final Path work;
  private final Account account;
  private final Map<String, String> addresses = new LinkedHashMap<>();
  private final Map<String, ServiceProcess> running = new LinkedHashMap<>();
  private final Deque<ServiceProcess> started = new ArrayDeque<>();
  private final List<String> report;

  /**
   * @param images by stage of the Dockerfile
   * @param report takes a line for each service: what ran, and instead of what
   */
  Topology(
      ComposeFile compose,
      Path composeDirectory,
      Map<String, Image> images,
      Path work,
      Account account,
      List<String> report) {
    this.compose = compose;
    this.composeDirectory = composeDirectory;
    this.images = images;
    this.work = work;
    this.account = account;
    this.report = report;
    int last = FIRST_ADDRESS;
    for (String name : compose.services().keySet()) {
      addresses.put(name, "127.0.0." + last++);
    }
  }

  String address(String service) {
    return Objects.requireNonNull(addresses.get(service), service);
  }

  ServiceProcess service(String name) {
    return Objects.requireNonNull(running.get(name), name);
  }

  boolean runs(String name) {
    return running.containsKey(name);
  }

  List<String> nodes() {
    return compose.services().values().stream()
        .filter(service -> "node".equals(service.target()))
        .map(Service::name)
        .toList();
  }

  /** Starts all, each after what it needs; those without health of their own are not waited for. */
  void start() throws IOException, InterruptedException {
    for (Service service : compose.services().values()) {
      start(service);
    }
    for (ServiceProcess node : nodes().stream().map(this::service).toList()) {
      node.awaitHealthy();
    }
  }

  private void start(Service service) throws IOException, InterruptedException {
    for (Map.Entry<String, String> need : service.needs().entrySet()) {
      ServiceProcess needed = running.get(need.getKey());
      if (needed == null) {
        report.add("not run: " + service.name() + ": it needs " + need.getKey());
        return;
      }
      switch (need.getValue()) {
        case "service_healthy" -> needed.awaitHealthy();
        case "service_completed_successfully" -> needed.awaitSuccess();
        default -> throw new IOException(service.name() + ": unknown condition " + need);
      }
    }
    Path home = Files.createDirectories(work.resolve("services").resolve(service.name()));
    Translation translation = translation(service, home);
    Start start = start(service, translation);
    if (start == null) {
      return;
    }
    Map<String, String> environment = new LinkedHashMap<>(start.environment());
    service.environment().forEach((key, value) -> environment.put(key, translation.of(value)));
    account.own(home);
    ServiceProcess process =
        new ServiceProcess(
            service.name(),
            account.as(start.command()),
            start.healthCheck().stream().map(translation::of).toList(),
            environment,
            home);
    running.put(service.name(), process);
    started.push(process);
  }

  /** What to run in place of a container. */
  private record Start(
      List<String> command, List<String> healthCheck, Map<String, String> environment) {}

  private @Nullable Start start(Service service, Translation translation) throws IOException {
    List<String> arguments = service.command().stream().map(translation::of).toList();
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("PATH", account.path());
    environment.put("JAVA_HOME", account.javaHome().toString());
    if (service.target() != null) {
      Image image = Objects.requireNonNull(images.get(service.target()), service.target());
      image
          .environment()
          .forEach(
              (key, value) ->
                  environment.put(key, translation.of(value.replace("${PATH}", account.path()))));
      List<String> command =
          new ArrayList<>(image.entryPoint().stream().map(translation::of).toList());
      command.addAll(arguments.isEmpty() ? image.command() : arguments);
      report.add("ran: " + service.name() + ": stage " + service.target() + " as a process");
      return new Start(
          command,
          service.healthCheck().isEmpty() ? image.healthCheck() : service.healthCheck(),
          environment);
    }
    List<String> standIn = standIn(service.image());
    if (standIn.isEmpty()) {
      report.add("not run: " + service.name() + ": " + service.image() + " is not to be had here");
      return null;
    }
    report.add(
        "stand-in: " + service.name() + ": " + standIn.getLast() + " for " + service.image());
    List<String> command = new ArrayList<>(standIn);
    command.addAll(arguments);
    return new Start(command, service.healthCheck(), environment);
  }

  /** The same software from elsewhere; empty when there is none. */
  private List<String> standIn(String image) {
    if (image.startsWith("andrewgaul/s3proxy:")) {
      Image demo = Objects.requireNonNull(images.get("demo"));
      return List.of(
          account.javaHome().resolve("bin/java").toString(),
          "-Xmx256m",
          "-cp",
          demo.root().resolve("opt/blockring-demo/demo.jar").toString(),
          "io.blockring.demo.BucketServer");
    }
    if (image.startsWith("prom/prometheus:")) {
      return account.onPath("prometheus").map(Path::toString).map(List::of).orElse(List.of());
    }
    return List.of();
  }

  private Translation translation(Service service, Path home) throws IOException {
    Map<String, String> paths = new LinkedHashMap<>();
    Translation names = new Translation(addresses, Map.of(), address(service.name()));
    if (service.target() != null) {
      Image image = Objects.requireNonNull(images.get(service.target()));
      image.paths().forEach(path -> paths.put(path, image.root() + path));
    }
    for (String volume : service.volumes()) {
      String[] parts = volume.split(":", -1);
      Path local = home.resolve("volumes" + parts[1]);
      paths.put(parts[1], local.toString());
      if (!parts[0].startsWith(".")) {
        Files.createDirectories(local);
      }
    }
    Translation all = new Translation(addresses, paths, names.self());
    for (String volume : service.volumes()) {
      String[] parts = volume.split(":", -1);
      if (parts[0].startsWith(".")) {
        copy(composeDirectory.resolve(parts[0]), home.resolve("volumes" + parts[1]), all);
      }
    }
    return all;
  }

  /** Copies what would be mounted, with this machine's names in it. */
  private static void copy(Path from, Path to, Translation translation) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        Files.createDirectories(Objects.requireNonNull(copy.getParent()));
        Files.writeString(copy, translation.of(Files.readString(file)));
      }
    }
  }

  @Override
  public void close() {
    started.forEach(ServiceProcess::close);
  }
}
