package io.blockring.client.origin.probe;

import io.blockring.client.origin.KeyOrder;
import io.blockring.client.origin.ListPage;
import io.blockring.client.origin.Origin;
import io.blockring.client.origin.OriginException;
import io.blockring.client.origin.probe.Finding.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Whether names can be listed, in order, and by pages without gaps or repeats. */
final class ListingProbe {
  private static final int NAMES = 1000;
  private static final int MOST_SMALL_PAGES = 5;

  private final Origin origin;
  private final long deadlineNanos;
  private List<ListPage.Entry> names = List.of();

  ListingProbe(Origin origin, long deadlineNanos) {
    this.origin = origin;
    this.deadlineNanos = deadlineNanos;
  }

  /** Empty when nothing with bytes was seen. */
  String largestKey() {
    return names.stream()
        .filter(e -> e.size() > 0)
        .max(Comparator.comparingLong(ListPage.Entry::size))
        .map(ListPage.Entry::name)
        .orElse("");
  }

  List<Finding> run() {
    try {
      names = origin.list("", "", null, NAMES, deadlineNanos).entries();
    } catch (OriginException e) {
      return List.of(
          new Finding(
              "list",
              Verdict.FAILED,
              e.getMessage() + " (no ls, no warm-up; reads of known keys may still work)"));
    }
    return List.of(
        new Finding("list", Verdict.OK, names.size() + " names on the first page"),
        order(),
        paging());
  }

  private Finding order() {
    for (int i = 1; i < names.size(); i++) {
      String previous = names.get(i - 1).name();
      if (KeyOrder.UTF_8.compare(previous, names.get(i).name()) >= 0) {
        return new Finding(
            "list-order",
            Verdict.FAILED,
            "'" + names.get(i).name() + "' follows '" + previous + "'");
      }
    }
    return names.size() < 2
        ? new Finding("list-order", Verdict.SKIPPED, "fewer than two names")
        : new Finding("list-order", Verdict.OK, "UTF-8 byte order");
  }

  private Finding paging() {
    if (names.size() < 3) {
      return new Finding("list-paging", Verdict.SKIPPED, "fewer than three names");
    }
    int perPage = Math.max(1, Math.min(100, names.size() / MOST_SMALL_PAGES));
    List<String> paged = new ArrayList<>();
    String after = "";
    boolean isEnd = false;
    try {
      for (int i = 0; i < MOST_SMALL_PAGES && !isEnd; i++) {
        ListPage page = origin.list("", "", after, perPage, deadlineNanos);
        page.entries().forEach(e -> paged.add(e.name()));
        after = page.nextStartAfter();
        isEnd = page.isLast();
      }
    } catch (OriginException e) {
      return new Finding("list-paging", Verdict.FAILED, String.valueOf(e.getMessage()));
    }
    int expected = isEnd ? names.size() : paged.size();
    List<String> whole = names.stream().map(ListPage.Entry::name).limit(expected).toList();
    return paged.equals(whole)
        ? new Finding(
            "list-paging", Verdict.OK, paged.size() + " names by " + perPage + " as at once")
        : new Finding(
            "list-paging", Verdict.FAILED, "names listed by " + perPage + " differ from at once");
  }
}
