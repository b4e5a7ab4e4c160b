package io.blockring.cachectl.command;

import io.blockring.cachectl.Invocation;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine;

/** The tree of commands, in the order in which help lists them. */
public final class Commands {
  private static final Map<String, Function<Invocation, CommandLine>> ALL = new LinkedHashMap<>();

  static {
    ALL.put("status", at -> new CommandLine(new StatusCommand(at)));
    ALL.put("nodes", at -> new CommandLine(new NodesCommand(at)));
    ALL.put("node", Commands::node);
    ALL.put("ring", Commands::ring);
    ALL.put("repair", at -> new CommandLine(new RepairCommand(at)));
    ALL.put("mounts", at -> new CommandLine(new MountsCommand(at)));
    ALL.put("mirror", Commands::mirror);
    ALL.put("bypass", at -> new CommandLine(new BypassCommand(at)));
    ALL.put("ls", at -> new CommandLine(new LsCommand(at)));
    ALL.put("stat", at -> new CommandLine(new StatCommand(at)));
    ALL.put("cat", at -> new CommandLine(new CatCommand(at)));
    ALL.put("get", at -> new CommandLine(new GetCommand(at)));
    ALL.put("warmup", Commands::warmup);
    ALL.put("pin", at -> new CommandLine(new KeepCommand.Pin(at)));
    ALL.put("unpin", at -> new CommandLine(new KeepCommand.Unpin(at)));
    ALL.put("evict", at -> new CommandLine(new KeepCommand.Evict(at)));
    ALL.put("origin", Commands::origin);
    ALL.put("context", Commands::context);
    ALL.put("completion", at -> new CommandLine(new CompletionCommand(at)));
  }

  private Commands() {}

  public static void addAll(CommandLine root, Invocation invocation) {
    ALL.forEach((name, command) -> root.addSubcommand(command.apply(invocation)));
  }

  /**
   * Adds only those that the arguments name, wherever they stand; all when they name none, so that
   * help and suggestions are whole. Picocli needs longer to look at twenty commands than the
   * cluster to answer one.
   */
  public static void addNamed(CommandLine root, Invocation invocation, String... arguments) {
    List<String> given = Arrays.asList(arguments);
    if (given.contains("completion") || ALL.keySet().stream().noneMatch(given::contains)) {
      addAll(root, invocation);
      return;
    }
    ALL.forEach(
        (name, command) -> {
          if (given.contains(name)) {
            root.addSubcommand(command.apply(invocation));
          }
        });
  }

  private static CommandLine node(Invocation at) {
    return new CommandLine(new Groups.Node())
        .addSubcommand(new NodeWeightCommand(at))
        .addSubcommand(new NodeMaintenanceCommand(at))
        .addSubcommand(new NodeDrainCommand(at))
        .addSubcommand(new NodeUndrainCommand(at))
        .addSubcommand(new NodeIsolateCommand(at))
        .addSubcommand(new NodeReadmitCommand(at))
        .addSubcommand(new NodeRemoveCommand(at));
  }

  private static CommandLine ring(Invocation at) {
    return new CommandLine(new RingCommand(at)).addSubcommand(new RingPlanCommand(at));
  }

  private static CommandLine mirror(Invocation at) {
    return new CommandLine(new Groups.Mirror()).addSubcommand(new MirrorStatusCommand(at));
  }

  private static CommandLine warmup(Invocation at) {
    return new CommandLine(new WarmupCommand(at))
        .addSubcommand(new WarmupListCommand(at))
        .addSubcommand(new WarmupShowCommand(at))
        .addSubcommand(new WarmupCancelCommand(at));
  }

  private static CommandLine origin(Invocation at) {
    return new CommandLine(new Groups.Origin()).addSubcommand(new OriginProbeCommand(at));
  }

  private static CommandLine context(Invocation at) {
    return new CommandLine(new Groups.Context())
        .addSubcommand(new ContextListCommand(at))
        .addSubcommand(new ContextUseCommand(at))
        .addSubcommand(new ContextSetCommand(at))
        .addSubcommand(new ContextRemoveCommand(at));
  }
}
