#!/usr/bin/env bash
# Reads one object through `cachectl mount` and, in the same run, through `rclone mount` of a node's S3 endpoint: dd, then mmap.
#   benchmarks/mount.sh [MIB [REPEATS]]     of the object, 256 by default, and of each read, 3 by default
# Needs root, /dev/fuse, rclone and fusermount3 (Debian: rclone, fuse3), and a JDK 25, as the build does.
set -euo pipefail
cd "$(dirname "$0")/.."
. benchmarks/java25.sh

for needed in rclone fusermount3 dd; do
  command -v "$needed" >/dev/null || { echo "mount.sh: $needed is missing" >&2; exit 69; }
done
[ "$(id -u)" = 0 ] && [ -w /dev/fuse ] || { echo "mount.sh: mounting takes root and a writable /dev/fuse" >&2; exit 72; }
[ -n "${SKIP_BUILD:-}" ] || ./mvnw -q -B -pl benchmarks -am compile dependency:build-classpath \
  -Dmdep.outputFile="$PWD/benchmarks/target/classpath" -Dmdep.includeScope=runtime
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
nproc | sed 's/^/processors: /'
rclone version | head -n 1
"$(java25)" -Xmx512m -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
  -Dlogback.configurationFile=demo-logback.xml -cp "benchmarks/target/classes:$(cat benchmarks/target/classpath)" \
  io.blockring.benchmarks.mount.MountBenchmark "$folder" "${1:-256}" "${2:-3}"
