package io.blockring.node.store;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** An ext4 of its own in a file, to be broken. Needs root and loop devices. */
final class LoopDisk implements AutoCloseable {
  /** Of the block controller, version 1: what hangs or is slow is so for processes in there. */
  private static final Path CGROUPS = Path.of("/sys/fs/cgroup/blkio");

  private static final Path CGROUP = CGROUPS.resolve("blockring-slow-disk");

  private static final Path DROP_CACHES = Path.of("/proc/sys/vm/drop_caches");

  private final Path image;
  private final Path mount;
  private final long bytes;

  private LoopDisk(Path image, Path mount, long bytes) {
    this.image = image;
    this.mount = mount;
    this.bytes = bytes;
  }

  /**
   * Makes and mounts a disk.
   *
   * @param folder an empty one
   * @param mkfs further arguments of mkfs.ext4
   * @throws IOException when this host or this user cannot
   */
  static LoopDisk make(Path folder, int mebibytes, String... mkfs) throws IOException {
    long bytes = (long) mebibytes << 20;
    LoopDisk disk = new LoopDisk(folder.resolve("image"), folder.resolve("disk"), bytes);
    Files.createDirectories(disk.mount);
    disk.resize(bytes);
    String[] command = new String[mkfs.length + 4];
    System.arraycopy(new String[] {"mkfs.ext4", "-q", "-F"}, 0, command, 0, 3);
    System.arraycopy(mkfs, 0, command, 3, mkfs.length);
    command[mkfs.length + 3] = disk.image.toString();
    run(command);
    disk.mount();
    return disk;
  }

  Path path() {
    return mount;
  }

  void mount() throws IOException {
    run("mount", "-o", "loop", image.toString(), mount.toString());
  }

  /** As the kernel does by itself after an error: reads go on, writes fail with EROFS. */
  void refuseWrites() throws IOException {
    run("mount", "-o", "remount,abort", mount.toString());
  }

  /** As if pulled out: the path is empty at once, whoever has files open keeps them. */
  void pullOut() throws IOException {
    run("umount", "-l", mount.toString());
  }

  /** Whether somebody still has files of it open after {@link #pullOut}. */
  boolean isInUse() {
    try {
      return !run("losetup", "-j", image.toString()).isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** From here on the device fails every read and write of the cut-off part. */
  void cutOff(long keptBytes) throws IOException {
    run("sync", "-f", mount.toString());
    resize(keptBytes);
    Files.writeString(DROP_CACHES, "3");
  }

  /** The cut-off part can be read and written again; it is empty. */
  void makeWhole() throws IOException {
    resize(bytes);
  }

  /** Limits reach this process from now on. */
  void expose(long pid) throws IOException {
    if (!Files.isDirectory(CGROUPS)) {
      throw new IOException("there is no " + CGROUPS);
    }
    Files.createDirectories(CGROUP);
    Files.writeString(CGROUP.resolve("cgroup.procs"), Long.toString(pid));
  }

  /**
   * Limits what exposed processes may ask of the device.
   *
   * @param what like {@code read_bps}
   * @param limit in a second; 0 for none
   */
  void limit(String what, long limit) throws IOException {
    String loop = run("losetup", "-n", "-O", "NAME", "-j", image.toString()).strip();
    String number = Files.readString(Path.of("/sys/block", loop.substring(5), "dev")).strip();
    Files.writeString(CGROUP.resolve("blkio.throttle." + what + "_device"), number + " " + limit);
  }

  @Override
  public void close() throws IOException {
    leaveGroup();
    makeWhole();
    run("umount", "-l", mount.toString());
  }

  private static void leaveGroup() throws IOException {
    Path members = CGROUP.resolve("cgroup.procs");
    if (Files.exists(members)) {
      for (String pid : Files.readAllLines(members)) {
        Files.writeString(CGROUP.resolveSibling("cgroup.procs"), pid);
      }
      Files.delete(CGROUP);
    }
  }

  private void resize(long length) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(length);
    }
  }

  private static String run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException(String.join(" ", command) + " failed: " + said.strip());
      }
      return said;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
