package io.blockring.node.metrics;

import java.util.List;

/** Every meter of a node: the one list. */
public enum NodeMeter {
  NODE(
      Type.GAUGE,
      "blockring_node",
      "Always 1; its labels say who this node is.",
      "node",
      "zone",
      "version"),

  READS(
      Type.COUNTER,
      "blockring_reads",
      "Reads that ended well, by the deepest rung they needed.",
      "rung",
      "class"),
  READ_BYTES(Type.COUNTER, "blockring_read_bytes", "Bytes of those reads.", "rung", "class"),
  READ_SECONDS(
      Type.HISTOGRAM,
      "blockring_read_seconds",
      "How long whole reads took, first byte asked to last byte delivered.",
      "rung"),
  READ_FAILURES(
      Type.COUNTER,
      "blockring_read_failures",
      "Reads that ended with an error to their reader.",
      "kind"),
  DELIVERED_BYTES(
      Type.COUNTER,
      "blockring_delivered_bytes",
      "Bytes delivered to readers (classes read and read-ahead)."),
  READER_ORIGIN_BYTES(
      Type.COUNTER,
      "blockring_reader_origin_bytes",
      "Bytes fetched from buckets because readers wanted them; warm-up, handoff and repair never count. Hit rate = 1 - blockring_reader_origin_bytes_total / blockring_delivered_bytes_total, over the whole cluster."),

  FILLS(
      Type.COUNTER,
      "blockring_fills",
      "Blocks brought in by this node as owner: completed, failed, changed (the bucket has another version), shed (too much in flight).",
      "outcome"),
  FILLS_RUNNING(
      Type.GAUGE,
      "blockring_fills_running",
      "Fills that run now or wait for a buffer; sustained growth means that the bucket is slower than readers."),
  FILL_FOLLOWERS(
      Type.COUNTER,
      "blockring_fill_followers",
      "Readers that joined a running fill instead of starting one."),
  FILL_DUPLICATES(
      Type.COUNTER,
      "blockring_fill_duplicates",
      "Blocks read from the bucket past their owners, because none of them answered."),
  FILL_UNSTORED(
      Type.COUNTER, "blockring_fill_unstored", "Complete fills that the store did not keep."),
  FILL_MID_BLOCK(
      Type.COUNTER,
      "blockring_fill_mid_block",
      "Fills that began in the middle of their block, where it was read: two requests each."),
  FILL_BYTES(
      Type.COUNTER,
      "blockring_fill_bytes",
      "Bytes brought in, by where they came from.",
      "rung",
      "class"),

  ORIGIN_REQUESTS(
      Type.COUNTER,
      "blockring_origin_requests",
      "Requests to a mount's bucket (source: origin, or source-region for the bucket behind it) by how they ended: ok, abandoned, not-found, no-bucket, changed, denied, throttled, unavailable, broken.",
      "mount",
      "source",
      "outcome"),
  ORIGIN_BYTES(
      Type.COUNTER,
      "blockring_origin_bytes",
      "Body bytes read from a mount's bucket.",
      "mount",
      "source"),
  ORIGIN_RECEIVED(
      Type.COUNTER,
      "blockring_origin_received_bytes",
      "Those bytes as they came over the wire: fewer where another cluster's S3 port sent them compressed. 0 for directories.",
      "mount",
      "source"),
  ORIGIN_RETRIES(
      Type.COUNTER,
      "blockring_origin_retries",
      "Requests that asked a failed question again.",
      "mount",
      "source"),
  ORIGIN_NOT_RETRIED(
      Type.COUNTER,
      "blockring_origin_not_retried",
      "Failures passed on at once because a tenth of the requests had been asked again already.",
      "mount",
      "source"),
  ORIGIN_SHED(
      Type.COUNTER,
      "blockring_origin_shed",
      "Callers sent away without a request: queue full, or deadline reached while waiting.",
      "mount",
      "source"),
  ORIGIN_IN_FLIGHT(
      Type.GAUGE, "blockring_origin_in_flight", "Requests running now.", "mount", "source"),
  ORIGIN_WAITING(
      Type.GAUGE,
      "blockring_origin_waiting",
      "Callers waiting for their turn now.",
      "mount",
      "source"),
  ORIGIN_BUDGET_SPENT(
      Type.GAUGE,
      "blockring_origin_budget_spent_bytes",
      "Bytes that this node took from the bucket today (UTC), as its budget counts them.",
      "mount"),
  ORIGIN_BUDGET_BYTES(
      Type.GAUGE,
      "blockring_origin_budget_bytes",
      "This node's share of budget.bytesPerDay; 0: no limit.",
      "mount"),
  ORIGIN_BUDGET_REFUSED(
      Type.COUNTER,
      "blockring_origin_budget_refused",
      "Requests not made because the day's bytes are spent.",
      "mount"),
  ORIGIN_LIMIT(
      Type.GAUGE,
      "blockring_origin_concurrency_limit",
      "Requests that may run at once now; falls while the bucket throttles.",
      "mount",
      "source"),

  MIRROR_LAG_OBJECTS(
      Type.GAUGE,
      "blockring_mirror_lag_objects",
      "Objects of the source region without a current copy in the own bucket, as last compared. Every node shows the same: take the maximum.",
      "mount"),
  MIRROR_LAG_BYTES(Type.GAUGE, "blockring_mirror_lag_bytes", "Bytes of those objects.", "mount"),
  MIRROR_LAG_SECONDS(
      Type.GAUGE, "blockring_mirror_lag_seconds", "Age of the oldest of those objects.", "mount"),
  MIRROR_COPIED_OBJECTS(
      Type.COUNTER,
      "blockring_mirror_copied_objects",
      "Objects that this node copied into the own bucket.",
      "mount"),
  MIRROR_COPIED_BYTES(
      Type.COUNTER, "blockring_mirror_copied_bytes", "Bytes that it stored there.", "mount"),
  MIRROR_FAILED_COPIES(
      Type.COUNTER,
      "blockring_mirror_failed_copies",
      "Objects that it could not copy; they are tried again with the next run.",
      "mount"),
  MIRROR_BUCKET_LEFT_ALONE(
      Type.GAUGE,
      "blockring_mirror_bucket_left_alone",
      "1 while this node leaves a bucket of a mirror alone because it failed, but for a probe now and then.",
      "mount",
      "source"),
  MIRROR_STALE_ANSWERS(
      Type.COUNTER,
      "blockring_mirror_stale_answers",
      "Versions that this node named without the source region, because that did not answer.",
      "mount"),

  MEMORY_BYTES(Type.GAUGE, "blockring_memory_bytes", "Bytes kept in the memory rung."),
  IN_FLIGHT_BYTES(
      Type.GAUGE,
      "blockring_in_flight_bytes",
      "Bytes of the process's budget for replies and fills in use."),
  IN_FLIGHT_BUDGET_BYTES(Type.GAUGE, "blockring_in_flight_budget_bytes", "That budget."),
  IN_FLIGHT_SHED(
      Type.COUNTER,
      "blockring_in_flight_shed",
      "Requests for a part of that budget that were refused."),

  STORE_BLOCKS(Type.GAUGE, "blockring_store_blocks", "Blocks on this node's disks."),
  STORE_BYTES(Type.GAUGE, "blockring_store_bytes", "Bytes of those blocks."),
  STORE_BUDGET_BYTES(Type.GAUGE, "blockring_store_budget_bytes", "Bytes that blocks may take."),
  STORE_EVICTED_BLOCKS(
      Type.COUNTER, "blockring_store_evicted_blocks", "Blocks forgotten to make room."),
  STORE_EVICTED_BYTES(Type.COUNTER, "blockring_store_evicted_bytes", "Bytes of those."),
  STORE_EXPIRED_BLOCKS(
      Type.COUNTER,
      "blockring_store_expired_blocks",
      "Blocks dropped because they were older than the ttl of their mount."),
  STORE_CORRUPT_BLOCKS(
      Type.COUNTER,
      "blockring_store_corrupt_blocks",
      "Blocks that failed their checksums and were dropped. Not 0: look at the disk."),
  STORE_REFUSED_BLOCKS(
      Type.COUNTER,
      "blockring_store_refused_blocks",
      "Blocks that were not kept: no room could be taken, or the disk failed."),
  STORE_BYPASSED_BLOCKS(
      Type.COUNTER,
      "blockring_store_bypassed_blocks",
      "Blocks that were not kept because no disk may write more today (diskWritesPerDay)."),
  STORE_WRITTEN_BYTES(Type.COUNTER, "blockring_store_written_bytes", "Bytes written to disks."),
  STORE_PACKED_BYTES(
      Type.COUNTER, "blockring_store_packed_bytes", "Bytes written of compressed blocks."),
  STORE_PACKED_FROM_BYTES(
      Type.COUNTER,
      "blockring_store_packed_from_bytes",
      "Bytes of the same blocks before they were compressed."),
  STORE_SCRUBBED_BYTES(
      Type.COUNTER,
      "blockring_store_scrubbed_bytes",
      "Bytes of blocks that were read and proved without a reader."),
  STORE_PAGE_CACHE_BYTES(
      Type.GAUGE,
      "blockring_store_page_cache_bytes",
      "Bytes of slots that may have pages in the host's page cache, at most; bounded by"
          + " limits.pageCache."),
  STORE_HANDED_BACK_BYTES(
      Type.COUNTER,
      "blockring_store_page_cache_handed_back_bytes",
      "Bytes of slots whose pages were handed back to the host: not read again, or beyond"
          + " limits.pageCache."),
  STORE_PINNED_BYTES(
      Type.GAUGE, "blockring_store_pinned_bytes", "Bytes of slots that nothing is evicted from."),
  STORE_LEASES(Type.GAUGE, "blockring_store_leases", "Blocks held in place by readers now."),
  DISK_HEALTHY(
      Type.GAUGE,
      "blockring_disk_healthy",
      "1 while the disk works, 0 while it is left alone.",
      "disk"),
  DISK_BYTES(Type.GAUGE, "blockring_disk_bytes", "Bytes of blocks on the disk.", "disk"),
  DISK_BUDGET_BYTES(
      Type.GAUGE, "blockring_disk_budget_bytes", "Bytes that blocks may take there.", "disk"),
  DISK_FREE_BYTES(
      Type.GAUGE, "blockring_disk_free_bytes", "Free bytes of its file system.", "disk"),
  DISK_WRITTEN_TODAY(
      Type.GAUGE,
      "blockring_disk_written_today_bytes",
      "Bytes written to a disk since midnight, UTC.",
      "disk"),
  DISK_WRITES_PER_DAY(
      Type.GAUGE,
      "blockring_disk_writes_per_day_bytes",
      "Bytes that may be written to a disk a day; 0: unlimited.",
      "disk"),
  DISK_QUEUE(
      Type.GAUGE, "blockring_disk_queue", "Reads and writes that wait for a thread.", "disk"),
  DISK_SHED(
      Type.COUNTER,
      "blockring_disk_shed",
      "Reads and writes not done: their queue was full, or their turn came when nobody waited any more.",
      "disk"),

  BOOK_RECORDS(Type.GAUGE, "blockring_book_records", "Records in the book, tombstones included."),
  BOOK_EXCHANGES(
      Type.COUNTER,
      "blockring_book_exchanges",
      "Talks with peers about the book: ok, failed.",
      "outcome"),
  BOOK_REFUSED_RECORDS(
      Type.COUNTER,
      "blockring_book_refused_records",
      "Records from peers that were malformed, or one too many."),
  BOOK_FAILED_SAVES(
      Type.COUNTER, "blockring_book_failed_saves", "Times the book could not be written to disk."),
  RING_EPOCH(
      Type.GAUGE, "blockring_ring_epoch", "Rings this process has used; nodes count differently."),
  MEMBERS(
      Type.GAUGE,
      "blockring_members",
      "Members by how this node sees them: alive, away, gone.",
      "state"),
  MEMBERS_HELD(
      Type.GAUGE,
      "blockring_members_held",
      "Members that vanished with more than a tenth of the weight within a minute: nothing is done about them by itself. Not 0: a person must look."),
  WEIGHT(Type.GAUGE, "blockring_weight", "This node's own weight."),

  PEER_REQUESTS(
      Type.COUNTER,
      "blockring_peer_requests",
      "Block requests to peers by how they ended: complete, absent, changed, busy, origin-trouble, failed.",
      "outcome"),
  PEER_BYTES(Type.COUNTER, "blockring_peer_bytes", "Verified bytes read from peers."),
  PEER_CONNECTIONS(
      Type.COUNTER,
      "blockring_peer_connections",
      "Connections opened to peers: ok, failed.",
      "outcome"),
  PEER_CHECKSUM_MISMATCHES(
      Type.COUNTER,
      "blockring_peer_checksum_mismatches",
      "Cells or frames from peers that did not match their checksum."),
  PEER_MANIFEST_MISMATCHES(
      Type.COUNTER,
      "blockring_peer_manifest_mismatches",
      "Blocks from peers that matched the checksums sent with them and contradicted their version's manifest: none was taken. Not 0: look at status."),
  PEER_DISPUTED_BLOCKS(
      Type.COUNTER,
      "blockring_peer_disputed_blocks",
      "Blocks that were taken against the manifest because two peers had the same."),
  PEER_PROVED_BYTES(
      Type.COUNTER,
      "blockring_peer_proved_bytes",
      "Bytes read from peers that the manifest proved, not only the checksums sent with them."),
  PEERS_LEFT_ALONE(
      Type.GAUGE,
      "blockring_peers_left_alone",
      "Peers that are not asked for blocks because some that they sent were wrong."),
  MANIFESTS(Type.GAUGE, "blockring_manifests", "Versions whose manifest this node keeps."),
  MANIFEST_REPORTS(
      Type.COUNTER,
      "blockring_manifest_reports",
      "Filled blocks of this node: told (to their resolver), lost (too many waited, or it could not be told).",
      "outcome"),
  MANIFEST_REPORTS_WAITING(
      Type.GAUGE, "blockring_manifest_reports_waiting", "Filled blocks that wait to be told."),
  MANIFEST_CONFLICTS(
      Type.COUNTER,
      "blockring_manifest_conflicts",
      "Reports to this node that contradicted an earlier one of the same block."),
  MANIFEST_PROOFS(
      Type.COUNTER,
      "blockring_manifest_proofs",
      "Complete versions this node held against their bucket's own checksum: proved, refuted (dropped everywhere once), unproved (the bucket keeps none, or did not say).",
      "outcome"),
  MANIFEST_DROPPED_BLOCKS(
      Type.COUNTER,
      "blockring_manifest_dropped_blocks",
      "Blocks that members dropped because this node refuted their version."),
  PEER_SILENCES(
      Type.COUNTER, "blockring_peer_silences", "Peers given up for showing no sign of life."),
  PEER_CROSS_ZONE_BYTES(
      Type.COUNTER,
      "blockring_peer_cross_zone_bytes",
      "Block bytes read from members in other zones."),
  SPREAD_COPIES(
      Type.GAUGE,
      "blockring_spread_copies",
      "Copies of other members' hot blocks kept here until nobody has read them for 30 s."),
  REPLICA_COPIES(
      Type.COUNTER,
      "blockring_replica_copies",
      "Copies that other members were asked to make of blocks filled here, and those given up (dropped), which readers make.",
      "outcome"),
  PEER_ASIDES(
      Type.COUNTER,
      "blockring_peer_asides",
      "Peers asked whether they have a block whose first byte was late elsewhere; at most one for twenty reads."),
  PEER_LEFT(
      Type.COUNTER,
      "blockring_peer_left",
      "Reads that left a peer for another: late with the first byte of a block that the other has, slow with bytes it has.",
      "because"),
  PEER_PROBES(
      Type.COUNTER,
      "blockring_peer_probes",
      "Requests to peers that are asked last, to learn whether they are well again."),
  PEERS_ASKED_LAST(
      Type.GAUGE, "blockring_peers_asked_last", "Peers this node asks after all others now."),
  PEER_SHED(
      Type.COUNTER,
      "blockring_peer_shed",
      "Reads that found all connections to their peer in use, or the peer left alone for a while."),

  BLOCK_PORT_BYTES(
      Type.COUNTER,
      "blockring_block_port_bytes",
      "Block bytes handed to the kernel by the block port."),
  BLOCK_PORT_CONNECTIONS(
      Type.GAUGE, "blockring_block_port_connections", "Connections open on the block port."),
  BLOCK_PORT_IN_FLIGHT(
      Type.GAUGE, "blockring_block_port_in_flight", "Requests being answered on the block port."),
  BLOCK_PORT_SHED(
      Type.COUNTER,
      "blockring_block_port_shed",
      "Connections and requests refused there because a limit was reached."),
  BLOCK_PORT_BROKEN_OFF(
      Type.COUNTER,
      "blockring_block_port_broken_off",
      "Replies broken off after their head had left."),
  BLOCK_PORT_BATCH_ITEMS(
      Type.COUNTER,
      "blockring_block_port_batch_items",
      "Items of batches answered by the block port: sent with their bytes, or refused.",
      "outcome"),
  CONTROL_IN_FLIGHT(
      Type.GAUGE, "blockring_control_in_flight", "Calls running on the control port."),
  CONTROL_SHED(Type.COUNTER, "blockring_control_shed", "Calls refused there because too many ran."),

  S3_REQUESTS(Type.COUNTER, "blockring_s3_requests", "Requests read by the S3 endpoint."),
  S3_ERRORS(
      Type.COUNTER,
      "blockring_s3_errors",
      "Requests there that ended with an S3 error, by its code and HTTP status.",
      "code",
      "status"),
  S3_BYTES(
      Type.COUNTER,
      "blockring_s3_bytes",
      "Object bytes put into responses there, by the rung they came from.",
      "rung"),
  S3_CONNECTIONS(Type.GAUGE, "blockring_s3_connections", "Connections open on the S3 endpoint."),
  S3_IN_FLIGHT(Type.GAUGE, "blockring_s3_in_flight", "Requests being answered there."),
  S3_QUEUED(Type.GAUGE, "blockring_s3_queued", "Requests there that wait for their turn."),
  S3_SHED(
      Type.COUNTER,
      "blockring_s3_shed",
      "What was refused there because a limit was reached: request (waited too long, 503), connection (closed).",
      "what"),
  S3_BROKEN_OFF(
      Type.COUNTER,
      "blockring_s3_broken_off",
      "Responses there that did not reach their end: reset (could not be finished), stalled (the reader took no bytes), disconnect (the reader left).",
      "reason"),

  ADMIN_IN_FLIGHT(
      Type.GAUGE, "blockring_admin_in_flight", "Requests under way on the admin port.", "lane"),
  ADMIN_LIMIT(Type.GAUGE, "blockring_admin_limit", "Requests that may be under way there.", "lane"),
  ADMIN_SHED(
      Type.COUNTER,
      "blockring_admin_shed",
      "Requests refused there because too many were under way.",
      "lane"),

  WARMUPS_RUNNING(
      Type.GAUGE, "blockring_warmups_running", "Warm-ups that were started here and still run."),
  WARMUPS(
      Type.COUNTER,
      "blockring_warmups",
      "Warm-ups that were started here and ended: verified, incomplete, does-not-fit, changed, cancelled.",
      "outcome"),
  WARMUP_RUNNING_BYTES(
      Type.GAUGE,
      "blockring_warmup_running_bytes",
      "Bytes of the warm-ups that run now: total (known so far), resident, failed.",
      "part"),

  HEAP_USED_BYTES(Type.GAUGE, "jvm_heap_used_bytes", "Java heap in use."),
  HEAP_MAX_BYTES(Type.GAUGE, "jvm_heap_max_bytes", "Largest Java heap allowed."),
  NON_HEAP_USED_BYTES(Type.GAUGE, "jvm_non_heap_used_bytes", "Code, classes and the like."),
  DIRECT_USED_BYTES(Type.GAUGE, "jvm_direct_used_bytes", "Direct buffers that the JVM counts."),
  THREADS(Type.GAUGE, "jvm_threads", "Platform threads."),
  GC_SECONDS(Type.COUNTER, "jvm_gc_seconds", "Time spent in garbage collections."),
  CPU_SECONDS(Type.COUNTER, "process_cpu_seconds", "Processor time used."),
  HOST_PRESSURE(
      Type.GAUGE,
      "blockring_host_pressure_ratio",
      "Share of the last 10 s in which some task of this host waited for a processor, the disk or memory, whichever is scarcest; 0 where the kernel keeps no pressure stall information."),
  NIC_LIMIT_BYTES(
      Type.GAUGE,
      "blockring_nic_limit_bytes_per_second",
      "limits.nic, of each direction; 0 without a limit."),
  NIC_PAUSED_SECONDS(
      Type.COUNTER,
      "blockring_nic_paused_seconds",
      "Time that objects' bytes waited for limits.nic, all readers together: sent, and taken in.",
      "direction"),
  GAVE_WAY_SECONDS(
      Type.COUNTER,
      "blockring_gave_way_seconds",
      "Time that background work waited because the host was pressed, all threads together."),
  HANDOFF_GIVEN_BYTES(
      Type.COUNTER,
      "blockring_handoff_given_bytes",
      "Bytes of blocks that other members took over from this node; never bytes of a bucket."),
  HANDOFF_TAKEN_BYTES(
      Type.COUNTER,
      "blockring_handoff_taken_bytes",
      "Bytes of blocks that this node took over from other members."),
  HANDOFF_OFFERS(
      Type.COUNTER,
      "blockring_handoff_offers",
      "Blocks offered to other members, by what became of it: given, had (they had it), refused (no room there), failed (offered again).",
      "outcome"),
  HANDOFF_MOVING(
      Type.GAUGE,
      "blockring_handoff_moving",
      "1 while this node gives blocks away or waits to try again, else 0."),
  HANDOFF_LEFT_BYTES(
      Type.GAUGE,
      "blockring_handoff_left_bytes",
      "Bytes that others shall have and that could not be given to them when they were offered last."),
  UPTIME_SECONDS(Type.GAUGE, "process_uptime_seconds", "Since the process started."),
  OPEN_FILES(Type.GAUGE, "process_open_files", "File descriptors in use."),
  MAX_FILES(Type.GAUGE, "process_max_files", "File descriptors allowed.");

  /** How a meter behaves. */
  public enum Type {
    /** Only grows while the process lives. */
    COUNTER,
    GAUGE,
    /** Counts of seconds by upper bound. */
    HISTOGRAM
  }

  private final Type type;
  private final String baseName;
  private final String help;
  private final List<String> labels;

  NodeMeter(Type type, String baseName, String help, String... labels) {
    this.type = type;
    this.baseName = baseName;
    this.help = help;
    this.labels = List.of(labels);
  }

  public Type type() {
    return type;
  }

  /** As Micrometer registers it. */
  String baseName() {
    return baseName;
  }

  /** As the endpoint shows it. */
  public String exposedName() {
    return type == Type.COUNTER ? baseName + "_total" : baseName;
  }

  public String help() {
    return help;
  }

  /** Names of labels, in the order in which values are given. */
  public List<String> labels() {
    return labels;
  }
}
