package io.blockring.mount;

import io.blockring.mount.kernel.Errno;
import io.blockring.mount.kernel.MountPoint;
import io.blockring.mount.kernel.SystemCallException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "umount",
    description = {
      "Unmounts what cachectl mount mounted; its process ends by itself.",
      "A mount whose process died is taken away as well."
    },
    footerHeading = "%nExamples:%n",
    footer = "  cachectl umount /mnt/models")
final class UmountCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIRECTORY", description = "Where it is mounted.")
  private Path written = Path.of("");

  @Option(
      names = "--lazy",
      description = "Even if it is in use: open files work until they are closed.")
  private boolean isLazy;

  @Override
  public Integer call() throws MountFailure, InterruptedException {
    Target target = Target.of(written);
    MountPoint.State state = target.probe();
    String source = target.source();
    switch (state) {
      case FREE ->
          throw new MountFailure(
              ExitStatus.NOT_FOUND, "nothing of Blockring is mounted at " + target);
      case STALE -> target.detach();
      case ALIVE, SILENT -> {
        if (isLazy) {
          target.detach();
        } else {
          unmount(target);
        }
      }
    }
    System.out.println(
        source.substring("blockring:".length())
            + " is no longer mounted at "
            + target
            + (state == MountPoint.State.STALE ? " (its process had died)" : ""));
    return ExitStatus.OK.code();
  }

  private static void unmount(Target target) throws MountFailure {
    try {
      target.point().unmount();
    } catch (SystemCallException e) {
      throw e.errno() == Errno.EBUSY
          ? new MountFailure(
              ExitStatus.CONFLICT,
              target
                  + " is in use (fuser -vm "
                  + target
                  + " shows by whom); --lazy takes it away nevertheless",
              e)
          : Target.refused(e);
    }
  }
}
