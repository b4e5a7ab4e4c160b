package io.blockring.client.origin.s3;

import static io.blockring.client.origin.s3.ScriptedBucket.answer;
import static io.blockring.client.origin.s3.ScriptedBucket.error;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.namespace.Identity;
import io.blockring.client.origin.ObjectChecksum;
import io.blockring.client.origin.OriginException;
import io.blockring.client.origin.OriginException.Kind;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a bucket vouches for of a whole object. */
class S3ChecksumsTest extends ScriptedBucketTests {
  private static final String CRC64 = "rosUhgp5mIg="; // of "123456789"
  private static final ObjectChecksum OF_WHOLE =
      new ObjectChecksum(ObjectChecksum.Kind.CRC64NVME, 0xAE8B14860A799888L);

  @Test
  void a_checksum_of_the_whole_object_is_asked_for_and_taken() throws Exception {
    assertThat(
            asked(Map.of("x-amz-checksum-crc64nvme", CRC64, "x-amz-checksum-type", "FULL_OBJECT")))
        .isEqualTo(OF_WHOLE);
    ScriptedBucket.Request request = bucket.requests().getFirst();
    assertThat(request.method()).isEqualTo("HEAD");
    assertThat(request.header("x-amz-checksum-mode")).isEqualTo("ENABLED");
  }

  @Test
  void so_is_a_crc32c_and_one_of_a_store_that_names_no_type() throws Exception {
    assertThat(asked(Map.of("x-amz-checksum-crc32c", "4waSgw==")))
        .isEqualTo(new ObjectChecksum(ObjectChecksum.Kind.CRC32C, 0xE3069283L));
  }

  @Test
  void what_is_not_of_all_bytes_or_not_of_this_version_is_nothing() throws Exception {
    assertThat(asked(Map.of())).isNull();
    assertThat(
            asked(Map.of("x-amz-checksum-crc32c", "4waSgw==", "x-amz-checksum-type", "COMPOSITE")))
        .isNull();
    assertThat(asked(Map.of("x-amz-checksum-crc32c", "4waSgw==-3"))).isNull();
    assertThat(asked(Map.of("x-amz-checksum-crc64nvme", "4waSgw=="))).as("too short").isNull();
    assertThat(asked(Map.of("x-amz-checksum-sha256", "4waSgw=="))).isNull();
    assertThat(asked(Map.of("x-amz-checksum-crc64nvme", CRC64, "ETag", "\"other\""))).isNull();
  }

  @Test
  void a_version_id_is_asked_for_by_name() throws Exception {
    Identity identity = new Identity(Identity.Kind.VERSION_ID, "v7");
    bucket.then(
        answer(
            200,
            Map.of(
                "ETag",
                ETAG,
                "Content-Length",
                "9",
                "x-amz-version-id",
                "v7",
                "x-amz-checksum-crc64nvme",
                CRC64),
            new byte[0]));
    assertThat(origin.checksum("key", identity, in(5_000))).isEqualTo(OF_WHOLE);
    assertThat(bucket.requests().getFirst().target()).contains("versionId=v7");
  }

  @Test
  void a_refusal_is_an_exception() {
    bucket.then(error(403, "AccessDenied", Map.of()));
    assertFails(Kind.DENIED, () -> origin.checksum("key", IDENTITY, in(5_000)), "403");
  }

  private @Nullable ObjectChecksum asked(Map<String, String> headers) throws OriginException {
    Map<String, String> all = new HashMap<>(Map.of("ETag", ETAG, "Content-Length", "9"));
    all.putAll(headers);
    bucket.then(answer(200, all, new byte[0]));
    return origin.checksum("key", IDENTITY, in(5_000));
  }
}
