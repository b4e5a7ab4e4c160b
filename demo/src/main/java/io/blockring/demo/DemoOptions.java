package io.blockring.demo;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What the demo was asked for. */
@CommandLine.Command(
    name = "cachectl demo",
    description =
        "Starts a bucket with sample files and three cache nodes with weights 1:2:3, reads every file"
            + " through every rung of the ladder, checks every byte and stays up until Ctrl-C.",
    mixinStandardHelpOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  cachectl demo --once --size small",
      "  cachectl demo --bucket s3://my-models/prod --endpoint https://s3.example.com",
      "  cachectl demo --dir /data/models"
    })
final class DemoOptions {
  /** How much sample data there is. */
  enum Size {
    small(SampleFiles.SMALL),
    normal(SampleFiles.NORMAL);

    final double scale;

    Size(double scale) {
      this.scale = scale;
    }
  }

  @Option(names = "--once", description = "End after the table; status 0 only if all was right.")
  boolean isOnce;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      description = "Sample data: small (20 MB) or normal (350 MB). Default: normal.")
  Size size = Size.normal;

  @Option(
      names = "--bucket",
      paramLabel = "s3://BUCKET[/PREFIX]",
      description =
          "Read this bucket instead of samples; credentials as every AWS tool finds them.")
  @Nullable String bucket;

  @Option(names = "--endpoint", paramLabel = "URL", description = "S3 endpoint of --bucket.")
  @Nullable URI endpoint;

  @Option(
      names = "--dir",
      paramLabel = "PATH",
      description = "Read this directory instead of samples.")
  @Nullable Path directory;

  @Option(
      names = "--limit-mib",
      paramLabel = "MIB",
      description = "Of --bucket or --dir read at most this many MiB in 1000 files. Default: 512.")
  long limitMib = 512;

  @Option(
      names = "--work",
      paramLabel = "PATH",
      description = "Where everything is kept while it runs. Default: .blockring here.")
  Path work = Path.of(".blockring");

  // Read by picocli, which prints the help.
  @SuppressWarnings("UnusedVariable")
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  private boolean isHelpWanted;

  /** Refuses what does not go together, with the input and what may be. */
  void check(CommandLine line) {
    if (bucket != null && directory != null) {
      throw new ParameterException(line, "--bucket and --dir exclude each other");
    }
    if (endpoint != null && bucket == null) {
      throw new ParameterException(line, "--endpoint is that of --bucket, which is not given");
    }
    if (bucket != null && !bucket.matches("s3://[A-Za-z0-9][A-Za-z0-9._-]*(/.*)?")) {
      throw new ParameterException(line, "--bucket '" + bucket + "' is not s3://BUCKET[/PREFIX]");
    }
    if (directory != null && !Files.isDirectory(directory)) {
      throw new ParameterException(line, "--dir '" + directory + "' is not a directory");
    }
    if (limitMib < 1 || limitMib > 100 * 1024) {
      throw new ParameterException(line, "--limit-mib " + limitMib + " is not from 1 to 102400");
    }
  }

  /** For people. */
  String what() {
    if (directory != null) {
      return "the directory " + directory;
    }
    return bucket != null ? "the bucket " + bucket : "a bucket with sample files";
  }

  /** Of blocks on each node: room for both mounts even where one node owned everything. */
  long storeMib() {
    return 512 + 2 * dataMib();
  }

  /** Samples in the bucket, and two mounts on the nodes' disks, with as much again to spare. */
  long diskBytes() {
    return (512 + 4 * dataMib()) << 20;
  }

  private long dataMib() {
    return bucket != null || directory != null ? limitMib : (long) (400 * size.scale) + 1;
  }

  /** Of the user's own data. */
  DemoLimits limits() {
    return new DemoLimits(limitMib << 20);
  }
}
