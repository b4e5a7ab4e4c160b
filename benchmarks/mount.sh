#!/usr/bin/env bash
# Reads one object through `cachectl mount` and, in turns with it, through `rclone mount` of a node's S3 endpoint: dd, then a map.
#   benchmarks/mount.sh [MIB [ROUNDS]]     of the object, 256 by default, and of each read, 5 by default: about two minutes
# Both get the same bytes from the same two nodes, where they are resident, so the figures compare the two ways to have them as a
# file; rclone against the embedded bucket itself would mostly measure that bucket. Each read is a process of its own; before it, the
# file's pages are dropped from the page cache (posix_fadvise, checked by fincore), and for `--vfs-cache-mode full` rclone starts anew
# with an empty cache. The nodes' own memory and page cache stay warm. rclone verifies no bytes; cachectl mount verifies all of them.
# Needs root, /dev/fuse, rclone and fusermount3 (Debian: rclone, fuse3), fincore (util-linux), and a JDK 25, as the build does.
set -euo pipefail
cd "$(dirname "$0")/.."
. benchmarks/java25.sh

for needed in rclone fusermount3 dd fincore; do
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
  io.blockring.benchmarks.mount.MountBenchmark "$folder" "${1:-256}" "${2:-5}"
