/** LZ4: of one piece of memory, and of a stream of frames. */
@NullMarked
package io.blockring.client.compression;

import org.jspecify.annotations.NullMarked;
