package io.blockring.client.origin.s3;

import static io.blockring.client.origin.s3.ScriptedBucket.answer;
import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.origin.Copies;
import io.blockring.client.origin.ObjectMetadata;
import io.blockring.client.origin.Origin;
import io.blockring.client.origin.OriginCounters;
import io.blockring.client.origin.OriginCredentials;
import io.blockring.client.origin.OriginException.Kind;
import io.blockring.client.origin.OriginLimits;
import io.blockring.client.origin.OriginSettings;
import io.blockring.client.origin.Origins;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The mark of a copy. */
class S3CopiesTest extends ScriptedBucketTests {
  private static final ObjectMetadata WANTED =
      new ObjectMetadata(IDENTITY, OBJECT.length, 0, ETAG, "");
  private static final CopyMark MARK =
      CopyMark.ofSource(OriginSettings.at("s3://far/prod").location(), "http://far:9000");

  @Test
  void a_copy_of_another_places_object_is_none() throws Exception {
    Map<String, String> marks = MARK.write(WANTED);
    try (Copies same = copies("s3://far/prod/", "http://far:9000/");
        Copies otherBucket = copies("s3://far/dev", "http://far:9000");
        Copies otherEndpoint = copies("s3://far/prod", "http://away:9000")) {
      bucket.then(marked(200, marks));
      assertThat(same.head("key", in(5000))).isEqualTo(WANTED);
      assertThat(otherBucket.head("key", in(5000))).isNull();
      assertThat(otherEndpoint.head("key", in(5000))).isNull();

      bucket.then(marked(206, marks));
      try (Origin.Body body = same.getRange("key", WANTED, 0, 100, in(5000))) {
        assertThat(readDirect(body)).isEqualTo(slice(0, 100));
      }
      assertFails(
          Kind.CHANGED, () -> otherBucket.getRange("key", WANTED, 0, 100, in(5000)), "no copy");
    }
  }

  @Test
  void a_copy_that_does_not_say_whose_it_is_is_none() throws Exception {
    Map<String, String> marks = new HashMap<>(MARK.write(WANTED));
    marks.remove("blockring-source");
    try (Copies same = copies("s3://far/prod", "http://far:9000")) {
      bucket.then(marked(200, marks));
      assertThat(same.head("key", in(5000))).isNull();
    }
  }

  private Copies copies(String source, String endpoint) {
    OriginSettings own =
        OriginSettings.at("s3://bucket/prod")
            .withEndpoint(bucket.endpoint())
            .withPathStyle(true)
            .withCredentials(new OriginCredentials.Anonymous(), "")
            .withLimits(OriginLimits.DEFAULT.withMaxAttempts(1));
    return Origins.openCopies(
        own, OriginSettings.at(source).withEndpoint(endpoint), new OriginCounters());
  }

  /** The answer to a HEAD, or to a GET of the first 100 bytes. */
  private static ScriptedBucket.Reply marked(int status, Map<String, String> marks) {
    Map<String, String> headers =
        status == 206
            ? headers(0, 100, 100)
            : new HashMap<>(Map.of("ETag", ETAG, "Content-Length", "" + OBJECT.length));
    marks.forEach((name, value) -> headers.put("x-amz-meta-" + name, value));
    return answer(status, headers, status == 206 ? slice(0, 100) : new byte[0]);
  }
}
