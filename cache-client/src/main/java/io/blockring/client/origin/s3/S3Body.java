package io.blockring.client.origin.s3;

import io.blockring.client.compression.FrameStream;
import io.blockring.client.compression.LinkFrames.MalformedException;
import io.blockring.client.origin.ObjectMetadata;
import io.blockring.client.origin.Origin;
import io.blockring.client.origin.OriginCounters;
import io.blockring.client.origin.OriginException;
import io.blockring.client.origin.OriginException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * A GET's bytes from the socket into the caller's buffer. One reader; the alarm is a second thread
 * that drops the connection at the deadline, which wakes the reader wherever it waits. A body that
 * was read to its end gives its connection back, any other closes it.
 */
final class S3Body implements Origin.Body {
  private static final int LONGEST_READ = 64 * 1024;

  private final String what;
  private final Exchange<?> exchange;
  private final ResponseInputStream<GetObjectResponse> stream;
  private final RangeCheck.Expected expected;
  // The bytes of the range, out of the stream.
  private final InputStream bytes;
  private long received;
  private final OriginCounters counters;
  private final Future<?> alarm;
  private byte @Nullable [] scratch;
  private int delivered;
  private boolean isOver;
  private volatile boolean isOverdue;

  S3Body(
      String what,
      Exchange<?> exchange,
      ResponseInputStream<GetObjectResponse> stream,
      RangeCheck.Expected expected,
      OriginCounters counters,
      ScheduledExecutorService alarms,
      long deadlineNanos) {
    this.what = what;
    this.exchange = exchange;
    this.stream = stream;
    this.expected = expected;
    this.bytes =
        expected.form() == RangeCheck.Form.FRAMES
            ? new FrameStream(stream, expected.length())
            : stream;
    this.counters = counters;
    this.alarm =
        alarms.schedule(
            // Closing may block: not on the one thread that serves every alarm.
            () -> Thread.ofVirtual().name("origin-alarm").start(this::onDeadline),
            deadlineNanos - System.nanoTime(),
            TimeUnit.NANOSECONDS);
  }

  @Override
  public ObjectMetadata metadata() {
    return expected.metadata();
  }

  @Override
  public int length() {
    return expected.length();
  }

  @Override
  public int read(ByteBuffer target) throws OriginException {
    if (!target.hasRemaining()) {
      throw new IllegalArgumentException("the buffer has no room");
    }
    if (delivered == length()) {
      end();
      return -1;
    }
    if (isOver) {
      throw broken(new IOException("the body was closed"));
    }
    try {
      int count = transfer(target);
      if (count < 0) {
        throw new IOException("the body ended early");
      }
      delivered += count;
      counters.countBytes(count);
      countReceived();
      if (delivered == length()) {
        end();
      }
      return count;
    } catch (MalformedException e) {
      fail(Kind.BROKEN);
      throw new OriginException(Kind.BROKEN, what + ": " + e.getMessage(), Duration.ZERO, e);
    } catch (IOException | SdkException e) {
      throw broken(e);
    }
  }

  private void countReceived() {
    long before = received;
    received = bytes instanceof FrameStream frames ? frames.taken() : delivered;
    counters.countReceivedBytes(received - before);
  }

  private int transfer(ByteBuffer target) throws IOException {
    int wanted = Math.min(target.remaining(), length() - delivered);
    if (target.hasArray()) {
      int count = bytes.read(target.array(), target.arrayOffset() + target.position(), wanted);
      target.position(target.position() + Math.max(count, 0));
      return count;
    }
    if (scratch == null) {
      scratch = new byte[Math.min(LONGEST_READ, length())];
    }
    int count = bytes.read(scratch, 0, Math.min(wanted, scratch.length));
    target.put(scratch, 0, Math.max(count, 0));
    return count;
  }

  /** Every byte was read: gives the connection back, unless more follows than was announced. */
  private void end() throws OriginException {
    if (isOver) {
      return;
    }
    try {
      if (expected.form() != RangeCheck.Form.COUNTED && goesOn()) {
        fail(Kind.BROKEN);
        throw new OriginException(
            Kind.BROKEN, "%s: more than the %d bytes of the range".formatted(what, length()));
      }
      stream.close();
    } catch (IOException | SdkException e) {
      stream.abort(); // the bytes are all here; only the connection is lost
    }
    isOver = true;
    alarm.cancel(false);
    exchange.succeeded();
  }

  private boolean goesOn() throws IOException {
    try {
      return bytes.read() >= 0;
    } catch (MalformedException e) {
      return true;
    }
  }

  private OriginException broken(Exception cause) {
    fail(Kind.UNAVAILABLE);
    String why =
        isOverdue
            ? "the deadline passed"
            : cause.getClass().getSimpleName() + ": " + cause.getMessage();
    return new OriginException(
        Kind.UNAVAILABLE,
        "%s: broke off after %d of %d bytes: %s".formatted(what, delivered, length(), why),
        Duration.ZERO,
        cause);
  }

  private void fail(Kind kind) {
    isOver = true;
    alarm.cancel(false);
    stream.abort();
    exchange.failed(kind);
  }

  private void onDeadline() {
    isOverdue = true;
    stream.abort();
    exchange.failed(Kind.UNAVAILABLE);
  }

  @Override
  public void close() {
    if (!isOver) {
      isOver = true;
      alarm.cancel(false);
      stream.abort();
      exchange.abandoned();
    }
  }
}
