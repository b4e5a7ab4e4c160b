package io.blockring.benchmarks.disks;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An ext4 in a file, on a loop device of its own, and what can be done to it. Needs root. Delays
 * and hangs come from the block controller of cgroup v1, for processes that were {@link #exposed}.
 */
final class FaultyDisk implements AutoCloseable {
  private static final Path CGROUP = Path.of("/sys/fs/cgroup/blkio/blockring-disk-faults");

  /** {@code EXT4_IOC_SHUTDOWN} with "do not flush the journal": what a power cut leaves. */
  private static final String SHUTDOWN =
      "open(F,'<',$ARGV[0]) or die $!; my $how=pack('L',2); defined(ioctl(F,0x8004587d,$how)) or die $!";

  private final Path image;
  private final Path mount;
  private final long bytes;

  private FaultyDisk(Path image, Path mount, long bytes) {
    this.image = image;
    this.mount = mount;
    this.bytes = bytes;
  }

  /** Makes a file system and mounts it. */
  static FaultyDisk make(Path image, Path mount, long bytes, String... mkfs) throws IOException {
    Files.createDirectories(mount);
    FaultyDisk disk = new FaultyDisk(image, mount, bytes);
    disk.resize(bytes);
    List<String> command = new ArrayList<>(List.of("mkfs.ext4", "-q", "-F"));
    command.addAll(List.of(mkfs));
    command.add(image.toString());
    Shell.run(command.toArray(String[]::new));
    disk.mount();
    return disk;
  }

  Path path() {
    return mount;
  }

  void mount() throws IOException {
    Shell.run("mount", "-o", "loop", image.toString(), mount.toString());
  }

  /** The path is empty at once; who has files open keeps them. */
  void pullOut() throws IOException {
    Shell.run("umount", "-l", mount.toString());
  }

  boolean isInUse() throws IOException {
    return !Shell.run("losetup", "-j", image.toString()).isEmpty();
  }

  /** Every read and write fails from now on, until it is mounted again. */
  void shutDown() throws IOException {
    Shell.run("perl", "-e", SHUTDOWN, mount.toString());
  }

  /** As the kernel does after an error of the device. */
  void refuseWrites() throws IOException {
    Shell.run("mount", "-o", "remount,abort", mount.toString());
  }

  /** The device ends there: what lies behind fails. */
  void cutOff(long kept) throws IOException {
    Shell.run("sync", "-f", mount.toString());
    resize(kept);
  }

  void makeWhole() throws IOException {
    resize(bytes);
  }

  /** Takes all but so much of its space away. */
  void fillUpTo(long leftBytes) throws IOException {
    long free = Files.getFileStore(mount).getUsableSpace();
    Path ballast = mount.resolve("ballast-" + free);
    Shell.run("fallocate", "-l", Long.toString(free - leftBytes), ballast.toString());
  }

  void removeBallast() throws IOException {
    Shell.run("sh", "-c", "rm -f " + mount + "/ballast-*");
  }

  long freeBytes() throws IOException {
    return Files.getFileStore(mount).getUsableSpace();
  }

  /** Makes empty files until there is no inode left. */
  void useUpInodes() throws IOException {
    Path others = Files.createDirectories(mount.resolve("others"));
    try {
      for (int i = 0; ; i++) {
        Files.createFile(others.resolve(Integer.toString(i)));
      }
    } catch (IOException noInodes) {
      return;
    }
  }

  void freeInodes() throws IOException {
    Shell.run("rm", "-rf", mount.resolve("others").toString());
  }

  /** Lets go of the page cache of the store's segments, so that reads reach the device. */
  void forgetPages() {
    try (var files = Files.newDirectoryStream(mount, "segment-*")) {
      for (Path file : files) {
        Shell.run("timeout", "1", "dd", "if=" + file, "iflag=nocache", "count=0", "status=none");
      }
    } catch (IOException e) {
      return; // Pulled out, or hanging: there is nothing to let go of.
    }
  }

  /** Limits reach this process from now on. */
  void exposed(long pid) throws IOException {
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
    String loop = Shell.run("losetup", "-n", "-O", "NAME", "-j", image.toString()).strip();
    String number = Files.readString(Path.of("/sys/block", loop.substring(5), "dev")).strip();
    Files.writeString(CGROUP.resolve("blkio.throttle." + what + "_device"), number + " " + limit);
  }

  private void liftLimits() throws IOException {
    if (Files.exists(CGROUP) && isInUse()) {
      for (String what : List.of("read_bps", "write_bps", "read_iops")) {
        limit(what, 0);
      }
    }
  }

  @Override
  public void close() throws IOException {
    makeWhole();
    liftLimits(); // Else the last write of an unmount hangs as well.
    try {
      pullOut();
    } finally {
      if (Files.exists(CGROUP)) {
        Shell.run(
            "sh",
            "-c",
            "for p in $(cat "
                + CGROUP
                + "/cgroup.procs); do echo $p > "
                + CGROUP
                + "/../cgroup.procs; done; rmdir "
                + CGROUP);
      }
    }
  }

  private void resize(long length) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(length);
    }
  }
}
