#!/usr/bin/env bash
# Reads one object through each rung of a cluster of three processes and prints percentiles, the nodes' CPU per GB and RSS.
#   benchmarks/ladder.sh [MIB [REPEATS]]     of the object, 256 by default, and of each warm read, 4 by default
# First figures: there is no goal yet. Needs a JDK 25, as the build does.
set -euo pipefail
cd "$(dirname "$0")/.."
. benchmarks/java25.sh

[ -n "${SKIP_BUILD:-}" ] || ./mvnw -q -B -pl benchmarks -am compile dependency:build-classpath \
  -Dmdep.outputFile="$PWD/benchmarks/target/classpath" -Dmdep.includeScope=runtime
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# Freed memory goes back to the host of a virtual machine: take some and give it back before anything is timed.
head -c 2G /dev/zero >/dev/shm/blockring-warm.$$ 2>/dev/null || true
rm -f /dev/shm/blockring-warm.$$
nproc | sed 's/^/processors: /'
"$(java25)" -Xmx512m -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
  -Dlogback.configurationFile=demo-logback.xml -cp "benchmarks/target/classes:$(cat benchmarks/target/classpath)" \
  io.blockring.benchmarks.ladder.LadderBenchmark "$folder" "${1:-256}" "${2:-4}"
