package io.blockring.cachectl.command;

import io.blockring.cachectl.CommandFailure;
import io.blockring.cachectl.ExitCode;
import io.blockring.cachectl.Invocation;
import io.blockring.cachectl.admin.AdminClient;
import io.blockring.cachectl.admin.Answer;
import io.blockring.cachectl.admin.Json;
import io.blockring.cachectl.admin.Request;
import io.blockring.cachectl.screen.Human;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "drain",
    description = {
      "Lets a node give its blocks to the others before it is stopped: pinned ones first, then those",
      "that are used most. It owns nothing from then on and serves what it holds.",
      "With --wait it ends with 0: everything is handed over, the node may be stopped; 4: it may be",
      "stopped, and something stays behind for which the others have no room; 3: not done at the",
      "deadline. Ctrl-C and the deadline leave it draining; cachectl node undrain ends that."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  cachectl node drain gpu-07 --dry-run",
      "  cachectl node drain gpu-07 --wait --rate 2GB/s --deadline 10m",
      "  cachectl node undrain gpu-07"
    })
final class NodeDrainCommand implements Callable<Integer> {
  private static final Duration POLL = Duration.ofMillis(500);

  private final Invocation invocation;

  @Parameters(index = "0", paramLabel = "NODE", description = "Id, as in cachectl nodes.")
  private String node = "";

  @Option(names = "--wait", description = "Show progress until the node may be stopped.")
  private boolean isWaiting;

  @Option(
      names = "--rate",
      paramLabel = "RATE",
      description = "How fast at most, as 500MB/s, 2GB/s. Default: handoff.rate of the node.")
  private String rate = "";

  @Option(
      names = "--deadline",
      paramLabel = "TIME",
      description = "How long --wait waits, as 90s, 10m, 2h. Default: as long as it takes.")
  private @Nullable Duration deadline;

  @Option(names = "--dry-run", description = "Only says what it would do, as cachectl ring plan.")
  private boolean isDryRun;

  @Option(names = "--force", description = "Even when the others have no room for all of it.")
  private boolean isForced;

  NodeDrainCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws CommandFailure, InterruptedException {
    if (isDryRun) {
      return RingPlanCommand.dryRun(invocation, "weight", node + "=0");
    }
    AdminClient client = invocation.client();
    Answer answer = client.ask(Request.post(body(), "nodes", node, "drain"));
    HandoffView view = new HandoffView(invocation);
    if (!isWaiting) {
      view.show(answer);
      return 0;
    }
    return follow(client, view, answer).code();
  }

  private String body() throws CommandFailure {
    try {
      long bytes = rate.isEmpty() ? 0 : Human.rate(rate);
      return Json.object("bytesPerSecond", bytes, "force", isForced);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, "--rate: " + e.getMessage());
    }
  }

  private ExitCode follow(AdminClient client, HandoffView view, Answer first)
      throws CommandFailure, InterruptedException {
    long start = System.nanoTime();
    Answer answer = first;
    while (!HandoffView.isOver(answer.json())) {
      if (deadline != null && System.nanoTime() - start >= deadline.toNanos()) {
        return view.incomplete(answer);
      }
      view.progress(answer);
      invocation.environment().pause().pause(POLL);
      answer = client.ask(Request.get("nodes", node, "handoff"));
    }
    return view.end(answer);
  }
}
