#!/usr/bin/env bash
# Reads objects of 10 KiB from the block port over loopback, one by one and in batches, in turns: objects/s, CPU of each side.
#   benchmarks/small-reads.sh [OBJECTS [SECONDS [WINDOWS]]]     20,000 objects, 3 s a window, 7 windows of each by default
# Prints least/median/most of the windows after one of warming up. All is in the page cache. Needs a JDK 25, as the build does.
set -euo pipefail
cd "$(dirname "$0")/.."
. benchmarks/java25.sh

objects=${1:-20000}
[ -n "${SKIP_BUILD:-}" ] || ./mvnw -q -B -pl benchmarks -am compile dependency:build-classpath \
  -Dmdep.outputFile="$PWD/benchmarks/target/classpath" -Dmdep.includeScope=runtime
command=("$(java25)" -Xms256m -Xmx256m -XX:MaxDirectMemorySize=1g -XX:+UseSerialGC
  --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow ${SERVER_FLAGS:-}
  -cp "${CLASS_PATH:-benchmarks/target/classes:$(cat benchmarks/target/classpath)}")
package=io.blockring.benchmarks.blockport

folder=$(mktemp -d)
mkfifo "$folder/stdin" "$folder/port"
mkdir "$folder/blocks"
"${command[@]}" $package.BlockPortServer "$folder/blocks" "${EVENT_LOOPS:-1}" "$folder/port" "$objects" \
  <"$folder/stdin" >"$folder/log" 2>&1 &
server=$!
exec 3>"$folder/stdin"
trap 'exec 3>&-; wait "$server" || true; rm -rf "$folder"' EXIT
read -r port <"$folder/port"
"${command[@]}" $package.SmallReads "$port" "$server" "$objects" "${2:-3}" "${3:-7}" 8 1 16 256
