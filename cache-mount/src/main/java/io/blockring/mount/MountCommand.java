package io.blockring.mount;

import io.blockring.client.CacheClient;
import io.blockring.client.Namespace;
import io.blockring.client.ReadException;
import io.blockring.client.ladder.ReadScope;
import io.blockring.mount.kernel.FuseDevice;
import io.blockring.mount.kernel.MountPoint;
import io.blockring.mount.kernel.SystemCallException;
import io.blockring.mount.serve.FileSystem;
import io.blockring.mount.serve.KernelSession;
import io.blockring.mount.serve.ServeSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "mount",
    description = {
      "Mounts files of a cluster as a directory, read-only. Needs root and /dev/fuse.",
      "Returns when the directory answers; a background process then serves it."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  cachectl mount /models /mnt/models",
      "  cachectl mount /models/sd /mnt/sd --node gpu-01,gpu-02",
      "  cachectl mount / /mnt/blockring --foreground"
    })
final class MountCommand implements Callable<Integer> {
  private static final Logger log = LoggerFactory.getLogger(MountCommand.class);

  /** The most that the kernel asks for at once: 256 pages. */
  private static final int LARGEST_READ = 1 << 20;

  private static final int BACKGROUND_READS = 64;
  private static final int CHANNELS = 4;

  @Mixin private final MountOptions options = new MountOptions();

  private final String[] arguments;

  MountCommand(String[] arguments) {
    this.arguments = arguments;
  }

  @Override
  public Integer call() throws MountFailure, InterruptedException {
    options.check();
    Target target = Target.of(options.target());
    if (options.isForeground || options.isInBackground) {
      serve(target);
    } else {
      // What is wrong with the directory is said before a process is started for it.
      if (target.clear()) {
        System.out.println("a dead mount at " + target + " was taken away");
      }
      new Background(arguments, target, options.log).start();
    }
    return ExitStatus.OK.code();
  }

  private void serve(Target target) throws MountFailure, InterruptedException {
    if (target.clear()) {
      log.warn("a dead mount at {} was taken away", target);
    }
    try (CacheClient cluster = connect()) {
      checkThatItIsThere(cluster);
      FileSystem files = new FileSystem(cluster, settings());
      KernelSession session = mount(target, files);
      Unmounting unmounting = Unmounting.onSignal(target, session);
      say("mounted " + options.source().substring("blockring:".length()) + " at " + target);
      session.awaitEnd();
      unmounting.isDone();
      log.info("unmounted {}", target);
    }
  }

  private CacheClient connect() throws MountFailure {
    return ClusterConnection.open(options.nodes(System.getenv()), options.credentials());
  }

  private void checkThatItIsThere(CacheClient cluster) throws MountFailure {
    if (options.mount().isEmpty()) {
      return;
    }
    Namespace.Mount mount = cluster.mount(options.mount());
    if (mount == null) {
      throw new MountFailure(
          ExitStatus.NOT_FOUND,
          "no mount is called '"
              + options.mount()
              + "'; there are "
              + cluster.mounts().stream().map(Namespace.Mount::name).toList());
    }
    try {
      if (!options.prefix().isEmpty()
          && cluster.list(mount, options.prefix(), "", "", 1, scope()).entries().isEmpty()) {
        throw new MountFailure(
            ExitStatus.NOT_FOUND,
            "/" + options.mount() + "/" + options.prefix() + ": no such directory");
      }
    } catch (ReadException e) {
      throw new MountFailure(ExitStatus.UNAVAILABLE, String.valueOf(e.getMessage()), e);
    }
  }

  private ReadScope scope() {
    return ReadScope.forReader(options.timeout.toMillis());
  }

  private KernelSession mount(Target target, FileSystem files)
      throws MountFailure, InterruptedException {
    List<FuseDevice> lines = new ArrayList<>();
    try {
      FuseDevice first = FuseDevice.open();
      lines.add(first);
      first.mount(options.source(), target.toString(), owner("uid"), owner("gid"));
      first.handshake(LARGEST_READ, (int) options.kernelReadAhead.bytes(), BACKGROUND_READS);
      for (int i = 1; i < Math.min(CHANNELS, Runtime.getRuntime().availableProcessors()); i++) {
        lines.add(first.another());
      }
    } catch (IOException e) {
      lines.forEach(FuseDevice::close);
      throw e instanceof SystemCallException refused
          ? Target.refused(refused)
          : new MountFailure(ExitStatus.NO_FUSE, String.valueOf(e.getMessage()), e);
    }
    KernelSession session = KernelSession.start(files, lines);
    if (target.probe() != MountPoint.State.ALIVE) {
      target.detach();
      throw new MountFailure(ExitStatus.INTERNAL, target + " does not answer after mounting");
    }
    try {
      target.point().setReadAhead((int) options.kernelReadAhead.bytes());
    } catch (IOException e) {
      log.warn("the kernel reads only 128 KiB ahead, so maps are slow: {}", e.toString());
    }
    return session;
  }

  private ServeSettings settings() throws MountFailure {
    return new ServeSettings(
        options.mount(),
        options.prefix(),
        options.timeout,
        options.freshness,
        options.memory.bytes(),
        options.readAhead.bytes(),
        owner("uid"),
        owner("gid"));
  }

  private static int owner(String kind) throws MountFailure {
    try {
      return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:" + kind);
    } catch (IOException e) {
      throw new MountFailure(ExitStatus.INTERNAL, "/proc/self: " + e.getMessage(), e);
    }
  }

  private void say(String line) {
    log.info("{}, pid {}", line, ProcessHandle.current().pid());
    if (options.isInBackground) {
      System.out.println(Background.READY);
      // Whoever waited for this line leaves, and nobody reads the pipe any more.
      System.out.close();
    }
  }
}
