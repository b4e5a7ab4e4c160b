package io.blockring.node.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Section {@code ports}: where this node listens. */
public record PortSettings(
    @Setting(
            doc =
                "Address on which every port listens. Anything but loopback takes credentials and"
                    + " encryption, see section security.",
            value = "127.0.0.1")
        String host,
    @Setting(doc = "S3 over HTTP, for readers.", value = "7070") int s3,
    @Setting(doc = "Block bytes, for nodes and clients.", value = "7071") int blocks,
    @Setting(doc = "gRPC control calls, for nodes and clients.", value = "7072") int control,
    @Setting(doc = "Admin HTTP: API, metrics, health, for people and tools.", value = "7073")
        int admin)
    implements Checked {

  /** Whether only processes of this host can connect; false also when the name is unknown. */
  public boolean isLoopback() {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  @Override
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    Map<Integer, String> taken = new LinkedHashMap<>();
    check("ports.s3", s3, taken, problems);
    check("ports.blocks", blocks, taken, problems);
    check("ports.control", control, taken, problems);
    check("ports.admin", admin, taken, problems);
    return problems;
  }

  private static void check(
      String key, int port, Map<Integer, String> taken, List<String> problems) {
    checkPort(key, port, problems);
    String other = taken.putIfAbsent(port, key);
    if (other != null && port != 0) {
      problems.add(key + " and " + other + " are both " + port);
    }
  }

  static void checkPort(String key, int port, List<String> problems) {
    if (port < 0 || port > 65_535) {
      problems.add(key + " " + port + " is not between 0 (any free port) and 65535");
    }
  }
}
