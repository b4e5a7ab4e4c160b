package io.blockring.mirror;

import io.blockring.client.origin.ListPage;
import io.blockring.client.origin.OriginException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** All names of one side in order, one page of them in memory. */
final class Listing {

  /** Asks for the page after a name; null for the first. */
  @FunctionalInterface
  interface Pages {
    ListPage after(@Nullable String startAfter) throws OriginException;
  }

  private final Pages pages;
  private final Deque<ListPage.Entry> page = new ArrayDeque<>();
  private @Nullable String next;
  private boolean isLastPage;

  Listing(Pages pages) {
    this.pages = pages;
  }

  /** The next entry, which stays; null after the last. */
  ListPage.@Nullable Entry peek() throws OriginException {
    while (page.isEmpty() && !isLastPage) {
      ListPage fetched = pages.after(next);
      page.addAll(fetched.entries());
      next = fetched.nextStartAfter();
      isLastPage = fetched.isLast();
    }
    return page.peekFirst();
  }

  void skip() {
    page.removeFirst();
  }
}
