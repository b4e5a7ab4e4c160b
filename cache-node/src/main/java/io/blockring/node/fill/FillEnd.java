package io.blockring.node.fill;

import io.blockring.client.ladder.Answer;

/**
 * How a fill ended.
 *
 * @param answer {@link Answer.Complete} when every byte arrived
 * @param isResident whether the block can be leased from the store now
 */
public record FillEnd(Answer answer, boolean isResident) {}
