package io.blockring.node.security;

import io.blockring.client.credentials.PeerAdmission;
import io.blockring.client.credentials.PeerCredentials;
import io.blockring.client.credentials.TlsIdentity;
import io.blockring.node.config.SecuritySettings;
import io.blockring.node.config.StartException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What section {@code security} comes to: the files it names, read and watched.
 *
 * @param keys who may use the S3 and admin ports, as it is now
 * @param tls of the S3 and admin ports; null for plain HTTP
 * @param credentials what this node shows to others
 * @param admission what others show to this node's block and control ports
 */
public record NodeSecurity(
    Supplier<ApiKeys> keys,
    @Nullable TlsIdentity tls,
    PeerCredentials credentials,
    PeerAdmission admission) {

  /** Reads all files; throws when one of them cannot be used, naming the setting and the file. */
  public static NodeSecurity open(SecuritySettings settings, String nodeId) throws StartException {
    PeerCredentials credentials = credentials(settings, nodeId);
    return new NodeSecurity(
        keys(settings.keysFile()), tls(settings.tls()), credentials, PeerAdmission.of(credentials));
  }

  /** As in an address: {@code http} or {@code https}. */
  public String scheme() {
    return tls == null ? "http" : "https";
  }

  private static Supplier<ApiKeys> keys(String file) throws StartException {
    try {
      return file.isEmpty() ? () -> ApiKeys.NONE : KeysFile.open(Path.of(file));
    } catch (IOException e) {
      throw new StartException("security.keysFile: " + e.getMessage(), e);
    }
  }

  private static @Nullable TlsIdentity tls(SecuritySettings.TlsSettings tls) throws StartException {
    try {
      return tls.isOn() ? TlsIdentity.open(Path.of(tls.certificate()), Path.of(tls.key())) : null;
    } catch (IOException e) {
      throw new StartException("security.tls: " + e.getMessage(), e);
    }
  }

  private static PeerCredentials credentials(SecuritySettings settings, String nodeId)
      throws StartException {
    SecuritySettings.MutualTlsSettings mtls = settings.mtls();
    try {
      if (mtls.isOn()) {
        return PeerCredentials.ofCertificate(
            Path.of(mtls.certificate()), Path.of(mtls.key()), Path.of(mtls.ca()));
      }
      return settings.cluster().isOn()
          ? PeerCredentials.ofClusterSecret(Path.of(settings.cluster().tokenFile()), nodeId)
          : PeerCredentials.none();
    } catch (IOException e) {
      String setting = mtls.isOn() ? "security.mtls: " : "security.cluster.tokenFile: ";
      throw new StartException(setting + e.getMessage(), e);
    }
  }
}
