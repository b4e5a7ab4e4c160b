package io.blockring.client.origin.s3;

import io.blockring.client.origin.OriginCredentials;
import java.nio.file.Path;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.profiles.ProfileFileSupplier;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.auth.StsAssumeRoleCredentialsProvider;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * A provider that is built when first needed (so that a missing file is an answer to a request and
 * not a node that does not start) and that says where keys were sought when there are none.
 */
final class S3Credentials implements AwsCredentialsProvider, SdkAutoCloseable {
  private final String source;
  private final boolean isLocal;
  private final Supplier<AwsCredentialsProvider> factory;
  private @Nullable AwsCredentialsProvider provider; // guarded by this

  private S3Credentials(String source, boolean isLocal, Supplier<AwsCredentialsProvider> factory) {
    this.source = source;
    this.isLocal = isLocal;
    this.factory = factory;
  }

  /**
   * @param environment looks up a variable; null when it is not set
   */
  static AwsCredentialsProvider of(
      OriginCredentials credentials, UnaryOperator<@Nullable String> environment) {
    return switch (credentials) {
      case OriginCredentials.DefaultChain _ ->
          new S3Credentials(
              "the SDK's default chain", false, () -> DefaultCredentialsProvider.builder().build());
      case OriginCredentials.Anonymous _ -> AnonymousCredentialsProvider.create();
      case OriginCredentials.Profile profile ->
          new S3Credentials(
              "profile '" + profile.name() + "'" + in(profile.file()),
              profile.file() != null,
              () -> profile(profile));
      case OriginCredentials.KeyFiles files ->
          new S3Credentials(
              "key files", true, () -> new RereadKeys(() -> RereadKeys.separate(files)));
      case OriginCredentials.KeyFile file ->
          new S3Credentials(
              "key file", true, () -> new RereadKeys(() -> RereadKeys.together(file.file())));
      case OriginCredentials.Given given -> {
        AwsCredentials keys =
            RereadKeys.credentials(
                given.accessKeyId(), given.secretAccessKey(), given.sessionToken());
        yield new S3Credentials("given keys", true, () -> () -> keys);
      }
      case OriginCredentials.Environment variables ->
          new S3Credentials(
              "the environment", true, () -> () -> fromVariables(variables, environment));
    };
  }

  /** Credentials of a role, taken with others; renewed before they expire. */
  static AwsCredentialsProvider assuming(
      String roleArn, AwsCredentialsProvider base, Region region, SdkHttpClient http) {
    return new S3Credentials(
        "role " + roleArn, false, () -> new AssumedRole(roleArn, base, region, http));
  }

  @Override
  public AwsCredentials resolveCredentials() {
    try {
      return provider().resolveCredentials();
    } catch (CredentialsFailure e) {
      throw e;
    } catch (RuntimeException e) {
      throw new CredentialsFailure(source + ": " + e.getMessage(), isLocal, e);
    }
  }

  private synchronized AwsCredentialsProvider provider() {
    if (provider == null) {
      provider = factory.get();
    }
    return provider;
  }

  @Override
  public synchronized void close() {
    if (provider instanceof SdkAutoCloseable closeable) {
      closeable.close();
    }
  }

  @Override
  public String toString() {
    return source;
  }

  private static AwsCredentialsProvider profile(OriginCredentials.Profile profile) {
    ProfileCredentialsProvider.Builder builder =
        ProfileCredentialsProvider.builder().profileName(profile.name());
    if (profile.file() != null) {
      builder.profileFile(
          ProfileFileSupplier.reloadWhenModified(profile.file(), ProfileFile.Type.CREDENTIALS));
    }
    return builder.build();
  }

  private static AwsCredentials fromVariables(
      OriginCredentials.Environment variables, UnaryOperator<@Nullable String> environment) {
    return RereadKeys.credentials(
        variable(variables.accessKeyVariable(), environment),
        variable(variables.secretKeyVariable(), environment),
        variables.sessionTokenVariable() == null
            ? null
            : variable(variables.sessionTokenVariable(), environment));
  }

  private static String variable(String name, UnaryOperator<@Nullable String> environment) {
    String value = environment.apply(name);
    if (value == null || value.isBlank()) {
      throw new CredentialsFailure(
          "environment variable " + name + (value == null ? " is not set" : " is empty"),
          true,
          new IllegalStateException(name));
    }
    return value.strip();
  }

  private static String in(@Nullable Path file) {
    return file == null ? "" : " in " + file;
  }

  /** The SDK's role provider together with the STS client that it does not close by itself. */
  private static final class AssumedRole implements AwsCredentialsProvider, SdkAutoCloseable {
    private final StsClient sts;
    private final StsAssumeRoleCredentialsProvider role;

    AssumedRole(String roleArn, AwsCredentialsProvider base, Region region, SdkHttpClient http) {
      sts = StsClient.builder().region(region).credentialsProvider(base).httpClient(http).build();
      role =
          StsAssumeRoleCredentialsProvider.builder()
              .stsClient(sts)
              .refreshRequest(r -> r.roleArn(roleArn).roleSessionName("blockring"))
              .build();
    }

    @Override
    public AwsCredentials resolveCredentials() {
      return role.resolveCredentials();
    }

    @Override
    public void close() {
      role.close();
      sts.close();
    }
  }
}
