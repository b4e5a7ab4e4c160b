package io.blockring.node.read;

import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.ByteSink;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Routes;
import io.blockring.client.namespace.BlockRange;
import java.io.IOException;

/** Asks another member's block port. */
public interface PeerReads {

  /** As an owner, who may fill. */
  Answer read(Routes.Member member, BlockRange range, ByteSink sink, ReadScope scope)
      throws IOException;

  /** For what it has; it never fills. */
  Answer peek(Routes.Member member, BlockRange range, ByteSink sink, ReadScope scope)
      throws IOException;
}
