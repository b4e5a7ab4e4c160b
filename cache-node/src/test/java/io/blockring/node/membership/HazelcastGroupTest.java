package io.blockring.node.membership;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.config.AdvancedNetworkConfig;
import com.hazelcast.config.Config;
import com.hazelcast.instance.EndpointQualifier;
import io.blockring.client.cluster.ControlAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What docs/operate/security.md says of Hazelcast is what it is given. */
class HazelcastGroupTest {

  @Test
  void it_has_one_port_for_members_and_finds_them_by_the_list_alone() {
    try (JoinList joinList = new JoinList(List.of(), 5701)) {
      Config config =
          new HazelcastGroup("models", "127.0.0.1", "gpu-01", 5701)
              .config(new Membership.Peer("gpu-01", new ControlAddress("gpu-01", 7072)), joinList);

      assertThat(config.getClusterName()).matches("models-hz\\d+\\.\\d+");
      assertThat(config.getProperty("hazelcast.phone.home.enabled")).isEqualTo("false");
      assertThat(config.getProperty("hazelcast.socket.bind.any")).isEqualTo("false");
      assertThat(config.getProperty("hazelcast.local.localAddress")).isEqualTo("127.0.0.1");
      assertThat(config.getManagementCenterConfig().isConsoleEnabled()).isFalse();
      assertThat(config.getManagementCenterConfig().isScriptingEnabled()).isFalse();
      assertThat(config.getManagementCenterConfig().isDataAccessEnabled()).isFalse();
      assertThat(config.getJetConfig().isEnabled()).isFalse();
      assertThat(config.getUserCodeDeploymentConfig().isEnabled()).isFalse();
      assertThat(config.getSerializationConfig().getJavaSerializationFilterConfig())
          .satisfies(filter -> assertThat(filter.isDefaultsDisabled()).isTrue())
          .satisfies(
              filter ->
                  assertThat(filter.getWhitelist().getPrefixes())
                      .containsExactlyInAnyOrder(
                          "com.hazelcast.", "java.lang.", "java.util.", "["));

      AdvancedNetworkConfig network = config.getAdvancedNetworkConfig();
      assertThat(network.isEnabled()).isTrue();
      assertThat(network.getEndpointConfigs().keySet())
          .as("no clients, REST or memcache")
          .containsExactly(EndpointQualifier.MEMBER);
      assertThat(network.getJoin().getMulticastConfig().isEnabled()).isFalse();
      assertThat(network.getJoin().getAutoDetectionConfig().isEnabled()).isFalse();
      assertThat(network.getJoin().getTcpIpConfig().isEnabled()).isFalse();
    }
  }
}
