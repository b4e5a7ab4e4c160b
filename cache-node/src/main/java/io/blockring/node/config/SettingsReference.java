package io.blockring.node.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes the reference page of all settings from the records themselves. */
public final class SettingsReference {
  private static final String HEAD =
      """
      # Settings

      <!-- Generated from the settings records; `SettingsReferenceTest` says how to write it again. -->

      A node reads one YAML file (`--config=FILE` or `BLOCKRING_CONFIG`), then the environment, then flags; later wins,
      key by key. The key `store.disks` in the file is `BLOCKRING_STORE_DISKS` in the environment and `--store.disks` as
      a flag. Entries of lists of sections are numbered (`store.disks.0.path`, `BLOCKRING_STORE_DISKS_0_PATH`), named
      sections carry the name (`mounts.models.origin.url`, `BLOCKRING_MOUNTS_MODELS_ORIGIN_URL`). A key that does not
      exist stops the start and names the nearest one that does; all problems are listed at once. Secrets are taken from
      files and from the environment only.

      Durations are whole numbers with `ms`, `s`, `m`, `h` or `d`; sizes whole numbers of bytes or of `KiB`, `MiB`,
      `GiB`, `TiB`.
      """;

  private static final String THREADS =
      """

      ## Threads

      `limits.cpu` sizes all that compute or move bytes; without it a node takes as many processors as the JVM sees, at
      most 8, and has at least two event loops for each port of readers, four readers and two writers for each disk.
      Beside these there are threads that mostly sleep: about twenty of Hazelcast; three of each disk (flush, scrub, pages); one each for
      the admin port, membership, the book, alarms of buckets and peers, and files of the state directory. A mount on a
      directory has as many threads as `origin.maxConcurrentRequests`: they wait for its file system.
      """;

  private static final int[] CPUS = {2, 16, 64};

  private SettingsReference() {}

  /** The page, in Markdown. */
  public static String page() {
    StringBuilder page = new StringBuilder(HEAD);
    for (Schema.Key section : Schema.of(NodeSettings.class).keys()) {
      page.append("\n## ").append(section.name()).append("\n\n");
      page.append(section.setting().doc()).append("\n\n");
      page.append("| key | value | default | meaning |\n|---|---|---|---|\n");
      Schema.Section only = new Schema.Section(NodeSettings.class, List.of(section));
      Schema.forEachLeaf(only, "", (name, key) -> appendRow(page, name, key));
    }
    appendThreads(page);
    return page.toString();
  }

  private static void appendThreads(StringBuilder page) {
    page.append(THREADS).append("\n| threads for | of the processors |");
    for (int cpus : CPUS) {
      page.append(" at ").append(cpus).append(" |");
    }
    page.append("\n|---|---|").append("---:|".repeat(CPUS.length)).append('\n');
    for (Pool pool : Pool.values()) {
      page.append("| ").append(pool.work()).append(" | ").append(pool.rule()).append(" |");
      for (int cpus : CPUS) {
        page.append(' ').append(pool.threads(cpus)).append(" |");
      }
      page.append('\n');
    }
  }

  private static void appendRow(StringBuilder page, String name, Schema.Key key) {
    String value = key.setting().value();
    page.append("| `")
        .append(name)
        .append("` | ")
        .append(type(key.schema()))
        .append(" | ")
        .append(
            key.setting().isRequired() ? "*required*" : value.isEmpty() ? "" : "`" + value + "`")
        .append(" | ")
        .append(key.setting().doc())
        .append(" |\n");
  }

  private static String type(Schema schema) {
    return switch (schema) {
      case Schema.Leaf leaf -> LeafTypes.name(leaf.type());
      case Schema.Leaves leaves -> "list of " + LeafTypes.name(leaves.elementType());
      case Schema.Section section -> throw new IllegalArgumentException("a section has no type");
      case Schema.Named named -> throw new IllegalArgumentException("a section has no type");
      case Schema.Listed listed -> throw new IllegalArgumentException("a section has no type");
    };
  }

  /** Writes the page to the file named by the only argument. */
  public static void main(String[] arguments) throws IOException {
    Files.writeString(Path.of(arguments[0]), page());
  }
}
