package io.blockring.client.cluster;

import io.blockring.client.namespace.MountId;
import io.blockring.client.namespace.Version;
import io.blockring.wire.v1.BlockReport;
import io.blockring.wire.v1.BlockReportReply;
import io.blockring.wire.v1.FilledBlocks;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reports of filled blocks as the control port carries them. */
public final class ReportWire {
  private ReportWire() {}

  static BlockReport wire(String fromMember, List<BlockChecksums> filled) {
    Map<Version, List<BlockChecksums>> byVersion = new LinkedHashMap<>();
    filled.forEach(
        one -> byVersion.computeIfAbsent(one.version(), v -> new ArrayList<>()).add(one));
    BlockReport.Builder report = BlockReport.newBuilder().setFromMember(fromMember);
    byVersion.forEach((version, blocks) -> report.addFilled(wire(version, blocks)));
    return report.build();
  }

  private static FilledBlocks wire(Version version, List<BlockChecksums> blocks) {
    FilledBlocks.Builder wire = FilledBlocks.newBuilder().setVersion(ControlWire.wire(version));
    boolean isWith64 = blocks.stream().allMatch(BlockChecksums::hasCrc64Nvme);
    for (BlockChecksums block : blocks) {
      wire.addBlocks(block.block()).addCrc32C(block.crc32c());
      if (isWith64) {
        wire.addCrc64Nvme(block.crc64Nvme());
      }
    }
    return wire.build();
  }

  /**
   * What a report says.
   *
   * @throws IllegalArgumentException when its lists do not go together
   */
  public static List<BlockChecksums> filled(BlockReport report) {
    List<BlockChecksums> filled = new ArrayList<>();
    for (FilledBlocks wire : report.getFilledList()) {
      int count = wire.getBlocksCount();
      boolean hasCrc64 = wire.getCrc64NvmeCount() > 0;
      if (wire.getCrc32CCount() != count || hasCrc64 && wire.getCrc64NvmeCount() != count) {
        throw new IllegalArgumentException(
            "%d blocks with %d and %d checksums"
                .formatted(count, wire.getCrc32CCount(), wire.getCrc64NvmeCount()));
      }
      Version version = ControlWire.version(wire.getVersion());
      for (int i = 0; i < count; i++) {
        filled.add(
            new BlockChecksums(
                version,
                wire.getBlocks(i),
                wire.getCrc32C(i),
                hasCrc64,
                hasCrc64 ? wire.getCrc64Nvme(i) : 0));
      }
    }
    return filled;
  }

  public static BlockReportReply reply(Set<MountId> withoutCrc64Nvme) {
    BlockReportReply.Builder reply = BlockReportReply.newBuilder();
    withoutCrc64Nvme.forEach(mount -> reply.addMountIdsWithoutCrc64Nvme(mount.toString()));
    return reply.build();
  }

  static Set<MountId> withoutCrc64Nvme(BlockReportReply reply) {
    Set<MountId> mounts = new HashSet<>();
    reply.getMountIdsWithoutCrc64NvmeList().forEach(id -> mounts.add(MountId.parse(id)));
    return mounts;
  }
}
