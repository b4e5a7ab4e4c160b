package io.blockring.node.read;

import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.ByteSink;
import io.blockring.client.ladder.CountedSink;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Routes;
import io.blockring.client.namespace.BlockKey;
import io.blockring.client.namespace.BlockRange;
import io.blockring.client.peer.BlockWire;
import io.blockring.client.peer.BlockWire.Asker;
import io.blockring.client.peer.PeerClient;
import io.blockring.node.host.NicLine;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/** Reads from peers with the very client that applications use. */
public final class BlockPortReads implements PeerReads {
  private final PeerClient peers;
  private final NicLine line;
  private final Supplier<String> ringFingerprint;
  private final LongAdder crossZone = new LongAdder();

  /**
   * @param line what bytes come in by
   */
  public BlockPortReads(PeerClient peers, NicLine line, Supplier<String> ringFingerprint) {
    this.peers = peers;
    this.line = line;
    this.ringFingerprint = ringFingerprint;
  }

  /** Bytes that came from members of other zones. */
  public long crossZoneBytes() {
    return crossZone.sum();
  }

  @Override
  public List<Routes.Member> inOrder(List<Routes.Member> line, int equals, BlockRange range) {
    return peers.inOrder(line, equals, range);
  }

  @Override
  public Answer read(
      Routes.Member member,
      List<Routes.Member> others,
      BlockRange range,
      ByteSink sink,
      ReadScope scope)
      throws IOException {
    return ask(member, BlockWire.Kind.READ, others, Asker.READER, range, sink, scope);
  }

  @Override
  public Answer readToFill(Routes.Member member, BlockRange range, ByteSink sink, ReadScope scope)
      throws IOException {
    return ask(member, BlockWire.Kind.READ, List.of(), Asker.FILLER, range, sink, scope);
  }

  @Override
  public Answer peek(Routes.Member member, BlockRange range, ByteSink sink, ReadScope scope)
      throws IOException {
    return ask(member, BlockWire.Kind.PEEK, List.of(), Asker.READER, range, sink, scope);
  }

  /** Reads a whole block that only its holder's store can name. */
  public Answer readHeld(
      Routes.Member holder, BlockKey key, int length, ByteSink sink, ReadScope scope)
      throws IOException {
    return peers.readHeld(
        PeerClient.addressOf(holder), key, length, NetworkSink.of(sink, line), scope);
  }

  private Answer ask(
      Routes.Member member,
      BlockWire.Kind kind,
      List<Routes.Member> others,
      Asker asker,
      BlockRange range,
      ByteSink sink,
      ReadScope scope)
      throws IOException {
    PeerClient.Question question =
        new PeerClient.Question(
            PeerClient.addressOf(member),
            kind,
            others.stream().filter(m -> !m.isSelf()).map(PeerClient::addressOf).toList(),
            ringFingerprint.get(),
            asker);
    if (member.isNear()) {
      return peers.read(question, range, NetworkSink.of(sink, line), scope);
    }
    CountedSink counted = new CountedSink(sink);
    try {
      return peers.read(question, range, NetworkSink.of(counted, line), scope);
    } finally {
      crossZone.add(counted.delivered());
    }
  }
}
