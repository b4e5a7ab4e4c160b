package io.blockring.node.manifest;

import io.blockring.client.namespace.Identity;
import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.ObjectName;
import io.blockring.client.namespace.Version;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The manifests of a resolver over a restart: format, count, then each version and what was
 * reported of it, then a CRC32C of all of that. A file that is damaged costs proof, not bytes.
 */
final class ManifestFile {
  private static final int FORMAT = 1;

  private ManifestFile() {}

  static byte[] encode(List<VersionManifest> manifests) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(FORMAT);
      out.writeInt(manifests.size());
      for (VersionManifest manifest : manifests) {
        Version version = manifest.version();
        out.writeUTF(version.name().mount().toString());
        out.writeUTF(version.name().key());
        out.writeUTF(version.identity().toString());
        out.writeLong(version.size());
        out.writeInt(version.blockBytes());
        manifest.write(out);
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
  static List<VersionManifest> load(Path file) throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    byte[] bytes = Files.readAllBytes(file);
    int length = bytes.length - Integer.BYTES;
    if (length < 2 * Integer.BYTES
        || ByteBuffer.wrap(bytes).getInt(length) != checksum(bytes, length)) {
      throw new IOException(file + " of " + bytes.length + " bytes is damaged");
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, 0, length))) {
      int format = in.readInt();
      if (format != FORMAT) {
        throw new IOException(file + " is of format " + format + ", this node writes " + FORMAT);
      }
      List<VersionManifest> manifests = new ArrayList<>();
      for (int left = in.readInt(); left > 0; left--) {
        manifests.add(manifest(in));
      }
      return manifests;
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  private static VersionManifest manifest(DataInput in) throws IOException {
    ObjectName name = new ObjectName(MountId.parse(in.readUTF()), in.readUTF());
    VersionManifest manifest =
        new VersionManifest(
            new Version(name, Identity.parse(in.readUTF()), in.readLong(), in.readInt()));
    manifest.read(in);
    return manifest;
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
