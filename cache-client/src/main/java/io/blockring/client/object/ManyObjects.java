package io.blockring.client.object;

import io.blockring.client.Outcome;
import io.blockring.client.ReadException;
import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Routes;
import io.blockring.client.memory.MemoryRung;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.Version;
import io.blockring.client.peer.BatchedRead;
import io.blockring.client.peer.BlockWire;
import io.blockring.client.peer.PeerAddress;
import io.blockring.client.peer.PeerClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads many objects whole. Small ones are asked for together, those of one owner in one request;
 * what did not come with its batch goes down the ladder by itself, unless its owner's answer is
 * final, and so do large ones, beside the batches.
 */
public final class ManyObjects {
  private static final Logger LOG = LoggerFactory.getLogger(ManyObjects.class);

  private final Routes routes;
  private final PeerClient peers;
  private final @Nullable MemoryRung memory;
  private final ObjectReads singly;
  private final int parallel;

  /**
   * @param memory null when nothing is kept
   * @param parallel batches, and beside them single reads, at a time
   */
  public ManyObjects(
      Routes routes,
      PeerClient peers,
      @Nullable MemoryRung memory,
      ObjectReads singly,
      int parallel) {
    this.routes = routes;
    this.peers = peers;
    this.memory = memory;
    this.singly = singly;
    this.parallel = parallel;
  }

  /** One call: its scope, and places for what it does at a time. */
  private record Call(ReadScope scope, Semaphore batches, Semaphore singles) {}

  /** The bytes of each, in the same order, in buffers that are the caller's. */
  public List<Outcome<ByteBuffer>> read(List<Version> versions, ReadScope scope) {
    List<WholeObject> objects = versions.stream().map(WholeObject::new).toList();
    List<WholeObject> missing = new ArrayList<>();
    for (WholeObject object : objects) {
      if (!object.isSettled() && !isInMemory(object, scope)) {
        missing.add(object);
      }
    }
    Batches batches = Batches.of(missing, this::owner);
    Call call = new Call(scope, new Semaphore(parallel, true), new Semaphore(parallel, true));
    // Neither waits for the other: one slow object is to cost no other its time.
    List<Runnable> both =
        List.of(
            () -> readSingly(batches.alone().stream().map(Single::new).toList(), call),
            () -> readTogether(batches.together(), call));
    SideBySide.each(both, both.size(), "many-" + scope.traceId(), Runnable::run);
    return objects.stream().map(WholeObject::outcome).toList();
  }

  /** Whom a single read would ask first, and get an answer; null when there is nobody. */
  private @Nullable PeerAddress owner(BlockRange range) {
    for (Routes.Member member : routes.candidates(range.placementHash())) {
      PeerAddress address = PeerClient.addressOf(member);
      if (!peers.health().isPaused(address)) {
        return address;
      }
    }
    return null;
  }

  private void readTogether(List<Batches.Batch> batches, Call call) {
    String name = "batch-" + call.scope().traceId();
    // A thread for each: what a batch did not bring is read at once, while others get its place.
    SideBySide.each(batches, batches.size(), name, batch -> readTogether(batch, call));
  }

  private void readTogether(Batches.Batch batch, Call call) {
    List<Single> left = new ArrayList<>();
    try {
      List<Answer> answers = ask(batch, call);
      for (int i = 0; i < answers.size(); i++) {
        WholeObject object = batch.objects().get(i);
        if (object.isThere()) {
          remember(object, call.scope());
        } else {
          left.add(new Single(object, answers.get(i)));
        }
      }
    } catch (ReadException e) {
      batch.objects().forEach(object -> object.refuse(refusal(object, e)));
    }
    readSingly(left, call);
  }

  /**
   * The answers in the order of the objects. An owner that is busy as a whole is asked for all of
   * them again: one by one they would be more work for it.
   *
   * @throws ReadException when it stays busy
   */
  private List<Answer> ask(Batches.Batch batch, Call call) throws ReadException {
    for (int attempt = 1; ; attempt++) {
      List<Answer> answers = askOnce(batch, call);
      if (!answers.stream().allMatch(Answer.Busy.class::isInstance)) {
        return answers;
      }
      BlockRange first = batch.objects().getFirst().range();
      Patience.await(attempt, first, answers.getFirst(), call.scope());
    }
  }

  private List<Answer> askOnce(Batches.Batch batch, Call call) {
    List<BatchedRead> reads =
        batch.objects().stream().map(object -> new BatchedRead(object.range(), object)).toList();
    call.batches().acquireUninterruptibly();
    try {
      return peers.readBatch(
          batch.owner(), BlockWire.Kind.READ, reads, call.scope(), routes.fingerprint());
    } catch (IOException | RuntimeException e) {
      LOG.warn("a batch of {} objects from {} broke down", reads.size(), batch.owner(), e);
      return Collections.nCopies(reads.size(), new Answer.Failed("its batch broke down: " + e));
    } finally {
      call.batches().release();
    }
  }

  /**
   * @param said by the owner when it was asked for this and others; null when it was not
   */
  private record Single(WholeObject object, @Nullable Answer said) {
    Single(WholeObject object) {
      this(object, null);
    }
  }

  private void readSingly(List<Single> all, Call call) {
    String name = "single-" + call.scope().traceId();
    SideBySide.each(all, parallel, name, single -> readSingly(single, call));
  }

  private void readSingly(Single single, Call call) {
    WholeObject object = single.object();
    try {
      heed(single, call.scope());
      call.singles().acquireUninterruptibly();
      try {
        singly.bulk(object.version(), 0, object.begin(), call.scope());
      } finally {
        call.singles().release();
      }
    } catch (ReadException e) {
      object.refuse(e);
    } catch (RuntimeException e) {
      object.refuse(
          new ReadException(
              ReadException.Kind.UNAVAILABLE, object.version() + ": " + e, Duration.ZERO, e));
    }
  }

  /** What all of a batch were told, of one of them. */
  private static ReadException refusal(WholeObject object, ReadException e) {
    return new ReadException(
        e.kind(), object.version() + " in a batch: " + e.getMessage(), e.retryAfter(), e);
  }

  /** An answer that settles a climb is an answer here too: nobody is asked at once again. */
  private static void heed(Single single, ReadScope scope) throws ReadException {
    Answer said = single.said();
    boolean isFinal =
        said instanceof Answer.Changed
            || said instanceof Answer.Busy
            || said instanceof Answer.OriginTrouble;
    if (said != null && isFinal) {
      Patience.await(1, single.object().range(), said, scope);
    }
  }

  private boolean isInMemory(WholeObject object, ReadScope scope) {
    if (memory == null || !object.isSmall()) {
      return false;
    }
    try {
      memory.read(WholeObject.NOBODY, object.range(), object, scope);
    } catch (IOException e) {
      throw new IllegalStateException("a buffer never refuses bytes", e);
    }
    if (!object.isThere()) {
      object.begin();
    }
    return object.isThere();
  }

  private void remember(WholeObject object, ReadScope scope) {
    if (memory != null) {
      try {
        memory.read(object::copyTo, object.range(), new WholeObject.Discarded(), scope);
      } catch (IOException e) {
        throw new IllegalStateException("a buffer never refuses bytes", e);
      }
    }
  }
}
