#!/usr/bin/env bash
# What a hit costs the server, beside nginx on the same file: one load generator reads from both in turns of short windows.
#   benchmarks/hit-path.sh [quick|full [PART…]]     full by default, about ten minutes; quick, about three, shows the way, not the figures
# Parts: blocks cells mix client fills many secured; all by default. nginx runs as Debian sets it up ("usual": tcp_nopush on, the kernel's
# own send buffers) and tuned (tcp_nopush off, sndbuf=256k), both without a log of accesses, with an open file cache and without an end to
# kept connections, and with as many workers as the node has event loops. Where there are two processors or more, servers run on the first
# and the load generator on the second. Processor time of a node is without its JVM's compilers, whose share has a column of its own: it fades
# away as a node gets older. Needs nginx (Debian: nginx-light), taskset (util-linux), and a JDK 25, as the build does.
set -euo pipefail
cd "$(dirname "$0")/.."
. benchmarks/java25.sh

for needed in nginx taskset; do
  command -v "$needed" >/dev/null || { echo "hit-path.sh: $needed is missing" >&2; exit 69; }
done
case "${1:-full}" in
  quick) windows=3 millis=500 ;;
  full) windows=11 millis=900 ;;
  *) echo "hit-path.sh: '$1' is neither quick nor full" >&2; exit 64 ;;
esac
[ -n "${SKIP_BUILD:-}" ] || ./mvnw -q -B -pl benchmarks -am compile dependency:build-classpath \
  -Dmdep.outputFile="$PWD/benchmarks/target/classpath" -Dmdep.includeScope=runtime
classpath=${CLASSPATH:-benchmarks/target/classes:$(cat benchmarks/target/classpath)}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
servers='' load=()
if [ "$(nproc)" -ge 2 ]; then
  servers=0 load=(taskset -c 1)
fi
echo "machine: $(nproc) processors,$(grep -m 1 '^model name' /proc/cpuinfo | cut -d: -f2), Linux $(uname -r), $(nginx -v 2>&1)"
"${load[@]}" "$(java25)" -Xmx1g -XX:MaxDirectMemorySize=4g -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED \
  --sun-misc-unsafe-memory-access=allow -Dlogback.configurationFile=demo-logback.xml -cp "$classpath" \
  io.blockring.benchmarks.hitpath.HitPathBenchmark "$folder" "$servers" "$windows" "$millis" "${@:2}"
