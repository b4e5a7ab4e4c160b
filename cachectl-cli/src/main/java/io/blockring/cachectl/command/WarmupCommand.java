package io.blockring.cachectl.command;

import io.blockring.cachectl.CommandFailure;
import io.blockring.cachectl.Invocation;
import io.blockring.cachectl.admin.AdminClient;
import io.blockring.cachectl.admin.Answer;
import io.blockring.cachectl.admin.Json;
import io.blockring.cachectl.admin.Request;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "warmup",
    description = {
      "Brings everything below the paths onto the nodes that own it.",
      "With --wait it ends with 0: every block is proved to be there; 3: something is missing;",
      "4: it does not fit; 5: objects changed meanwhile. Ctrl-C leaves the warm-up running."
    },
    synopsisSubcommandLabel = "[COMMAND]",
    footerHeading = "%nExamples:%n",
    footer = {
      "  cachectl warmup /models/sd --wait",
      "  cachectl warmup /models/sd /models/llm -o json --wait",
      "  cachectl warmup list"
    })
final class WarmupCommand implements Callable<Integer> {
  private static final Duration POLL = Duration.ofMillis(500);

  private final Invocation invocation;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(arity = "0..*", paramLabel = "PATH", description = "/MOUNT or /MOUNT/PREFIX.")
  private List<String> paths = List.of();

  @Option(names = "--wait", description = "Show progress until it has ended.")
  private boolean isWaiting;

  WarmupCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws CommandFailure, InterruptedException {
    if (paths.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "name at least one path, or one of: list, show, cancel");
    }
    AdminClient client = invocation.client();
    Answer answer = client.ask(Request.post(Json.object("paths", paths), "warmups"));
    if (!isWaiting) {
      WarmupView.show(invocation, answer, List.of(answer.json()));
      return 0;
    }
    return follow(client, answer);
  }

  private int follow(AdminClient client, Answer first) throws CommandFailure, InterruptedException {
    WarmupView view = new WarmupView(invocation);
    Answer answer = first;
    String id = first.json().text("id");
    while (WarmupView.isRunning(answer.json())) {
      view.progress(answer);
      invocation.environment().pause().pause(POLL);
      answer = client.ask(Request.get("warmups", id));
    }
    return view.end(answer).code();
  }
}
