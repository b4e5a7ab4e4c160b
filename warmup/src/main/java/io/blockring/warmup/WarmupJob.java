package io.blockring.warmup;

import io.blockring.client.ReadException;
import io.blockring.client.origin.ListPage;
import io.blockring.warmup.Tally.Standing;
import io.blockring.warmup.WarmupProgress.State;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Brings everything below some paths into the cluster, once: lists, fetches, checks, fetches what a
 * check misses. Ends {@code VERIFIED} only when a check of every object, its current version and
 * every block of it with its owner, has found nothing missing.
 */
public final class WarmupJob {
  private final WarmupCluster cluster;
  private final List<String> paths;
  private final WarmupLimits limits;
  private final WarmupClock clock;
  private final Totals totals;
  private final ObjectWarmup work;
  private final long startNanos;
  // By path, so that overlapping paths count once. Only the running thread touches the map.
  private final Map<String, Tally> objects = new LinkedHashMap<>();
  private boolean isListingWhole = true;
  private volatile boolean isListed;
  private volatile State state = State.LISTING;
  private volatile long endNanos;
  private @Nullable Thread runner; // this and the next two: guarded by this
  private boolean hasRun;
  private boolean isCancelled;

  /**
   * @param paths objects, or directories with everything below them
   */
  public WarmupJob(WarmupCluster cluster, List<String> paths, WarmupLimits limits) {
    this(cluster, paths, limits, WarmupClock.SYSTEM);
  }

  WarmupJob(WarmupCluster cluster, List<String> paths, WarmupLimits limits, WarmupClock clock) {
    this.cluster = cluster;
    this.paths = List.copyOf(paths);
    this.limits = limits;
    this.clock = clock;
    this.totals = new Totals(limits.mostProblems(), new RateWindow(clock));
    this.work = new ObjectWarmup(cluster, limits, clock, totals);
    this.startNanos = clock.nanoTime();
  }

  /**
   * Does all the work and returns how it ended. Blocks; once per job. Interrupting the caller
   * cancels.
   */
  public WarmupProgress run() {
    boolean mayRun = begin();
    State end = State.CANCELLED;
    try {
      if (mayRun) {
        listAndWarm();
        checkAndWarm();
        end = conclusion();
      }
    } catch (InterruptedException e) {
      end = State.CANCELLED;
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      end = State.INCOMPLETE;
      totals.problem(String.join(" ", paths), "the warm-up broke: " + e);
      throw e;
    } finally {
      end(end);
    }
    return progress();
  }

  /** Ends the job soon; what was fetched stays. Harmless at any time. */
  public synchronized void cancel() {
    isCancelled = true;
    if (runner != null) {
      runner.interrupt();
    }
  }

  /** How far it is. Any thread, any time. */
  public WarmupProgress progress() {
    State now = state;
    Totals.Snapshot sums = totals.snapshot();
    long elapsedNanos = (now.isEnd() ? endNanos : clock.nanoTime()) - startNanos;
    long rate = now.isEnd() ? 0 : totals.bytesPerSecond();
    boolean isForeseeable = isListed && now == State.FETCHING && rate > 0;
    return new WarmupProgress(
        now,
        isListed,
        Duration.ofNanos(elapsedNanos),
        sums.objects(),
        sums.blocks(),
        sums.bytes(),
        sums.gone(),
        sums.changed(),
        rate,
        isForeseeable ? Duration.ofSeconds(sums.unfinishedBytes() / rate) : null,
        sums.problemCount(),
        sums.problems());
  }

  private synchronized boolean begin() {
    if (hasRun) {
      throw new IllegalStateException("this warm-up has run");
    }
    hasRun = true;
    runner = Thread.currentThread();
    return !isCancelled;
  }

  private synchronized void end(State end) {
    runner = null;
    if (isCancelled) {
      Thread.interrupted(); // that was cancel(), not somebody who wants the caller to stop
    }
    endNanos = clock.nanoTime();
    state = end;
  }

  private void listAndWarm() throws InterruptedException {
    try (Crew crew = new Crew(limits.objectsAtOnce())) {
      try {
        for (String path : paths) {
          list(path, crew);
        }
        isListed = true;
        state = State.FETCHING;
        crew.join();
      } catch (InterruptedException e) {
        crew.stop();
        throw e;
      }
    }
  }

  private void list(String path, Crew crew) throws InterruptedException {
    try {
      if (path.endsWith("/")) {
        listBelow(path, crew);
        return;
      }
      // If the path itself is an object, it is the first of all names that begin like it.
      ListPage first = work.retried(scope -> cluster.list(path, "", scope));
      if (!first.entries().isEmpty() && first.entries().getFirst().name().equals(path)) {
        add(path, crew);
      }
      listBelow(path + "/", crew);
    } catch (ReadException e) {
      isListingWhole = false;
      totals.problem(path, "could not be listed: " + e.getMessage());
    }
  }

  private void listBelow(String directory, Crew crew) throws ReadException, InterruptedException {
    String after = "";
    while (true) {
      String startAfter = after;
      ListPage page = work.retried(scope -> cluster.list(directory, startAfter, scope));
      for (ListPage.Entry entry : page.entries()) {
        if (!add(entry.name(), crew)) {
          return;
        }
      }
      if (page.isLast()) {
        return;
      }
      after = page.nextStartAfter();
      if (after.equals(startAfter)) {
        isListingWhole = false;
        totals.problem(directory, "the listing does not get beyond '" + after + "'");
        return;
      }
    }
  }

  /** False when there are too many. */
  private boolean add(String path, Crew crew) throws InterruptedException {
    if (objects.containsKey(path)) {
      return true;
    }
    if (objects.size() == limits.mostObjects()) {
      isListingWhole = false;
      totals.problem(path, "more than " + limits.mostObjects() + " objects: not brought in");
      return false;
    }
    Tally tally = new Tally(path);
    objects.put(path, tally);
    totals.found();
    crew.submit(() -> guarded(tally, work::warm));
    return true;
  }

  private void checkAndWarm() throws InterruptedException {
    for (int check = 1; ; check++) {
      state = State.VERIFYING;
      each(tally -> tally.standing == Standing.FILLED, work::check);
      Predicate<Tally> isLacking =
          tally -> tally.standing == Standing.OPEN || tally.standing == Standing.CHANGING;
      if (check == limits.checks() || objects.values().stream().noneMatch(isLacking)) {
        objects.values().forEach(work::conclude);
        return;
      }
      state = State.FETCHING;
      each(isLacking, work::warm);
    }
  }

  /** Something done to an object. */
  private interface Work {
    void on(Tally tally) throws InterruptedException;
  }

  private void each(Predicate<Tally> which, Work what) throws InterruptedException {
    Collection<Tally> chosen = objects.values().stream().filter(which).toList();
    try (Crew crew = new Crew(limits.objectsAtOnce())) {
      try {
        for (Tally tally : chosen) {
          crew.submit(() -> guarded(tally, what));
        }
        crew.join();
      } catch (InterruptedException e) {
        crew.stop();
        throw e;
      }
    }
  }

  private void guarded(Tally tally, Work what) throws InterruptedException {
    try {
      what.on(tally);
    } catch (RuntimeException e) {
      work.giveUp(tally, Standing.FAILED, "unexpected: " + e);
    }
  }

  private State conclusion() {
    boolean isWhole = isListingWhole;
    boolean isFitting = true;
    boolean isSettled = true;
    boolean isEmpty = true;
    for (Tally tally : objects.values()) {
      isEmpty &= tally.standing == Standing.GONE;
      isFitting &= tally.standing != Standing.NO_SPACE;
      isSettled &= tally.standing != Standing.CHANGING;
      isWhole &=
          tally.isVerified()
              || tally.standing == Standing.GONE
              || tally.standing == Standing.CHANGING;
    }
    if (!isFitting) {
      return State.DOES_NOT_FIT;
    }
    if (!isWhole) {
      return State.INCOMPLETE;
    }
    if (!isSettled) {
      return State.CHANGED;
    }
    return isEmpty ? State.NOTHING_FOUND : State.VERIFIED;
  }
}
