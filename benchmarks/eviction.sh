#!/usr/bin/env bash
# Plays traces through Blockring's order of eviction, LRU, S3-FIFO, SIEVE, W-TinyLFU and Belady's optimum.
#   benchmarks/eviction.sh [TRACE.trace.gz|TRACE.trace.xz …]    beside two generated ones; some minutes for 5 million reads
# Ends with one "goal:" line per goal. Needs a JDK 25, as the build does, and xz for traces of that kind.
set -euo pipefail
traces=()
for trace in "$@"; do traces+=("$(readlink -f "$trace")"); done
cd "$(dirname "$0")/.."

. benchmarks/java25.sh

java=$(java25)
./mvnw -q -B -pl benchmarks -am package -Dmaven.test.skip=true
exec "$java" -cp "benchmarks/target/classes:cache-node/target/cache-node.jar:cache-node/target/lib/*" \
  io.blockring.benchmarks.eviction.EvictionBenchmark ${traces[@]+"${traces[@]}"}
