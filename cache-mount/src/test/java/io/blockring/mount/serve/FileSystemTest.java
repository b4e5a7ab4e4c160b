package io.blockring.mount.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.blockring.client.ReadException;
import io.blockring.client.ladder.TrafficClass;
import io.blockring.mount.kernel.Errno;
import io.blockring.mount.kernel.Request;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FileSystemTest {
  private static final long ROOT = 1;

  private final FakeCluster cluster = new FakeCluster();
  private ScriptedKernel kernel = new ScriptedKernel(cluster);

  @AfterEach
  void end() throws Exception {
    cluster.hang.countDown();
    kernel.end();
  }

  private void restart(Duration deadline, IntPredicate isDying) throws Exception {
    kernel.end();
    kernel = new ScriptedKernel(cluster, deadline, isDying);
  }

  private long openFile(String name) throws Exception {
    ScriptedKernel.Answer opened = kernel.open(kernel.lookUp(ROOT, name).inode());
    assertThat(opened.errno()).isZero();
    return opened.handle();
  }

  private static void assertBytes(ByteBuffer bytes, String etag, long offset, int count) {
    assertThat(bytes.remaining()).isEqualTo(count);
    for (int i = 0; i < count; i++) {
      if (bytes.get(i) != FakeCluster.at('"' + etag + '"', offset + i)) {
        throw new AssertionError("byte " + (offset + i) + " is not of version " + etag);
      }
    }
  }

  @Test
  void names_are_files_directories_or_nothing() throws Exception {
    cluster.put("a/b/c", 5, "1");
    long a = kernel.lookUp(ROOT, "a").inode();
    long b = kernel.lookUp(a, "b").inode();
    ScriptedKernel.Answer c = kernel.lookUp(b, "c");
    assertThat(c.bytes().getLong(48)).as("size").isEqualTo(5);
    assertThat(kernel.lookUp(b, "c").inode()).isEqualTo(c.inode());
    for (String missing : List.of("ab", ".", "..", "c\0")) {
      assertThat(ScriptedKernel.isNothing(kernel.lookUp(a, missing))).as(missing).isTrue();
    }
    assertThat(kernel.lookUp(c.inode(), "d").errno()).isEqualTo(Errno.ENOTDIR);
    assertThat(kernel.lookUp(a, "x".repeat(256)).errno()).isEqualTo(Errno.ENAMETOOLONG);
    assertThat(kernel.lookUp(99, "a").errno()).isEqualTo(Errno.ESTALE);
  }

  @Test
  void a_directory_of_many_pages_gives_each_name_once_from_any_cookie() throws Exception {
    List<String> expected = new ArrayList<>(List.of(".", ".."));
    for (int i = 0; i < 2_300; i++) {
      cluster.put("d/%05d".formatted(i), 1, "1");
      expected.add("%05d".formatted(i));
    }
    long directory = kernel.lookUp(ROOT, "d").inode();
    for (boolean isWithEntries : new boolean[] {false, true}) {
      long handle = kernel.ask(new Request.OpenDirectory(kernel.header(directory))).handle();
      assertThat(names(directory, handle, 0, isWithEntries)).isEqualTo(expected);
      assertThat(names(directory, handle, 1_500, isWithEntries))
          .isEqualTo(expected.subList(1_500, expected.size()));
    }
    int asked = cluster.lists.get() + cluster.opens.get();
    assertThat(kernel.lookUp(directory, "00017").inode()).isPositive();
    assertThat(cluster.lists.get() + cluster.opens.get()).as("remembered").isEqualTo(asked);
  }

  private List<String> names(long inode, long handle, long cookie, boolean isWithEntries)
      throws Exception {
    List<String> names = new ArrayList<>();
    while (true) {
      ByteBuffer bytes =
          kernel
              .ask(
                  new Request.ReadDirectory(
                      kernel.header(inode), handle, cookie, 4_096, isWithEntries))
              .bytes();
      if (!bytes.hasRemaining()) {
        return names;
      }
      int at = 0;
      while (at < bytes.limit()) {
        int entry = at + (isWithEntries ? 128 : 0);
        byte[] name = new byte[bytes.getInt(entry + 16)];
        bytes.get(entry + 24, name);
        names.add(new String(name, StandardCharsets.UTF_8));
        cookie = bytes.getLong(entry + 8);
        at = entry + (24 + name.length + 7) / 8 * 8;
      }
    }
  }

  @Test
  void bytes_are_right_wherever_they_are_read_and_end_with_the_file() throws Exception {
    int size = 3 * FakeCluster.BLOCK + 777;
    cluster.put("f", size, "1");
    long handle = openFile("f");
    for (long at : new long[] {0, 100, FakeCluster.BLOCK - 10, 2 * FakeCluster.BLOCK, 5}) {
      assertBytes(kernel.read(handle, at, 4_096).bytes(), "1", at, 4_096);
    }
    assertBytes(kernel.read(handle, size - 7, 4_096).bytes(), "1", size - 7, 7);
    assertThat(kernel.read(handle, size, 4_096).bytes().remaining()).isZero();
    assertThat(kernel.read(99, 0, 1).errno()).isEqualTo(Errno.EINVAL);
  }

  @Test
  void who_reads_on_and_on_is_fetched_ahead_of_and_who_jumps_gets_what_he_asks_for()
      throws Exception {
    int size = 40 * FakeCluster.BLOCK;
    cluster.put("f", size, "1");
    long handle = openFile("f");
    for (long at = 0; at < size; at += 512 * 1024) {
      assertBytes(kernel.read(handle, at, 512 * 1024).bytes(), "1", at, 512 * 1024);
    }
    assertThat(cluster.fetches).anyMatch(f -> f.trafficClass() == TrafficClass.READ_AHEAD);
    long fetched = cluster.fetches.stream().mapToLong(FakeCluster.Fetch::length).sum();
    assertThat(fetched).as("each byte once").isEqualTo(size);

    cluster.fetches.clear();
    long other = openFile("f");
    for (int i = 1; i < 8; i++) {
      long at = (i * 17L % 40) * FakeCluster.BLOCK + 4_096;
      assertBytes(kernel.read(other, at, 4_096).bytes(), "1", at, 4_096);
    }
    assertThat(cluster.fetches).allMatch(fetch -> fetch.length() == 4_096);
  }

  @Test
  void a_read_that_breaks_off_goes_on_and_a_failed_read_ahead_is_asked_for_again()
      throws Exception {
    int size = 16 * FakeCluster.BLOCK;
    cluster.put("f", size, "1");
    long handle = openFile("f");
    for (long at = 0; at < size; at += FakeCluster.BLOCK) {
      for (int i = 0; i < 3; i++) {
        cluster.readFaults.add(ReadException.Kind.UNAVAILABLE);
      }
      assertBytes(kernel.read(handle, at, FakeCluster.BLOCK).bytes(), "1", at, FakeCluster.BLOCK);
    }
  }

  @Test
  void an_overwritten_file_is_stale_until_it_is_looked_up_again() throws Exception {
    cluster.put("f", 10_000, "1");
    long old = kernel.lookUp(ROOT, "f").inode();
    long oldHandle = kernel.open(old).handle();
    cluster.put("f", 10_000, "2");
    assertThat(kernel.open(old).errno()).isEqualTo(Errno.ESTALE);
    assertThat(kernel.read(oldHandle, 0, 4_096).errno()).isEqualTo(Errno.ESTALE);
    long fresh = kernel.lookUp(ROOT, "f").inode();
    assertThat(fresh).isNotEqualTo(old);
    assertBytes(kernel.read(kernel.open(fresh).handle(), 0, 100).bytes(), "2", 0, 100);
    cluster.objects.remove("f");
    assertThat(kernel.open(fresh).errno()).isEqualTo(Errno.ESTALE);
    assertThat(ScriptedKernel.isNothing(kernel.lookUp(ROOT, "f"))).isTrue();
  }

  @Test
  void an_object_that_may_not_be_read_or_has_no_strong_identity_is_refused_at_open()
      throws Exception {
    cluster.objects.put("weak", new FakeCluster.Stored(10, "W/\"1\""));
    cluster.put("f", 10, "1");
    long weak = kernel.lookUp(ROOT, "weak").inode();
    long file = kernel.lookUp(ROOT, "f").inode();
    assertThat(kernel.open(weak).errno()).isEqualTo(Errno.EOPNOTSUPP);
    cluster.isDenied = true;
    assertThat(kernel.open(file).errno()).isEqualTo(Errno.EACCES);
  }

  @Test
  void a_listing_that_proves_old_is_not_believed_any_more() throws Exception {
    cluster.put("d/f", 10, "1");
    long directory = kernel.lookUp(ROOT, "d").inode();
    long handle = kernel.ask(new Request.OpenDirectory(kernel.header(directory))).handle();
    names(directory, handle, 0, false);
    cluster.put("d/f", 10, "2");
    long old = kernel.lookUp(directory, "f").inode();
    assertThat(kernel.open(old).errno()).isEqualTo(Errno.ESTALE);
    assertThat(kernel.open(kernel.lookUp(directory, "f").inode()).errno()).isZero();
  }

  @Test
  void a_cluster_that_hangs_is_an_error_at_the_deadline() throws Exception {
    restart(Duration.ofMillis(300), process -> false);
    cluster.put("f", 10_000, "1");
    long handle = openFile("f");
    cluster.hang = new CountDownLatch(1);
    assertThat(kernel.read(handle, 0, 4_096).errno()).isEqualTo(Errno.EIO);
  }

  @Test
  void a_read_is_broken_off_for_who_dies_and_for_nobody_else() throws Exception {
    AtomicBoolean isDying = new AtomicBoolean();
    restart(Duration.ofSeconds(20), process -> process == ScriptedKernel.PROCESS && isDying.get());
    cluster.put("f", 10_000, "1");
    long handle = openFile("f");
    cluster.hang = new CountDownLatch(1);
    Request first = new Request.Read(kernel.header(0), handle, 0, 100);
    kernel.send(first);
    kernel.send(new Request.Interrupt(kernel.header(0), first.header().unique()));
    cluster.hang.countDown();
    assertBytes(kernel.await(first).bytes(), "1", 0, 100);

    cluster.hang = new CountDownLatch(1);
    isDying.set(true);
    Request second = new Request.Read(kernel.header(0), handle, 0, 100);
    kernel.send(second);
    kernel.send(new Request.Interrupt(kernel.header(0), second.header().unique()));
    assertThat(kernel.await(second).errno()).isEqualTo(Errno.EINTR);
    Request gone = new Request.Interrupt(kernel.header(0), 12_345);
    assertThat(kernel.ask(gone).errno()).as("say it again").isEqualTo(Errno.EAGAIN);
  }

  @Test
  void changes_are_refused_and_what_the_kernel_does_better_is_left_to_it() throws Exception {
    assertThat(kernel.ask(new Request.Change(kernel.header(ROOT))).errno()).isEqualTo(Errno.EROFS);
    assertThat(kernel.ask(new Request.LeftToKernel(kernel.header(ROOT))).errno())
        .isEqualTo(Errno.ENOSYS);
    assertThat(kernel.ask(new Request.DeviceControl(kernel.header(ROOT))).errno())
        .isEqualTo(Errno.ENOTTY);
    assertThat(kernel.ask(new Request.ReadLink(kernel.header(ROOT))).errno())
        .isEqualTo(Errno.EINVAL);
    assertThat(kernel.open(ROOT).errno()).isEqualTo(Errno.EISDIR);
    assertThat(kernel.ask(new Request.StatFs(kernel.header(ROOT))).bytes().getInt(44))
        .isEqualTo(255);
  }
}
