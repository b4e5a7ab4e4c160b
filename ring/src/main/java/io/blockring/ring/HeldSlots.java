package io.blockring.ring;

import java.util.Arrays;

/**
 * The slots a full racer holds, the one it arrives at latest on top: a binary heap by time, then
 * slot. Not thread-safe.
 */
final class HeldSlots {

  private long[] times;
  private int[] slots;
  private int size;

  HeldSlots(int expectedSize) {
    times = new long[expectedSize];
    slots = new int[expectedSize];
  }

  int size() {
    return size;
  }

  long latestTime() {
    return times[0];
  }

  void add(long time, int slot) {
    if (size == times.length) {
      times = Arrays.copyOf(times, size * 2 + 1);
      slots = Arrays.copyOf(slots, size * 2 + 1);
    }
    int at = size++;
    while (at > 0 && isLater(time, slot, (at - 1) / 2)) {
      move((at - 1) / 2, at);
      at = (at - 1) / 2;
    }
    put(time, slot, at);
  }

  /** Lets go of the latest slot and returns it. */
  int removeLatest() {
    int removed = slots[0];
    size--;
    long time = times[size];
    int slot = slots[size];
    int at = 0;
    for (int child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && isLater(times[child + 1], slots[child + 1], child)) {
        child++;
      }
      if (isLater(time, slot, child)) {
        break;
      }
      move(child, at);
      at = child;
    }
    put(time, slot, at);
    return removed;
  }

  private boolean isLater(long time, int slot, int than) {
    return time > times[than] || (time == times[than] && slot > slots[than]);
  }

  private void move(int from, int to) {
    times[to] = times[from];
    slots[to] = slots[from];
  }

  private void put(long time, int slot, int at) {
    times[at] = time;
    slots[at] = slot;
  }
}
