package io.blockring.client.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HttpHeadTest {

  @Test
  void reads_start_line_and_fields_whatever_case_their_names_have() throws Exception {
    HttpHead head = parse("GET /x HTTP/1.1\r\nHost: a:1\r\nX-Cache: \t ssd \t\r\nempty:\r\n\r\n");
    assertThat(head.startLine()).isEqualTo("GET /x HTTP/1.1");
    assertThat(head.value("host")).isEqualTo("a:1");
    assertThat(head.value("x-cache")).isEqualTo("ssd");
    assertThat(head.value("empty")).isEmpty();
    assertThat(head.value("other")).isNull();
    assertThat(head.number("other")).isEqualTo(-1);
  }

  @Test
  void refuses_what_two_readers_could_take_differently() {
    List<String> bad =
        List.of(
            "GET / HTTP/1.1\nHost: a\n\n",
            "GET / HTTP/1.1\r\nHost: a\n\r\n",
            "\r\nGET / HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\n folded: a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n",
            "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost\r\n\r\n",
            "GET / HTTP/1.1\r\n: a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\u0000b\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\rb\r\n\r\n",
            "GET / HTTP/1.1\r\nHo(st: a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: \u00e9\r\n\r\n",
            "GET / HTTP/1.1\r\n" + "a: b\r\n".repeat(HttpHead.MAX_FIELDS + 1) + "\r\n");
    for (String text : bad) {
      assertThatThrownBy(() -> parse(text)).as(text).isInstanceOf(MalformedHeadException.class);
    }
  }

  @Test
  void refuses_a_field_twice_and_numbers_that_are_none() throws Exception {
    HttpHead head =
        parse("GET / HTTP/1.1\r\na: 1\r\nA: 1\r\nb: +1\r\nc: 1234567890123456789\r\nd:\r\n\r\n");
    assertThat(head.count("a")).isEqualTo(2);
    for (String name : List.of("a", "b", "c", "d")) {
      assertThatThrownBy(() -> head.number(name))
          .as(name)
          .isInstanceOf(MalformedHeadException.class);
    }
  }

  @Test
  void finds_the_end_however_the_bytes_arrive() throws Exception {
    byte[] bytes = bytes("GET / HTTP/1.1\r\nHost: a\r\n\r\nnext");
    int end = bytes.length - 4;
    for (int first = 0; first < end; first++) {
      assertThat(HttpHead.end(bytes, 0, first)).isEqualTo(-1);
      assertThat(HttpHead.end(bytes, first, bytes.length)).isEqualTo(end);
    }
  }

  @Test
  void finds_the_end_at_every_length_and_whatever_bytes_stand_before_it() throws Exception {
    for (int b = 0; b < 256; b++) {
      for (int length = 1; length < 40; length++) {
        byte[] bytes = new byte[length + 4 + 9];
        Arrays.fill(bytes, (byte) b);
        System.arraycopy(bytes("\r\n\r\n"), 0, bytes, length, 4);
        byte[] given = bytes;
        if (b == '\n') {
          assertThatThrownBy(() -> HttpHead.end(given, 0, given.length))
              .isInstanceOf(MalformedHeadException.class);
        } else {
          assertThat(HttpHead.end(bytes, 0, bytes.length))
              .as(b + " x " + length)
              .isEqualTo(length + 4);
          assertThat(HttpHead.end(bytes, 0, length + 3)).isEqualTo(-1);
        }
      }
    }
  }

  @Test
  void compares_values_byte_by_byte() throws Exception {
    HttpHead head = parse("GET / HTTP/1.1\r\nKind: peek\r\nempty:\r\ntwice: a\r\ntwice: a\r\n\r\n");
    assertThat(head.is("kind", "peek")).isTrue();
    assertThat(List.of("Peek", "pee", "peeks", "", "peel")).noneMatch(value -> is(head, value));
    assertThat(head.is("empty", "")).isTrue();
    assertThat(head.is("other", "")).isFalse();
    assertThatThrownBy(() -> head.is("twice", "a")).isInstanceOf(MalformedHeadException.class);
  }

  private static boolean is(HttpHead head, String value) {
    try {
      return head.is("kind", value);
    } catch (MalformedHeadException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void names_that_hash_alike_are_still_two() throws Exception {
    assertThat("x.k").hasSameHashCodeAs("x0-");
    HttpHead head = parse("GET / HTTP/1.1\r\nX.k: 1\r\nX0-: 2\r\n\r\n");
    assertThat(head.number("x.k")).isEqualTo(1);
    assertThat(head.number("x0-")).isEqualTo(2);
  }

  @Test
  void never_does_anything_else_than_read_or_refuse() {
    Random random = new Random(20_261_120);
    byte[] good = bytes("GET /v1/blocks/a HTTP/1.1\r\nHost: a\r\nrange: bytes=0-1\r\n\r\n");
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = good.clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try {
        int end = HttpHead.end(bytes, 0, bytes.length);
        if (end > 0) {
          assertThat(HttpHead.parse(bytes, end).startLine()).doesNotContain("\r", "\n");
        }
      } catch (MalformedHeadException e) {
        assertThat(e.getMessage()).isNotEmpty();
      }
    }
  }

  private static HttpHead parse(String text) throws MalformedHeadException {
    byte[] bytes = bytes(text);
    int end = HttpHead.end(bytes, 0, bytes.length);
    assertThat(end).as("end of " + text).isPositive();
    return HttpHead.parse(bytes, end);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
