package io.blockring.node.http.admin;

import io.blockring.client.Namespace;
import io.blockring.client.OpenObject;
import io.blockring.client.ReadException;
import io.blockring.client.origin.ListPage;
import io.blockring.node.http.admin.ApiDocuments.Listing;
import io.blockring.node.http.admin.ApiDocuments.ObjectStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** Every endpoint: checks the input, asks the node, wraps the answer. */
final class AdminApi {
  private static final String V1 = "/api/v1/";

  private final Operations operations;
  private final Namespace namespace;
  private final LiveFeed live;
  private final Supplier<String> metrics;

  /**
   * @param metrics the text of {@code /metrics}, in Prometheus' format
   */
  AdminApi(Operations operations, Namespace namespace, LiveFeed live, Supplier<String> metrics) {
    this.operations = operations;
    this.namespace = namespace;
    this.live = live;
    this.metrics = metrics;
  }

  List<Route> routes() {
    return List.of(
        get(
            "status",
            call -> Reply.ok(operations.status(call.deadlineNanos()).toldTo(call.asker()))),
        get("history", this::history, "seconds"),
        new Route("GET", V1 + "live", Set.of(), Lane.Name.LISTENERS, call -> new Reply.Live(live)),
        get("nodes", call -> Reply.ok(Map.of("nodes", operations.nodes(call.deadlineNanos())))),
        post("nodes/{node}/weight", this::setWeight),
        post("nodes/{node}/maintenance", this::setMaintenance),
        post("nodes/{node}/drain", this::drain),
        post("nodes/{node}/undrain", this::undrain),
        get(
            "nodes/{node}/handoff",
            call -> Reply.ok(operations.handoff(call.variable("node"), call.deadlineNanos()))),
        post("nodes/{node}/isolate", this::isolate),
        post("nodes/{node}/readmit", this::readmit),
        post("nodes/{node}/remove", this::removeNode),
        get("ring", call -> Reply.ok(operations.ring(call.deadlineNanos()))),
        get("ring/plan", this::planRing, "add", "remove", "weight"),
        post("repair/start", this::startRepair),
        get("mounts", this::mounts),
        post("mounts/{mount}/bypass", this::setBypass),
        get(
            "mirrors",
            call -> Reply.ok(Map.of("mirrors", operations.mirrors(call.deadlineNanos())))),
        get("list", this::list, "path", "delimiter", "start-after", "limit"),
        get("stat", this::stat, "path"),
        new Route("GET", V1 + "object", Set.of("path"), Lane.Name.STREAMS, this::object),
        post("blocks/pin", call -> keep(KeepStatus.Action.PIN, call)),
        post("blocks/unpin", call -> keep(KeepStatus.Action.UNPIN, call)),
        post("blocks/evict", call -> keep(KeepStatus.Action.EVICT, call)),
        get("warmups", this::warmups),
        post("warmups", this::startWarmup),
        get("warmups/{id}", this::warmup),
        new Route("DELETE", V1 + "warmups/{id}", Set.of(), Lane.Name.REQUESTS, this::cancelWarmup),
        post("origin-probe", this::probeOrigin),
        new Route("GET", "/metrics", Set.of(), Lane.Name.PROBES, call -> metricsText()),
        new Route("GET", "/readyz", Set.of(), Lane.Name.PROBES, call -> readiness()));
  }

  private static Route get(String path, Route.Handler handler, String... parameters) {
    return new Route("GET", V1 + path, Set.of(parameters), Lane.Name.REQUESTS, handler);
  }

  private static Route post(String path, Route.Handler handler) {
    return new Route("POST", V1 + path, Set.of(), Lane.Name.REQUESTS, handler);
  }

  private Reply history(Call call) throws ApiException, OperationException {
    int most = Math.toIntExact(AdminLimits.MAX_HISTORY.toSeconds());
    int seconds = call.parameter("seconds", most, 5, most);
    return Reply.ok(operations.history(Duration.ofSeconds(seconds), call.deadlineNanos()));
  }

  private Reply setWeight(Call call) throws ApiException, OperationException {
    Call.Fields fields = call.fields(Set.of("weight", "force"));
    int weight = fields.wholeNumber("weight", 0, AdminLimits.MAX_WEIGHT);
    boolean isForced = fields.flag("force", false);
    return Reply.ok(
        operations.setWeight(call.variable("node"), weight, isForced, call.deadlineNanos()));
  }

  private Reply planRing(Call call) throws ApiException, OperationException {
    return Reply.ok(operations.planRing(RingChange.of(call), call.deadlineNanos()));
  }

  private Reply drain(Call call) throws ApiException, OperationException {
    Call.Fields fields = call.fields(Set.of("bytesPerSecond", "force"));
    long rate = fields.bytes("bytesPerSecond");
    boolean isForced = fields.flag("force", false);
    return Reply.ok(operations.drain(call.variable("node"), rate, isForced, call.deadlineNanos()));
  }

  private Reply undrain(Call call) throws ApiException, OperationException {
    call.fields(Set.of());
    return Reply.ok(operations.undrain(call.variable("node"), call.deadlineNanos()));
  }

  private Reply isolate(Call call) throws ApiException, OperationException {
    String because = call.fields(Set.of("because")).text("because", "");
    return Reply.ok(
        operations.setIsolated(call.variable("node"), true, because, call.deadlineNanos()));
  }

  private Reply readmit(Call call) throws ApiException, OperationException {
    call.fields(Set.of());
    return Reply.ok(operations.setIsolated(call.variable("node"), false, "", call.deadlineNanos()));
  }

  private Reply setMaintenance(Call call) throws ApiException, OperationException {
    Duration length = call.fields(Set.of("forSeconds")).seconds("forSeconds", 0);
    return Reply.ok(operations.setMaintenance(call.variable("node"), length, call.deadlineNanos()));
  }

  private Reply removeNode(Call call) throws ApiException, OperationException {
    boolean isForced = call.fields(Set.of("force")).flag("force", false);
    String node = call.variable("node");
    operations.removeNode(node, isForced, call.deadlineNanos());
    return Reply.ok(Map.of("removedNode", node));
  }

  private Reply startRepair(Call call) throws ApiException, OperationException {
    call.fields(Set.of());
    return Reply.ok(Map.of("nodes", operations.startRepair(call.deadlineNanos())));
  }

  private Reply setBypass(Call call) throws ApiException, OperationException {
    Call.Fields fields = call.fields(Set.of("on", "forSeconds"));
    Duration length = fields.flag("on") ? fields.seconds("forSeconds", 1) : Duration.ZERO;
    return Reply.ok(operations.setBypass(call.variable("mount"), length, call.deadlineNanos()));
  }

  private Reply mounts(Call call) throws OperationException {
    List<MountStatus> seen =
        operations.mounts(call.deadlineNanos()).stream()
            .filter(mount -> call.asker().maySee(mount.name()))
            .toList();
    return Reply.ok(Map.of("mounts", seen));
  }

  private Reply list(Call call) throws ApiException, ReadException {
    String path = call.parameter("path");
    int limit =
        call.parameter("limit", AdminLimits.DEFAULT_LIST_ENTRIES, 1, AdminLimits.MAX_LIST_ENTRIES);
    if (path.equals("/")) {
      return Reply.ok(
          Listing.ofMounts(
              namespace.mounts().stream()
                  .filter(mount -> call.asker().maySee(mount.name()))
                  .toList()));
    }
    call.requireMayRead(path);
    MountPath found = MountPath.of(namespace, call.asker(), "path", path);
    ListPage page =
        namespace.list(
            found.mount(),
            found.key(),
            call.parameter("delimiter", ""),
            call.parameter("start-after", ""),
            limit,
            call.scope());
    return Reply.ok(Listing.of(path, found, page));
  }

  private Reply stat(Call call) throws ApiException, ReadException, OperationException {
    String path = call.parameter("path");
    OpenObject object = open(path, Namespace.Intent.STAT, call);
    Residency residency =
        object.version() == null
            ? new Residency(0, 0, List.of(), List.of())
            : operations.residency(object.version(), call.deadlineNanos());
    return Reply.ok(ObjectStatus.of(path, object, residency));
  }

  private Reply object(Call call) throws ApiException, ReadException {
    OpenObject object = open(call.parameter("path"), Namespace.Intent.READ, call);
    return new Reply.Bytes(object, ByteSpan.of(call.range(), object.size()));
  }

  private OpenObject open(String path, Namespace.Intent intent, Call call)
      throws ApiException, ReadException {
    call.requireMayRead(path);
    MountPath found = MountPath.ofObject(namespace, call.asker(), path);
    return namespace.open(found.mount(), found.key(), intent, call.scope());
  }

  private Reply warmups(Call call) throws OperationException {
    List<WarmupStatus> all = operations.warmups(call.deadlineNanos());
    int shown = Math.min(all.size(), AdminLimits.MAX_WARMUPS_SHOWN);
    return Reply.ok(Map.of("warmups", all.subList(0, shown)));
  }

  private Reply startWarmup(Call call) throws ApiException, OperationException {
    List<String> paths = call.fields(Set.of("paths")).texts("paths", AdminLimits.MAX_WARMUP_PATHS);
    for (String path : paths) {
      MountPath.of(namespace, call.asker(), "paths", path);
    }
    return new Reply.Json(201, operations.startWarmup(paths, call.deadlineNanos()), List.of());
  }

  private Reply warmup(Call call) throws ApiException, OperationException {
    return Reply.ok(operations.warmup(call.variable("id"), call.deadlineNanos()));
  }

  private Reply cancelWarmup(Call call) throws ApiException, OperationException {
    return Reply.ok(operations.cancelWarmup(call.variable("id"), call.deadlineNanos()));
  }

  private Reply keep(KeepStatus.Action action, Call call)
      throws ApiException, OperationException, ReadException {
    Call.Fields fields = call.fields(Set.of("path", "startAfter"));
    String path = fields.text("path");
    if (action == KeepStatus.Action.UNPIN && path.equals("/")) {
      call.requireMayRead(path);
    } else {
      MountPath.of(namespace, call.asker(), "path", path);
    }
    String startAfter = fields.text("startAfter", "");
    if (!startAfter.isEmpty()) {
      MountPath.of(namespace, call.asker(), "startAfter", startAfter);
    }
    return Reply.ok(operations.keep(action, path, startAfter, call.deadlineNanos()));
  }

  private Reply probeOrigin(Call call) throws ApiException, OperationException {
    Call.Fields fields = call.fields(Set.of("url", "endpoint", "region", "pathStyle"));
    String url = fields.text("url");
    if (!url.startsWith("s3://") && !url.startsWith("file:///")) {
      throw ApiException.badInput("url", url, "s3://BUCKET/PREFIX or file:///DIRECTORY");
    }
    OriginProbe probe =
        new OriginProbe(
            url,
            fields.text("endpoint", ""),
            fields.text("region", ""),
            fields.flag("pathStyle", false));
    return Reply.ok(operations.probeOrigin(probe, call.deadlineNanos()));
  }

  private Reply metricsText() {
    return new Reply.Text(200, "text/plain; version=0.0.4; charset=utf-8", metrics.get());
  }

  private Reply readiness() {
    List<String> reasons = operations.reasonsNotReady();
    return new Reply.Json(
        reasons.isEmpty() ? 200 : 503,
        Map.of("ready", reasons.isEmpty(), "reasons", reasons),
        List.of());
  }
}
