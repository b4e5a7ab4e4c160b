package io.blockring.cachectl.command;

import io.blockring.cachectl.CommandFailure;
import io.blockring.cachectl.Invocation;
import io.blockring.cachectl.admin.Json;
import io.blockring.cachectl.context.ContextFile;
import io.blockring.cachectl.screen.Table;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(
    name = "list",
    description = "Lists the contexts; a star marks the current one.",
    footerHeading = "%nExamples:%n",
    footer = "  cachectl context list")
final class ContextListCommand implements Callable<Integer> {
  private final Invocation invocation;

  ContextListCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws CommandFailure {
    ContextFile file = invocation.contexts();
    Table table = new Table("", "CONTEXT", "ADDRESSES");
    for (String name : file.names()) {
      boolean isCurrent = name.equals(file.current());
      if (invocation.isJson()) {
        String line =
            Json.object("name", name, "isCurrent", isCurrent, "addresses", file.addresses(name));
        invocation.out().println(line);
      } else {
        table.add(isCurrent ? "*" : "", name, String.join(" ", file.addresses(name)));
      }
    }
    if (!invocation.isJson()) {
      table.print(invocation.out());
    }
    return 0;
  }
}
