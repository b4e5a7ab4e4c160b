package io.blockring.benchmarks.hitpath;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads ranges of the object, one after the other, into one direct buffer. For one thread. */
interface RangeReader extends AutoCloseable {

  /** Reads the range of that number and forgets it. */
  void read(int number) throws IOException;

  /** The bytes of the last range. */
  ByteBuffer bytes();

  @Override
  void close() throws IOException;

  /** Opens readers of ranges of one length. */
  @FunctionalInterface
  interface Source {
    RangeReader open(Ranges ranges) throws IOException;
  }
}
