package io.blockring.client.origin.probe;

import io.blockring.client.namespace.Identity;
import io.blockring.client.origin.ListPage;
import io.blockring.client.origin.ObjectMetadata;
import io.blockring.client.origin.Origin;
import io.blockring.client.origin.OriginCounters;
import io.blockring.client.origin.OriginException;
import io.blockring.client.origin.OriginException.Kind;
import io.blockring.client.origin.RetryBudget;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Objects in memory, with every fault that a probe looks for. */
final class FakeOrigin implements Origin {
  final Map<String, byte[]> objects = new HashMap<>();
  final Map<String, OriginException> refusals = new HashMap<>();
  OriginCounters counters = new OriginCounters();
  @Nullable Identity identity = new Identity(Identity.Kind.ETAG, "\"e\"");
  String etag = "\"e\"";
  boolean isUnordered;
  boolean isPagingLossy;
  boolean ignoresIfMatch;
  boolean isRangeShifted;
  int headSizeError;

  FakeOrigin with(String key, int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (i * 31 >>> 3);
    }
    objects.put(key, bytes);
    return this;
  }

  FakeOrigin refusing(String call, Kind kind) {
    refusals.put(call, new OriginException(kind, call + " refused"));
    return this;
  }

  private void check(String call) throws OriginException {
    OriginException refusal = refusals.get(call);
    if (refusal != null) {
      throw refusal;
    }
  }

  private byte[] object(String key) throws OriginException {
    byte[] bytes = objects.get(key);
    if (bytes == null) {
      throw new OriginException(Kind.NOT_FOUND, key);
    }
    return bytes;
  }

  private ObjectMetadata metadata(int size) {
    return new ObjectMetadata(identity, size, 0, etag, "");
  }

  @Override
  public ObjectMetadata head(String key, long deadlineNanos) throws OriginException {
    check("head");
    return metadata(object(key).length + headSizeError);
  }

  @Override
  public Body getFirst(String key, int maxBytes, long deadlineNanos) throws OriginException {
    check("get");
    byte[] bytes = object(key);
    return new Bytes(metadata(bytes.length), bytes, 0, Math.min(maxBytes, bytes.length));
  }

  @Override
  public Body getRange(
      String key, Identity asked, long size, long offset, int length, long deadlineNanos)
      throws OriginException {
    check("range");
    if (!asked.equals(identity)) {
      if (ignoresIfMatch) {
        counters.countIgnoredPrecondition();
      }
      throw new OriginException(Kind.CHANGED, key);
    }
    int from = (int) offset - (isRangeShifted ? 1 : 0);
    return new Bytes(metadata((int) size), object(key), from, length);
  }

  @Override
  public ListPage list(
      String prefix, String delimiter, @Nullable String startAfter, int maxKeys, long deadline)
      throws OriginException {
    check("list");
    List<ListPage.Entry> entries = new ArrayList<>();
    for (String key : objects.keySet().stream().sorted().toList()) {
      if (startAfter == null || key.compareTo(startAfter) > 0) {
        entries.add(new ListPage.Entry(key, false, object(key).length, etag, 0));
      }
    }
    if (isPagingLossy && startAfter != null && !startAfter.isEmpty() && !entries.isEmpty()) {
      entries.removeFirst();
    }
    boolean isMore = entries.size() > maxKeys;
    entries = new ArrayList<>(entries.subList(0, Math.min(entries.size(), maxKeys)));
    if (isUnordered) {
      entries = entries.reversed();
    }
    return new ListPage(entries, isMore ? entries.getLast().name() : "");
  }

  @Override
  public RetryBudget retries() {
    return new RetryBudget(System::nanoTime);
  }

  @Override
  public void close() {}

  private static final class Bytes implements Body {
    private final ObjectMetadata metadata;
    private final int length;
    private final ByteBuffer bytes;

    Bytes(ObjectMetadata metadata, byte[] all, int offset, int length) {
      this.metadata = metadata;
      this.length = length;
      this.bytes = ByteBuffer.wrap(Arrays.copyOfRange(all, offset, offset + length));
    }

    @Override
    public ObjectMetadata metadata() {
      return metadata;
    }

    @Override
    public int length() {
      return length;
    }

    @Override
    public int read(ByteBuffer target) {
      if (!bytes.hasRemaining()) {
        return -1;
      }
      int count = Math.min(bytes.remaining(), target.remaining());
      target.put(bytes.slice(bytes.position(), count));
      bytes.position(bytes.position() + count);
      return count;
    }

    @Override
    public void close() {}
  }
}
