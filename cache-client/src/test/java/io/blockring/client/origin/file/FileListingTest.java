package io.blockring.client.origin.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.origin.IdentityMode;
import io.blockring.client.origin.KeyOrder;
import io.blockring.client.origin.ListPage;
import io.blockring.client.origin.Origin;
import io.blockring.client.origin.OriginCounters;
import io.blockring.client.origin.OriginException;
import io.blockring.client.origin.OriginLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Listings of directory trees, held against a set of keys that is listed the plain way. */
class FileListingTest {
  @TempDir Path root;

  @Test
  void directories_sort_by_their_slash_and_links_count_once() throws Exception {
    create("a/x", "a.b", "a0", "z/deep/er", "é", "😀", "\uFFFD");
    Files.createDirectory(root.resolve("empty"));
    Files.createSymbolicLink(root.resolve("z/loop"), root);
    Files.createSymbolicLink(root.resolve("z/gone"), Path.of("nowhere"));
    Files.createSymbolicLink(root.resolve("z/out"), Path.of("/etc"));
    Files.createSymbolicLink(root.resolve("link"), root.resolve("a"));

    assertThat(names(list("", "", "", 100)))
        .containsExactly("a.b", "a/x", "a0", "link/x", "z/deep/er", "é", "\uFFFD", "😀");
    assertThat(names(list("", "/", "", 100)))
        .containsExactly("a.b", "a/", "a0", "link/", "z/", "é", "\uFFFD", "😀");
  }

  @Test
  void entries_carry_size_and_time() throws Exception {
    create("a");
    Files.writeString(root.resolve("a"), "12345");

    ListPage.Entry entry = list("", "", "", 1).entries().getFirst();
    assertThat(entry.size()).isEqualTo(5);
    assertThat(entry.lastModifiedEpochMillis())
        .isEqualTo(Files.getLastModifiedTime(root.resolve("a")).toMillis());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void pages_of_any_size_are_the_plain_listing_cut_up(long seed) throws Exception {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    TreeSet<String> keys = new TreeSet<>(KeyOrder.UTF_8);
    for (int i = 0; i < 150; i++) {
      String key = randomKey(random);
      try {
        create(key);
        keys.add(key);
      } catch (FileSystemException e) {
        // a file cannot be a directory as well: this key does not exist
      }
    }
    try (Origin origin = open()) {
      for (int i = 0; i < 200; i++) {
        String prefix = random.nextInt(3) == 0 ? "" : cut(randomKey(random), random);
        String delimiter = new String[] {"", "/", "-", "a/"}[random.nextInt(4)];
        String startAfter = random.nextInt(3) == 0 ? cut(randomKey(random), random) : "";
        int maxKeys = 1 + random.nextInt(20);
        assertThat(allNames(origin, prefix, delimiter, startAfter, maxKeys))
            .as(
                "seed %d: prefix '%s' delimiter '%s' after '%s' by %d",
                seed, prefix, delimiter, startAfter, maxKeys)
            .isEqualTo(plain(keys, prefix, delimiter, startAfter));
      }
    }
  }

  @Test
  void key_order_is_the_order_of_utf_8_bytes() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(5);
    int[] points = {'a', '/', 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF};
    for (int i = 0; i < 5000; i++) {
      String left = randomText(random, points);
      String right = randomText(random, points);
      assertThat(Integer.signum(KeyOrder.UTF_8.compare(left, right)))
          .isEqualTo(
              Integer.signum(
                  Arrays.compareUnsigned(
                      left.getBytes(StandardCharsets.UTF_8),
                      right.getBytes(StandardCharsets.UTF_8))));
    }
  }

  /** The meaning of a listing, without a thought for cost. */
  private static List<String> plain(
      TreeSet<String> keys, String prefix, String delimiter, String startAfter) {
    TreeSet<String> names = new TreeSet<>(KeyOrder.UTF_8);
    for (String key : keys) {
      if (key.startsWith(prefix)) {
        int at = delimiter.isEmpty() ? -1 : key.indexOf(delimiter, prefix.length());
        names.add(at < 0 ? key : key.substring(0, at + delimiter.length()));
      }
    }
    return List.copyOf(startAfter.isEmpty() ? names : names.tailSet(startAfter, false));
  }

  private static List<String> allNames(
      Origin origin, String prefix, String delimiter, String startAfter, int maxKeys)
      throws OriginException {
    List<String> names = new ArrayList<>();
    String after = startAfter;
    ListPage page;
    do {
      page = origin.list(prefix, delimiter, after, maxKeys, deadline());
      assertThat(page.entries()).hasSizeLessThanOrEqualTo(maxKeys);
      names.addAll(names(page));
      after = page.nextStartAfter();
    } while (!page.isLast());
    return names;
  }

  private ListPage list(String prefix, String delimiter, String startAfter, int maxKeys)
      throws OriginException {
    try (Origin origin = open()) {
      return origin.list(prefix, delimiter, startAfter, maxKeys, deadline());
    }
  }

  private Origin open() {
    return new FileOrigin(root, IdentityMode.AUTO, OriginLimits.DEFAULT, new OriginCounters());
  }

  private static List<String> names(ListPage page) {
    return page.entries().stream().map(ListPage.Entry::name).toList();
  }

  private static long deadline() {
    return System.nanoTime() + 10_000_000_000L;
  }

  private void create(String... keys) throws IOException {
    for (String key : keys) {
      Path file = root.resolve(key);
      Files.createDirectories(file.getParent());
      Files.createFile(file);
    }
  }

  private static String randomKey(RandomGenerator random) {
    StringBuilder key = new StringBuilder();
    int depth = 1 + random.nextInt(3);
    for (int i = 0; i < depth; i++) {
      key.append(i == 0 ? "" : "/");
      int length = 1 + random.nextInt(3);
      for (int j = 0; j < length; j++) {
        key.append("ab-0".charAt(random.nextInt(4)));
      }
    }
    return key.toString();
  }

  private static String randomText(RandomGenerator random, int[] points) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(4); i > 0; i--) {
      text.appendCodePoint(points[random.nextInt(points.length)]);
    }
    return text.toString();
  }

  private static String cut(String key, RandomGenerator random) {
    return key.substring(0, random.nextInt(key.length() + 1));
  }
}
