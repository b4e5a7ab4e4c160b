package io.blockring.client.origin;

import io.blockring.client.origin.file.FileOrigin;
import io.blockring.client.origin.s3.S3Copies;
import io.blockring.client.origin.s3.S3Origin;

/** Opens origins. */
public final class Origins {

  private Origins() {}

  /** {@link #open(OriginSettings, OriginCounters)} with counters that nobody looks at. */
  public static Origin open(OriginSettings settings) {
    return open(settings, new OriginCounters());
  }

  /**
   * Opens what the settings name. Asks nothing of a bucket or directory: whether it is there, each
   * call says.
   *
   * @param counters filled by the origin while it works, to be read by anybody
   * @throws IllegalArgumentException when the settings contradict each other; the message starts
   *     with the setting's key
   */
  public static Origin open(OriginSettings settings, OriginCounters counters) {
    return switch (settings.location()) {
      case OriginLocation.Bucket bucket -> {
        try {
          yield S3Origin.open(bucket, settings, counters);
        } catch (NoClassDefFoundError e) {
          throw new IllegalStateException(
              "location: "
                  + bucket
                  + " needs the AWS SDK on the class path (software.amazon.awssdk: s3, sts,"
                  + " apache5-client)",
              e);
        }
      }
      case OriginLocation.Directory directory ->
          new FileOrigin(directory.path(), settings.identityMode(), settings.limits(), counters);
    };
  }

  /**
   * Opens a bucket as the home of copies; asks nothing of it.
   *
   * @param source the place whose objects are copied: copies of another's are as good as absent
   * @throws IllegalArgumentException when the settings contradict each other, or do not name a
   *     bucket: a directory's files have no place for the mark of a copy
   */
  public static Copies openCopies(
      OriginSettings settings, OriginSettings source, OriginCounters counters) {
    return switch (settings.location()) {
      case OriginLocation.Bucket bucket ->
          S3Copies.open(bucket, settings, source.location(), source.endpoint(), counters);
      case OriginLocation.Directory directory ->
          throw new IllegalArgumentException("location: " + directory + " cannot hold copies");
    };
  }
}
