package io.blockring.client.origin;

import io.blockring.client.ladder.TrafficClass;
import io.blockring.client.namespace.Identity;
import java.nio.ByteBuffer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An origin within a budget: every body waits for its turn and its bytes. What moves no objects'
 * bytes (metadata, listings) costs nothing and is never refused.
 */
public final class BudgetedOrigin implements Origin {
  private final Origin origin;
  private final OriginBudget budget;
  private final Intake intake;
  private final Supplier<TrafficClass> trafficClass;

  /** As readers ask, who take whatever comes. */
  public BudgetedOrigin(Origin origin, OriginBudget budget) {
    this(origin, budget, Intake.UNLIMITED);
  }

  /** As readers ask. */
  public BudgetedOrigin(Origin origin, OriginBudget budget, Intake intake) {
    this(origin, budget, intake, () -> TrafficClass.READ);
  }

  private BudgetedOrigin(
      Origin origin, OriginBudget budget, Intake intake, Supplier<TrafficClass> trafficClass) {
    this.intake = intake;
    this.origin = origin;
    this.budget = budget;
    this.trafficClass = trafficClass;
  }

  @Override
  public Origin askedFor(Supplier<TrafficClass> other) {
    return new BudgetedOrigin(origin, budget, intake, other);
  }

  @Override
  public ObjectMetadata head(String key, long deadlineNanos) throws OriginException {
    return origin.head(key, deadlineNanos);
  }

  @Override
  public Body getFirst(String key, int maxBytes, long deadlineNanos) throws OriginException {
    return within(maxBytes, deadlineNanos, () -> origin.getFirst(key, maxBytes, deadlineNanos));
  }

  @Override
  public Body getRange(
      String key, Identity identity, long size, long offset, int length, long deadlineNanos)
      throws OriginException {
    return within(
        length,
        deadlineNanos,
        () -> origin.getRange(key, identity, size, offset, length, deadlineNanos));
  }

  @Override
  public ListPage list(
      String prefix, String delimiter, @Nullable String startAfter, int maxKeys, long deadlineNanos)
      throws OriginException {
    return origin.list(prefix, delimiter, startAfter, maxKeys, deadlineNanos);
  }

  @Override
  public String md5(String key, long deadlineNanos) throws OriginException {
    return origin.md5(key, deadlineNanos);
  }

  @Override
  public RetryBudget retries() {
    return origin.retries();
  }

  @Override
  public void close() {
    origin.close();
  }

  private interface Request {
    Body send() throws OriginException;
  }

  private Body within(int mostBytes, long deadlineNanos, Request request) throws OriginException {
    OriginBudget.Turn turn = budget.take(mostBytes, trafficClass, deadlineNanos);
    Body body = null;
    try {
      body = request.send();
      return new BudgetedBody(body, turn, this);
    } finally {
      if (body == null) {
        turn.close();
      }
    }
  }

  private void came(int bytes) {
    try {
      intake.came(bytes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // These bytes are here; the next read ends by it.
    }
  }

  private record BudgetedBody(Body body, OriginBudget.Turn turn, BudgetedOrigin origin)
      implements Body {
    @Override
    public ObjectMetadata metadata() {
      return body.metadata();
    }

    @Override
    public int length() {
      return body.length();
    }

    @Override
    public int read(ByteBuffer target) throws OriginException {
      int count = body.read(target);
      if (count > 0) {
        turn.came(count);
        origin.came(count);
      }
      return count;
    }

    @Override
    public void close() {
      body.close();
      turn.close();
    }
  }
}
