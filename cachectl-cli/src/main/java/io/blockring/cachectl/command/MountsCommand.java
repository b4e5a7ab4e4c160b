package io.blockring.cachectl.command;

import io.blockring.cachectl.CommandFailure;
import io.blockring.cachectl.Invocation;
import io.blockring.cachectl.admin.Answer;
import io.blockring.cachectl.admin.Json;
import io.blockring.cachectl.admin.Request;
import io.blockring.cachectl.screen.Human;
import io.blockring.cachectl.screen.Table;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(
    name = "mounts",
    description = "Lists the mounts and the buckets behind them.",
    footerHeading = "%nExamples:%n",
    footer = "  cachectl mounts")
final class MountsCommand implements Callable<Integer> {
  private final Invocation invocation;

  MountsCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws CommandFailure {
    Answer answer = invocation.client().ask(Request.get("mounts"));
    show(invocation, answer, answer.json().objects("mounts"));
    return 0;
  }

  /** Also for the command that answers with one mount. */
  static void show(Invocation invocation, Answer answer, List<Json> mounts) throws CommandFailure {
    if (invocation.isJson()) {
      invocation.out().println(answer.text());
      return;
    }
    Table table = new Table("MOUNT", "LOCATION", "ENDPOINT", ">BLOCK", "FRESHNESS", "BYPASS");
    for (Json mount : mounts) {
      long bypass = mount.number("bypassUntilEpochMillis");
      table.add(
          "/" + mount.text("name"),
          mount.text("location"),
          mount.text("endpoint").isEmpty() ? "-" : mount.text("endpoint"),
          Human.bytes(mount.number("blockBytes")),
          mount.text("freshness"),
          bypass == 0 ? "off" : "until " + Human.instant(bypass));
    }
    table.print(invocation.out());
  }
}
