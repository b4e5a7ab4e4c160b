package io.blockring.mount.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** A directory that something of ours is or may be mounted on. */
public final class MountPoint {
  private static final Duration PROBE = Duration.ofSeconds(5);

  /** What a probe finds. */
  public enum State {
    /** Nothing of ours is mounted there. */
    FREE,
    /** It is mounted and answers. */
    ALIVE,
    /** It is mounted, but the process behind it is dead. */
    STALE,
    /** It is mounted and does not answer in time. */
    SILENT
  }

  private final Path target;

  /**
   * @param target absolute, without symbolic links
   */
  public MountPoint(Path target) {
    this.target = target;
  }

  /** Asks whether what is mounted there lives; takes at most 5 s. */
  public State probe() throws IOException, InterruptedException {
    MountTable.Mounted mounted = MountTable.at(target);
    if (mounted == null || !mounted.isOurs()) {
      return State.FREE;
    }
    BlockingQueue<State> answer = new ArrayBlockingQueue<>(1);
    // A call to a hung file system cannot be broken off, so it has a thread of its own.
    Thread.ofPlatform().daemon().name("probe-mount").start(() -> answer.add(ask()));
    State state = answer.poll(PROBE.toMillis(), TimeUnit.MILLISECONDS);
    return state == null ? State.SILENT : state;
  }

  private State ask() {
    try {
      Libc.statfs(target.toString());
      return State.ALIVE;
    } catch (SystemCallException e) {
      boolean isDead = e.errno() == Errno.ENOTCONN || e.errno() == Errno.ECONNABORTED;
      return isDead ? State.STALE : State.ALIVE;
    }
  }

  /** Unmounts; refused with {@link Errno#EBUSY} while files are open. */
  public void unmount() throws SystemCallException {
    Libc.umount2(target.toString(), 0);
  }

  /** Takes it out of the tree now; it ends when the last open file is closed. */
  public void detach() throws SystemCallException {
    Libc.umount2(target.toString(), Libc.MNT_DETACH);
  }

  /**
   * How far the kernel reads ahead of readers of this mount.
   *
   * @throws IOException when it may not be set here
   */
  public void setReadAhead(int bytes) throws IOException {
    MountTable.Mounted mounted = MountTable.at(target);
    if (mounted == null) {
      throw new IOException("nothing is mounted at " + target);
    }
    Files.writeString(
        Path.of("/sys/class/bdi", mounted.device(), "read_ahead_kb"), bytes / 1024 + "\n");
  }

  /** Frees this process of the terminal it was started from. */
  public static void leaveTerminal() throws SystemCallException {
    Libc.setsid();
  }
}
