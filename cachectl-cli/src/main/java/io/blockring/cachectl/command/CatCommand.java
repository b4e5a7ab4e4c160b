package io.blockring.cachectl.command;

import io.blockring.cachectl.CommandFailure;
import io.blockring.cachectl.Invocation;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "cat",
    description = {
      "Writes an object's bytes to standard output, read through the cache.",
      "All bytes are of one version; ends with an error when they are not all there."
    },
    footerHeading = "%nExamples:%n",
    footer = "  cachectl cat /models/sd/model_index.json | jq .")
final class CatCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(index = "0", paramLabel = "PATH", description = "/MOUNT/KEY.")
  private String path = "";

  CatCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws CommandFailure {
    Download.copy(invocation.client(), path, "standard output", invocation.environment().bytes());
    return 0;
  }
}
