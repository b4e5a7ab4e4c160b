package io.blockring.cachectl.command;

import io.blockring.cachectl.CommandFailure;
import io.blockring.cachectl.Invocation;
import io.blockring.cachectl.admin.Answer;
import io.blockring.cachectl.admin.Request;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(
    name = "list",
    description = "Lists the answering node's warm-ups, running and ended lately, newest first.",
    footerHeading = "%nExamples:%n",
    footer = "  cachectl warmup list")
final class WarmupListCommand implements Callable<Integer> {
  private final Invocation invocation;

  WarmupListCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws CommandFailure {
    Answer answer = invocation.client().ask(Request.get("warmups"));
    WarmupView.show(invocation, answer, answer.json().objects("warmups"));
    return 0;
  }
}
