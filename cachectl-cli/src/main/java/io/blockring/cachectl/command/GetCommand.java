package io.blockring.cachectl.command;

import io.blockring.cachectl.CommandFailure;
import io.blockring.cachectl.ExitCode;
import io.blockring.cachectl.Invocation;
import io.blockring.cachectl.admin.AdminClient;
import io.blockring.cachectl.admin.Json;
import io.blockring.cachectl.screen.Human;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "get",
    description = {
      "Copies an object to a file, read through the cache.",
      "The file appears when it is whole; a failure leaves what was there before."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  cachectl get /models/sd/unet.safetensors .",
      "  cachectl get /models/sd/vae.safetensors /tmp/vae.safetensors"
    })
final class GetCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(index = "0", paramLabel = "PATH", description = "/MOUNT/KEY.")
  private String path = "";

  @Parameters(index = "1", paramLabel = "DEST", description = "A file, or a directory for it.")
  private Path destination = Path.of("");

  GetCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws CommandFailure {
    Path file =
        Files.isDirectory(destination)
            ? destination.resolve(path.substring(path.lastIndexOf('/') + 1))
            : destination;
    AdminClient client = invocation.client();
    long startNanos = System.nanoTime();
    long bytes = download(client, file);
    report(file, bytes, Math.max(1, (System.nanoTime() - startNanos) / 1_000_000));
    return 0;
  }

  private long download(AdminClient client, Path file) throws CommandFailure {
    Path partial = null;
    try {
      partial = createPartial(file);
      long bytes;
      try (FileOutputStream out = new FileOutputStream(partial.toFile())) {
        bytes = Download.copy(client, path, partial.toString(), out);
        out.getFD().sync();
      }
      checkLength(partial, bytes);
      Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
      partial = null;
      return bytes;
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.CANNOT_WRITE, file + " cannot be written: " + describe(e));
    } finally {
      deleteQuietly(partial);
    }
  }

  /** Beside the file, so that renaming stays on one disk; readable as the user's other files. */
  private static Path createPartial(Path file) throws IOException {
    String name = "." + file.getFileName() + "." + Long.toHexString(System.nanoTime()) + ".part";
    return Files.createFile(file.toAbsolutePath().resolveSibling(name));
  }

  private static String describe(IOException e) {
    return e.getClass().getSimpleName() + ": " + e.getMessage();
  }

  private static void checkLength(Path partial, long bytes) throws IOException {
    long written = Files.size(partial);
    if (written != bytes) {
      throw new IOException(bytes + " bytes were written, but the file has " + written);
    }
  }

  private static void deleteQuietly(@Nullable Path partial) {
    if (partial != null) {
      partial.toFile().delete();
    }
  }

  private void report(Path file, long bytes, long millis) {
    if (invocation.isJson()) {
      invocation
          .out()
          .println(
              Json.object(
                  "path", path,
                  "destination", file.toString(),
                  "sizeBytes", bytes,
                  "elapsedMillis", millis));
    } else {
      long perSecond = (long) (bytes * 1000.0 / millis);
      invocation
          .out()
          .println(
              file
                  + ": "
                  + Human.bytes(bytes)
                  + " in "
                  + Human.millis(millis)
                  + ", "
                  + Human.bytes(perSecond)
                  + "/s");
    }
  }
}
