package io.blockring.client.ladder;

import io.blockring.client.namespace.BlockRange;
import java.io.IOException;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * One read on its way up the ladder: asks one source after the other, each for the bytes that are
 * still missing, until one settles it. Used by one thread.
 */
public final class Climb {
  private final BlockRange range;
  private final CountedSink sink;
  private final ReadScope scope;
  private final StringJoiner refusals = new StringJoiner("; ");
  private @Nullable Answer settled;

  public Climb(BlockRange range, ByteSink sink, ReadScope scope) {
    this.range = range;
    this.sink = new CountedSink(sink);
    this.scope = scope;
  }

  /**
   * Asks a source for what is missing. Does nothing once the read is settled.
   *
   * @param name of the source, for the message when all fail
   * @return whether the read is settled, for good or ill: nobody else need be asked
   * @throws IOException only what the sink throws
   */
  public boolean settles(String name, BlockSource source) throws IOException {
    if (settled != null) {
      return true;
    }
    if (scope.isExpired()) {
      settled = failed("deadline passed before " + name + " was asked");
      return true;
    }
    Answer answer = source.read(range.after((int) sink.delivered()), sink, scope);
    if (sink.delivered() == range.length()) {
      settled = new Answer.Complete();
      return true;
    }
    switch (answer) {
      case Answer.Complete complete ->
          refuse(name, "said all, sent " + sink.delivered() + " bytes");
      case Answer.Absent absent -> refuse(name, absent.reason());
      case Answer.Failed failed -> refuse(name, failed.reason());
      case Answer.Changed changed -> settled = changed;
      case Answer.Busy busy -> settled = busy;
      case Answer.OriginTrouble trouble -> settled = trouble;
    }
    return settled != null;
  }

  /** The settling answer; a failure that lists everybody's refusal if nothing settled it. */
  public Answer answer() {
    return settled != null ? settled : failed("nobody has it");
  }

  private Answer failed(String what) {
    return new Answer.Failed(
        range + ": " + what + (refusals.length() == 0 ? "" : " (" + refusals + ")"));
  }

  private void refuse(String name, String reason) {
    refusals.add(name + ": " + reason);
  }
}
