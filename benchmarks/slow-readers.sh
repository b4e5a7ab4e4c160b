#!/usr/bin/env bash
# What other readers of a node's block port keep while very many take one byte a second, and what that costs in memory.
#   benchmarks/slow-readers.sh [COUNT [WINDOWS]]     slow readers, 10000 by default, and windows of 0.9 s, 7 by default: about two minutes
# Raises the limit of open files as far as it may, and takes fewer slow readers where that is not enough. Where there are two processors or
# more, the node runs on the first and all readers on the second. Needs taskset (util-linux) and a JDK 25, as the build does.
set -euo pipefail
cd "$(dirname "$0")/.."
. benchmarks/java25.sh

command -v taskset >/dev/null || { echo "slow-readers.sh: taskset is missing" >&2; exit 69; }
ulimit -n 65536 2>/dev/null || ulimit -n "$(ulimit -Hn)"
count=${1:-10000}
# A node asks for two files for each connection that it may accept, and some for itself.
most=$(( $(ulimit -n) / 2 - 1000 ))
if [ "$count" -gt "$most" ]; then
  echo "slow-readers.sh: with $(ulimit -n) open files there can be $most slow readers, not $count"
  count=$most
fi
[ -n "${SKIP_BUILD:-}" ] || ./mvnw -q -B -pl benchmarks -am compile dependency:build-classpath \
  -Dmdep.outputFile="$PWD/benchmarks/target/classpath" -Dmdep.includeScope=runtime
classpath=${CLASSPATH:-benchmarks/target/classes:$(cat benchmarks/target/classpath)}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
node='' load=()
if [ "$(nproc)" -ge 2 ]; then
  node=0 load=(taskset -c 1)
fi
echo "machine: $(nproc) processors,$(grep -m 1 '^model name' /proc/cpuinfo | cut -d: -f2), Linux $(uname -r)"
"${load[@]}" "$(java25)" -Xmx512m -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
  -Dlogback.configurationFile=demo-logback.xml -cp "$classpath" \
  io.blockring.benchmarks.hitpath.SlowReadersBenchmark "$folder" "$node" "${2:-7}" 900 "$count"
