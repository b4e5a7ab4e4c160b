#!/usr/bin/env bash
# Starts a node on stores with 1 and 8 million blocks (sparse: a start reads the index only): seconds until ready, memory for each block.
#   benchmarks/restart.sh     about a minute
# Ends with one "goal:" line per goal. Needs 2 GiB of disk and of memory, and a JDK 25 with jcmd, as the build does.
set -euo pipefail
cd "$(dirname "$0")/.."
. benchmarks/java25.sh

[ -n "${SKIP_BUILD:-}" ] || ./mvnw -q -B -pl benchmarks -am compile dependency:build-classpath \
  -Dmdep.outputFile="$PWD/benchmarks/target/classpath" -Dmdep.includeScope=runtime
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$(java25)" -Xmx256m -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
  -Dlogback.configurationFile=demo-logback.xml -cp "benchmarks/target/classes:$(cat benchmarks/target/classpath)" \
  io.blockring.benchmarks.disks.RestartBenchmark "$folder"
