package io.blockring.cachectl.command;

import io.blockring.cachectl.CommandFailure;
import io.blockring.cachectl.ExitCode;
import io.blockring.cachectl.Invocation;
import io.blockring.cachectl.admin.Answer;
import io.blockring.cachectl.admin.Json;
import io.blockring.cachectl.admin.Request;
import io.blockring.cachectl.screen.Table;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "probe",
    description = {
      "Tries from a node, with its credentials, what a mount of this bucket would rely on.",
      "Ends with 0: all is well; 1: usable with limits; 2: not usable. Waits up to a minute."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  cachectl origin probe s3://acme-models/prod/",
      "  cachectl origin probe s3://models/ --endpoint http://minio:9000 --path-style"
    })
final class OriginProbeCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(
      index = "0",
      paramLabel = "URL",
      description = "s3://BUCKET/PREFIX or file:///DIRECTORY, without credentials.")
  private String url = "";

  @Option(names = "--endpoint", paramLabel = "URL", description = "Of a store that is not AWS.")
  private String endpoint = "";

  @Option(names = "--region", paramLabel = "NAME", description = "Default: the node's own.")
  private String region = "";

  @Option(names = "--path-style", description = "Bucket in the path, not in the host name.")
  private boolean isPathStyle;

  OriginProbeCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws CommandFailure {
    String body =
        Json.object("url", url, "endpoint", endpoint, "region", region, "pathStyle", isPathStyle);
    Answer answer =
        invocation.client(Duration.ofMinutes(1)).ask(Request.post(body, "origin-probe"));
    Json found = answer.json();
    if (invocation.isJson()) {
      invocation.out().println(answer.text());
    } else {
      print(found);
    }
    return exitCode(found).code();
  }

  private static ExitCode exitCode(Json found) throws CommandFailure {
    ExitCode worst = ExitCode.OK;
    for (Json finding : found.objects("findings")) {
      switch (finding.text("verdict")) {
        case "fail" -> worst = ExitCode.READERS_AFFECTED;
        case "warn" -> worst = worst == ExitCode.OK ? ExitCode.DEGRADED : worst;
        default -> {}
      }
    }
    return worst;
  }

  private void print(Json found) throws CommandFailure {
    Table table = new Table("CHECK", "VERDICT", "FOUND");
    for (Json finding : found.objects("findings")) {
      table.add(finding.text("check"), finding.text("verdict"), finding.text("message"));
    }
    table.print(invocation.out());
    Json settings = found.object("settings");
    if (!settings.names().isEmpty()) {
      invocation.out().println("\nrecommended settings of the mount:");
      for (String name : settings.names()) {
        invocation.out().println("  " + name + ": " + settings.text(name));
      }
    }
  }
}
