package io.blockring.client.object;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.Namespace;
import io.blockring.client.OpenObject;
import io.blockring.client.ReadException;
import io.blockring.client.cluster.ControlClient;
import io.blockring.client.cluster.Resolved;
import io.blockring.client.credentials.PeerCredentials;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Routes;
import io.blockring.client.manifest.KnownManifests;
import io.blockring.client.namespace.MountId;
import io.blockring.client.origin.ObjectMetadata;
import io.blockring.client.peer.PeerAddress;
import io.blockring.client.peer.PeerHealth;
import io.blockring.client.peer.PeerSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class OpensTest {
  private static final Duration SILENCE = Duration.ofMillis(300);
  private static final Namespace.Mount MOUNT =
      new Namespace.Mount("models", MountId.of("s3://models", "", 1 << 20, "auto"), 1 << 20);
  private static final ObjectMetadata METADATA = new ObjectMetadata(null, 5, 0, "", "");

  /** Takes connections and never says anything. */
  private final ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

  private final PeerHealth blockPorts = new PeerHealth(PeerSettings.defaults());

  OpensTest() throws IOException {}

  @Test
  void a_member_that_hangs_is_asked_after_the_others_from_then_on() throws Exception {
    Routes.Member hangs = new Routes.Member("hangs", "127.0.0.1", 1, silent.getLocalPort(), false);
    Routes.Member self = new Routes.Member("self", "127.0.0.1", 1, 1, true);
    try (silent;
        ControlClient control = new ControlClient(PeerCredentials.none(), SILENCE, SILENCE)) {
      Opens opens =
          new Opens(
              routes(List.of(hangs, self)),
              control,
              (name, intent, isFresh, scope) -> new Resolved(METADATA, Duration.ZERO),
              new KnownManifests(1 << 20),
              blockPorts);
      assertThat(nanosOfOpen(opens)).isGreaterThanOrEqualTo(SILENCE.toNanos());
      assertThat(blockPorts.mayAsk(new PeerAddress("127.0.0.1", 1)))
          .as("the read that opened does not wait for it again")
          .isFalse();
      assertThat(nanosOfOpen(opens)).isGreaterThanOrEqualTo(SILENCE.toNanos());
      assertThat(nanosOfOpen(opens)).as("after two silences").isLessThan(SILENCE.toNanos());
    }
  }

  @Test
  void a_reader_that_leaves_says_nothing_about_the_member_and_asks_no_other() throws Exception {
    Routes.Member slow = new Routes.Member("slow", "127.0.0.1", 1, silent.getLocalPort(), false);
    Routes.Member self = new Routes.Member("self", "127.0.0.1", 1, 1, true);
    Duration patience = Duration.ofSeconds(60);
    AtomicBoolean isSelfAsked = new AtomicBoolean();
    AtomicReference<Throwable> end = new AtomicReference<>();
    try (silent;
        ControlClient control = new ControlClient(PeerCredentials.none(), patience, patience)) {
      Opens opens =
          new Opens(
              routes(List.of(slow, self)),
              control,
              (name, intent, isFresh, scope) -> {
                isSelfAsked.set(true);
                return new Resolved(METADATA, Duration.ZERO);
              },
              new KnownManifests(1 << 20),
              blockPorts);
      Thread reader =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      nanosOfOpen(opens);
                    } catch (Exception e) {
                      end.set(e);
                    }
                  });
      Socket connection = silent.accept();
      reader.interrupt();
      reader.join();
      connection.close();
      assertThat(end.get()).isInstanceOf(ReadException.class);
      assertThat(isSelfAsked).isFalse();
      assertThat(blockPorts.mayAsk(new PeerAddress("127.0.0.1", 1))).isTrue();
    }
  }

  @Test
  void dead_members_are_passed_over_until_one_answers() throws Exception {
    silent.close(); // Its port refuses from now on.
    List<Routes.Member> line = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      line.add(new Routes.Member("dead-" + i, "127.0.0.1", 1, silent.getLocalPort(), false));
    }
    line.add(new Routes.Member("self", "127.0.0.1", 1, 1, true));
    try (ControlClient control = new ControlClient()) {
      Opens opens =
          new Opens(
              routes(line),
              control,
              (name, intent, isFresh, scope) -> new Resolved(METADATA, Duration.ZERO),
              new KnownManifests(1 << 20),
              blockPorts);
      OpenObject object =
          opens.open(MOUNT, "key", Namespace.Intent.READ, false, ReadScope.forReader(20_000));
      assertThat(object.size()).isEqualTo(METADATA.size());
    }
  }

  private static long nanosOfOpen(Opens opens) throws Exception {
    long start = System.nanoTime();
    opens.open(MOUNT, "key", Namespace.Intent.READ, false, ReadScope.forReader(20_000));
    return System.nanoTime() - start;
  }

  private static Routes routes(List<Routes.Member> line) {
    return new Routes() {
      @Override
      public List<Member> candidates(long placementHash) {
        return line;
      }

      @Override
      public List<Member> holders(long placementHash) {
        return List.of();
      }

      @Override
      public String fingerprint() {
        return "";
      }
    };
  }
}
