package io.blockring.client.object;

import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.ArrivingBlock;
import io.blockring.client.ladder.BlockSource;
import io.blockring.client.ladder.ByteSink;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Rung;
import io.blockring.client.ladder.TrafficClass;
import io.blockring.client.memory.ByteBudget;
import io.blockring.client.namespace.BlockRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One range on its way into a borrowed buffer before its reader gets there. The reader and the
 * fetching thread both hold the buffer; it goes back when both are done.
 */
final class ReadAhead implements AutoCloseable {
  private final BlockRange range;
  private final ByteBudget.Loan loan;
  private final ArrivingBlock arriving;
  private final AtomicInteger holders = new AtomicInteger(2);
  private volatile boolean isAbandoned;

  private ReadAhead(BlockRange range, ByteBudget.Loan loan) {
    this.range = range;
    this.loan = loan;
    this.arriving = new ArrivingBlock(range.length());
    arriving.begin(loan.buffer());
  }

  /** Starts to fetch, unless the process is too busy to do more than it is asked. */
  static @Nullable ReadAhead start(
      BlockSource ladder, BlockRange range, ByteBudget budget, ReadScope scope) {
    ByteBudget.Loan loan = budget.borrowIfQuiet();
    if (loan == null) {
      return null;
    }
    ReadAhead ahead = new ReadAhead(range, loan);
    TrafficClass trafficClass =
        scope.trafficClass() == TrafficClass.READ ? TrafficClass.READ_AHEAD : scope.trafficClass();
    ReadScope own = new ReadScope(scope.traceId(), trafficClass, scope.deadlineNanos());
    Thread.ofVirtual().name("read-ahead-" + scope.traceId()).start(() -> ahead.fetch(ladder, own));
    return ahead;
  }

  BlockRange range() {
    return range;
  }

  /** Streams what has come and what still comes. */
  Answer copyTo(ByteSink reader, ReadScope scope) throws IOException {
    return arriving.copyTo(reader, 0, range.length(), scope);
  }

  /** The reader is done with it, or will never come. */
  @Override
  public void close() {
    isAbandoned = true;
    letGo();
  }

  private void fetch(BlockSource ladder, ReadScope scope) {
    Answer answer = new Answer.Failed("read-ahead of " + range + " broke");
    try {
      answer = ladder.read(range, new Abandonable(), scope);
    } catch (IOException e) {
      answer = new Answer.Failed("the reader of " + range + " left");
    } finally {
      arriving.finish(answer);
      letGo();
    }
  }

  private void letGo() {
    if (holders.decrementAndGet() == 0) {
      loan.close();
    }
  }

  /** Refuses more bytes once the reader has left, so that nothing is fetched for nobody. */
  private final class Abandonable implements ByteSink {
    @Override
    public ByteBuffer claim(int maxBytes) throws IOException {
      if (isAbandoned) {
        throw new IOException("reader left");
      }
      return arriving.claim(maxBytes);
    }

    @Override
    public void commit(int bytes, Rung rung) {
      arriving.commit(bytes, rung);
    }
  }
}
