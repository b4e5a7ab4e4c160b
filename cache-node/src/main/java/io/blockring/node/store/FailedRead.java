package io.blockring.node.store;

import java.nio.file.Path;

/** Bytes of a file that the device did not give. */
record FailedRead(Path file, long position, int length) {}
