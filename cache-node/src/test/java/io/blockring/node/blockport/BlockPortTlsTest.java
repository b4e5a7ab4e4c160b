package io.blockring.node.blockport;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.credentials.PeerCredentials;
import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.ByteSink;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Rung;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.Version;
import io.blockring.client.peer.BlockWire;
import io.blockring.client.peer.PeerClient;
import io.blockring.client.peer.PeerSettings;
import io.blockring.node.security.Certificates;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every test of the port once more, over TLS both ways, and what strangers get of it. */
class BlockPortTlsTest extends BlockPortReadTest {
  @TempDir private static Path certificates;
  private static PeerCredentials member = PeerCredentials.none();
  private static PeerCredentials stranger = PeerCredentials.none();

  @BeforeAll
  static void issue() throws IOException {
    Certificates ours = new Certificates(certificates.resolve("ours"));
    Certificates others = new Certificates(certificates.resolve("others"));
    member = PeerCredentials.ofCertificate(ours.issue("node"), ours.key("node"), ours.ca);
    // It trusts our authority, and has a certificate of another.
    stranger = PeerCredentials.ofCertificate(others.issue("node"), others.key("node"), ours.ca);
  }

  @Override
  PeerCredentials credentials() {
    return member;
  }

  @Override
  int slowness() {
    return 4;
  }

  @Test
  void a_certificate_of_another_authority_gets_nothing() throws Exception {
    Version version = FakeBlocks.version("secret.bin", 100_000);
    fixture().blocks.store(version, 0);
    try (PeerClient client = new PeerClient(PeerSettings.defaults(), stranger, (p, r) -> {})) {
      assertThat(read(client, version)).isInstanceOf(Answer.Failed.class);
    }
    assertThat(fixture().blocks.leases).isEmpty();
  }

  @Test
  void who_speaks_plainly_gets_nothing() throws Exception {
    Version version = FakeBlocks.version("secret.bin", 100_000);
    fixture().blocks.store(version, 0);
    try (PeerClient client =
        new PeerClient(PeerSettings.defaults(), PeerCredentials.none(), (p, r) -> {})) {
      assertThat(read(client, version)).isInstanceOf(Answer.Failed.class);
    }
    try (RawReader reader = fixture().reader()) {
      reader.send(PortFixture.request(version, 0));
      byte[] got = reader.socket.getInputStream().readAllBytes();
      assertThat(new String(got, StandardCharsets.ISO_8859_1)).doesNotContain("HTTP/1.1");
    } catch (SocketException e) {
      // Reset, which is as good.
    }
    assertThat(fixture().blocks.leases).isEmpty();
  }

  @Test
  void a_member_does_not_speak_to_a_port_of_another_authority() throws Exception {
    Version version = FakeBlocks.version("secret.bin", 100_000);
    fixture().blocks.store(version, 0);
    Certificates others = new Certificates(folder.resolve("others"));
    PeerCredentials suspicious =
        PeerCredentials.ofCertificate(others.issue("node"), others.key("node"), others.ca);
    try (PeerClient client = new PeerClient(PeerSettings.defaults(), suspicious, (p, r) -> {})) {
      assertThat(read(client, version))
          .isInstanceOfSatisfying(
              Answer.Failed.class,
              failed -> assertThat(failed.reason()).contains("the TLS handshake with"));
    }
  }

  private Answer read(PeerClient client, Version version) throws IOException {
    return client.read(
        fixture().address(),
        BlockWire.Kind.PEEK,
        BlockRange.whole(version, 0),
        new Nothing(),
        ReadScope.forReader(5_000),
        "");
  }

  /** Must never be asked for room. */
  private static final class Nothing implements ByteSink {
    @Override
    public ByteBuffer claim(int maxBytes) {
      throw new AssertionError("bytes came");
    }

    @Override
    public void commit(int bytes, Rung rung) {
      throw new AssertionError("bytes came");
    }
  }
}
