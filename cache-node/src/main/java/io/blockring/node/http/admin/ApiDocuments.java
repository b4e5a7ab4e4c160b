package io.blockring.node.http.admin;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.blockring.client.Namespace;
import io.blockring.client.OpenObject;
import io.blockring.client.namespace.Version;
import io.blockring.client.origin.ListPage;
import java.util.List;

/** Answers that the API makes itself, from what the namespace and the node say. */
final class ApiDocuments {
  private ApiDocuments() {}

  /**
   * One page of names.
   *
   * @param nextStartAfter what to send as {@code start-after} for the next page; empty after the
   *     last
   */
  record Listing(String path, List<Entry> entries, String nextStartAfter) {

    /**
     * @param path as a path, so that it can be asked for
     * @param lastModifiedEpochMillis 0 when unknown or a prefix
     */
    record Entry(
        String path,
        @JsonProperty("isPrefix") boolean isPrefix,
        long sizeBytes,
        String etag,
        long lastModifiedEpochMillis) {}

    static Listing of(String path, MountPath found, ListPage page) {
      List<Entry> entries =
          page.entries().stream()
              .map(
                  entry ->
                      new Entry(
                          found.pathOf(entry.name()),
                          entry.isPrefix(),
                          entry.size(),
                          entry.etag(),
                          entry.lastModifiedEpochMillis()))
              .toList();
      return new Listing(path, entries, page.nextStartAfter());
    }

    static Listing ofMounts(List<Namespace.Mount> mounts) {
      List<Entry> entries =
          mounts.stream()
              .map(mount -> new Entry("/" + mount.name() + "/", true, 0, "", 0))
              .toList();
      return new Listing("/", entries, "");
    }
  }

  /**
   * One object and where it is.
   *
   * @param identity empty when the origin gives none that is strong: it is never stored
   */
  record ObjectStatus(
      String path,
      long sizeBytes,
      String identity,
      String etag,
      String contentType,
      long lastModifiedEpochMillis,
      int blockBytes,
      int blocks,
      int residentBlocks,
      long residentBytes,
      double residentPercent,
      List<NodeShare> nodes,
      List<Residency.Unanswered> unanswered) {

    /** What one node has of it. */
    record NodeShare(String node, int blocks, long bytes, double percent) {}

    static ObjectStatus of(String path, OpenObject object, Residency residency) {
      Version version = object.version();
      List<NodeShare> nodes =
          residency.nodes().stream()
              .map(
                  share ->
                      new NodeShare(
                          share.node(),
                          share.blocks(),
                          share.bytes(),
                          Percent.of(share.bytes(), object.size())))
              .toList();
      return new ObjectStatus(
          path,
          object.size(),
          version == null ? "" : version.identity().toString(),
          object.etag(),
          object.contentType(),
          object.lastModifiedEpochMillis(),
          object.mount().blockBytes(),
          version == null ? 0 : version.blockCount(),
          residency.residentBlocks(),
          residency.residentBytes(),
          version == null ? 0 : Percent.of(residency.residentBytes(), object.size()),
          nodes,
          residency.unanswered());
    }
  }
}
