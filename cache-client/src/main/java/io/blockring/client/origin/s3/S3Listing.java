package io.blockring.client.origin.s3;

import io.blockring.client.origin.KeyOrder;
import io.blockring.client.origin.ListPage;
import io.blockring.client.origin.OriginException;
import io.blockring.client.origin.OriginException.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;

/**
 * One page of names, out of as many ListObjectsV2 answers as it takes to have one name (nearly
 * always one). Places in a listing are names, not tokens, so that any node can go on.
 */
final class S3Listing {
  private static final int MOST_PER_PAGE = 1000;
  // No key sorts after a prefix followed by this but those that contain it themselves.
  private static final String LAST_CHARACTER = Character.toString(Character.MAX_CODE_POINT);

  private final String what;
  private final String bucket;
  private final String mountPrefix;
  private final String prefix;
  private final String delimiter;
  private final String startAfter;
  private final int maxKeys;

  S3Listing(
      String bucket,
      String mountPrefix,
      String prefix,
      String delimiter,
      @Nullable String startAfter,
      int maxKeys) {
    this.bucket = bucket;
    this.mountPrefix = mountPrefix;
    this.prefix = prefix;
    this.delimiter = delimiter;
    this.startAfter = startAfter == null ? "" : startAfter;
    this.maxKeys = Math.min(maxKeys, MOST_PER_PAGE);
    this.what = "LIST s3://" + bucket + "/" + mountPrefix + prefix;
  }

  /** Asks for one answer. */
  interface Ask {
    ListObjectsV2Response send(String what, ListObjectsV2Request request) throws OriginException;
  }

  ListPage page(Ask ask) throws OriginException {
    ListObjectsV2Request request = firstRequest();
    while (true) {
      ListObjectsV2Response response = ask.send(what, request);
      boolean isMore = Boolean.TRUE.equals(response.isTruncated());
      List<ListPage.Entry> entries = entries(response);
      if (!entries.isEmpty() || !isMore) {
        return new ListPage(entries, isMore ? entries.getLast().name() : "");
      }
      String token = response.nextContinuationToken();
      if (token == null || token.isEmpty() || token.equals(request.continuationToken())) {
        throw broken("the listing says that it goes on, but not where");
      }
      request = request.toBuilder().startAfter(null).continuationToken(token).build();
    }
  }

  private ListObjectsV2Request firstRequest() {
    ListObjectsV2Request.Builder request =
        ListObjectsV2Request.builder()
            .bucket(bucket)
            .prefix(mountPrefix + prefix)
            .maxKeys(maxKeys)
            // Keys may hold characters that XML cannot.
            .encodingType(EncodingType.URL);
    if (!delimiter.isEmpty()) {
      request.delimiter(delimiter);
    }
    if (!startAfter.isEmpty()) {
      request.startAfter(mountPrefix + startAfter + (isFolded(startAfter) ? LAST_CHARACTER : ""));
    }
    return request.build();
  }

  /** Whether this is a common prefix of this listing: the page starts after all that is in it. */
  private boolean isFolded(String name) {
    return !delimiter.isEmpty()
        && name.startsWith(prefix)
        && name.indexOf(delimiter, prefix.length()) == name.length() - delimiter.length()
        && name.length() >= prefix.length() + delimiter.length();
  }

  private List<ListPage.Entry> entries(ListObjectsV2Response response) throws OriginException {
    List<ListPage.Entry> entries = new ArrayList<>();
    String previous = "";
    for (var object : response.contents()) {
      String name = relative(object.key());
      previous = requireOrder(previous, name);
      Long size = object.size();
      entries.add(
          new ListPage.Entry(
              name,
              false,
              size == null ? 0 : size,
              S3Identities.quoted(object.eTag()),
              millis(object.lastModified())));
    }
    previous = "";
    for (var folded : response.commonPrefixes()) {
      String name = relative(folded.prefix());
      previous = requireOrder(previous, name);
      entries.add(new ListPage.Entry(name, true, 0, "", 0));
    }
    for (ListPage.Entry entry : entries) {
      requireAfterStart(entry);
    }
    entries.removeIf(e -> isBefore(e.name()));
    entries.sort(Comparator.comparing(ListPage.Entry::name, KeyOrder.UTF_8));
    return entries;
  }

  /** The empty name is the object that marks the mount's own prefix as a folder. */
  private boolean isBefore(String name) {
    return name.isEmpty() || KeyOrder.UTF_8.compare(name, startAfter) <= 0;
  }

  /** Only what the start itself is, or is folded into, may come again. */
  private void requireAfterStart(ListPage.Entry entry) throws OriginException {
    String name = entry.name();
    boolean isStart = entry.isPrefix() ? startAfter.startsWith(name) : startAfter.equals(name);
    if (isBefore(name) && !name.isEmpty() && !isStart) {
      throw broken("not in key order: '" + name + "' is listed after '" + startAfter + "'");
    }
  }

  /** An unordered listing cannot be paged by name: keys would be left out in silence. */
  private String requireOrder(String previous, String name) throws OriginException {
    if (!name.isEmpty() && KeyOrder.UTF_8.compare(previous, name) >= 0) {
      throw broken("not in key order: '" + name + "' follows '" + previous + "'");
    }
    return name;
  }

  private String relative(@Nullable String key) throws OriginException {
    if (key == null || !key.startsWith(mountPrefix + prefix)) {
      throw broken("'" + key + "' does not start with '" + mountPrefix + prefix + "'");
    }
    return key.substring(mountPrefix.length());
  }

  private OriginException broken(String detail) {
    return new OriginException(Kind.BROKEN, what + ": " + detail);
  }

  private static long millis(@Nullable Instant time) {
    return time == null ? 0 : time.toEpochMilli();
  }
}
