#!/usr/bin/env bash
# Cold blocks of a slow bucket through a cluster of three processes: how far a follower's first byte is behind the bucket's, what a small
# read in mid-block waits, how fast one reader gets a whole object in one request and in many, and how often the bucket is asked for each block.
#   benchmarks/fill.sh [BLOCKS [BYTES_PER_SECOND]]     of each object, 16 by default; of each of the bucket's bodies, 8000000 by default
# Needs a JDK 25, as the build does.
set -euo pipefail
cd "$(dirname "$0")/.."
. benchmarks/java25.sh

[ -n "${SKIP_BUILD:-}" ] || ./mvnw -q -B -pl benchmarks -am compile dependency:build-classpath \
  -Dmdep.outputFile="$PWD/benchmarks/target/classpath" -Dmdep.includeScope=runtime
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
nproc | sed 's/^/processors: /'
"$(java25)" -Xmx512m -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
  -Dlogback.configurationFile=demo-logback.xml -cp "benchmarks/target/classes:$(cat benchmarks/target/classpath)" \
  io.blockring.benchmarks.fill.FillBenchmark "$folder" "${1:-16}" "${2:-8000000}"
