#!/usr/bin/env bash
# Writes objects of 10 KiB into a store on an ext4 of its own (a loop device): bytes on the disk, and bytes that the device wrote.
#   benchmarks/small-objects.sh [OBJECTS]     1,000,000 by default: some minutes, and 13 GB of the folder that TMPDIR names
# Ends with one "goal:" line per goal. Device writes are those of the loop device in /sys/block, with the file system's journal; what the
# loop device's own file costs below it is not counted. Needs root, loop devices, mkfs.ext4, and a JDK 25, as the build does.
set -euo pipefail
cd "$(dirname "$0")/.."
. benchmarks/java25.sh

objects=${1:-1000000}
[ "$(id -u)" = 0 ] && [ -e /dev/loop-control ] || { echo "small-objects.sh: a disk of its own takes root and loop devices" >&2; exit 72; }
[ -n "${SKIP_BUILD:-}" ] || ./mvnw -q -B -pl benchmarks -am compile dependency:build-classpath \
  -Dmdep.outputFile="$PWD/benchmarks/target/classpath" -Dmdep.includeScope=runtime
folder=$(mktemp -d)
trap 'umount -l "$folder/disk" 2>/dev/null || true; rm -rf "$folder"' EXIT
mkdir "$folder/disk"
truncate -s $((objects * 13000 + 1000000000)) "$folder/image"
mkfs.ext4 -q -F -E lazy_itable_init=0,lazy_journal_init=0 "$folder/image"
mount -o loop "$folder/image" "$folder/disk"
mkdir "$folder/disk/store"
loop=$(basename "$(findmnt -no SOURCE "$folder/disk")")
"$(java25)" -Xmx512m -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
  -Dlogback.configurationFile=demo-logback.xml -cp "benchmarks/target/classes:$(cat benchmarks/target/classpath)" \
  io.blockring.benchmarks.disks.SmallObjects "$folder/disk/store" "$loop" "$objects"
