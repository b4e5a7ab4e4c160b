package io.blockring.cachectl.command;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Commands that only hold others. */
final class Groups {
  private Groups() {}

  private abstract static class Group implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
      CommandLine line = spec.commandLine();
      throw new ParameterException(
          line, "name what to do: " + String.join(", ", line.getSubcommands().keySet()));
    }
  }

  @Command(
      name = "node",
      description = "Changes one node's part in the cluster.",
      synopsisSubcommandLabel = "COMMAND",
      footerHeading = "%nExamples:%n",
      footer = {
        "  cachectl node weight gpu-07 0",
        "  cachectl node maintenance gpu-07 --for 30m",
        "  cachectl node drain gpu-07 --wait",
        "  cachectl node isolate gpu-07 --because slow-disk",
        "  cachectl node remove gpu-07"
      })
  static final class Node extends Group {}

  @Command(
      name = "mirror",
      description = "Looks at mounts with a source region behind them.",
      synopsisSubcommandLabel = "COMMAND",
      footerHeading = "%nExamples:%n",
      footer = "  cachectl mirror status")
  static final class Mirror extends Group {}

  @Command(
      name = "origin",
      description = "Looks at buckets before they are mounted.",
      synopsisSubcommandLabel = "COMMAND",
      footerHeading = "%nExamples:%n",
      footer = "  cachectl origin probe s3://acme-models/prod/")
  static final class Origin extends Group {}

  @Command(
      name = "context",
      description = {
        "Remembers clusters by name, in ~/.config/blockring/config.yaml",
        "(or below XDG_CONFIG_HOME)."
      },
      synopsisSubcommandLabel = "COMMAND",
      footerHeading = "%nExamples:%n",
      footer = {"  cachectl context set prod gpu-01 gpu-02 gpu-03", "  cachectl context use prod"})
  static final class Context extends Group {}
}
