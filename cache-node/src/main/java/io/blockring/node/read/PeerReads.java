package io.blockring.node.read;

import io.blockring.client.ladder.Answer;
import io.blockring.client.ladder.ByteSink;
import io.blockring.client.ladder.ReadScope;
import io.blockring.client.ladder.Routes;
import io.blockring.client.namespace.BlockRange;
import java.io.IOException;
import java.util.List;

/** Asks another member's block port. */
public interface PeerReads {

  /** As {@link io.blockring.client.peer.PeerClient#inOrder}. */
  List<Routes.Member> inOrder(List<Routes.Member> line, int equals, BlockRange range);

  /**
   * As an owner, who may fill.
   *
   * @param others next in line: while the member is late they are asked whether they have it
   */
  Answer read(
      Routes.Member member,
      List<Routes.Member> others,
      BlockRange range,
      ByteSink sink,
      ReadScope scope)
      throws IOException;

  /** As a member that brings the block in for its readers: nobody else is asked on its behalf. */
  Answer readToFill(Routes.Member member, BlockRange range, ByteSink sink, ReadScope scope)
      throws IOException;

  /** For what it has; it never fills. */
  Answer peek(Routes.Member member, BlockRange range, ByteSink sink, ReadScope scope)
      throws IOException;
}
