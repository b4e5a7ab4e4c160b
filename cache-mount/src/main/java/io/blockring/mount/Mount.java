package io.blockring.mount;

import io.blockring.mount.kernel.MountPoint;
import io.blockring.mount.kernel.SystemCallException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/** The commands {@code cachectl mount} and {@code cachectl umount}. */
@Command(name = "cachectl", synopsisSubcommandLabel = "COMMAND")
public final class Mount implements Runnable {
  /** Of the one line that says what is wrong. */
  static final String PREFIX = "cachectl: ";

  // Read by picocli, which prints the help.
  @SuppressWarnings("UnusedVariable")
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  private boolean isHelpWanted;

  private Mount() {}

  /**
   * Runs one of the two commands.
   *
   * @param arguments {@code mount} or {@code umount}, and what belongs to it
   */
  public static void main(String[] arguments) {
    System.setProperty("logback.configurationFile", "mount-logback.xml");
    if (List.of(arguments).contains("--in-background")) {
      leaveTerminal();
    }
    System.exit(commandLine(arguments).execute(arguments));
  }

  /** Also for the reference page. */
  static CommandLine commandLine(String... arguments) {
    return new CommandLine(new Mount())
        .addSubcommand(new MountCommand(arguments))
        .addSubcommand(new UmountCommand())
        .registerConverter(ByteCount.class, new ByteCount.Converter())
        .registerConverter(Duration.class, new TimeSpan())
        .setUsageHelpWidth(100)
        .setParameterExceptionHandler((failure, given) -> refuse(failure))
        .setExecutionExceptionHandler((failure, command, parsed) -> fail(failure));
  }

  /** No command was named. */
  @Override
  public void run() {
    throw new ParameterException(new CommandLine(this), "name a command: mount or umount");
  }

  private static void leaveTerminal() {
    try {
      MountPoint.leaveTerminal();
    } catch (SystemCallException e) {
      Logger log = LoggerFactory.getLogger(Mount.class);
      log.warn("Ctrl-C in the terminal this was started from will end it: {}", e.getMessage());
    }
  }

  private static int refuse(ParameterException failure) {
    System.err.println(PREFIX + failure.getMessage());
    System.err.println(
        "See " + failure.getCommandLine().getCommandSpec().qualifiedName() + " --help");
    return ExitStatus.USAGE.code();
  }

  private static int fail(Exception failure) {
    if (failure instanceof MountFailure expected) {
      System.err.println(PREFIX + expected.getMessage());
      return expected.status().code();
    }
    System.err.println(PREFIX + "a fault of the mount itself; please report it:");
    failure.printStackTrace();
    return ExitStatus.INTERNAL.code();
  }
}
