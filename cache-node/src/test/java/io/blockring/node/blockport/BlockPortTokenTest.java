package io.blockring.node.blockport;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.credentials.PeerCredentials;
import io.blockring.client.credentials.PeerToken;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.Version;
import io.blockring.client.peer.BlockWire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every test of the port once more, with a token, and what it says to those who have none. */
class BlockPortTokenTest extends BlockPortReadTest {

  @Override
  PeerCredentials credentials() throws IOException {
    return ofSecret("0123456789-0123456789-0123456789");
  }

  private PeerCredentials ofSecret(String secret) throws IOException {
    Path file = Files.writeString(folder.resolve("secret-" + secret.charAt(0)), secret);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return PeerCredentials.ofClusterSecret(file, "test");
  }

  private static String tokenOf(PeerCredentials credentials) {
    return PeerToken.HEADER + ": " + ((PeerCredentials.Token) credentials).token().text();
  }

  @Test
  void a_stranger_gets_nothing_and_learns_nothing() throws Exception {
    Version version = FakeBlocks.version("secret.bin", 100_000);
    fixture().blocks.store(version, 0);
    String wrong = tokenOf(ofSecret("9876543210-9876543210-9876543210"));
    for (String[] more :
        List.of(
            new String[0],
            new String[] {wrong},
            new String[] {PeerToken.HEADER + ": x"},
            new String[] {BlockWire.KIND + ": peek", BlockWire.RING + ": other"})) {
      try (RawReader reader = fixture().reader()) {
        RawReader.Reply reply =
            reader.get(PortFixture.target(version, 0), PortFixture.fields(version, more));
        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.text()).isEqualTo("this port answers members of its cluster\n");
        assertThat(reply.fields())
            .containsEntry(BlockWire.REASON, "unauthorised")
            .containsEntry("connection", "close")
            .doesNotContainKeys(BlockWire.RING, BlockWire.BLOCK, BlockWire.CACHE);
      }
    }
    try (RawReader reader = fixture().reader()) {
      assertThat(reader.get("/v1/no/such/thing").status()).as("not even a 404").isEqualTo(401);
    }
    try (RawReader reader = fixture().reader()) {
      reader.send(BatchReply.request(List.of(BlockRange.whole(version, 0)), wrong));
      assertThat(reader.reply(false).status()).isEqualTo(401);
    }
    assertThat(fixture().otherRings).isEmpty();
    assertThat(fixture().blocks.leases).isEmpty();
    assertThat(fixture().blocks.running).isEmpty();
  }

  @Test
  void a_plain_reader_with_the_token_is_served() throws Exception {
    Version version = FakeBlocks.version("plain.bin", 100_000);
    fixture().blocks.store(version, 0);
    try (RawReader reader = fixture().reader()) {
      RawReader.Reply reply =
          reader.get(
              PortFixture.target(version, 0), PortFixture.fields(version, tokenOf(credentials())));
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.body()).isEqualTo(FakeBlocks.content(version, 0));
    }
  }
}
