package io.blockring.benchmarks.blockport;

import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.ByteSink;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Rung;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.peer.BlockWire.Kind;
import io.blockring.client.peer.PeerAddress;
import io.blockring.client.peer.PeerClient;
import io.blockring.client.peer.PeerSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;

/**
 * Reads ranges from a {@link BlockPortServer} for a while and prints what it cost. CPU is utime +
 * stime of each process (ticks of 10 ms).
 */
final class BlockPortLoad {
  private final PeerAddress peer;
  private final long serverPid;
  private final PeerClient client = new PeerClient(PeerSettings.defaults(), (from, ring) -> {});
  private volatile boolean isOver;

  private BlockPortLoad(int port, long serverPid) {
    this.peer = new PeerAddress("127.0.0.1", port);
    this.serverPid = serverPid;
  }

  /** One group of readers. */
  private static final class Group {
    final int bytes;
    final int readers;
    final LongAdder reads = new LongAdder();
    final LongAdder failures = new LongAdder();
    final ConcurrentHistogram micros = new ConcurrentHistogram(60_000_000L, 3);

    Group(int bytes, int readers) {
      this.bytes = bytes;
      this.readers = readers;
    }
  }

  /**
   * Arguments: port, the server's process id, seconds per window, windows, then pairs of bytes per
   * read and readers; all pairs run at the same time.
   */
  public static void main(String[] arguments) throws Exception {
    BlockPortLoad load =
        new BlockPortLoad(Integer.parseInt(arguments[0]), Long.parseLong(arguments[1]));
    int seconds = Integer.parseInt(arguments[2]);
    int windows = Integer.parseInt(arguments[3]);
    List<Group> groups = new ArrayList<>();
    for (int i = 4; i < arguments.length; i += 2) {
      groups.add(new Group(Integer.parseInt(arguments[i]), Integer.parseInt(arguments[i + 1])));
    }
    load.run(groups, seconds, windows);
  }

  private void run(List<Group> groups, int seconds, int windows) throws Exception {
    List<Thread> readers = new ArrayList<>();
    for (Group group : groups) {
      for (int i = 0; i < group.readers; i++) {
        readers.add(Thread.ofVirtual().start(() -> readUntilOver(group)));
      }
    }
    Thread.sleep(seconds * 1000L);
    for (int window = 0; window < windows; window++) {
      measure(groups, seconds);
    }
    isOver = true;
    for (Thread reader : readers) {
      reader.join();
    }
    client.close();
  }

  private void measure(List<Group> groups, int seconds) throws Exception {
    groups.forEach(
        group -> {
          group.reads.reset();
          group.micros.reset();
        });
    long start = System.nanoTime();
    double serverBefore = cpuSeconds(serverPid);
    double clientBefore = cpuSeconds(ProcessHandle.current().pid());
    Thread.sleep(seconds * 1000L);
    double server = cpuSeconds(serverPid) - serverBefore;
    double own = cpuSeconds(ProcessHandle.current().pid()) - clientBefore;
    double elapsed = (System.nanoTime() - start) / 1e9;
    double allBytes = 0;
    long allReads = 0;
    for (Group group : groups) {
      long reads = group.reads.sum();
      allBytes += (double) reads * group.bytes;
      allReads += reads;
      System.out.printf(
          "%8d bytes x %2d readers: %8.0f reads/s %6.2f GB/s  p50 %6d us  p99 %6d us  failed %d%n",
          group.bytes,
          group.readers,
          reads / elapsed,
          reads * (double) group.bytes / elapsed / 1e9,
          group.micros.getValueAtPercentile(50),
          group.micros.getValueAtPercentile(99),
          group.failures.sumThenReset());
    }
    System.out.printf(
        "   server %.3f CPU-s/GB %6.1f us/read   client %.3f CPU-s/GB %6.1f us/read%n",
        server / allBytes * 1e9,
        server / allReads * 1e6,
        own / allBytes * 1e9,
        own / allReads * 1e6);
  }

  private void readUntilOver(Group group) {
    SplittableRandom random = new SplittableRandom();
    Sink sink = new Sink(group.bytes);
    while (!isOver) {
      int offset = random.nextInt(BlockPortServer.BLOCK_BYTES / group.bytes) * group.bytes;
      BlockRange range =
          new BlockRange(
              BlockPortServer.OBJECT, random.nextInt(BlockPortServer.BLOCKS), offset, group.bytes);
      long start = System.nanoTime();
      try {
        Answer answer =
            client.read(peer, Kind.PEEK, range, sink.again(), ReadScope.forReader(10_000), "");
        if (!(answer instanceof Answer.Complete)) {
          group.failures.increment();
          continue;
        }
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
      group.micros.recordValue((System.nanoTime() - start) / 1_000);
      group.reads.increment();
    }
  }

  /** User and system time of a process. */
  static double cpuSeconds(long pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0;
  }

  /** One direct buffer, as a reader that reads into its own memory has it. */
  private static final class Sink implements ByteSink {
    private final ByteBuffer whole;

    Sink(int bytes) {
      whole = ByteBuffer.allocateDirect(bytes);
    }

    Sink again() {
      whole.clear();
      return this;
    }

    @Override
    public ByteBuffer claim(int maxBytes) {
      return whole.slice(whole.position(), Math.min(maxBytes, whole.remaining()));
    }

    @Override
    public void commit(int bytes, Rung rung) {
      whole.position(whole.position() + bytes);
    }
  }
}
