package io.blockring.mount.serve;

import io.blockring.mount.kernel.Errno;
import io.blockring.mount.kernel.KernelChannel;
import io.blockring.mount.kernel.Request;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** A kernel that asks what a test makes it ask, of a file system over a {@link FakeCluster}. */
final class ScriptedKernel implements KernelChannel {
  static final int PROCESS = 4_711;

  private static final Request END = new Request.Destroy(new Request.Header(0, 0, 0, 0));
  private static final long PATIENCE_SECONDS = 20;

  /**
   * @param errno 0 when there are bytes
   */
  record Answer(int errno, ByteBuffer bytes) {
    long inode() {
      return bytes.getLong(0);
    }

    long handle() {
      return bytes.getLong(0);
    }
  }

  private final BlockingQueue<Request> requests = new ArrayBlockingQueue<>(1_000);
  private final ConcurrentHashMap<Long, BlockingQueue<Answer>> answers = new ConcurrentHashMap<>();
  private final AtomicLong unique = new AtomicLong(1);
  private final KernelSession session;

  ScriptedKernel(FakeCluster cluster, Duration deadline, IntPredicate isDying) {
    ServeSettings settings =
        new ServeSettings("models", "", deadline, Duration.ofMinutes(1), 64L << 20, 4L << 20, 0, 0);
    this.session = KernelSession.start(new FileSystem(cluster, settings), List.of(this), isDying);
  }

  ScriptedKernel(FakeCluster cluster) {
    this(cluster, Duration.ofSeconds(PATIENCE_SECONDS), process -> false);
  }

  Request.Header header(long inode) {
    return new Request.Header(0, unique.addAndGet(2), inode, PROCESS);
  }

  /** Asks without waiting. */
  void send(Request request) {
    answers.put(request.header().unique(), new ArrayBlockingQueue<>(1));
    requests.add(request);
  }

  Answer await(Request request) throws InterruptedException {
    Answer answer =
        Objects.requireNonNull(answers.get(request.header().unique()))
            .poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (answer == null) {
      throw new IllegalStateException("no answer to " + request);
    }
    return answer;
  }

  Answer ask(Request request) throws InterruptedException {
    send(request);
    return await(request);
  }

  Answer lookUp(long parent, String name) throws InterruptedException {
    return ask(new Request.Lookup(header(parent), name));
  }

  Answer open(long inode) throws InterruptedException {
    return ask(new Request.Open(header(inode), 0));
  }

  Answer read(long handle, long offset, int size) throws InterruptedException {
    return ask(new Request.Read(header(0), handle, offset, size));
  }

  @Override
  public @Nullable Request receive() throws IOException {
    try {
      Request request = requests.take();
      return request.equals(END) ? null : request;
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Override
  public boolean answer(long to, ByteBuffer... pieces) {
    int length = 0;
    for (ByteBuffer piece : pieces) {
      length += piece.remaining();
    }
    ByteBuffer all = ByteBuffer.allocate(length).order(ByteOrder.nativeOrder());
    for (ByteBuffer piece : pieces) {
      all.put(piece.duplicate());
    }
    return give(to, new Answer(0, all.flip()));
  }

  @Override
  public boolean refuse(long to, int errno) {
    return give(to, new Answer(errno, ByteBuffer.allocate(0)));
  }

  private boolean give(long to, Answer answer) {
    BlockingQueue<Answer> waiting = answers.get(to);
    return waiting != null && waiting.offer(answer);
  }

  @Override
  public void close() {
    // The session closes its lines; a test ends them.
  }

  void end() throws InterruptedException {
    requests.add(END);
    session.awaitEnd();
  }

  static boolean isNothing(Answer lookup) {
    return lookup.errno() == Errno.ENOENT || lookup.inode() == 0;
  }
}
