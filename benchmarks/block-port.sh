#!/usr/bin/env bash
# Load on the block port over loopback: one process serves from a real SSD store, another reads with the product's reader.
#   benchmarks/block-port.sh [SECONDS [WINDOWS]]     per window, 5 by default, and windows per load, 3 by default
# Prints throughput, latency and CPU of each side, after one window of warming up. Needs a JDK 25, as the build does.
set -euo pipefail
cd "$(dirname "$0")/.."

. benchmarks/java25.sh

[ -n "${SKIP_BUILD:-}" ] || ./mvnw -q -B -pl benchmarks -am compile dependency:build-classpath \
  -Dmdep.outputFile="$PWD/benchmarks/target/classpath" -Dmdep.includeScope=runtime
command=("$(java25)" -Xms256m -Xmx256m -XX:MaxDirectMemorySize=1g -XX:+UseSerialGC
  --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow ${SERVER_FLAGS:-}
  -cp "benchmarks/target/classes:$(cat benchmarks/target/classpath)")
package=io.blockring.benchmarks.blockport

folder=$(mktemp -d)
mkfifo "$folder/stdin" "$folder/port"
mkdir "$folder/blocks"
"${command[@]}" $package.BlockPortServer "$folder/blocks" "${EVENT_LOOPS:-1}" "$folder/port" \
  <"$folder/stdin" >"$folder/log" 2>&1 &
server=$!
exec 3>"$folder/stdin"
trap 'exec 3>&-; wait "$server" || true; rm -rf "$folder"' EXIT
read -r port <"$folder/port"

for load in "4194304 8" "65536 8" "4096 8" "65536 8 4194304 4"; do
  echo "== bytes and readers: $load"
  # Every load is a list of pairs.
  # shellcheck disable=SC2086
  "${command[@]}" $package.BlockPortLoad "$port" "$server" "${1:-5}" "${2:-3}" $load
done
