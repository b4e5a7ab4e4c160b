package io.blockring.node.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Time is an argument: nothing waits. It starts close to the overflow of the nanosecond clock. */
class PresenceTest {
  private static final Duration GRACE = Duration.ofMinutes(10);
  private static final long START = Long.MAX_VALUE - Duration.ofSeconds(3).toNanos();

  private final Presence presence = new Presence(GRACE);

  @Test
  void group_or_exchange_makes_alive_and_silence_of_both_makes_away_then_gone() {
    assertThat(state(0, present("a")).liveness()).isEqualTo(Liveness.ALIVE);
    assertThat(state(20, heard("a", 15)).liveness()).isEqualTo(Liveness.ALIVE);
    assertThat(state(22, heard("a", 15)).liveness()).isEqualTo(Liveness.AWAY);
    assertThat(state(15 + 599, heard("a", 15)).liveness()).isEqualTo(Liveness.AWAY);
    assertThat(state(15 + 600, heard("a", 15)).liveness()).isEqualTo(Liveness.GONE);
    assertThat(state(1000, present("a")).liveness()).isEqualTo(Liveness.ALIVE);
  }

  @Test
  void a_member_never_seen_has_six_seconds() {
    assertThat(state(0, unseen("a")).liveness()).isEqualTo(Liveness.ALIVE);
    assertThat(state(5, unseen("a")).liveness()).isEqualTo(Liveness.ALIVE);
    assertThat(state(6, unseen("a")).liveness()).isEqualTo(Liveness.AWAY);
  }

  @Test
  void maintenance_keeps_from_gone() {
    state(0, present("a"));
    assertThat(state(3000, excused("a")).liveness()).isEqualTo(Liveness.AWAY);
    assertThat(state(3001, heard("a", 0)).liveness()).isEqualTo(Liveness.GONE);
  }

  @Test
  void one_of_many_is_not_held() {
    assertThat(lose(1, 20, 0).isHeld()).isFalse();
  }

  @Test
  void more_than_a_tenth_lost_within_a_minute_is_held_until_seen_again() {
    assertThat(lose(3, 20, 0).isHeld()).isTrue();
    assertThat(lose(3, 20, 700).liveness()).isEqualTo(Liveness.GONE);
    assertThat(lose(1, 20, 701).isHeld()).as("others returned, this one did not").isTrue();
    assertThat(lose(0, 20, 702).isHeld()).isFalse();
    assertThat(lose(1, 20, 800).isHeld()).as("lost alone later").isFalse();
  }

  @Test
  void who_is_given_up_is_not_held_any_longer_and_not_again() {
    lose(3, 20, 0);
    assertThat(lose(3, 20, 10).isHeld()).isTrue();
    List<Presence.Sighting> givenUp = lostButAwaitingOnlyThird(true);
    update(20, givenUp);
    assertThat(presence.of("n0", at(20)).isHeld()).isFalse();
    assertThat(presence.of("n0", at(20)).liveness())
        .as("its grace goes on")
        .isEqualTo(Liveness.AWAY);
    assertThat(presence.of("n2", at(20)).isHeld()).as("nobody gave this one up").isTrue();
    Presence restarted = new Presence(GRACE);
    for (int second : new int[] {20, 30, 700}) {
      restarted.update(lostButAwaitingOnlyThird(false), at(second));
    }
    assertThat(restarted.of("n1", at(700)).liveness()).isEqualTo(Liveness.GONE);
    assertThat(restarted.of("n1", at(700)).isHeld()).isFalse();
    assertThat(restarted.of("n2", at(700)).isHeld()).isTrue();
  }

  private static List<Presence.Sighting> lostButAwaitingOnlyThird(boolean wasHeard) {
    return IntStream.range(0, 20)
        .mapToObj(
            i ->
                i < 3
                    ? new Presence.Sighting("n" + i, 1, false, wasHeard, at(-60), false, i == 2)
                    : present("n" + i))
        .toList();
  }

  @Test
  void maintenance_can_be_announced_for_who_is_away_or_gone_already() {
    state(0, heard("a", 0));
    assertThat(state(700, heard("a", 0)).liveness()).isEqualTo(Liveness.GONE);
    assertThat(state(701, excused("a")).liveness()).isEqualTo(Liveness.AWAY);
  }

  @Test
  void losses_more_than_a_minute_apart_do_not_add_up() {
    lose(0, 20, 0);
    lose(1, 20, 10);
    lose(2, 20, 100);
    assertThat(lose(3, 20, 200).isHeld()).isFalse();
    assertThat(presence.of("n1", at(200)).isHeld()).isFalse();
  }

  /**
   * The first {@code lost} of {@code all} members are not seen any more; the state of the first.
   */
  private Presence.State lose(int lost, int all, int second) {
    if (second == 0) {
      update(0, IntStream.range(0, all).mapToObj(i -> present("n" + i)).toList());
    }
    List<Presence.Sighting> sightings = new ArrayList<>();
    IntStream.range(0, all)
        .forEach(
            i ->
                sightings.add(
                    i < lost
                        ? new Presence.Sighting("n" + i, 1, false, true, at(-60), false, true)
                        : present("n" + i)));
    update(second, sightings);
    return presence.of("n0", at(second));
  }

  private Presence.State state(int second, Presence.Sighting sighting) {
    update(
        second, List.of(sighting, new Presence.Sighting("self", 100, true, false, 0, false, true)));
    return Objects.requireNonNull(presence.of("a", at(second)));
  }

  private void update(int second, List<Presence.Sighting> sightings) {
    presence.update(sightings, at(second));
  }

  private static Presence.Sighting present(String id) {
    return new Presence.Sighting(id, 1, true, false, 0, false, true);
  }

  private static Presence.Sighting heard(String id, int second) {
    return new Presence.Sighting(id, 1, false, true, at(second), false, true);
  }

  private static Presence.Sighting excused(String id) {
    return new Presence.Sighting(id, 1, false, true, at(0), true, true);
  }

  private static Presence.Sighting unseen(String id) {
    return new Presence.Sighting(id, 1, false, false, 0, false, true);
  }

  private static long at(int second) {
    return START + Duration.ofSeconds(second).toNanos();
  }
}
