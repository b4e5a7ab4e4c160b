package io.blockring.node.resolve;

import io.blockring.client.namespace.Identity;
import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.ObjectName;
import io.blockring.client.origin.ObjectMetadata;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * What a resolver knew when its node stopped. After a restart it lets the first open of a key ask
 * with HEAD instead of fetching a block that lies on the SSD already; it is never believed longer
 * than the mount's freshness allows. Losing the file, or part of it, costs a request for each key.
 */
final class KnownVersions {
  private static final int FORMAT = 1;

  /** A key and the version it had. */
  record Entry(ObjectName name, ObjectMetadata metadata) {}

  private KnownVersions() {}

  /** The file's bytes; keys without a strong identity are left out. */
  static byte[] encode(List<Entry> entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(FORMAT);
      out.writeInt(entries.size());
      for (Entry entry : entries) {
        Identity identity = entry.metadata().identity();
        out.writeUTF(entry.name().mount().toString());
        out.writeUTF(entry.name().key());
        out.writeUTF(identity == null ? "" : identity.toString());
        out.writeLong(entry.metadata().size());
        out.writeLong(entry.metadata().lastModifiedEpochMillis());
        out.writeUTF(entry.metadata().etag());
        out.writeUTF(entry.metadata().contentType());
      }
      out.writeInt(checksum(bytes.toByteArray(), bytes.size()));
    }
    return bytes.toByteArray();
  }

  /**
   * Reads what {@link #encode} made.
   *
   * @return nothing when there is no such file
   * @throws IOException when the file is damaged or of another format
   */
  static List<Entry> load(Path file) throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    return decode(Files.readAllBytes(file), file.toString());
  }

  /**
   * As {@link #load}.
   *
   * @param source for messages
   */
  static List<Entry> decode(byte[] bytes, String source) throws IOException {
    int length = bytes.length - Integer.BYTES;
    if (length < 2 * Integer.BYTES) {
      throw new IOException(source + " has " + bytes.length + " bytes");
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      DataInputStream end =
          new DataInputStream(new ByteArrayInputStream(bytes, length, Integer.BYTES));
      if (end.readInt() != checksum(bytes, length)) {
        throw new IOException(source + " is damaged: its checksum differs");
      }
      int format = in.readInt();
      if (format != FORMAT) {
        throw new IOException(source + " is of format " + format + ", this node writes " + FORMAT);
      }
      int count = in.readInt();
      List<Entry> entries = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        entries.add(entry(in));
      }
      return entries;
    } catch (IllegalArgumentException e) {
      throw new IOException(source + ": " + e.getMessage(), e);
    }
  }

  private static Entry entry(DataInputStream in) throws IOException {
    ObjectName name = new ObjectName(MountId.parse(in.readUTF()), in.readUTF());
    String identity = in.readUTF();
    return new Entry(
        name,
        new ObjectMetadata(
            identity.isEmpty() ? null : Identity.parse(identity),
            in.readLong(),
            in.readLong(),
            in.readUTF(),
            in.readUTF()));
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
