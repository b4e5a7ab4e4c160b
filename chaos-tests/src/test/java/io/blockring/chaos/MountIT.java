package io.blockring.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.blockring.chaos.MountedDirectory.Ended;
import io.blockring.demo.Await;
import io.blockring.demo.LocalNode;
import io.blockring.demo.SampleFile;
import io.blockring.demo.SampleFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files of a cluster as a directory: programs that know nothing of it read right bytes, change
 * nothing, and read on when the node they came by dies.
 */
class MountIT {
  private static final SampleFiles SAMPLES = new SampleFiles(5, 0.02);
  private static final SampleFile BIG = SampleFile.ofBytes("big.bin", (72L << 20) + 4_321, 6);
  private static final SampleFile LIVE = SampleFile.ofBytes("live.bin", (6 << 20) + 77, 7);
  private static final Duration WITHIN = Duration.ofSeconds(30);

  private static final String READ_TENSORS =
      """
      import sys, mmap
      import numpy
      from safetensors.numpy import load_file
      for path in sys.argv[1:]:
          tensors = load_file(path)
          mapped = numpy.memmap(path, dtype=numpy.uint8, mode="r")
          with open(path, "rb") as file:
              same = bytes(mapped) == file.read()
          print(len(tensors), sum(tensor.size for tensor in tensors.values()), same)
      """;

  private static final String LOCK =
      """
      import fcntl, sys
      with open(sys.argv[1], "rb") as file:
          fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
          fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
          fcntl.lockf(file, fcntl.LOCK_UN)
      print("locked")
      """;

  @TempDir private static Path home;
  private static Stage stage;
  private static MountedDirectory mounted;

  @BeforeAll
  static void start() throws Exception {
    MountedDirectory.assumePermitted();
    List<SampleFile> files = new ArrayList<>(SAMPLES.all());
    files.addAll(List.of(BIG, LIVE));
    stage =
        Stage.open(
            home,
            files,
            plan ->
                plan.withMount(
                    Stage.MOUNT,
                    Objects.requireNonNull(plan.mounts().get(Stage.MOUNT))
                        .with("freshness", "always")),
            1,
            1);
    mounted = MountedDirectory.mount("/models", directory("models"), stage.node(1));
  }

  @AfterAll
  static void stop() throws Exception {
    if (mounted != null) {
      mounted.close();
    }
    if (stage != null) {
      stage.close();
    }
  }

  @Test
  void find_and_cp_and_sha256sum_see_every_file_as_it_is() throws Exception {
    Ended found = MountedDirectory.run("find", mounted.path("").toString(), "-type", "f");
    assertThat(found.output().lines()).hasSize(SAMPLES.all().size() + 2);
    Path copy = home.resolve("copy");
    for (String top : List.of("sd", "datasets")) {
      Ended copied =
          MountedDirectory.run("cp", "-r", mounted.path(top).toString(), copyOf(copy, top));
      assertThat(copied.status()).as(copied.output()).isZero();
    }
    StringBuilder sums = new StringBuilder();
    for (SampleFile file : SAMPLES.all()) {
      byte[] bytes = Files.readAllBytes(copy.resolve(file.path()));
      assertThat(bytes).as(file.path()).hasSize((int) file.size());
      assertThat(file.firstDifference(0, ByteBuffer.wrap(bytes))).as(file.path()).isEqualTo(-1);
      sums.append(sha256(file)).append("  ").append(mounted.path(file.path())).append('\n');
    }
    Path list = Files.writeString(home.resolve("SHA256SUMS"), sums);
    Ended checked = MountedDirectory.run("sha256sum", "--quiet", "-c", list.toString());
    assertThat(checked.status()).as(checked.output()).isZero();
  }

  @Test
  void safetensors_loads_and_maps_every_tensor() throws Exception {
    boolean hasLibraries =
        MountedDirectory.run("python3", "-c", "import numpy, safetensors.numpy").status() == 0;
    if (!hasLibraries) {
      System.out.println("SKIPPED: python3 with the packages safetensors and numpy is missing");
    }
    assumeTrue(hasLibraries, "python3 with the packages safetensors and numpy is missing");
    Ended read =
        MountedDirectory.run(
            "python3",
            "-c",
            READ_TENSORS,
            mounted.path("sd/unet/diffusion_pytorch_model.safetensors").toString(),
            mounted.path("sd/text_encoder/model.safetensors").toString());
    assertThat(read.status()).as(read.output()).isZero();
    assertThat(read.output()).matches("(?s)686 \\d+ True\\n196 \\d+ True");
  }

  @Test
  void every_change_is_refused_because_the_file_system_is_read_only() throws Exception {
    String file = mounted.path("sd/model_index.json").toString();
    String absent = mounted.path("new").toString();
    List<List<String>> changes =
        List.of(
            List.of("touch", absent),
            List.of("touch", file),
            List.of("mkdir", absent),
            List.of("rm", file),
            List.of("rmdir", mounted.path("sd").toString()),
            List.of("mv", file, absent),
            List.of("chmod", "600", file),
            List.of("chown", "1:1", file),
            List.of("truncate", "-s", "1", file),
            List.of("ln", file, absent),
            List.of("ln", "-s", file, absent),
            List.of("mkfifo", absent),
            List.of("dd", "if=/dev/null", "of=" + file, "conv=notrunc"));
    for (List<String> change : changes) {
      Ended ended = MountedDirectory.run(change.toArray(String[]::new));
      assertThat(ended.output()).as("%s", change).contains("Read-only file system");
      assertThat(ended.status()).as("%s", change).isNotZero();
    }
    assertThatThrownBy(() -> Files.setAttribute(Path.of(file), "user:mine", new byte[] {1}))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("Read-only file system");
    assertThat(Files.exists(mounted.path("new"))).isFalse();
  }

  @Test
  void locks_are_granted() throws Exception {
    Ended locked =
        MountedDirectory.run("python3", "-c", LOCK, mounted.path("sd/model_index.json").toString());
    assertThat(locked.output()).isEqualTo("locked");
    assertThat(locked.status()).isZero();
  }

  @Test
  void who_has_a_file_open_keeps_its_version_and_who_opens_it_gets_the_new_one() throws Exception {
    Path path = mounted.path(LIVE.path());
    try (FileChannel old = FileChannel.open(path)) {
      MappedByteBuffer map = old.map(FileChannel.MapMode.READ_ONLY, 0, LIVE.size());
      // The map has seen one page of the first version.
      assertThat(LIVE.firstDifference(0, map.slice(0, 4096))).isEqualTo(-1);
      SampleFile next = LIVE.withVersion(2);
      stage.bucket().put(LIVE.path(), next);

      try (FileChannel fresh = FileChannel.open(path)) {
        MappedByteBuffer newMap = fresh.map(FileChannel.MapMode.READ_ONLY, 0, LIVE.size());
        assertThat(next.firstDifference(0, newMap)).as("the new map").isEqualTo(-1);
        assertThat(next.firstDifference(0, read(fresh))).as("the new handle").isEqualTo(-1);
      }
      assertThat(LIVE.firstDifference(0, map.slice(0, 4096))).as("the old map").isEqualTo(-1);
      assertOldBytesOrAnError(old);
      assertThat(next.firstDifference(0, ByteBuffer.wrap(Files.readAllBytes(path)))).isEqualTo(-1);
    }
  }

  /** What was read of the old version may be all that anyone still has of it. */
  private static void assertOldBytesOrAnError(FileChannel old) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(256 * 1024);
    for (long at = 0; at < LIVE.size(); at += chunk.capacity()) {
      chunk.clear();
      try {
        old.read(chunk, at);
      } catch (IOException e) {
        assertThat(e).hasMessageMatching("Stale file handle|Input/output error");
        continue;
      }
      assertThat(LIVE.firstDifference(at, chunk.flip())).as("old handle at " + at).isEqualTo(-1);
    }
  }

  @Test
  void a_deleted_file_is_gone_and_a_new_one_is_there() throws Exception {
    SampleFile file = SampleFile.ofBytes("short/lived.bin", 10_000, 8);
    stage.bucket().put(file.path(), file);
    Path path = mounted.path(file.path());
    Await.until("the file is seen", WITHIN, () -> Files.exists(path) ? null : "not there");
    assertThat(Files.readAllBytes(path)).hasSize(10_000);
    stage.bucket().delete(file.path());
    assertThatThrownBy(() -> Files.readAllBytes(path)).isInstanceOf(FileSystemException.class);
  }

  @Test
  void reading_goes_on_without_an_error_when_the_local_node_is_killed() throws Exception {
    LocalNode local = stage.node(1);
    try (MountedDirectory other =
        MountedDirectory.mount("/models", directory("other"), local, "--read-ahead", "4MiB")) {
      try (FileChannel file = FileChannel.open(other.path(BIG.path()))) {
        ByteBuffer chunk = ByteBuffer.allocateDirect(1 << 20);
        for (long at = 0; at < BIG.size(); at += chunk.capacity()) {
          if (at == 8L << 20) {
            local.kill();
          }
          chunk.clear();
          int count = file.read(chunk, at);
          assertThat((long) count).isEqualTo(Math.min(chunk.capacity(), BIG.size() - at));
          assertThat(BIG.firstDifference(at, chunk.flip())).as("at " + at).isEqualTo(-1);
        }
      }
      try (Stream<Path> names = Files.list(other.path("sd"))) {
        assertThat(names).isNotEmpty();
      }
      Path config = other.path("sd/model_index.json");
      assertThat(Files.size(config)).isEqualTo(SAMPLES.file("sd/model_index.json").size());
    } finally {
      local.start();
      stage.awaitOneRing();
    }
  }

  @Test
  void a_dead_mount_is_taken_away_by_the_next_and_sigterm_leaves_none() throws Exception {
    Path directory = directory("dying");
    MountedDirectory dead = MountedDirectory.mount("/models/sd", directory, stage.node(2));
    assertThat(Files.exists(dead.path("model_index.json"))).isTrue();
    dead.kill();
    assertThat(dead.isMounted()).isTrue();
    try (MountedDirectory next = MountedDirectory.mount("/", directory, stage.node(2))) {
      assertThat(Files.exists(next.path("models/sd/model_index.json"))).isTrue();
      assertThat(next.said()).contains("a dead mount at " + directory + " was taken away");
      next.terminate();
      assertThat(next.isMounted()).isFalse();
    }
  }

  @Test
  void umount_ends_the_process_and_says_no_while_a_file_is_open() throws Exception {
    Path directory = directory("short");
    MountedDirectory mount = MountedDirectory.mount("/models", directory, stage.node(2));
    ErrorsPage errors = ErrorsPage.read();
    Ended twice = MountedDirectory.cachectl("mount", "/models", directory.toString());
    errors.assertTells("already mounted", twice.output(), "exit " + twice.status());
    try (FileChannel open = FileChannel.open(mount.path("sd/model_index.json"))) {
      Ended busy = MountedDirectory.cachectl("umount", directory.toString());
      errors.assertTells("unmounting what is in use", busy.output(), "exit " + busy.status());
      assertThat(open.size()).isPositive();
    }
    assertThat(MountedDirectory.cachectl("umount", directory.toString()).status()).isZero();
    mount.awaitEnd();
    Ended again = MountedDirectory.cachectl("umount", directory.toString());
    errors.assertTells("nothing to unmount", again.output(), "exit " + again.status());
  }

  @Test
  void what_stands_in_the_way_of_mounting_is_said_in_one_line() throws Exception {
    ErrorsPage errors = ErrorsPage.read();
    Path directory = directory("never");
    String node = "127.0.0.1:" + stage.node(2).ports().control();
    Ended unknown =
        MountedDirectory.cachectl("mount", "/nowhere", directory.toString(), "--node", node);
    errors.assertTells("mounting what is no mount", unknown.output(), "exit " + unknown.status());
    Ended missing =
        MountedDirectory.cachectl("mount", "/models", directory + "/no", "--node", node);
    errors.assertTells("no directory to mount on", missing.output(), "exit " + missing.status());
    Ended silent =
        MountedDirectory.cachectl("mount", "/models", "" + directory, "--node", "127.0.0.1:1");
    errors.assertTells("no node answers the mount", silent.output(), "exit " + silent.status());
    boolean canDrop = MountedDirectory.run("sh", "-c", "command -v setpriv").status() == 0;
    if (!canDrop) {
      System.out.println("SKIPPED: setpriv, which takes a capability away, is missing");
    }
    assumeTrue(canDrop, "setpriv, which takes a capability away, is missing");
    List<String> command = new ArrayList<>(List.of("setpriv", "--bounding-set=-sys_admin"));
    command.addAll(MountedDirectory.javaCommand());
    command.addAll(List.of("mount", "/models", directory.toString(), "--node", node));
    Ended forbidden = MountedDirectory.run(command.toArray(String[]::new));
    errors.assertTells(
        "mounting is not permitted", forbidden.output(), "exit " + forbidden.status());
    for (Ended ended : List.of(unknown, missing, silent, forbidden)) {
      assertThat(ended.output().lines()).hasSize(1);
    }
  }

  private static Path directory(String name) throws IOException {
    return Files.createDirectories(home.resolve(name));
  }

  private static ByteBuffer read(FileChannel file) throws IOException {
    ByteBuffer all = ByteBuffer.allocate((int) file.size());
    while (all.hasRemaining() && file.read(all, all.position()) > 0) {
      // until it is full
    }
    return all.flip();
  }

  private static String copyOf(Path copy, String top) throws IOException {
    Files.createDirectories(copy);
    return copy.resolve(top).toString();
  }

  private static String sha256(SampleFile file) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    try (DigestInputStream bytes = new DigestInputStream(file.open(), digest)) {
      bytes.transferTo(OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
