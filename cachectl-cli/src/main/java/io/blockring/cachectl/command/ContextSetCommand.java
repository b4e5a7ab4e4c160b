package io.blockring.cachectl.command;

import io.blockring.cachectl.CommandFailure;
import io.blockring.cachectl.Invocation;
import io.blockring.cachectl.admin.Address;
import io.blockring.cachectl.context.ContextFile;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "set",
    description = {
      "Makes or replaces a context. Its addresses are tried in turn; the first context that is",
      "made becomes the current one. Keeps the names of --token-file and --ca-file."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  cachectl context set prod gpu-01 gpu-02:7073 http://10.0.0.3:7073",
      "  cachectl context set prod https://gpu-01 --ca-file ca.pem --token-file ~/.blockring-token"
    })
final class ContextSetCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(index = "0", paramLabel = "NAME", description = "Of your choice.")
  private String name = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "HOST[:PORT]",
      description = "Admin addresses of some nodes; the port is 7073 when not given.")
  private List<String> addresses = List.of();

  ContextSetCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws CommandFailure {
    for (String address : addresses) {
      Address.parse(address);
    }
    ContextFile file = invocation.contexts();
    file.set(name, addresses, invocation.files());
    file.write();
    return 0;
  }
}
