package io.blockring.cachectl.command;

import io.blockring.cachectl.CommandFailure;
import io.blockring.cachectl.ExitCode;
import io.blockring.cachectl.Invocation;
import io.blockring.cachectl.admin.Answer;
import io.blockring.cachectl.admin.Json;
import io.blockring.cachectl.screen.Human;
import io.blockring.cachectl.screen.ProgressBar;

/**
 * How a drain looks. While it is followed: a redrawn bar on a terminal, else a line per tenth; as
 * JSON one document a line.
 */
final class HandoffView {
  private final Invocation invocation;
  private final ProgressBar bar;
  private String lastText = "";
  private String lastMilestone = "";

  HandoffView(Invocation invocation) {
    this.invocation = invocation;
    this.bar = new ProgressBar(invocation.environment().err());
  }

  /** Whether the node may be stopped, or somebody has ended the drain. */
  static boolean isOver(Json handoff) throws CommandFailure {
    return !handoff.flag("draining") || handoff.text("phase").equals("safe_to_stop");
  }

  /** Of a drain that is not waited for, or has just been ended. */
  void show(Answer answer) throws CommandFailure {
    Json handoff = answer.json();
    invocation
        .out()
        .println(
            invocation.isJson()
                ? answer.text()
                : handoff.flag("draining")
                    ? handoff.text("node") + " drains; --wait follows it"
                    : handoff.text("node") + " is not drained any more");
  }

  /** Shows what is new. */
  void progress(Answer answer) throws CommandFailure {
    if (answer.text().equals(lastText)) {
      return;
    }
    lastText = answer.text();
    Json handoff = answer.json();
    if (invocation.isJson()) {
      invocation.out().println(answer.text());
      invocation.out().flush();
    } else if (invocation.environment().isTerminal()) {
      bar.draw(fraction(handoff), line(handoff));
    } else {
      String milestone = handoff.text("phase") + (int) (fraction(handoff) * 10);
      if (!milestone.equals(lastMilestone)) {
        invocation.environment().err().println(line(handoff));
        lastMilestone = milestone;
      }
    }
  }

  /** Shows the end, and says what the command ends with. */
  ExitCode end(Answer answer) throws CommandFailure {
    Json handoff = answer.json();
    if (!handoff.flag("draining")) {
      say(answer, "ended before it was done: " + handoff.text("node") + " is not drained any more");
      return ExitCode.INCOMPLETE;
    }
    boolean isAllGiven = handoff.number("leftBlocks") == 0;
    say(
        answer,
        "safe to stop: "
            + Human.bytes(handoff.number("doneBytes"))
            + " handed over, "
            + Human.bytes(handoff.number("movedBytes"))
            + " of it moved in "
            + Human.millis(handoff.number("elapsedMillis"))
            + left(handoff));
    return isAllGiven ? ExitCode.OK : ExitCode.DOES_NOT_FIT;
  }

  /** The deadline has passed. */
  ExitCode incomplete(Answer answer) throws CommandFailure {
    Json handoff = answer.json();
    say(
        answer,
        "not safe to stop yet: "
            + line(handoff)
            + left(handoff)
            + "\nthe drain goes on; cachectl node undrain "
            + handoff.text("node")
            + " ends it");
    return ExitCode.INCOMPLETE;
  }

  private void say(Answer answer, String text) {
    bar.clear();
    invocation.out().println(invocation.isJson() ? answer.text() : text);
  }

  private static String left(Json handoff) throws CommandFailure {
    long blocks = handoff.number("leftBlocks");
    String trouble = handoff.text("trouble");
    return blocks == 0
        ? ""
        : "\nleft behind: "
            + blocks
            + " blocks, "
            + Human.bytes(handoff.number("leftBytes"))
            + (trouble.isEmpty() ? "" : ": " + trouble);
  }

  private static double fraction(Json handoff) throws CommandFailure {
    long expected = handoff.number("expectedBytes");
    return expected == 0 ? 0 : (double) handoff.number("doneBytes") / expected;
  }

  private static String line(Json handoff) throws CommandFailure {
    Long eta = handoff.numberOrNull("etaMillis");
    String phase = handoff.text("phase");
    return (phase.equals("idle") ? "starting" : phase)
        + " "
        + (int) (fraction(handoff) * 100)
        + " %, "
        + Human.bytes(handoff.number("doneBytes"))
        + " of "
        + Human.bytes(handoff.number("expectedBytes"))
        + ", "
        + Human.bytes(handoff.number("bytesPerSecond"))
        + "/s"
        + (eta == null ? "" : ", " + Human.millis(eta) + " left");
  }
}
