#!/usr/bin/env bash
# The fault matrix of the disks: breaks the disk of a running node (no inodes, no space, hanging, slow, unmounted, read-only, EIO) while
# readers prove every byte; flips, swaps, cuts and zeroes bytes of a store's files; kills a writer, and cuts the power of its disk.
#   benchmarks/disk-faults.sh [ROUNDS]     of each damage, kill and cut, 10 by default: some minutes
#   benchmarks/disk-faults.sh 0 WORD       only the faults under load with this word in their names, like slow
# Ends with one "goal:" line per goal. Needs root, loop devices, mkfs.ext4, losetup, perl, the block controller of cgroup v1 (for what hangs
# or is slow), and a JDK 25, as the build does.
set -euo pipefail
cd "$(dirname "$0")/.."
. benchmarks/java25.sh

for needed in mkfs.ext4 losetup fallocate perl; do
  command -v "$needed" >/dev/null || { echo "disk-faults.sh: $needed is missing" >&2; exit 69; }
done
[ "$(id -u)" = 0 ] && [ -e /dev/loop-control ] || { echo "disk-faults.sh: breaking disks takes root and loop devices" >&2; exit 72; }
[ -d /sys/fs/cgroup/blkio ] || { echo "disk-faults.sh: no /sys/fs/cgroup/blkio (cgroup v1): nothing can hang here" >&2; exit 72; }
[ -n "${SKIP_BUILD:-}" ] || ./mvnw -q -B -pl benchmarks -am compile dependency:build-classpath \
  -Dmdep.outputFile="$PWD/benchmarks/target/classpath" -Dmdep.includeScope=runtime
folder=$(mktemp -d)
trap 'umount -l "$folder/node-1/blocks" "$folder/cuts/disk" 2>/dev/null || true; rm -rf "$folder"' EXIT
"$(java25)" -Xmx512m -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
  -Dlogback.configurationFile=demo-logback.xml -cp "benchmarks/target/classes:$(cat benchmarks/target/classpath)" \
  io.blockring.benchmarks.disks.DiskFaults "$folder" "${1:-10}" "${@:2}"
