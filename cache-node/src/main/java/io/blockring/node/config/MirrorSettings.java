package io.blockring.node.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How a mount behaves that has a source region behind it. */
public record MirrorSettings(
    @Setting(
            doc = "Copy what the own bucket lacks from the source region. One node does it.",
            value = "true")
        boolean replicate,
    @Setting(doc = "Bytes a second that are copied at most.", value = "50MiB") ByteSize rate,
    @Setting(
            doc = "Pause between the end of one comparison of both buckets and the next.",
            value = "5m")
        Duration interval,
    @Setting(
            doc =
                "Longest silence of the own bucket, before its first byte and between two, until the"
                    + " source region is asked instead.",
            value = "1s")
        Duration ownPatience,
    @Setting(doc = "Longest wait for the source region's word on a version.", value = "5s")
        Duration sourcePatience,
    @Setting(
            doc =
                "How long after the source region was last heard its last known versions, and those"
                    + " that the own bucket has copies of, are still taken for current.",
            value = "24h")
        Duration staleFor) {

  /** What is wrong with it. */
  List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (rate.bytes() < 1 << 20) {
      problems.add("mounts: mirror.rate " + rate + " is below 1MiB");
    }
    requireSome("interval", interval, problems);
    requireSome("ownPatience", ownPatience, problems);
    requireSome("sourcePatience", sourcePatience, problems);
    return problems;
  }

  private static void requireSome(String key, Duration value, List<String> problems) {
    if (value.compareTo(Duration.ofMillis(100)) < 0) {
      problems.add("mounts: mirror." + key + " " + value.toMillis() + " ms is below 100 ms");
    }
  }
}
