package io.blockring.cachectl.command;

import io.blockring.cachectl.Invocation;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "completion",
    description = "Prints what makes a shell complete commands and options.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  source <(cachectl completion bash)",
      "  cachectl completion zsh > ~/.zsh/cachectl.zsh    # then source it in ~/.zshrc"
    })
final class CompletionCommand implements Callable<Integer> {
  private final Invocation invocation;

  enum Shell {
    bash,
    zsh
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "bash|zsh", description = "The shell.")
  private Shell shell = Shell.bash;

  CompletionCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() {
    if (shell == Shell.zsh) {
      invocation.out().println("autoload -U +X compinit && compinit");
    }
    invocation.out().print(AutoComplete.bash("cachectl", spec.root().commandLine()));
    return 0;
  }
}
