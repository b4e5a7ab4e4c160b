package io.blockring.chaos;

import io.blockring.chaos.Load.Sample;
import io.blockring.demo.OriginRequest.Operation;
import io.blockring.demo.OriginTraffic;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What came of a scenario.
 *
 * @param samples every read under load
 * @param readers who read them
 * @param marks the phases
 * @param recovery from the end of the fault until all nodes were on one ring and every reader read
 *     well
 * @param asked of the bucket, all in all
 * @param needed what it would have been asked for by one cache that asks once for each block
 */
record Outcome(
    List<Sample> samples,
    List<RangeReader> readers,
    Marks marks,
    Duration recovery,
    OriginTraffic asked,
    Needed needed) {

  /** When phases began, as {@link System#nanoTime}. */
  record Marks(long quietNanos, long faultNanos, long afterNanos, long endNanos) {}

  /** Of the bucket. */
  record Needed(long bytes, long requests) {}

  /** Bytes that were wrong, mixed or missing without an error; the first ones of each reader. */
  List<String> wrong() {
    return readers.stream().flatMap(reader -> reader.findings().wrong().stream()).toList();
  }

  /** Kinds of errors of reads of what the SSDs had before the fault, with their numbers. */
  Map<String, Long> hitErrors() {
    return errors(sample -> !sample.isLate());
  }

  /** Kinds of errors of reads that may have needed the bucket, with their numbers. */
  Map<String, Long> coldErrors() {
    return errors(Sample::isLate);
  }

  /** Reads that may have needed the bucket. */
  long coldReads() {
    return samples.stream().filter(Sample::isLate).count();
  }

  /** Bytes the bucket sent, of those that one cache needs. */
  double bytesRatio() {
    return (double) asked.bytes(Operation.GET) / needed.bytes();
  }

  /** Requests to the bucket, of those that one cache needs. */
  double requestsRatio() {
    return (double) asked.allRequests() / needed.requests();
  }

  /** Longest time without the end of a good read, of the reader who waited longest. */
  Duration longestWait(Collection<? extends RangeReader> of) {
    return of.stream().map(this::longestWait).max(Duration::compareTo).orElseThrow();
  }

  Duration longestWait() {
    return longestWait(readers);
  }

  private Duration longestWait(RangeReader reader) {
    long last = marks.quietNanos();
    long longest = 0;
    List<Long> ends =
        samples.stream()
            .filter(sample -> sample.reader() == reader && sample.error() == null)
            .map(sample -> sample.endNanos() - marks.quietNanos())
            .sorted()
            .toList();
    for (long end : ends) {
      longest = Math.max(longest, end + marks.quietNanos() - last);
      last = end + marks.quietNanos();
    }
    return Duration.ofNanos(Math.max(longest, marks.endNanos() - last));
  }

  private Map<String, Long> errors(Predicate<Sample> which) {
    return samples.stream()
        .filter(which)
        .map(sample -> String.valueOf(sample.error()))
        .filter(error -> !error.equals("null"))
        .collect(Collectors.groupingBy(error -> error, TreeMap::new, Collectors.counting()));
  }

  /** For {@link ScenarioTable}. */
  String row(String name, String injected) {
    long wrong = readers.stream().mapToLong(reader -> reader.findings().wrongCount()).sum();
    return String.format(
        Locale.ROOT,
        "| %s | %s | %,d | %d | %s | %s | %s | %s | %.3f | %.3f | %.1f s | %.1f s |",
        name,
        injected,
        samples.size(),
        wrong,
        errorText(),
        times(false, marks.quietNanos(), marks.faultNanos()),
        times(false, marks.faultNanos(), marks.afterNanos()),
        times(true, marks.faultNanos(), marks.afterNanos()),
        bytesRatio(),
        requestsRatio(),
        longestWait().toMillis() / 1e3,
        recovery.toMillis() / 1e3);
  }

  private String errorText() {
    Map<String, Long> all = errors(_ -> true);
    return all.isEmpty()
        ? "0"
        : all.entrySet().stream()
            .map(error -> error.getValue() + " " + error.getKey())
            .collect(Collectors.joining(", "));
  }

  /** p50 / p99 of the good reads that began between two moments. */
  private String times(boolean isLate, long fromNanos, long toNanos) {
    long[] nanos =
        samples.stream()
            .filter(sample -> sample.isLate() == isLate && sample.error() == null)
            .filter(s -> s.startNanos() - fromNanos >= 0 && s.startNanos() - toNanos < 0)
            .mapToLong(sample -> sample.endNanos() - sample.startNanos())
            .sorted()
            .toArray();
    return nanos.length == 0
        ? "–"
        : String.format(
            Locale.ROOT,
            "%.0f / %.0f",
            nanos[nanos.length / 2] / 1e6,
            nanos[(int) (nanos.length * 0.99)] / 1e6);
  }
}
