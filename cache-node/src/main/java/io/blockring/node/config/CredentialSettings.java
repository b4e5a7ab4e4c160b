package io.blockring.node.config;

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

  @Override
  public List<String> problems() {
    if (accessKeyId.isEmpty() == secretAccessKey.isGiven()) {
      return List.of(
          "mounts: credentials.accessKeyId and credentials.secretAccessKey are only used together");
    }
    return List.of();
  }
}
