package io.blockring.cachectl.command;

import io.blockring.cachectl.CommandFailure;
import io.blockring.cachectl.Invocation;
import io.blockring.cachectl.context.ContextFile;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "remove",
    description = "Forgets a context.",
    footerHeading = "%nExamples:%n",
    footer = "  cachectl context remove old")
final class ContextRemoveCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(index = "0", paramLabel = "NAME", description = "As in cachectl context list.")
  private String name = "";

  ContextRemoveCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws CommandFailure {
    ContextFile file = invocation.contexts();
    file.remove(name);
    file.write();
    return 0;
  }
}
