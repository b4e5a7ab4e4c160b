package io.blockring.client.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.Climb;
import io.blockring.client.manifest.Manifest;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.namespace.Version;
import io.blockring.client.peer.BlockWire.Kind;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Peers that send wrong bytes with checksums that are right for them. */
class LyingPeerTest {
  private static final int BLOCK = WireReplies.BLOCK_BYTES;
  private static final byte[] CONTENT = WireReplies.content(5 * BLOCK - 1000);
  private static final Version VERSION = WireReplies.version(CONTENT.length);

  private final PeerClient client = new PeerClient(PeerSettings.defaults(), (peer, ring) -> {});

  @AfterEach
  void close() {
    client.close();
  }

  @Test
  void what_the_manifest_says_is_taken_and_counted_as_proved() throws Exception {
    client.manifests().learn(VERSION, manifest());
    try (ScriptedPeer honest = peer(CONTENT)) {
      for (int block = 0; block < 5; block++) {
        assertThat(read(honest, block)).isEqualTo(block(block));
      }
      assertThat(client.counters().provedBytes.sum()).isEqualTo(CONTENT.length);
      assertThat(client.liars().all()).isEmpty();
    }
  }

  @Test
  void a_liar_is_found_before_a_byte_is_taken_and_left_alone_after_three_blocks() throws Exception {
    client.manifests().learn(VERSION, manifest());
    try (ScriptedPeer liar = peer(flippedInEveryBlock())) {
      for (int block = 0; block < 5; block++) {
        assertThat(read(liar, block)).as("taken of block %d", block).isEmpty();
        read(liar, block);
      }
      assertThat(liar.requests).as("each read asks twice; the last of 5 is not sent").hasSize(10);
      assertThat(client.counters().manifestMismatches.sum()).isEqualTo(5);
      assertThat(client.liars().all())
          .singleElement()
          .satisfies(
              found -> {
                assertThat(found.isLeftAlone()).isTrue();
                assertThat(found.peer()).isEqualTo(liar.address());
                assertThat(found.what()).contains("block 2", "manifest says", VERSION.name().key());
              });
    }
  }

  @Test
  void a_reader_who_meets_a_liar_first_gets_every_byte_right_from_the_next() throws Exception {
    client.manifests().learn(VERSION, manifest());
    try (ScriptedPeer liar = peer(flippedInEveryBlock());
        ScriptedPeer honest = peer(CONTENT)) {
      for (int block = 0; block < 5; block++) {
        Sinks.Collecting sink = new Sinks.Collecting(70_000, true);
        Climb climb = new Climb(BlockRange.whole(VERSION, block), sink, WireReplies.scope(5_000));
        climb.settles("owner", client.source(asking(liar)));
        climb.settles("next", client.source(asking(honest)));
        assertThat(climb.answer()).isEqualTo(new Answer.Complete());
        assertThat(sink.bytes()).isEqualTo(block(block));
      }
      assertThat(liar.requests).hasSize(2 * Liars.BLOCKS_BEFORE_PAUSE);
      assertThat(client.counters().provedBytes.sum()).isEqualTo(CONTENT.length);
    }
  }

  @Test
  void a_bit_that_turns_over_among_the_checksums_on_the_way_makes_nobody_a_liar() throws Exception {
    client.manifests().learn(VERSION, manifest());
    byte[] once = residentBlock(BlockRange.whole(VERSION, 1), CONTENT);
    once[once.length - BLOCK - 100] ^= 1;
    try (ScriptedPeer honest =
        new ScriptedPeer(
            (request, socket) -> {
              socket
                  .getOutputStream()
                  .write(
                      request == 0 ? once : residentBlock(BlockRange.whole(VERSION, 1), CONTENT));
              return true;
            })) {
      assertThat(read(honest, 1)).isEqualTo(block(1));
      assertThat(honest.requests.get(1)).contains(BlockWire.SUSPECT + ": 1");
      assertThat(client.liars().all()).isEmpty();
      assertThat(client.counters().manifestMismatches.sum()).isZero();
    }
  }

  @Test
  void parts_of_blocks_are_proved_by_all_checksums_of_their_block_which_come_once()
      throws Exception {
    client.manifests().learn(VERSION, manifest());
    try (ScriptedPeer honest = peer(CONTENT)) {
      for (int offset : new int[] {100_000, 300_001, 7}) {
        BlockRange part = new BlockRange(VERSION, 4, offset, 100_000);
        assertThat(read(honest, part)).isEqualTo(slice(CONTENT, part));
      }
      BlockRange small = new BlockRange(VERSION, 4, 5_000, 10);
      assertThat(read(honest, small)).isEqualTo(slice(CONTENT, small));
      assertThat(honest.requests.get(0)).contains(BlockWire.TABLE + ": 1");
      assertThat(honest.requests.subList(1, 4)).noneMatch(r -> r.contains(BlockWire.TABLE));
      assertThat(client.counters().provedBytes.sum()).isGreaterThanOrEqualTo(300_010);
    }
  }

  @Test
  void a_part_that_differs_from_what_was_proved_before_is_never_taken() throws Exception {
    client.manifests().learn(VERSION, manifest());
    BlockRange part = new BlockRange(VERSION, 0, 0, 100_000);
    try (ScriptedPeer honest = peer(CONTENT);
        ScriptedPeer liar = peer(flippedInEveryBlock())) {
      assertThat(read(honest, part)).isEqualTo(slice(CONTENT, part));
      assertThat(read(liar, part)).isEmpty();
      assertThat(read(liar, new BlockRange(VERSION, 1, 0, 70_000))).isEmpty();
      assertThat(client.liars().all())
          .singleElement()
          .satisfies(found -> assertThat(found.blocks()).isEqualTo(2));
    }
  }

  @Test
  void a_peer_of_an_older_version_that_sends_no_table_is_taken_at_its_word() throws Exception {
    client.manifests().learn(VERSION, manifest());
    BlockRange part = new BlockRange(VERSION, 0, 0, 100_000).wholeCells();
    try (ScriptedPeer old =
        ScriptedPeer.sending(WireReplies.resident(part, Arrays.copyOf(CONTENT, BLOCK)))) {
      assertThat(read(old, part)).isEqualTo(slice(CONTENT, part));
      assertThat(client.counters().provedBytes.sum()).isZero();
    }
  }

  @Test
  void without_a_manifest_a_liar_is_believed() throws Exception {
    byte[] wrong = flippedInEveryBlock();
    try (ScriptedPeer liar = peer(wrong)) {
      assertThat(read(liar, 0)).isEqualTo(Arrays.copyOf(wrong, BLOCK));
      assertThat(client.counters().provedBytes.sum()).isZero();
    }
  }

  @Test
  void two_peers_that_say_the_same_are_believed_against_the_manifest() throws Exception {
    int[] crcs = crcs();
    Arrays.fill(crcs, 42);
    client.manifests().learn(VERSION, manifest(crcs));
    try (ScriptedPeer one = peer(CONTENT);
        ScriptedPeer two = peer(CONTENT)) {
      for (int block = 0; block < 5; block++) {
        assertThat(read(one, block)).isEmpty();
        assertThat(read(two, block)).as("block %d of the second", block).isEqualTo(block(block));
        assertThat(read(one, block)).as("block %d of the first", block).isEqualTo(block(block));
      }
      assertThat(client.liars().all()).isEmpty();
      assertThat(client.counters().provedBytes.sum()).isZero();
    }
  }

  @Test
  void a_charge_is_forgotten_in_time() {
    AtomicLong now = new AtomicLong();
    Liars liars = new Liars(now::get);
    PeerAddress peer = new PeerAddress("gpu-07", 7071);
    for (int block = 0; block < Liars.BLOCKS_BEFORE_PAUSE; block++) {
      assertThat(liars.isLeftAlone(peer)).isFalse();
      liars.caught(peer, VERSION.block(0), "once");
      liars.caught(peer, VERSION.block(block), "again");
    }
    assertThat(liars.isLeftAlone(peer)).isTrue();
    now.addAndGet(Liars.PAUSE.toNanos() + 1);
    assertThat(liars.isLeftAlone(peer)).isFalse();
    assertThat(liars.all()).isEmpty();
  }

  private byte[] read(ScriptedPeer peer, int block) throws IOException {
    return read(peer, BlockRange.whole(VERSION, block));
  }

  private byte[] read(ScriptedPeer peer, BlockRange range) throws IOException {
    Sinks.Collecting sink = new Sinks.Collecting(1 << 20, true);
    Answer answer =
        client.read(peer.address(), Kind.READ, range, sink, WireReplies.scope(5_000), "");
    assertThat(answer instanceof Answer.Complete).isEqualTo(sink.bytes().length > 0);
    return sink.bytes();
  }

  /** Serves these bytes, with the checksums that are theirs. */
  private static ScriptedPeer peer(byte[] bytes) throws IOException {
    ScriptedPeer[] self = new ScriptedPeer[1];
    self[0] =
        new ScriptedPeer(
            (request, socket) -> {
              String head = self[0].requests.get(request);
              BlockRange block = BlockRange.whole(VERSION, Integer.parseInt(head.split("/")[4]));
              byte[] all = Arrays.copyOfRange(bytes, at(block), at(block) + block.length());
              String[] ends = head.split("range: bytes=")[1].split("\r\n")[0].split("-");
              int from = Integer.parseInt(ends[0]);
              BlockRange part =
                  new BlockRange(
                      VERSION, block.blockIndex(), from, Integer.parseInt(ends[1]) + 1 - from);
              socket
                  .getOutputStream()
                  .write(
                      head.contains(BlockWire.TABLE)
                          ? WireReplies.residentWithTable(part, all)
                          : WireReplies.resident(part, all));
              return true;
            });
    return self[0];
  }

  private static byte[] residentBlock(BlockRange block, byte[] bytes) {
    return WireReplies.resident(
        block, Arrays.copyOfRange(bytes, at(block), at(block) + block.length()));
  }

  private static byte[] slice(byte[] bytes, BlockRange part) {
    int from = at(part) + part.offset();
    return Arrays.copyOfRange(bytes, from, from + part.length());
  }

  /** Where the range's block begins. */
  private static int at(BlockRange range) {
    return range.blockIndex() * BLOCK;
  }

  private static byte[] flippedInEveryBlock() {
    byte[] wrong = CONTENT.clone();
    for (int at = 5_000; at < wrong.length; at += BLOCK) {
      wrong[at] ^= 1;
    }
    return wrong;
  }

  private static byte[] block(int index) {
    int from = index * BLOCK;
    return Arrays.copyOfRange(CONTENT, from, from + VERSION.blockLength(index));
  }

  private static int[] crcs() {
    int[] crcs = new int[VERSION.blockCount()];
    for (int i = 0; i < crcs.length; i++) {
      crcs[i] = WireReplies.crc(CONTENT, i * BLOCK, i * BLOCK + VERSION.blockLength(i));
    }
    return crcs;
  }

  private static Manifest manifest() {
    return manifest(crcs());
  }

  private static Manifest manifest(int[] crcs) {
    BitSet known = new BitSet();
    known.set(0, crcs.length);
    return new Manifest(crcs, known);
  }

  private static PeerClient.Question asking(ScriptedPeer peer) {
    return new PeerClient.Question(peer.address(), Kind.READ, List.of(), "");
  }
}
