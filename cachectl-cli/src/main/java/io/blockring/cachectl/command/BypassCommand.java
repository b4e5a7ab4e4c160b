package io.blockring.cachectl.command;

import io.blockring.cachectl.CommandFailure;
import io.blockring.cachectl.ExitCode;
import io.blockring.cachectl.Invocation;
import io.blockring.cachectl.admin.Answer;
import io.blockring.cachectl.admin.Json;
import io.blockring.cachectl.admin.Request;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "bypass",
    description = "Lets every node read a mount from its bucket only, for a while.",
    footerHeading = "%nExamples:%n",
    footer = {"  cachectl bypass models on --for 10m", "  cachectl bypass models off"})
final class BypassCommand implements Callable<Integer> {
  private final Invocation invocation;

  enum Switch {
    on,
    off
  }

  @Parameters(index = "0", paramLabel = "MOUNT", description = "Name, as in cachectl mounts.")
  private String mount = "";

  @Parameters(index = "1", paramLabel = "on|off", description = "What it shall be.")
  private Switch wanted = Switch.off;

  @Option(
      names = "--for",
      paramLabel = "TIME",
      description = "Ends by itself after this: 90s, 10m, 2h; at most 7d. Needed with on.")
  private @Nullable Duration length;

  BypassCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws CommandFailure {
    String name = mount.startsWith("/") ? mount.substring(1) : mount;
    Answer answer = invocation.client().ask(Request.post(body(), "mounts", name, "bypass"));
    MountsCommand.show(invocation, answer, List.of(answer.json()));
    return 0;
  }

  private String body() throws CommandFailure {
    if (wanted == Switch.off) {
      return Json.object("on", false);
    }
    if (length == null) {
      throw new CommandFailure(ExitCode.USAGE, "bypass on needs --for TIME, as --for 10m");
    }
    return Json.object("on", true, "forSeconds", length.toSeconds());
  }
}
