package io.blockring.cachectl.command;

import io.blockring.cachectl.CommandFailure;
import io.blockring.cachectl.Invocation;
import io.blockring.cachectl.admin.Request;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "cancel",
    description = "Stops a warm-up; what it brought in stays. Ask the node that runs it.",
    footerHeading = "%nExamples:%n",
    footer = "  cachectl --address gpu-01 warmup cancel w-1")
final class WarmupCancelCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(index = "0", paramLabel = "ID", description = "As in cachectl warmup list.")
  private String id = "";

  WarmupCancelCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws CommandFailure {
    WarmupView.showOne(invocation, invocation.client().ask(Request.delete("warmups", id)));
    return 0;
  }
}
