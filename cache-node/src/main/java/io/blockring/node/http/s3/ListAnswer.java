package io.blockring.node.http.s3;

import io.blockring.client.origin.ListPage;
import io.blockring.client.origin.ListPage.Entry;
import java.util.List;

/** Writes a page of names as ListObjects answers it. */
final class ListAnswer {
  private final ListQuery query;
  private final Xml xml = Xml.ofS3("ListBucketResult");

  private ListAnswer(ListQuery query) {
    this.query = query;
  }

  static byte[] of(String bucket, ListQuery query, ListPage page) throws S3Exception {
    return new ListAnswer(query).write(bucket, page);
  }

  private byte[] write(String bucket, ListPage page) throws S3Exception {
    // A client of version 1 may give the last common prefix as its marker: that one is done.
    List<Entry> entries =
        page.entries().stream()
            .filter(e -> query.isV2() || !(e.isPrefix() && e.name().equals(query.startAfter())))
            .toList();
    xml.element("Name", bucket);
    name("Prefix", query.prefix());
    if (query.isV2()) {
      writeV2(entries.size(), page);
    } else {
      writeV1(page);
    }
    xml.element("MaxKeys", query.maxKeys());
    if (!query.delimiter().isEmpty()) {
      name("Delimiter", query.delimiter());
    }
    if (query.isUrlEncoded()) {
      xml.element("EncodingType", "url");
    }
    xml.element("IsTruncated", !page.isLast());
    for (Entry entry : entries) {
      if (!entry.isPrefix()) {
        writeContents(entry);
      }
    }
    for (Entry entry : entries) {
      if (entry.isPrefix()) {
        xml.open("CommonPrefixes");
        name("Prefix", entry.name());
        xml.close();
      }
    }
    return xml.toBytes();
  }

  private void writeV2(int count, ListPage page) throws S3Exception {
    String startAfter = query.parameters().value("start-after");
    if (startAfter != null) {
      name("StartAfter", startAfter);
    }
    String token = query.parameters().value("continuation-token");
    if (token != null) {
      xml.element("ContinuationToken", token);
    }
    xml.element("KeyCount", count);
    if (!page.isLast()) {
      xml.element("NextContinuationToken", ListQuery.token(page.nextStartAfter()));
    }
  }

  private void writeV1(ListPage page) throws S3Exception {
    name("Marker", query.startAfter());
    if (!page.isLast()) {
      name("NextMarker", page.nextStartAfter());
    }
  }

  private void writeContents(Entry entry) throws S3Exception {
    xml.open("Contents");
    name("Key", entry.name());
    xml.element("LastModified", HttpDate.element(entry.lastModifiedEpochMillis()));
    if (!entry.etag().isEmpty()) {
      xml.element("ETag", entry.etag());
    }
    xml.element("Size", entry.size()).element("StorageClass", "STANDARD").close();
  }

  private void name(String element, String name) throws S3Exception {
    if (query.isUrlEncoded()) {
      xml.element(element, Percent.encodeKey(name));
      return;
    }
    int unwritable = Xml.firstUnwritable(name);
    if (unwritable >= 0) {
      throw S3Exception.argument(
          "encoding-type",
          "",
          String.format(
              "a name in this listing has U+%04X, which XML cannot carry:"
                  + " ask again with encoding-type=url (the name, percent-coded: %s)",
              unwritable, Percent.encodeKey(name)));
    }
    xml.element(element, name);
  }
}
