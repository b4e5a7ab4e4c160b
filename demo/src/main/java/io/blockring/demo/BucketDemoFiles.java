package io.blockring.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;

/**
 * The user's own bucket, proved by asking the bucket itself, once for each range, without the
 * cache; what it said is remembered as SHA-256.
 */
final class BucketDemoFiles implements DemoFiles {
  private record Range(String key, long offset, int length) {}

  private final S3Client bucket;
  private final String name;
  private final String prefix;
  private final List<Entry> entries;
  private final Map<Range, byte[]> proofs = new ConcurrentHashMap<>();

  private BucketDemoFiles(S3Client bucket, String name, String prefix, List<Entry> entries) {
    this.bucket = bucket;
    this.name = name;
    this.prefix = prefix;
    this.entries = List.copyOf(entries);
  }

  /**
   * The first objects by name that fit the limits.
   *
   * @param prefix empty, or ending with a slash
   */
  static BucketDemoFiles of(S3Client bucket, String name, String prefix, DemoLimits limits)
      throws IOException {
    List<Entry> all = new ArrayList<>();
    ListObjectsV2Request request =
        ListObjectsV2Request.builder().bucket(name).prefix(prefix).build();
    try {
      bucket.listObjectsV2Paginator(request).contents().stream()
          .filter(object -> !object.key().endsWith("/"))
          .limit(DemoLimits.FILES)
          .forEach(o -> all.add(new Entry(o.key().substring(prefix.length()), o.size())));
    } catch (SdkException e) {
      throw new IOException("s3://" + name + "/" + prefix + " cannot be listed", e);
    }
    return new BucketDemoFiles(
        bucket, name, prefix, limits.cut(all, "s3://" + name + "/" + prefix));
  }

  @Override
  public List<Entry> entries() {
    return entries;
  }

  @Override
  public @Nullable String problem(Entry entry, long offset, ByteBuffer bytes) throws IOException {
    Range range = new Range(entry.key(), offset, bytes.remaining());
    byte[] expected = proofs.get(range);
    if (expected == null) {
      expected = digest(read(range));
      proofs.put(range, expected);
    }
    return Arrays.equals(expected, digest(bytes.duplicate()))
        ? null
        : entry.key() + ": bytes " + offset + "+" + range.length() + " are not the bucket's";
  }

  private ByteBuffer read(Range range) throws IOException {
    String last = "" + (range.offset() + range.length() - 1);
    try {
      return bucket
          .getObjectAsBytes(
              request ->
                  request
                      .bucket(name)
                      .key(prefix + range.key())
                      .range("bytes=" + range.offset() + "-" + last))
          .asByteBuffer();
    } catch (SdkException e) {
      throw new IOException("the bucket itself does not answer for " + range, e);
    }
  }

  private static byte[] digest(ByteBuffer bytes) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes);
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
