package io.blockring.node.store;

import io.blockring.client.namespace.BlockKey;
import io.blockring.node.store.StoreSettings.DiskSettings;
import io.blockring.node.store.disk.DirectoryInUseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The place of one configured disk. The disk in it may fail, vanish and come back: then its files
 * are closed, so that it can be unmounted or replaced, and opened again once it is well. Safe for
 * many threads.
 */
final class DiskBay implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DiskBay.class);

  /** More than opening the largest index takes. */
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);

  private final DiskSettings settings;
  private final StoreSettings storeSettings;
  private final String name;
  private final LongSupplier nanoTime;
  private final PacedThread attendant;

  /** Null while there is none to be used. Set by one thread at a time, under this bay's monitor. */
  private volatile @Nullable Disk disk;

  private String trouble = "";

  /** Counted by disks that were here before. */
  private StoreStatistics past = StoreStatistics.empty(List.of());

  // The rest is the attendant's, and before its start the opener's.

  /** Given up, but not yet let go by all who use it. */
  private @Nullable Disk leaving;

  private @Nullable FailedRead lastFailedRead;

  /** The file system that the disk was on; null before the first one. */
  private @Nullable Object device;

  /**
   * @param name of the disk's threads
   * @param nanoTime a monotonic clock
   */
  DiskBay(DiskSettings settings, StoreSettings storeSettings, String name, LongSupplier nanoTime) {
    this.settings = settings;
    this.storeSettings = storeSettings;
    this.name = name;
    this.nanoTime = nanoTime;
    this.attendant = new PacedThread(name + "-attend", storeSettings.retryAfter(), this::attend);
  }

  /** Opens the disk for the first time. */
  void open() throws IOException {
    Disk opened = Disk.open(settings, storeSettings, name, nanoTime);
    device = device();
    synchronized (this) {
      disk = opened;
      trouble = "";
    }
  }

  /** The first opening failed; {@link #start} goes on trying. */
  void failedToOpen(IOException cause) {
    LOG.error(
        "{} cannot be opened, its blocks are misses until it can: {}", settings.path(), cause);
    synchronized (this) {
      trouble = String.valueOf(cause.getMessage());
    }
  }

  /** Looks after the disk from now on. */
  void start() {
    attendant.start();
  }

  @Nullable Disk disk() {
    return disk;
  }

  @Nullable BlockLease lease(BlockKey key, long fingerprint) {
    Disk open = disk;
    return open == null ? null : open.lease(key, fingerprint);
  }

  boolean contains(long fingerprint) {
    Disk open = disk;
    return open != null && open.contains(fingerprint);
  }

  /** Sees whether the disk hangs; touches no disk. */
  void watch() {
    Disk open = disk;
    if (open != null) {
      open.watch();
    }
  }

  /** One round: tries the disk out, gives it up or opens it again. May hang as long as the disk. */
  void attend() {
    Disk open = disk;
    if (open == null) {
      comeBack();
      return;
    }
    String why = open.check();
    if (why != null) {
      giveUp(open, why);
    }
  }

  synchronized StoreStatistics statistics() {
    Disk open = disk;
    if (open != null) {
      return past.plus(open.statistics());
    }
    StoreStatistics.Disk down =
        new StoreStatistics.Disk(
            settings.path().toString(), DiskState.DOWN, trouble, 0, 0, 0, 0, 0, 0, 0, 0);
    return past.plus(StoreStatistics.empty(List.of(down)));
  }

  @Override
  public void close() {
    attendant.stop();
    boolean isAttendantGone = attendant.hasEnded(CLOSE_PATIENCE);
    Disk open = disk;
    if (open != null) {
      open.close();
    }
    Disk old = leaving;
    if (isAttendantGone && old != null && !old.hasLeft()) {
      LOG.warn("{}: closed while calls to it hang; its files stay open", settings.path());
    }
  }

  private void giveUp(Disk lost, String why) {
    LOG.error("{} is down, its blocks are misses until it is back: {}", settings.path(), why);
    lastFailedRead = lost.lastFailedRead();
    lost.abandon();
    leaving = lost;
    synchronized (this) {
      past = past.plus(lost.statistics().counters());
      trouble = why;
      disk = null;
    }
  }

  private void comeBack() {
    Disk old = leaving;
    if (old != null && !old.hasLeft()) {
      return;
    }
    leaving = null;
    try {
      if (device != null) {
        requireSomethingThere();
        new DiskTrial(settings.path())
            .readWithin(Disk.trialPatience(storeSettings), lastFailedRead);
      }
      open();
      LOG.info("{} is back", settings.path());
    } catch (DirectoryInUseException e) {
      LOG.warn("{}", e.getMessage());
    } catch (IOException | IllegalArgumentException e) {
      synchronized (this) {
        trouble = e.getMessage() + (e instanceof NoSuchFileException ? " is gone" : "");
      }
    }
  }

  /**
   * What is left where a disk was mounted is a directory of another disk, which was not meant. Only
   * an opened store, or the file system that was there before, is taken.
   */
  private void requireSomethingThere() throws IOException {
    Path format = settings.path().resolve(DiskFormat.FILE);
    if (!Files.exists(format) && !Objects.equals(device, device())) {
      throw new IOException(
          settings.path() + " is on another file system now, without a store: is it mounted?");
    }
  }

  private Object device() throws IOException {
    return Files.getAttribute(settings.path(), "unix:dev");
  }
}
