package io.blockring.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blockring.demo.OriginRequest.Operation;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

class EmbeddedBucketIT {
  private static final String UNET = "sd/unet/diffusion_pytorch_model.safetensors";
  private final SampleFiles samples = new SampleFiles(3, 0.002);

  @Test
  void serves_every_sample_through_the_counting_proxy(@TempDir Path directory) throws Exception {
    try (EmbeddedBucket bucket = EmbeddedBucket.start(directory, "acme-models");
        S3Client client = client(bucket, bucket.credentials().secretKey())) {
      AtomicLong stored = new AtomicLong();
      bucket.putAll("prod/", samples.all(), stored::addAndGet);
      assertThat(stored).hasValue(samples.bytes());
      assertThat(bucket.proxy().traffic().allRequests()).isZero();

      assertThat(client.listObjectsV2(r -> r.bucket("acme-models").prefix("prod/sd/")).contents())
          .hasSize(samples.under("sd/").size());
      for (SampleFile file : samples.all()) {
        ResponseBytes<GetObjectResponse> bytes =
            client.getObjectAsBytes(r -> r.bucket("acme-models").key("prod/" + file.path()));
        assertThat(samples.verify(file.path(), 0, bytes.asByteBuffer())).isNull();
      }
      OriginTraffic traffic = bucket.proxy().traffic();
      assertThat(traffic.requests(Operation.GET)).isEqualTo(samples.all().size());
      assertThat(traffic.bytes(Operation.GET)).isEqualTo(samples.bytes());
      assertThat(traffic.requests(Operation.LIST)).isEqualTo(1);
    }
  }

  @Test
  void an_overwrite_changes_the_etag_and_fails_if_match(@TempDir Path directory) throws Exception {
    try (EmbeddedBucket bucket = EmbeddedBucket.start(directory, "acme-models");
        S3Client client = client(bucket, bucket.credentials().secretKey())) {
      SampleFile file = samples.file(UNET);
      String first = bucket.put(UNET, file);
      String second = bucket.put(UNET, file.withVersion(2));
      assertThat(second).isNotEqualTo(first);
      assertThatThrownBy(
              () ->
                  client.getObjectAsBytes(
                      r -> r.bucket("acme-models").key(UNET).ifMatch(first).range("bytes=0-9")))
          .isInstanceOfSatisfying(
              S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(412));
      ByteBuffer part =
          client
              .getObjectAsBytes(
                  r -> r.bucket("acme-models").key(UNET).ifMatch(second).range("bytes=5000-5999"))
              .asByteBuffer();
      assertThat(part.remaining()).isEqualTo(1000);
      assertThat(samples.verify(file.withVersion(2), 5000, part)).isNull();
    }
  }

  @Test
  void a_wrong_secret_is_denied(@TempDir Path directory) throws Exception {
    try (EmbeddedBucket bucket = EmbeddedBucket.start(directory, "acme-models");
        S3Client client = client(bucket, "wrong")) {
      assertThatThrownBy(() -> client.listObjectsV2(r -> r.bucket("acme-models")))
          .isInstanceOfSatisfying(
              S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(403));
    }
  }

  private static S3Client client(EmbeddedBucket bucket, String secret) {
    String id = bucket.credentials().accessKey();
    return S3Client.builder()
        .endpointOverride(bucket.endpoint())
        .region(Region.US_EAST_1)
        .forcePathStyle(true)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(id, secret)))
        .build();
  }
}
