package io.blockring.node.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.ladder.TrafficClass;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class NicLineTest {
  private static final long MILLI = 1_000_000;
  private static final long RATE = 1_000_000_000; // a byte each nanosecond; the credit is 20 ms

  private final AtomicLong nanos = new AtomicLong(5);
  private final NicLine line = new NicLine(RATE, nanos::get);

  @Test
  void readers_go_at_once_until_the_credit_is_spent_and_then_in_the_order_they_ask() {
    assertThat(line.yieldNanos(TrafficClass.READ, nanos.get())).isZero();
    assertThat(line.book((int) (20 * MILLI))).isZero();
    assertThat(line.book(1000)).isZero();
    assertThat(line.book(1000)).isEqualTo(1000);
    assertThat(line.book(1000)).isEqualTo(2000);
    assertThat(line.pausedNanos()).isEqualTo(3000);
    assertThat(line.stretchBytes(262_144)).as("in small stretches").isEqualTo(65_536);
    nanos.addAndGet(3001);
    assertThat(line.stretchBytes(262_144)).isEqualTo(262_144);
  }

  @Test
  void work_that_nobody_waits_for_gives_way_while_readers_leave_less_than_half() {
    long asked = nanos.get();
    assertThat(line.yieldNanos(TrafficClass.WARM_UP, asked)).isZero();
    line.book((int) (15 * MILLI));
    assertThat(line.yieldNanos(TrafficClass.READ_AHEAD, asked)).isZero();
    assertThat(line.yieldNanos(TrafficClass.WARM_UP, asked)).isBetween(5 * MILLI, 5 * MILLI + 10);
    nanos.addAndGet(6 * MILLI);
    assertThat(line.yieldNanos(TrafficClass.WARM_UP, asked)).isZero();
  }

  @Test
  void it_gives_way_for_a_tenth_of_a_second_and_not_for_ever() {
    long asked = nanos.get();
    line.book(Integer.MAX_VALUE);
    long waited = 0;
    for (long yield = line.yieldNanos(TrafficClass.SCRUB, asked);
        yield > 0;
        yield = line.yieldNanos(TrafficClass.SCRUB, asked)) {
      waited += yield;
      nanos.addAndGet(yield);
    }
    assertThat(waited).isEqualTo(100 * MILLI);
  }

  @Test
  void what_a_reader_joins_gives_way_no_longer() throws Exception {
    line.book(Integer.MAX_VALUE);
    Iterator<TrafficClass> forWhom = List.of(TrafficClass.WARM_UP, TrafficClass.READ).iterator();
    line.giveWay(forWhom::next);
    assertThat(forWhom.hasNext()).isFalse();
  }

  @Test
  void stretches_shrink_while_many_wait_so_that_each_gets_some_before_it_gives_up() {
    int readers = 1_000;
    NicLine slow = new NicLine(12_500_000, nanos::get); // 100Mb/s
    long longest = 0;
    for (int turn = 0; turn < 10; turn++) {
      long last = 0;
      for (int reader = 0; reader < readers; reader++) {
        last = slow.book(slow.stretchBytes(262_144));
        longest = Math.max(longest, last);
      }
      nanos.addAndGet(last);
    }
    assertThat(longest).isLessThan(1_000 * MILLI);
    assertThat(slow.stretchBytes(262_144)).as("when it is over").isEqualTo(65_536);
  }

  @Test
  void what_comes_in_small_pieces_is_booked_in_larger_ones() throws Exception {
    for (int i = 0; i < 63; i++) {
      line.pass(1024);
    }
    assertThat(line.book(0)).isZero();
    line.book((int) (20 * MILLI));
    assertThat(line.book(0)).as("nothing yet").isZero();
    line.pass(1024);
    assertThat(line.book(0)).as("all of them").isEqualTo(65_536);
  }

  @Test
  void tells_how_long_it_has_been_full() {
    assertThat(line.fullFor()).isZero();
    for (int tenth = 0; tenth < 700; tenth++) {
      line.book((int) (110 * MILLI));
      nanos.addAndGet(100 * MILLI);
    }
    assertThat(line.fullFor()).isBetween(Duration.ofSeconds(69), Duration.ofSeconds(71));
    nanos.addAndGet(60_000 * MILLI);
    assertThat(line.fullFor()).isZero();
  }

  @Test
  void without_a_limit_nothing_waits() throws Exception {
    assertThat(NicLine.FREE.book(Integer.MAX_VALUE)).isZero();
    assertThat(NicLine.FREE.book(Integer.MAX_VALUE)).isZero();
    assertThat(NicLine.FREE.stretchBytes(262_144)).isEqualTo(262_144);
    NicLine.FREE.giveWay(() -> TrafficClass.SCRUB);
    NicLine.FREE.pass(Integer.MAX_VALUE);
  }

  @Test
  void what_stays_on_the_host_is_not_counted() throws Exception {
    Nic nic = new Nic(RATE);
    InetAddress own = InetAddress.ofLiteral("10.0.0.1");
    assertThat(nic.to(own, InetAddress.ofLiteral("10.0.0.2"))).isSameAs(nic.sent());
    assertThat(nic.to(own, own)).isSameAs(NicLine.FREE);
    assertThat(nic.to(own, InetAddress.ofLiteral("::1"))).isSameAs(NicLine.FREE);
    assertThat(nic.to(null, null)).isSameAs(nic.sent());
  }
}
