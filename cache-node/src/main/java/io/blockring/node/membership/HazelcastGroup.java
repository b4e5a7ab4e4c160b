package io.blockring.node.membership;

import com.hazelcast.cluster.Address;
import com.hazelcast.config.AdvancedNetworkConfig;
import com.hazelcast.config.Config;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MemberAttributeConfig;
import com.hazelcast.config.ServerSocketEndpointConfig;
import com.hazelcast.instance.BuildInfoProvider;
import com.hazelcast.spi.discovery.DiscoveryNode;
import com.hazelcast.spi.discovery.SimpleDiscoveryNode;
import com.hazelcast.spi.discovery.integration.DiscoveryService;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How this node's Hazelcast is set up: small, quiet, member to member only.
 *
 * @param cluster the cluster's name; Hazelcast's own minor version is added, because its minors
 *     refuse each other and two groups must be able to live side by side during an upgrade
 * @param bindHost the one address to listen on
 * @param advertisedHost what others connect to
 */
public record HazelcastGroup(String cluster, String bindHost, String advertisedHost, int port) {
  static final String NODE_ID = "blockring.node";
  static final String CONTROL = "blockring.control";

  /** Measured: a hang is seen after 5.2 to 5.6 s with these; Hazelcast's own defaults take 63 s. */
  private static final Map<String, String> PROPERTIES =
      Map.ofEntries(
          Map.entry("hazelcast.phone.home.enabled", "false"),
          Map.entry("hazelcast.shutdownhook.enabled", "false"),
          Map.entry("hazelcast.logging.type", "slf4j"),
          Map.entry("hazelcast.discovery.enabled", "true"),
          Map.entry("hazelcast.wait.seconds.before.join", "0"),
          Map.entry("hazelcast.tcp.join.port.try.count", "1"),
          Map.entry("hazelcast.heartbeat.interval.seconds", "1"),
          Map.entry("hazelcast.max.no.heartbeat.seconds", "5"),
          Map.entry("hazelcast.merge.first.run.delay.seconds", "5"),
          Map.entry("hazelcast.merge.next.run.delay.seconds", "5"),
          Map.entry("hazelcast.partition.count", "11"),
          Map.entry("hazelcast.operation.thread.count", "1"),
          Map.entry("hazelcast.operation.generic.thread.count", "2"),
          Map.entry("hazelcast.operation.response.thread.count", "1"),
          Map.entry("hazelcast.event.thread.count", "1"),
          Map.entry("hazelcast.io.thread.count", "1"),
          Map.entry("hazelcast.clientengine.thread.count", "1"),
          Map.entry("hazelcast.clientengine.query.thread.count", "1"),
          Map.entry("hazelcast.clientengine.blocking.thread.count", "1"),
          Map.entry("hazelcast.slow.operation.detector.enabled", "false"),
          Map.entry("hazelcast.health.monitoring.level", "OFF"));

  Config config(Membership.Peer self, JoinList joinList) {
    Config config = new Config();
    config.setClusterName(cluster + "-hz" + minorVersion());
    config.setInstanceName(self.nodeId() + "@" + port);
    PROPERTIES.forEach(config::setProperty);
    config.setProperty("hazelcast.socket.bind.any", "" + isEveryInterface());
    // Not as an "interface" of the endpoint: that must be one that the system lists, which neither
    // 0.0.0.0 nor most of 127.0.0.0/8 is.
    config.setProperty("hazelcast.local.localAddress", bindAddress().getHostAddress());
    config.getJetConfig().setEnabled(false);
    config.getMetricsConfig().setEnabled(false);
    config.getManagementCenterConfig().setConsoleEnabled(false).setDataAccessEnabled(false);
    config.getSerializationConfig().setJavaSerializationFilterConfig(noForeignClasses());
    config.setMemberAttributeConfig(
        new MemberAttributeConfig()
            .setAttribute(NODE_ID, self.nodeId())
            .setAttribute(CONTROL, self.control().toString()));
    network(config.getAdvancedNetworkConfig(), joinList);
    return config;
  }

  /** The advanced form has one port for members and, unlike the plain form, none for clients. */
  private void network(AdvancedNetworkConfig network, JoinList joinList) {
    network.setEnabled(true);
    ServerSocketEndpointConfig endpoint = new ServerSocketEndpointConfig();
    endpoint.setPort(port).setPortAutoIncrement(false);
    endpoint.setPublicAddress(
        (advertisedHost.contains(":") ? "[" + advertisedHost + "]" : advertisedHost) + ":" + port);
    endpoint.setSocketConnectTimeoutSeconds(2);
    network.setMemberEndpointConfig(endpoint);
    JoinConfig join = network.getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    join.getTcpIpConfig().setEnabled(false);
    join.getDiscoveryConfig().setDiscoveryServiceProvider(settings -> new Seeds(joinList));
  }

  private boolean isEveryInterface() {
    return bindAddress().isAnyLocalAddress();
  }

  private InetAddress bindAddress() {
    InetAddress address = new InetSocketAddress(bindHost, port).getAddress();
    if (address == null) {
      throw new IllegalStateException("ports.host " + bindHost + " cannot be resolved");
    }
    return address;
  }

  private static JavaSerializationFilterConfig noForeignClasses() {
    JavaSerializationFilterConfig filter = new JavaSerializationFilterConfig();
    filter.setDefaultsDisabled(true);
    filter.getWhitelist().addPrefixes("com.hazelcast.", "java.lang.", "java.util.", "[");
    return filter;
  }

  private static String minorVersion() {
    String[] parts = BuildInfoProvider.getBuildInfo().getVersion().split("\\.");
    return parts[0] + "." + parts[1];
  }

  /**
   * Hazelcast asks for the nodes at every attempt to join and, once joined, at every search for
   * other halves of a split: so seeds that appear later are found without a restart.
   */
  private record Seeds(JoinList joinList) implements DiscoveryService {
    @Override
    public Iterable<DiscoveryNode> discoverNodes() {
      List<DiscoveryNode> nodes = new ArrayList<>();
      joinList.seeds().forEach(s -> nodes.add(new SimpleDiscoveryNode(new Address(s.address()))));
      return nodes;
    }

    @Override
    public void start() {}

    @Override
    public void destroy() {}

    @Override
    public Map<String, String> discoverLocalMetadata() {
      return Map.of();
    }
  }
}
