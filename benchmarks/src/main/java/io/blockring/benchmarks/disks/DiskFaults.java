package io.blockring.benchmarks.disks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Breaks a disk of a running node in every way that this host allows, while readers prove what they
 * get; then damages, kills and cuts the power of a store. Prints the fault matrix.
 */
public final class DiskFaults {
  private static final long DISK_BYTES = 512L << 20;
  private static final long CUT_BYTES = 100L << 20;
  private static final Duration IN_FAULT = Duration.ofSeconds(4);
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  /** What a test of the state waits for. */
  private interface Condition {
    boolean holds() throws IOException;
  }

  /** What breaks or mends. */
  private interface Action {
    void run() throws IOException;
  }

  private final FaultTable table;
  private final FaultyDisk disk;
  private final FaultedNode node;
  private final FaultLoad load;
  private final String word;

  private DiskFaults(
      FaultTable table, FaultyDisk disk, FaultedNode node, FaultLoad load, String word) {
    this.word = word;
    this.table = table;
    this.disk = disk;
    this.node = node;
    this.load = load;
  }

  /**
   * Arguments: an empty folder; how many times each kind of damage, kill and cut is tried; a word,
   * if only the faults under load are wanted that have it in their names.
   */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]).toAbsolutePath();
    int rounds = Integer.parseInt(arguments[1]);
    FaultTable table = new FaultTable();
    if (arguments.length > 2) {
      faultsUnderLoad(folder, table, arguments[2]);
      return;
    }
    faultsUnderLoad(folder, table, "");
    new FileDamage(Files.createDirectories(folder.resolve("damage")), rounds).addTo(table);
    new Cuts(Files.createDirectories(folder.resolve("cuts")), rounds).addTo(table);
    table.printGoals();
  }

  private static void faultsUnderLoad(Path folder, FaultTable table, String word) throws Exception {
    Path bucket = folder.resolve("bucket");
    FaultLoad.writeObjects(bucket);
    Path blocks = folder.resolve("node-1").resolve("blocks");
    try (FaultyDisk disk =
            FaultyDisk.make(folder.resolve("image"), blocks, DISK_BYTES, "-N", "64");
        FaultedNode node = FaultedNode.start(folder, bucket);
        FaultLoad load = FaultLoad.start(node.mount())) {
      disk.exposed(node.pid());
      new DiskFaults(table, disk, node, load, word).run();
    }
  }

  private void run() throws IOException {
    if (word.isEmpty()) {
      noInodes();
    }
    fault("no fault", () -> {}, () -> {}, false);
    if (word.isEmpty()) {
      noSpace();
    }
    fault("hangs to read (1 B/s)", () -> disk.limit("read_bps", 1), () -> free("read_bps"), true);
    fault(
        "hangs to write (1 B/s)", () -> disk.limit("write_bps", 1), () -> free("write_bps"), true);
    fault(
        "slow: 3 reads a second", () -> disk.limit("read_iops", 3), () -> free("read_iops"), false);
    fault("unmounted below the node (umount -l)", disk::pullOut, this::mountAgain, true);
    fault("read-only after an error (EROFS)", disk::refuseWrites, this::replug, true);
    fault("all I/O fails (EIO)", disk::shutDown, this::replug, true);
    fault("a part cannot be read (EIO)", () -> disk.cutOff(CUT_BYTES), disk::makeWhole, true);
  }

  /**
   * @param isTakenOut whether the node must leave the disk alone
   */
  private void fault(String name, Action inject, Action mend, boolean isTakenOut)
      throws IOException {
    if (!name.contains(word)) {
      return;
    }
    awaitUsed();
    long start = System.nanoTime();
    inject.run();
    String state = "-";
    double out = -1;
    if (isTakenOut) {
      await(name, () -> !node.state().equals("healthy"));
      out = secondsSince(start);
      state = node.state();
    }
    pass(IN_FAULT);
    String last = node.state();
    state = last.equals("healthy") && isTakenOut ? state : last;
    long mended = System.nanoTime();
    mend.run();
    await(name + " is over", () -> node.state().equals("healthy"));
    awaitUsed();
    double back = isTakenOut || !last.equals("healthy") ? secondsSince(mended) : -1;
    add(name, isTakenOut && out < 0 ? 0 : 1, state, out, back);
  }

  private void noInodes() throws IOException {
    disk.useUpInodes();
    pass(IN_FAULT);
    String state = node.state();
    disk.freeInodes();
    long mended = System.nanoTime();
    awaitUsed();
    add("no inodes for the first segment", 1, state, -1, secondsSince(mended));
  }

  /** Others take all but 16 MiB, where 64 MiB shall stay free. */
  private void noSpace() throws IOException {
    awaitUsed();
    long start = System.nanoTime();
    disk.fillUpTo(16 << 20);
    await("space is given back", () -> disk.freeBytes() >= 64 << 20);
    double out = secondsSince(start);
    disk.fillUpTo(0);
    pass(IN_FAULT);
    String state = node.state();
    long mended = System.nanoTime();
    disk.removeBallast();
    await("there is space", () -> node.state().equals("healthy"));
    awaitUsed();
    add("others fill the disk (ENOSPC)", 1, state, out, secondsSince(mended));
  }

  private void add(String name, int detected, String state, double out, double back) {
    FaultLoad.Findings found = load.takeFindings();
    table.add(
        new FaultTable.Row(
            name,
            1,
            detected,
            state,
            out,
            back,
            found.reads(),
            found.wrong(),
            found.errors(),
            found.slowestMillis()));
  }

  private void free(String what) throws IOException {
    disk.limit(what, 0);
  }

  /** What takes an unmount and a mount to mend. */
  private void replug() throws IOException {
    disk.pullOut();
    mountAgain();
  }

  private void mountAgain() throws IOException {
    await("the node lets go of the disk", () -> !disk.isInUse());
    disk.mount();
  }

  /** Until the disk holds blocks and all are served from it or from the second one. */
  private void awaitUsed() throws IOException {
    double written = node.metric("blockring_store_written_bytes_total");
    await(
        "blocks are kept",
        () ->
            node.metric("blockring_store_blocks") >= FaultLoad.OBJECTS
                || node.metric("blockring_store_written_bytes_total") > written);
  }

  private void await(String what, Condition condition) throws IOException {
    long start = System.nanoTime();
    while (!condition.holds()) {
      if (System.nanoTime() - start > PATIENCE.toNanos()) {
        throw new IOException("not within " + PATIENCE + ": " + what + "\n" + node.log());
      }
      disk.forgetPages();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
  }

  /** Lets the fault last: the one length of time here that is meant as such. */
  private void pass(Duration time) {
    long start = System.nanoTime();
    while (System.nanoTime() - start < time.toNanos()) {
      disk.forgetPages();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
    }
  }

  private static double secondsSince(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
