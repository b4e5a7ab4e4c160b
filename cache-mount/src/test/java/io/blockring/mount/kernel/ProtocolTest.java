package io.blockring.mount.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Layouts as linux/fuse.h has them. */
class ProtocolTest {
  private static final Attributes FILE = new Attributes(77, false, 1_000, 1_700_000_000_123L);

  private static ByteBuffer message(int opcode, int bodyBytes) {
    ByteBuffer message =
        ByteBuffer.allocate(RequestReader.HEADER_BYTES + bodyBytes).order(ByteOrder.nativeOrder());
    message.putInt(0, message.capacity()).putInt(4, opcode);
    return message.putLong(8, 4_711).putLong(16, 9).putInt(24, 0).putInt(32, 123);
  }

  @Test
  void a_read_is_decoded() {
    ByteBuffer message = message(RequestReader.READ, 40);
    message.putLong(40, 5).putLong(48, 1L << 40).putInt(56, 131_072);
    assertThat(RequestReader.read(message))
        .isEqualTo(
            new Request.Read(
                new Request.Header(RequestReader.READ, 4_711, 9, 123), 5, 1L << 40, 131_072));
  }

  @Test
  void a_name_ends_at_its_zero_and_is_utf_8_or_none() {
    ByteBuffer message = message(RequestReader.LOOKUP, 3);
    message.put(40, new byte[] {(byte) 0xc3, (byte) 0xb6, 0});
    assertThat(((Request.Lookup) RequestReader.read(message)).name()).isEqualTo("ö");
    message.put(40, new byte[] {(byte) 0xff, (byte) 0xb6, 0});
    assertThat(((Request.Lookup) RequestReader.read(message)).name()).isNull();
  }

  @Test
  void many_inodes_are_forgotten_at_once() {
    ByteBuffer message = message(RequestReader.BATCH_FORGET, 8 + 32);
    message.putInt(40, 2).putLong(48, 11).putLong(56, 1).putLong(64, 12).putLong(72, 3);
    assertThat(((Request.Forget) RequestReader.read(message)).inodes())
        .isEqualTo(List.of(new Request.Forgotten(11, 1), new Request.Forgotten(12, 3)));
  }

  @Test
  void a_message_that_is_too_short_is_refused() {
    assertThatThrownBy(() -> RequestReader.read(message(RequestReader.READ, 8)))
        .hasMessageContaining("request 15 has a body of only 8 bytes");
    assertThatThrownBy(() -> RequestReader.read(ByteBuffer.allocate(10)))
        .hasMessageContaining("10 bytes");
    ByteBuffer unterminated = message(RequestReader.LOOKUP, 2);
    unterminated.put(40, new byte[] {'a', 'b'});
    assertThatThrownBy(() -> RequestReader.read(unterminated))
        .hasMessageContaining("a body of only 2 bytes");
  }

  @Test
  void whatever_changes_something_is_a_change_and_the_unknown_is_left_to_the_kernel() {
    for (int opcode : List.of(4, 6, 8, 9, 10, 11, 12, 13, 16, 21, 24, 35, 43, 45, 47, 51)) {
      assertThat(RequestReader.read(message(opcode, 64))).isInstanceOf(Request.Change.class);
    }
    for (int opcode : List.of(20, 22, 23, 25, 31, 34, 40, 46, 50, 52, 99)) {
      assertThat(RequestReader.read(message(opcode, 64))).isInstanceOf(Request.LeftToKernel.class);
    }
  }

  @Test
  void init_takes_what_is_wanted_of_what_is_offered() {
    Request.Init asked =
        new Request.Init(
            new Request.Header(RequestReader.INIT, 1, 0, 0),
            7,
            45,
            131_072,
            Protocol.MAX_PAGES | Protocol.ASYNC_READ | Protocol.INIT_EXT | 1 << 1);
    ByteBuffer answer = Answers.init(asked, 1 << 20, 4 << 20, 64);
    assertThat(answer.remaining()).isEqualTo(64);
    assertThat(answer.getInt(0)).isEqualTo(7);
    assertThat(answer.getInt(4)).isEqualTo(Protocol.MINOR);
    assertThat(answer.getInt(8)).isEqualTo(4 << 20);
    assertThat(answer.getInt(12)).isEqualTo((int) (Protocol.MAX_PAGES | Protocol.ASYNC_READ));
    assertThat(answer.getShort(16)).isEqualTo((short) 64);
    assertThat(answer.getShort(18)).isEqualTo((short) 48);
    assertThat(answer.getInt(20)).isEqualTo(4096);
    assertThat(answer.getShort(28)).isEqualTo((short) 256);
  }

  @Test
  void an_entry_has_its_layout() {
    ByteBuffer entry =
        new Answers(1, 2)
            .entry(new Attributes.Entry(42, FILE, Duration.ofMillis(1_500), Duration.ofSeconds(9)));
    assertThat(entry.remaining()).isEqualTo(128);
    assertThat(entry.getLong(0)).isEqualTo(42);
    assertThat(entry.getLong(16)).isEqualTo(1);
    assertThat(entry.getLong(24)).isEqualTo(9);
    assertThat(entry.getInt(32)).isEqualTo(500_000_000);
    assertThat(entry.getLong(40)).isEqualTo(77);
    assertThat(entry.getLong(48)).isEqualTo(1_000);
    assertThat(entry.getLong(56)).isEqualTo(2);
    assertThat(entry.getLong(72)).isEqualTo(1_700_000_000L);
    assertThat(entry.getInt(92)).isEqualTo(123_000_000);
    assertThat(entry.getInt(100)).isEqualTo(0100444);
    assertThat(entry.getInt(104)).isEqualTo(1);
    assertThat(entry.getInt(108)).isEqualTo(1);
    assertThat(entry.getInt(112)).isEqualTo(2);
    assertThat(entry.getInt(120)).isEqualTo(4096);
  }

  @Test
  void names_are_padded_and_bounded() {
    Request.ReadDirectory asked =
        new Request.ReadDirectory(
            new Request.Header(RequestReader.READDIR, 1, 1, 1), 1, 0, 64, false);
    Answers.Names names = new Answers(0, 0).new Names(asked);
    Attributes.Entry entry = new Attributes.Entry(0, FILE, Duration.ZERO, Duration.ZERO);
    names.add("abc", 7, entry);
    assertThat(names.hasRoomFor("12345678")).isTrue();
    assertThat(names.hasRoomFor("123456789")).isFalse();
    ByteBuffer bytes = names.bytes().order(ByteOrder.nativeOrder());
    assertThat(bytes.remaining()).isEqualTo(32);
    assertThat(bytes.getLong(0)).isEqualTo(77);
    assertThat(bytes.getLong(8)).isEqualTo(7);
    assertThat(bytes.getInt(16)).isEqualTo(3);
    assertThat(bytes.getInt(20)).isEqualTo(8);
    assertThat(bytes.get(26)).isEqualTo((byte) 'c');
  }

  @Test
  void the_topmost_mount_at_a_directory_is_found() {
    List<String> table =
        List.of(
            "22 1 0:20 / /mnt/a\\040b rw,relatime shared:1 - tmpfs tmpfs rw",
            "23 1 0:52 / /mnt/a\\040b ro,nosuid - fuse.blockring blockring:/models ro",
            "24 1 0:53 / /mnt ro - fuse.blockring blockring:/ ro");
    MountTable.Mounted mounted = MountTable.at(table, "/mnt/a b");
    assertThat(mounted)
        .isEqualTo(
            new MountTable.Mounted("0:52", "/mnt/a b", "fuse.blockring", "blockring:/models"));
    assertThat(MountTable.at(table, "/mnt/a")).isNull();
  }
}
