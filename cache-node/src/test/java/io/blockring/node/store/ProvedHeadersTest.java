package io.blockring.node.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.namespace.BlockKey;
import io.blockring.client.namespace.Digest;
import java.nio.ByteBuffer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ProvedHeadersTest {
  private static final BlockKey KEY = key(1);
  private static final Place PLACE = Place.large(7, 4096);

  private final ProvedHeaders headers = new ProvedHeaders();

  @Test
  void a_header_is_there_for_its_block_at_its_place_only() {
    headers.put(KEY, PLACE, header(5));

    assertThat(bytes(KEY, PLACE)).isEqualTo(header(5));
    assertThat(headers.get(key(2), PLACE)).isNull();
    assertThat(headers.get(KEY, Place.large(8, 4096))).isNull();
    assertThat(headers.get(KEY, Place.packed(7, 0, 4096))).isNull();
  }

  @Test
  void it_is_a_copy_and_can_be_forgotten() {
    ByteBuffer scratch = header(5);
    headers.put(KEY, PLACE, scratch);
    scratch.putInt(0, 6);
    assertThat(bytes(KEY, PLACE)).isEqualTo(header(5));

    headers.forget(KEY);
    assertThat(headers.get(KEY, PLACE)).isNull();
  }

  @Test
  void there_is_room_for_some_only() {
    IntStream.range(0, 10_000).forEach(i -> headers.put(key(i), PLACE, header(i)));

    assertThat(IntStream.range(0, 10_000).filter(i -> headers.get(key(i), PLACE) != null).count())
        .isBetween(100L, 256L);
  }

  private @Nullable ByteBuffer bytes(BlockKey key, Place place) {
    ProvedHeader header = headers.get(key, place);
    return header == null ? null : header.bytes();
  }

  private static BlockKey key(int index) {
    return new BlockKey(new Digest(1, 2), index);
  }

  private static ByteBuffer header(int content) {
    return ByteBuffer.allocate(4).putInt(0, content);
  }
}
