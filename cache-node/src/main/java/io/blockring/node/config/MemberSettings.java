package io.blockring.node.config;

import java.nio.file.Path;

/** Section {@code node}: who this node is. */
public record MemberSettings(
    @Setting(
            doc =
                "Directory for what must survive a restart besides blocks: the node's id and the"
                    + " book. Keep it on the machine's own disk; two nodes never share one.",
            value = "/var/lib/blockring")
        Path stateDir,
    @Setting(
            doc =
                "The node's id, at most 63 of a-z, 0-9 and dash. Empty: made up at the first start."
                    + " Kept in stateDir from then on; another value later is refused, because"
                    + " placement follows the id.")
        String id,
    @Setting(
            doc =
                "Name or address under which other nodes and clients reach this one. Empty: the"
                    + " value of ports.host.")
        String host,
    @Setting(
            doc =
                "Failure domain (rack, availability zone), any text. Replicas spread over zones."
                    + " Empty: none.")
        String zone,
    @Setting(
            doc =
                "Share of the ring: auto (1 for each GiB of store budget) or a whole number up to"
                    + " 1048576; 0 owns nothing. A weight set by cachectl stands above this one.",
            value = "auto")
        Weight weight) {}
