package io.blockring.client.cluster;

import com.google.protobuf.ByteString;
import io.blockring.client.manifest.Manifest;
import io.blockring.wire.v1.OpenReply;
import org.jspecify.annotations.Nullable;

/** Manifests as the control port carries them. */
final class ManifestWire {
  private ManifestWire() {}

  static io.blockring.wire.v1.Manifest wire(Manifest manifest) {
    return io.blockring.wire.v1.Manifest.newBuilder()
        .setStamp(manifest.stamp())
        .setCrc32C(ByteString.copyFrom(manifest.crc32cBytes()))
        .setKnown(ByteString.copyFrom(manifest.knownBytes()))
        .build();
  }

  /** Null when what was sent is no manifest: less is proved then, and nothing else. */
  static @Nullable Manifest manifest(OpenReply reply) {
    io.blockring.wire.v1.Manifest wire = reply.getManifest();
    try {
      Manifest manifest =
          Manifest.parse(
              wire.getCrc32C().asReadOnlyByteBuffer(),
              wire.getKnown().toByteArray(),
              wire.getCrc32C().size() / Integer.BYTES);
      return manifest.stamp() == wire.getStamp() ? manifest : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
