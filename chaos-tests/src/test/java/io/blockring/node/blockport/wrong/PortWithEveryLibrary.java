package io.blockring.node.blockport.wrong;

import com.hazelcast.core.HazelcastInstance;
import io.blockring.demo.SampleFiles;
import io.grpc.Status;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.lang.foreign.Arena;
import net.jpountz.lz4.LZ4Factory;
import software.amazon.awssdk.services.s3.S3Client;

/** Breaks on purpose the walls of all libraries that have no business in the block port. */
public record PortWithEveryLibrary(
    HazelcastInstance members,
    S3Client bucket,
    Status status,
    Vertx vertx,
    MeterRegistry meters,
    Arena arena,
    LZ4Factory compression,
    SampleFiles samples) {}
