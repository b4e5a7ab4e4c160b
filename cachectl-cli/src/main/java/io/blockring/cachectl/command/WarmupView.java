package io.blockring.cachectl.command;

import io.blockring.cachectl.CommandFailure;
import io.blockring.cachectl.ExitCode;
import io.blockring.cachectl.Invocation;
import io.blockring.cachectl.admin.Answer;
import io.blockring.cachectl.admin.Json;
import io.blockring.cachectl.screen.Human;
import io.blockring.cachectl.screen.ProgressBar;
import io.blockring.cachectl.screen.Table;
import java.io.PrintStream;
import java.util.List;

/**
 * How warm-ups look. While one is followed: a redrawn bar on a terminal, else a line per tenth; as
 * JSON one document a line.
 */
final class WarmupView {
  private final Invocation invocation;
  private final ProgressBar bar;
  private String lastText = "";
  private String lastMilestone = "";

  WarmupView(Invocation invocation) {
    this.invocation = invocation;
    this.bar = new ProgressBar(invocation.environment().err());
  }

  static boolean isRunning(Json warmup) throws CommandFailure {
    return switch (warmup.text("state")) {
      case "listing", "fetching", "verifying" -> true;
      default -> false;
    };
  }

  /** Shows what is new. */
  void progress(Answer answer) throws CommandFailure {
    if (answer.text().equals(lastText)) {
      return;
    }
    lastText = answer.text();
    Json warmup = answer.json();
    if (invocation.isJson()) {
      invocation.out().println(answer.text());
      invocation.out().flush();
    } else if (invocation.environment().isTerminal()) {
      bar.draw(fraction(warmup), line(warmup));
    } else {
      String milestone = warmup.text("state") + (int) (fraction(warmup) * 10);
      if (!milestone.equals(lastMilestone)) {
        invocation.environment().err().println(line(warmup));
        lastMilestone = milestone;
      }
    }
  }

  /** Shows the end, and says what the command ends with. */
  ExitCode end(Answer answer) throws CommandFailure {
    bar.clear();
    Json warmup = answer.json();
    if (invocation.isJson()) {
      invocation.out().println(answer.text());
    } else {
      printEnd(warmup);
    }
    return switch (warmup.text("state")) {
      case "verified" -> ExitCode.OK;
      case "does_not_fit" -> ExitCode.DOES_NOT_FIT;
      case "changed" -> ExitCode.CHANGED;
      default -> ExitCode.INCOMPLETE;
    };
  }

  private void printEnd(Json warmup) throws CommandFailure {
    PrintStream out = invocation.out();
    Json objects = warmup.object("objects");
    Json bytes = warmup.object("bytes");
    out.println(
        warmup.text("state").replace('_', ' ')
            + ": "
            + objects.number("resident")
            + " of "
            + objects.number("total")
            + " objects, "
            + Human.bytes(bytes.number("resident"))
            + " of "
            + Human.bytes(bytes.number("total"))
            + " resident, "
            + Human.bytes(bytes.number("fetched"))
            + " fetched in "
            + Human.millis(warmup.number("elapsedMillis")));
    printFailures(out, warmup);
  }

  private static void printFailures(PrintStream out, Json warmup) throws CommandFailure {
    List<Json> first = warmup.objects("firstFailures");
    for (Json failure : first) {
      out.println("  " + failure.text("path") + ": " + failure.text("reason"));
    }
    long others = warmup.number("failures") - first.size();
    if (others > 0) {
      out.println("  and " + others + " more");
    }
  }

  private static double fraction(Json warmup) throws CommandFailure {
    Json bytes = warmup.object("bytes");
    long total = bytes.number("total");
    return total == 0 ? 0 : (double) bytes.number("resident") / total;
  }

  private static String line(Json warmup) throws CommandFailure {
    Json bytes = warmup.object("bytes");
    Long eta = warmup.numberOrNull("etaMillis");
    long failures = warmup.number("failures");
    return warmup.text("state")
        + " "
        + (int) (fraction(warmup) * 100)
        + " %, "
        + Human.bytes(bytes.number("resident"))
        + " of "
        + Human.bytes(bytes.number("total"))
        + (warmup.flag("isListed") ? "" : " so far")
        + ", "
        + Human.bytes(warmup.number("bytesPerSecond"))
        + "/s"
        + (eta == null ? "" : ", " + Human.millis(eta) + " left")
        + (failures == 0 ? "" : ", " + failures + " failed");
  }

  /** A table of warm-ups. */
  static void show(Invocation invocation, Answer answer, List<Json> warmups) throws CommandFailure {
    if (invocation.isJson()) {
      invocation.out().println(answer.text());
      return;
    }
    Table table =
        new Table(
            "ID", "NODE", "STATE", ">OBJECTS", ">RESIDENT", ">OF", ">FAILED", "STARTED", "PATHS");
    for (Json warmup : warmups) {
      Json bytes = warmup.object("bytes");
      table.add(
          warmup.text("id"),
          warmup.text("node"),
          warmup.text("state"),
          Long.toString(warmup.object("objects").number("total")),
          Human.bytes(bytes.number("resident")),
          Human.bytes(bytes.number("total")),
          Long.toString(warmup.number("failures")),
          Human.instant(warmup.number("startedEpochMillis")),
          String.join(" ", warmup.texts("paths")));
    }
    table.print(invocation.out());
  }

  /** One warm-up with its failures. */
  static void showOne(Invocation invocation, Answer answer) throws CommandFailure {
    show(invocation, answer, List.of(answer.json()));
    if (!invocation.isJson()) {
      printFailures(invocation.out(), answer.json());
    }
  }
}
