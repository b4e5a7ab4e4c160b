package io.blockring.client.origin.probe;

import io.blockring.client.namespace.Identity;
import io.blockring.client.origin.ObjectMetadata;
import io.blockring.client.origin.Origin;
import io.blockring.client.origin.OriginCounters;
import io.blockring.client.origin.OriginException;
import io.blockring.client.origin.OriginException.Kind;
import io.blockring.client.origin.probe.Finding.Verdict;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether one object can be read by ranges of one version. */
final class ObjectProbe {
  private static final int FIRST_BYTES = 64 * 1024;

  private final Origin origin;
  private final OriginCounters counters;
  private final String key;
  private final long deadlineNanos;
  private final List<Finding> findings = new ArrayList<>();
  private @Nullable ObjectMetadata metadata;
  private byte[] firstBytes = new byte[0];
  private boolean isRangeDenied;

  ObjectProbe(Origin origin, OriginCounters counters, String key, long deadlineNanos) {
    this.origin = origin;
    this.counters = counters;
    this.key = key;
    this.deadlineNanos = deadlineNanos;
  }

  /** Null when the object could not be read. */
  @Nullable ObjectMetadata metadata() {
    return metadata;
  }

  /** Its identity may be known but not read: version ids need a permission of their own. */
  boolean isRangeDenied() {
    return isRangeDenied;
  }

  List<Finding> run() {
    get();
    ObjectMetadata read = metadata;
    if (read == null) {
      return findings;
    }
    head(read);
    identity(read);
    Identity identity = read.identity();
    if (identity == null || firstBytes.length == 0) {
      String why = identity == null ? "no identity to ask for" : "the object is empty";
      add("range", Verdict.SKIPPED, why);
      add("if-match", Verdict.SKIPPED, why);
      return findings;
    }
    range(identity, read.size());
    precondition(identity, read.size());
    return findings;
  }

  private void get() {
    try (Origin.Body body = origin.getFirst(key, FIRST_BYTES, deadlineNanos)) {
      firstBytes = readAll(body);
      metadata = body.metadata();
      add("get", Verdict.OK, "'%s' has %d bytes".formatted(key, body.metadata().size()));
    } catch (OriginException e) {
      add("get", Verdict.FAILED, String.valueOf(e.getMessage()));
    }
  }

  private void head(ObjectMetadata byGet) {
    try {
      ObjectMetadata byHead = origin.head(key, deadlineNanos);
      boolean isSame =
          byHead.size() == byGet.size()
              && String.valueOf(byHead.identity()).equals(String.valueOf(byGet.identity()));
      add(
          "head",
          isSame ? Verdict.OK : Verdict.FAILED,
          isSame
              ? "agrees with GET"
              : "HEAD says %s of %d bytes, GET says %s of %d"
                  .formatted(byHead.identity(), byHead.size(), byGet.identity(), byGet.size()));
    } catch (OriginException e) {
      add("head", Verdict.FAILED, String.valueOf(e.getMessage()));
    }
  }

  private void identity(ObjectMetadata read) {
    Identity identity = read.identity();
    if (identity != null) {
      add("identity", Verdict.OK, identity.toString());
      return;
    }
    String etag = read.etag().isEmpty() ? "no ETag" : "ETag " + read.etag();
    add("identity", Verdict.WARNING, etag + ": everything will be read through, nothing stored");
  }

  private void range(Identity identity, long size) {
    int offset = firstBytes.length / 2;
    int length = firstBytes.length - offset;
    try (Origin.Body body = origin.getRange(key, identity, size, offset, length, deadlineNanos)) {
      boolean isSame =
          Arrays.equals(readAll(body), Arrays.copyOfRange(firstBytes, offset, firstBytes.length));
      add(
          "range",
          isSame ? Verdict.OK : Verdict.FAILED,
          "bytes "
              + offset
              + "+"
              + length
              + (isSame ? " are" : " are NOT")
              + " those of the object");
    } catch (OriginException e) {
      isRangeDenied = e.kind() == Kind.DENIED;
      add("range", Verdict.FAILED, String.valueOf(e.getMessage()));
    }
  }

  private void precondition(Identity identity, long size) {
    if (identity.kind() != Identity.Kind.ETAG) {
      add("if-match", Verdict.SKIPPED, "not needed: identities are " + identity.kind());
      return;
    }
    long ignoredBefore = counters.ignoredPreconditions();
    Identity other = new Identity(Identity.Kind.ETAG, "\"blockring-probe-no-such-etag\"");
    try (Origin.Body body = origin.getRange(key, other, size, 0, 1, deadlineNanos)) {
      add("if-match", Verdict.FAILED, "a wrong ETag got " + body.length() + " bytes");
    } catch (OriginException e) {
      if (e.kind() != Kind.CHANGED) {
        add("if-match", Verdict.FAILED, String.valueOf(e.getMessage()));
      } else if (counters.ignoredPreconditions() > ignoredBefore) {
        add("if-match", Verdict.WARNING, "ignored; changes are still seen by the answer's ETag");
      } else {
        add("if-match", Verdict.OK, "a wrong ETag is refused");
      }
    }
  }

  private void add(String check, Verdict verdict, String detail) {
    findings.add(new Finding(check, verdict, detail));
  }

  private static byte[] readAll(Origin.Body body) throws OriginException {
    ByteBuffer all = ByteBuffer.allocate(body.length());
    while (all.hasRemaining() && body.read(all) >= 0) {
      // until it is full
    }
    return Arrays.copyOf(all.array(), all.position());
  }
}
