/**
 * The book: the small replicated set of cluster records, its file, its exchange with peers. Knows
 * how records travel and merge, not what they mean: that is up to who owns a kind of record. No
 * gRPC in here: messages are carried by whoever implements {@link
 * io.blockring.node.book.BookCourier}.
 */
@NullMarked
package io.blockring.node.book;

import org.jspecify.annotations.NullMarked;
