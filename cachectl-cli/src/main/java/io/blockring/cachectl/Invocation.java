package io.blockring.cachectl;

import io.blockring.cachectl.admin.Address;
import io.blockring.cachectl.admin.AdminClient;
import io.blockring.cachectl.admin.Login;
import io.blockring.cachectl.context.ContextFile;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** One run of cachectl: the options that every command takes, and what follows from them. */
public final class Invocation {
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration MAX_TIMEOUT = Duration.ofMinutes(5);

  /** How answers are shown. */
  public enum Output {
    /** For people: sizes rounded, units in words. */
    table,
    /** For programs: as the admin API gives it. */
    json
  }

  private final Environment environment;

  @Option(
      names = "--address",
      paramLabel = "HOST[:PORT][,...]",
      hideParamSyntax = true,
      split = ",",
      scope = ScopeType.INHERIT,
      description = "Admin address of a node; several with commas, tried in turn.")
  private List<String> addresses = List.of();

  @Option(
      names = "--context",
      paramLabel = "NAME",
      scope = ScopeType.INHERIT,
      description = "Cluster from the configuration file instead of the current one.")
  private String context = "";

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = "File with the token of a key. Otherwise: CACHECTL_TOKEN, or the context's.")
  private String tokenFile = "";

  @Option(
      names = "--ca-file",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = "PEM of who signs the nodes' certificates. Otherwise: CACHECTL_CA_FILE.")
  private String caFile = "";

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      scope = ScopeType.INHERIT,
      description = "Longest wait for an answer, as 500ms, 10s, 2m; at most 5m. Default: 10s.")
  private @Nullable Duration timeout;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORM",
      scope = ScopeType.INHERIT,
      description = "table or json. Default: table.")
  private Output output = Output.table;

  // Read by picocli, which prints the help.
  @SuppressWarnings("UnusedVariable")
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  private boolean isHelpWanted;

  Invocation(Environment environment) {
    this.environment = environment;
  }

  public Environment environment() {
    return environment;
  }

  public PrintStream out() {
    return environment.out();
  }

  public boolean isJson() {
    return output == Output.json;
  }

  /** Asks the cluster that is meant. */
  public AdminClient client() throws CommandFailure {
    return client(DEFAULT_TIMEOUT);
  }

  /**
   * For what takes longer.
   *
   * @param otherwise when no timeout was asked for
   */
  public AdminClient client(Duration otherwise) throws CommandFailure {
    Duration chosen = timeout == null ? otherwise : timeout;
    if (chosen.isZero() || chosen.compareTo(MAX_TIMEOUT) > 0) {
      throw new CommandFailure(
          ExitCode.USAGE, "--timeout is " + chosen.toMillis() + " ms, but must be from 1ms to 5m");
    }
    List<Address> parsed = new ArrayList<>();
    for (String address : addressesAsWritten()) {
      parsed.add(Address.parse(address.strip()));
    }
    return new AdminClient(parsed, chosen, login());
  }

  private Login login() throws CommandFailure {
    String ca = caFile.isEmpty() ? environment.variable("CACHECTL_CA_FILE") : caFile;
    if (!tokenFile.isEmpty()) {
      return Login.ofFiles(tokenFile, ca);
    }
    if (!environment.variable("CACHECTL_TOKEN").isEmpty()) {
      return new Login(environment.variable("CACHECTL_TOKEN").strip(), ca);
    }
    String named = chosenContext();
    if (named.isEmpty()) {
      return new Login("", ca);
    }
    ContextFile.LoginFiles files = contexts().files(named);
    return Login.ofFiles(files.tokenFile(), ca.isEmpty() ? files.caFile() : ca);
  }

  /** The files that were named here, for a context that shall keep them. */
  public ContextFile.LoginFiles files() {
    return new ContextFile.LoginFiles(tokenFile, caFile);
  }

  /** Empty when addresses were named, or there is none. */
  private String chosenContext() throws CommandFailure {
    boolean areNamed =
        !addresses.isEmpty()
            || context.isEmpty() && !environment.variable("CACHECTL_ADDRESS").isEmpty();
    if (areNamed) {
      return "";
    }
    String named = context.isEmpty() ? environment.variable("CACHECTL_CONTEXT") : context;
    // Only who has a file pays for reading YAML.
    return named.isEmpty() && contextPath().toFile().exists() ? contexts().current() : named;
  }

  private List<String> addressesAsWritten() throws CommandFailure {
    if (!addresses.isEmpty()) {
      return addresses;
    }
    if (context.isEmpty() && !environment.variable("CACHECTL_ADDRESS").isEmpty()) {
      return Arrays.asList(environment.variable("CACHECTL_ADDRESS").split(","));
    }
    String name = chosenContext();
    return name.isEmpty() ? List.of("127.0.0.1") : contexts().addresses(name);
  }

  private Path contextPath() {
    return ContextFile.pathIn(environment.variables());
  }

  public ContextFile contexts() throws CommandFailure {
    return ContextFile.read(contextPath());
  }
}
