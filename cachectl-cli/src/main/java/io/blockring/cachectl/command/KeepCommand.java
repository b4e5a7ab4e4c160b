package io.blockring.cachectl.command;

import io.blockring.cachectl.CommandFailure;
import io.blockring.cachectl.ExitCode;
import io.blockring.cachectl.Invocation;
import io.blockring.cachectl.admin.AdminClient;
import io.blockring.cachectl.admin.Answer;
import io.blockring.cachectl.admin.Json;
import io.blockring.cachectl.admin.Request;
import io.blockring.cachectl.screen.Human;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Pins, unpins or evicts what nodes have below a path: page by page, until all is looked at. */
abstract sealed class KeepCommand implements Callable<Integer> {
  private final Invocation invocation;
  private final String action;
  private final String done;

  @Parameters(index = "0", paramLabel = "PATH", description = "/MOUNT or /MOUNT/PREFIX.")
  private String path = "";

  private long objects;
  private long doneBlocks;
  private long doneBytes;
  private long absentBlocks;
  private final Map<String, String> refused = new TreeMap<>();
  private final Map<String, String> unanswered = new TreeMap<>();

  private KeepCommand(Invocation invocation, String action, String done) {
    this.invocation = invocation;
    this.action = action;
    this.done = done;
  }

  /** Whether blocks that are not there leave something to be done. */
  boolean isAbsenceATask() {
    return false;
  }

  @Override
  public Integer call() throws CommandFailure {
    AdminClient client = invocation.client();
    String startAfter = "";
    do {
      String body =
          startAfter.isEmpty()
              ? Json.object("path", path)
              : Json.object("path", path, "startAfter", startAfter);
      Answer answer = client.ask(Request.post(body, "blocks", action));
      if (invocation.isJson()) {
        invocation.out().println(answer.text());
      }
      add(answer.json());
      startAfter = answer.json().text("nextStartAfter");
    } while (!startAfter.isEmpty());
    if (objects == 0 && !path.equals("/")) {
      throw new CommandFailure(ExitCode.NOT_FOUND, "nothing is at or below " + path);
    }
    if (!invocation.isJson()) {
      print();
    }
    return code().code();
  }

  private void add(Json page) throws CommandFailure {
    objects += page.number("objects");
    doneBlocks += page.number("doneBlocks");
    doneBytes += page.number("doneBytes");
    absentBlocks += page.number("absentBlocks");
    for (Json one : page.objects("refused")) {
      String more = one.number("blocks") + " blocks: " + one.text("reason");
      refused.putIfAbsent(one.text("node"), more);
    }
    for (Json one : page.objects("unanswered")) {
      unanswered.putIfAbsent(one.text("node"), one.text("reason"));
    }
  }

  private void print() {
    invocation
        .out()
        .printf(
            "%s: %s %d blocks, %s, of %d objects%n",
            path, done, doneBlocks, Human.bytes(doneBytes), objects);
    if (isAbsenceATask() && absentBlocks > 0) {
      invocation
          .out()
          .printf(
              "%d blocks are on no owner: cachectl warmup %s, then again%n", absentBlocks, path);
    }
    refused.forEach((node, why) -> invocation.out().printf("refused by %s: %s%n", node, why));
    unanswered.forEach((node, why) -> invocation.out().printf("without %s: %s%n", node, why));
  }

  private ExitCode code() {
    if (!refused.isEmpty()) {
      return ExitCode.DOES_NOT_FIT;
    }
    boolean isIncomplete = !unanswered.isEmpty() || (isAbsenceATask() && absentBlocks > 0);
    return isIncomplete ? ExitCode.INCOMPLETE : ExitCode.OK;
  }

  @Command(
      name = "pin",
      description = {
        "Keeps what owners have of everything below a path, whatever is read, until it is unpinned.",
        "Fetches nothing: warm it up first. Ends with 3 when blocks are missing, with 4 when the",
        "owners have no room for more pins. What is written there later is not pinned."
      },
      footerHeading = "%nExamples:%n",
      footer = "  cachectl warmup /models/sd --wait && cachectl pin /models/sd")
  static final class Pin extends KeepCommand {
    Pin(Invocation invocation) {
      super(invocation, "pin", "pinned");
    }

    @Override
    boolean isAbsenceATask() {
      return true;
    }
  }

  @Command(
      name = "unpin",
      description = {
        "Lets what is below a path be evicted again like anything else; / lets go of every pin,",
        "also those of versions that were overwritten or deleted since."
      },
      footerHeading = "%nExamples:%n",
      footer = {"  cachectl unpin /models/sd", "  cachectl unpin /"})
  static final class Unpin extends KeepCommand {
    Unpin(Invocation invocation) {
      super(invocation, "unpin", "unpinned");
    }
  }

  @Command(
      name = "evict",
      description = {
        "Lets every node forget what it has of everything below a path; readers fetch it anew.",
        "What is pinned stays, and it ends with 4: unpin it first."
      },
      footerHeading = "%nExamples:%n",
      footer = "  cachectl evict /models/old")
  static final class Evict extends KeepCommand {
    Evict(Invocation invocation) {
      super(invocation, "evict", "evicted");
    }
  }
}
