package io.blockring.node;

import io.blockring.client.namespace.MountId;
import io.blockring.client.origin.OriginBudget;
import io.blockring.client.origin.OriginCounters;
import io.blockring.node.config.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The budgets of all mounts: this node's share of the cluster's, and the days' counts over
 * restarts. Counts are written every few seconds while they change; a node that is killed forgets
 * what it took since.
 */
final class Budgets implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Budgets.class);
  private static final Duration EVERY = Duration.ofSeconds(5);

  /** A mount's budget. */
  record Budgeted(String mount, MountId id, int blockBytes, OriginBudget budget) {}

  private final List<Budgeted> all = new ArrayList<>();
  // Until the cluster is known this node takes itself for all of it.
  private volatile DoubleSupplier share = () -> 1;
  private volatile @Nullable Path file;
  private @Nullable Thread thread;
  private String written = "";

  /** Opens the budget of one mount. Before {@link #keep}. */
  OriginBudget open(
      String mount,
      MountId id,
      int blockBytes,
      OriginBudget.Limits limits,
      OriginCounters counters) {
    OriginBudget budget =
        new OriginBudget(
            mount,
            limits,
            () -> share.getAsDouble(),
            counters::concurrencyLimit,
            System::currentTimeMillis,
            System::nanoTime);
    all.add(new Budgeted(mount, id, blockBytes, budget));
    return budget;
  }

  List<Budgeted> all() {
    return List.copyOf(all);
  }

  /** Budgets without room for another block today, each told in one line. */
  List<String> spent() {
    return all.stream()
        .filter(one -> one.budget().isSpentFor(one.blockBytes()))
        .map(one -> one.budget().told())
        .toList();
  }

  /**
   * @param now this node's weight among all members', 0 to 1
   */
  void shareIs(DoubleSupplier now) {
    share = now;
  }

  /** Goes on with the counts in this file, and keeps them there. */
  void keep(Path counts) {
    file = counts;
    try {
      restore(counts);
    } catch (IOException | IllegalArgumentException e) {
      log.warn("{}: {}; today's origin bytes count from 0", counts, e.getMessage());
    }
    thread = Thread.ofPlatform().name("budgets").daemon().start(this::run);
  }

  private void restore(Path counts) throws IOException {
    if (!Files.exists(counts)) {
      return;
    }
    for (String line : Files.readAllLines(counts, StandardCharsets.US_ASCII)) {
      String[] words = line.split(" ", -1);
      if (words.length != 3) {
        throw new IllegalArgumentException("'" + line + "' is not a mount, a day and bytes");
      }
      OriginBudget.Day day =
          new OriginBudget.Day(Long.parseLong(words[1]), Long.parseLong(words[2]));
      all.stream()
          .filter(one -> one.id().toString().equals(words[0]))
          .forEach(one -> one.budget().restore(day));
    }
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(EVERY);
        save();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closing
    }
  }

  private synchronized void save() {
    Path counts = file;
    StringBuilder lines = new StringBuilder();
    for (Budgeted one : all) {
      OriginBudget.Day spent = one.budget().spent();
      lines.append(one.id()).append(' ').append(spent.epochDay()).append(' ');
      lines.append(spent.bytes()).append('\n');
    }
    if (counts == null || written.contentEquals(lines)) {
      return;
    }
    try {
      DurableFile.replace(counts, lines.toString().getBytes(StandardCharsets.US_ASCII));
      written = lines.toString();
    } catch (IOException e) {
      log.warn("{} could not be written: {}", counts, e.getMessage());
    }
  }

  @Override
  public void close() {
    if (thread != null) {
      thread.interrupt();
      save();
    }
  }
}
