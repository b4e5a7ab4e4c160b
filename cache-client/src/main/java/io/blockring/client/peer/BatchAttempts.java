package io.blockring.client.peer;

import io.blockring.client.credentials.PeerCredentials;
import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.ReadScope;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One batch to one peer: a kept connection that turns out to be closed is replaced once. What has
 * no answer after that is Failed; whoever wants it asks for it by itself.
 */
final class BatchAttempts {
  private final PeerAddress peer;
  private final PeerConnections connections;
  private final PeerHealth health;
  private final PeerCounters counters;
  private final PeerCredentials credentials;
  private final ManifestCheck manifest;
  private final List<BatchedRead> reads;
  private final ReadScope scope;
  private final @Nullable Answer[] answers;
  private @Nullable Trouble refusal;
  private String ring = "";

  BatchAttempts(
      PeerAddress peer,
      PeerConnections connections,
      PeerHealth health,
      PeerCounters counters,
      PeerCredentials credentials,
      ManifestCheck manifest,
      List<BatchedRead> reads,
      ReadScope scope) {
    this.peer = peer;
    this.connections = connections;
    this.health = health;
    this.counters = counters;
    this.credentials = credentials;
    this.manifest = manifest;
    this.reads = reads;
    this.scope = scope;
    this.answers = new @Nullable Answer[reads.size()];
  }

  /**
   * The answers in the order of the reads.
   *
   * @throws IOException only what a sink throws
   */
  List<Answer> run(BlockWire.Kind kind, boolean isMember, String ringFingerprint)
      throws IOException {
    Answer rest;
    try {
      rest = attempt(connections.take(scope), kind, isMember, ringFingerprint);
    } catch (PeerFault fault) {
      rest =
          fault.kind() == PeerFault.Kind.STALE
              ? again(kind, isMember, ringFingerprint)
              : failed(fault);
    }
    for (int i = 0; i < answers.length; i++) {
      answers[i] = answers[i] == null ? rest : answers[i];
    }
    return Arrays.asList(answers);
  }

  /** Why the peer did not take the batch as a whole; null when it did, or broke off. */
  @Nullable Trouble refusal() {
    return refusal;
  }

  /** The ring the peer believes in, empty when it did not say. */
  String ring() {
    return ring;
  }

  private Answer again(BlockWire.Kind kind, boolean isMember, String ringFingerprint)
      throws IOException {
    counters.staleConnections.increment();
    try {
      return attempt(connections.takeNew(scope), kind, isMember, ringFingerprint);
    } catch (PeerFault fault) {
      return failed(fault);
    }
  }

  /** What those are told that have no answer of their own. */
  private Answer attempt(
      PeerConnection connection, BlockWire.Kind kind, boolean isMember, String ringFingerprint)
      throws PeerFault, IOException {
    BatchExchange exchange =
        new BatchExchange(peer, connection, reads, answers, scope, counters, credentials, manifest);
    connection.begin(scope);
    try {
      refusal = exchange.run(kind, isMember, ringFingerprint);
      ring = exchange.ring();
      health.answered(peer);
      return refusal == null
          ? new Answer.Failed(peer + " did not answer an item")
          : refusal.toAnswer(peer);
    } finally {
      connection.end();
      if (exchange.mayBeKept()) {
        connections.keep(connection);
      } else {
        connection.close();
      }
    }
  }

  private Answer failed(PeerFault fault) {
    switch (fault.kind()) {
      case SILENT -> {
        counters.silences.increment();
        health.silent(peer, String.valueOf(fault.getMessage()));
      }
      case BROKEN, STALE -> health.failed(peer, String.valueOf(fault.getMessage()));
      case CHECKSUM, MANIFEST, LAGGED, GIVEN_UP, ELSEWHERE, SLOW -> {}
    }
    return new Answer.Failed(String.valueOf(fault.getMessage()));
  }
}
