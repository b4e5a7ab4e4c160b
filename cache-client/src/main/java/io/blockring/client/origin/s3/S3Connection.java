package io.blockring.client.origin.s3;

import io.blockring.client.origin.OriginLimits;
import io.blockring.client.origin.OriginSettings;
import java.net.URI;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * The SDK's client, set up to do one request and nothing on its own: no retries, no checksums that
 * other stores do not know, no redirects. Owns its connections and its credentials.
 */
record S3Connection(S3Client s3, SdkHttpClient http, AwsCredentialsProvider credentials)
    implements AutoCloseable {
  private static final Duration LONGEST_IDLE = Duration.ofSeconds(20);
  // Renewing a role's credentials must not wait for a body to end.
  private static final int SPARE_CONNECTIONS = 4;

  static S3Connection open(OriginSettings settings, UnaryOperator<@Nullable String> environment) {
    Region region = region(settings);
    SdkHttpClient http = http(settings.limits());
    AwsCredentialsProvider credentials = S3Credentials.of(settings.credentials(), environment);
    if (!settings.assumeRoleArn().isEmpty()) {
      credentials = S3Credentials.assuming(settings.assumeRoleArn(), credentials, region, http);
    }
    S3ClientBuilder builder =
        S3Client.builder()
            .httpClient(http)
            .region(region)
            .credentialsProvider(credentials)
            .forcePathStyle(settings.isPathStyle())
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()));
    if (!settings.endpoint().isEmpty()) {
      builder.endpointOverride(URI.create(settings.endpoint()));
    }
    return new S3Connection(builder.build(), http, credentials);
  }

  private static SdkHttpClient http(OriginLimits limits) {
    return Apache5HttpClient.builder()
        .maxConnections(limits.maxConcurrentRequests() + SPARE_CONNECTIONS)
        .connectionTimeout(limits.connectTimeout())
        .connectionAcquisitionTimeout(limits.firstByteTimeout())
        .socketTimeout(limits.stallTimeout())
        .connectionMaxIdleTime(LONGEST_IDLE)
        .useIdleConnectionReaper(true)
        .tcpKeepAlive(true)
        .expectContinueEnabled(false)
        .build();
  }

  private static Region region(OriginSettings settings) {
    if (!settings.region().isEmpty()) {
      return Region.of(settings.region());
    }
    if (!settings.endpoint().isEmpty()) {
      return Region.US_EAST_1; // what stores without regions sign with
    }
    try {
      return DefaultAwsRegionProviderChain.builder().build().getRegion();
    } catch (SdkClientException e) {
      throw new IllegalArgumentException(
          "region: not set for "
              + settings.location()
              + ", and neither AWS_REGION nor a profile nor the instance names one",
          e);
    }
  }

  @Override
  public void close() {
    s3.close();
    if (credentials instanceof SdkAutoCloseable closeable) {
      closeable.close();
    }
    http.close();
  }
}
