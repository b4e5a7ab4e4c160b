package io.blockring.cachectl;

import io.blockring.cachectl.command.Commands;
import io.blockring.cachectl.screen.Human;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command {@code cachectl}. */
@Command(
    name = "cachectl",
    description = "Shows and operates a Blockring cluster through the admin port of its nodes.",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  cachectl status",
      "  cachectl warmup /models/sd --wait",
      "  cachectl --address gpu-01,gpu-02 nodes",
      "",
      "In the source tree, ./cachectl demo starts a sample cluster, ./cachectl serve a node, and",
      "./cachectl mount mounts files as a directory (umount ends it); each has its own --help.",
      "Which cluster: --address, else --context, else CACHECTL_ADDRESS, else CACHECTL_CONTEXT,",
      "else the current context of ~/.config/blockring/config.yaml, else 127.0.0.1:7073."
    })
public final class Cachectl implements Runnable {
  private final Environment environment;

  @Mixin private final Invocation invocation;

  private Cachectl(Environment environment) {
    this.environment = environment;
    this.invocation = new Invocation(environment);
  }

  public static void main(String[] arguments) {
    System.exit(run(Environment.ofProcess(), arguments));
  }

  /**
   * Runs one command line.
   *
   * @return the {@link ExitCode}'s number
   */
  public static int run(Environment environment, String... arguments) {
    Cachectl root = new Cachectl(environment);
    CommandLine line = new CommandLine(root);
    Commands.addNamed(line, root.invocation, arguments);
    int code = root.prepare(line).execute(arguments);
    if (environment.out().checkError() && code == 0) {
      environment.err().println("cachectl: standard output cannot be written");
      return ExitCode.CANNOT_WRITE.code();
    }
    return code;
  }

  /** With every command, for the reference page. */
  static CommandLine commandLine(Environment environment) {
    Cachectl root = new Cachectl(environment);
    CommandLine line = new CommandLine(root);
    Commands.addAll(line, root.invocation);
    return root.prepare(line);
  }

  private CommandLine prepare(CommandLine line) {
    return line.registerConverter(Duration.class, Human::duration)
        .setUsageHelpWidth(100)
        .setAllowSubcommandsAsOptionParameters(true)
        .setOut(new PrintWriter(environment.out(), true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(environment.err(), true, StandardCharsets.UTF_8))
        .setParameterExceptionHandler((failure, given) -> refuse(failure))
        .setExecutionExceptionHandler((failure, command, parsed) -> fail(failure));
  }

  /** No command was named. */
  @Override
  public void run() {
    throw new ParameterException(
        new CommandLine(this), "name a command; cachectl --help lists them");
  }

  private int refuse(ParameterException failure) {
    environment.err().println("cachectl: " + failure.getMessage());
    UnmatchedArgumentException.printSuggestions(failure, environment.err());
    String command = failure.getCommandLine().getCommandSpec().qualifiedName();
    environment.err().println("See " + command + " --help");
    return ExitCode.USAGE.code();
  }

  private int fail(Exception failure) {
    environment.out().flush();
    if (failure instanceof CommandFailure expected) {
      environment.err().println("cachectl: " + expected.getMessage());
      return expected.exitCode().code();
    }
    environment.err().println("cachectl: a fault of cachectl itself; please report it:");
    failure.printStackTrace(environment.err());
    return ExitCode.INTERNAL.code();
  }
}
