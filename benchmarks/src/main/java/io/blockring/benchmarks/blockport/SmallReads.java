package io.blockring.benchmarks.blockport;

import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.ByteSink;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Rung;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.peer.BatchedRead;
import io.blockring.client.peer.BlockWire.Kind;
import io.blockring.client.peer.PeerAddress;
import io.blockring.client.peer.PeerClient;
import io.blockring.client.peer.PeerSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;

/**
 * Reads small objects from a {@link BlockPortServer}, one by one and in batches, in turns, and
 * prints what each cost: least, median and most of its windows.
 */
final class SmallReads {
  private final PeerAddress peer;
  private final long serverPid;
  private final List<BlockRange> objects;
  private final PeerClient client = new PeerClient(PeerSettings.defaults(), (from, ring) -> {});
  private final LongAdder read = new LongAdder();
  private volatile boolean isOver;

  private SmallReads(int port, long serverPid, List<BlockRange> objects) {
    this.peer = new PeerAddress("127.0.0.1", port);
    this.serverPid = serverPid;
    this.objects = objects;
  }

  /** What one way of reading cost, a value for each window. */
  private record Costs(
      int batch, List<Double> perSecond, List<Double> serverMicros, List<Double> ownMicros) {
    Costs(int batch) {
      this(batch, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }

    void print() {
      System.out.printf(
          Locale.ROOT,
          "%4d objects a request: %s objects/s; server CPU %s us/object; client CPU %s us/object%n",
          batch,
          spread(perSecond, "%.0f"),
          spread(serverMicros, "%.1f"),
          spread(ownMicros, "%.1f"));
    }

    private static String spread(List<Double> values, String format) {
      double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
      return (format + "/" + format + "/" + format)
          .formatted(sorted[0], sorted[sorted.length / 2], sorted[sorted.length - 1]);
    }
  }

  /**
   * Arguments: port, the server's process id, how many objects it has, seconds per window, windows,
   * readers, then how many objects a request reads, for each way.
   */
  public static void main(String[] arguments) throws Exception {
    int[] numbers = Arrays.stream(arguments).mapToInt(Integer::parseInt).toArray();
    List<BlockRange> objects = new ArrayList<>();
    for (int i = 0; i < numbers[2]; i++) {
      objects.add(BlockRange.whole(BlockPortServer.small(i), 0));
    }
    List<Costs> ways = Arrays.stream(numbers).skip(6).mapToObj(Costs::new).toList();
    SmallReads reads = new SmallReads(numbers[0], numbers[1], objects);
    for (int window = 0; window <= numbers[4]; window++) {
      for (Costs way : ways) {
        // The first window of each warms up.
        reads.measure(window == 0 ? new Costs(way.batch()) : way, numbers[5], numbers[3]);
      }
    }
    ways.forEach(Costs::print);
    reads.client.close();
  }

  private void measure(Costs way, int readers, int seconds) throws Exception {
    isOver = false;
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < readers; i++) {
      threads.add(Thread.ofVirtual().start(() -> readUntilOver(way.batch())));
    }
    Thread.sleep(200);
    read.reset();
    long start = System.nanoTime();
    double serverBefore = BlockPortLoad.cpuSeconds(serverPid);
    double ownBefore = BlockPortLoad.cpuSeconds(ProcessHandle.current().pid());
    Thread.sleep(seconds * 1000L);
    long count = read.sum();
    way.perSecond().add(count / ((System.nanoTime() - start) / 1e9));
    way.serverMicros().add((BlockPortLoad.cpuSeconds(serverPid) - serverBefore) / count * 1e6);
    double own = BlockPortLoad.cpuSeconds(ProcessHandle.current().pid()) - ownBefore;
    way.ownMicros().add(own / count * 1e6);
    isOver = true;
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private void readUntilOver(int batch) {
    SplittableRandom random = new SplittableRandom();
    List<Place> places = new ArrayList<>();
    for (int i = 0; i < batch; i++) {
      places.add(new Place());
    }
    while (!isOver) {
      try {
        if (batch == 1) {
          readOne(objects.get(random.nextInt(objects.size())), places.getFirst());
        } else {
          readMany(random, places);
        }
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
      read.add(batch);
    }
  }

  private void readOne(BlockRange object, Place place) throws IOException {
    require(client.read(peer, Kind.PEEK, object, place.again(), ReadScope.forReader(10_000), ""));
  }

  private void readMany(SplittableRandom random, List<Place> places) throws IOException {
    List<BatchedRead> batch = new ArrayList<>();
    for (Place place : places) {
      batch.add(new BatchedRead(objects.get(random.nextInt(objects.size())), place.again()));
    }
    client
        .readBatch(peer, Kind.PEEK, batch, ReadScope.forReader(10_000), "")
        .forEach(SmallReads::require);
  }

  private static void require(Answer answer) {
    if (!(answer instanceof Answer.Complete)) {
      throw new IllegalStateException("not read: " + answer);
    }
  }

  /** An object's bytes in the reader's memory. */
  private static final class Place implements ByteSink {
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(BlockPortServer.SMALL_BYTES);

    Place again() {
      bytes.clear();
      return this;
    }

    @Override
    public ByteBuffer claim(int maxBytes) {
      return bytes.slice(bytes.position(), Math.min(maxBytes, bytes.remaining()));
    }

    @Override
    public void commit(int count, Rung rung) {
      bytes.position(bytes.position() + count);
    }
  }
}
