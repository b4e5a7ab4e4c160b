#!/usr/bin/env bash
# What another process feels of a node on its host: steps of 1 ms with a warm map of 2 GiB, alone, beside an idle node, beside one
# that serves 250 MB/s and warms up, in turns; the node in a memory group of 1 GiB with a hot set of 6 GiB.
#   benchmarks/neighbour.sh [ROUNDS [SECONDS [HOT_MIB [VICTIM_MIB]]]]     7 rounds of three windows of 3 s by default: about four minutes
# The victim has the last processor to itself, as a pinned job has; node, bucket and load share the others. Needs root (for the group),
# taskset and fincore (util-linux), 2 processors, and a JDK 25, as the build does.
set -euo pipefail
cd "$(dirname "$0")/.."
. benchmarks/java25.sh

for needed in taskset fincore; do
  command -v "$needed" >/dev/null || { echo "neighbour.sh: $needed is missing (Debian: util-linux)" >&2; exit 69; }
done
[ "$(id -u)" = 0 ] || { echo "neighbour.sh: a memory group takes root" >&2; exit 72; }
processors=$(nproc)
[ "$processors" -ge 2 ] || { echo "neighbour.sh: $processors processor is here, 2 are needed" >&2; exit 69; }
[ -n "${SKIP_BUILD:-}" ] || ./mvnw -q -B -pl benchmarks -am compile dependency:build-classpath \
  -Dmdep.outputFile="$PWD/benchmarks/target/classpath" -Dmdep.includeScope=runtime
folder=$(mktemp -d)
trap 'rm -rf "$folder"; rmdir /sys/fs/cgroup/memory/blockring-* /sys/fs/cgroup/blockring-* 2>/dev/null || true' EXIT
# Freed memory goes back to the host of a virtual machine: take some and give it back before anything is timed.
head -c 3G /dev/zero >/dev/shm/blockring-warm.$$ 2>/dev/null || true
rm -f /dev/shm/blockring-warm.$$
uptime | sed 's/.*load/load/'
taskset -c "0-$((processors - 2))" "$(java25)" -Xmx512m -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED \
  --sun-misc-unsafe-memory-access=allow -Dvictim.processor=$((processors - 1)) \
  -Dlogback.configurationFile=demo-logback.xml -cp "benchmarks/target/classes:$(cat benchmarks/target/classpath)" \
  io.blockring.benchmarks.neighbour.NeighbourBenchmark "$folder" "${1:-7}" "${2:-3}" "${3:-6144}" "${4:-2048}"
