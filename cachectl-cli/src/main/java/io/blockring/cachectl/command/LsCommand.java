package io.blockring.cachectl.command;

import io.blockring.cachectl.CommandFailure;
import io.blockring.cachectl.ExitCode;
import io.blockring.cachectl.Invocation;
import io.blockring.cachectl.admin.AdminClient;
import io.blockring.cachectl.admin.Json;
import io.blockring.cachectl.admin.Request;
import io.blockring.cachectl.screen.Human;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "ls",
    description = {
      "Lists a directory of a mount, or one object; / lists the mounts.",
      "With -o json one entry a line, exact sizes."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  cachectl ls /",
      "  cachectl ls /models/sd",
      "  cachectl ls -r /models --limit 100"
    })
final class LsCommand implements Callable<Integer> {
  private static final int PAGE = 1000;

  private final Invocation invocation;

  @Parameters(index = "0", paramLabel = "PATH", description = "/MOUNT or /MOUNT/DIRECTORY.")
  private String path = "";

  @Option(
      names = {"-r", "--recursive"},
      description = "Everything below, not only the next level.")
  private boolean isRecursive;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Stop after so many entries. Default: all.")
  private long limit = Long.MAX_VALUE;

  LsCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws CommandFailure {
    if (limit < 1) {
      throw new CommandFailure(ExitCode.USAGE, "--limit is " + limit + ", but must be at least 1");
    }
    AdminClient client = invocation.client();
    String directory = path.endsWith("/") ? path : path + "/";
    long shown = list(client, directory);
    boolean isMount = directory.indexOf('/', 1) == directory.length() - 1;
    if (shown == 0 && !path.endsWith("/") && !isMount) {
      shown = listObject(client);
    }
    if (shown == 0 && !isMount && !path.equals("/")) {
      throw new CommandFailure(ExitCode.NOT_FOUND, "nothing is at or below " + path);
    }
    return 0;
  }

  private long list(AdminClient client, String directory) throws CommandFailure {
    long shown = 0;
    String startAfter = "";
    do {
      Json page = client.ask(request(directory, startAfter, limit - shown)).json();
      for (Json entry : page.objects("entries")) {
        print(entry);
        shown++;
      }
      startAfter = page.text("nextStartAfter");
    } while (!startAfter.isEmpty() && shown < limit);
    return shown;
  }

  private Request request(String listed, String startAfter, long most) {
    Request request =
        Request.get("list").with("path", listed).with("limit", "" + Math.min(PAGE, most));
    request = isRecursive ? request : request.with("delimiter", "/");
    return startAfter.isEmpty() ? request : request.with("start-after", startAfter);
  }

  /** The path itself sorts first among the names that begin with it. */
  private long listObject(AdminClient client) throws CommandFailure {
    Json page = client.ask(request(path, "", 1)).json();
    for (Json entry : page.objects("entries")) {
      if (entry.text("path").equals(path)) {
        print(entry);
        return 1;
      }
    }
    return 0;
  }

  private void print(Json entry) throws CommandFailure {
    String name = entry.text("path");
    boolean isPrefix = entry.flag("isPrefix");
    long size = entry.number("sizeBytes");
    long modified = entry.number("lastModifiedEpochMillis");
    if (invocation.isJson()) {
      invocation
          .out()
          .println(
              Json.object(
                  "path", name,
                  "isPrefix", isPrefix,
                  "sizeBytes", size,
                  "etag", entry.text("etag"),
                  "lastModifiedEpochMillis", modified));
    } else {
      invocation
          .out()
          .println(
              String.format(
                  Locale.ROOT,
                  "%10s  %-20s  %s",
                  isPrefix ? "-" : Human.bytes(size),
                  Human.instant(modified),
                  name));
    }
  }
}
