package io.blockring.node.config;

import io.blockring.client.origin.OriginCredentials;
import java.nio.file.Path;
import java.util.List;

/** How one mount signs its requests. Without any of these: the AWS SDK's default chain. */
public record CredentialSettings(
    @Setting(doc = "Send unsigned requests, for public buckets.", value = "false")
        boolean anonymous,
    @Setting(doc = "Profile of the AWS configuration files.") String profile,
    @Setting(doc = "Role to assume with the credentials found.") String roleArn,
    @Setting(
            doc =
                "File with two lines, access key id and secret access key; read again when it"
                    + " changes.")
        String file,
    @Setting(doc = "Access key id.") String accessKeyId,
    @Setting(doc = "Secret access key. Taken from the environment only.") Secret secretAccessKey,
    @Setting(doc = "Session token. Taken from the environment only.") Secret sessionToken)
    implements Checked {

  /** Where the credentials come from; the first of these that is set. */
  public OriginCredentials source() {
    if (anonymous) {
      return new OriginCredentials.Anonymous();
    }
    if (!profile.isEmpty()) {
      return new OriginCredentials.Profile(profile, null);
    }
    if (!file.isEmpty()) {
      return new OriginCredentials.KeyFile(Path.of(file));
    }
    if (!accessKeyId.isEmpty()) {
      return new OriginCredentials.Given(
          accessKeyId,
          secretAccessKey.reveal(),
          sessionToken.isGiven() ? sessionToken.reveal() : null);
    }
    return new OriginCredentials.DefaultChain();
  }

  @Override
  public List<String> problems() {
    if (accessKeyId.isEmpty() == secretAccessKey.isGiven()) {
      return List.of(
          "mounts: credentials.accessKeyId and credentials.secretAccessKey are only used together");
    }
    return List.of();
  }
}
