#!/usr/bin/env bash
# What changes of the cluster cost readers: node processes before a counted bucket, readers that prove every byte, cachectl as operators
# use it. For each scenario: reads, errors, bytes of the bucket, hit rate and latency of hits before, during and after.
#   benchmarks/elastic.sh [SCENARIO…]     restart drain join quick hang kill replicas rack hot storm; all by default, some ten minutes
# Ends each scenario with one "goal:" line per goal. Five or six nodes and their readers share this machine's processors. Needs a JDK 25, as the build does.
set -euo pipefail
cd "$(dirname "$0")/.."
. benchmarks/java25.sh

[ -n "${SKIP_BUILD:-}" ] || ./mvnw -q -B -pl benchmarks -am compile dependency:build-classpath \
  -Dmdep.outputFile="$PWD/benchmarks/target/classpath" -Dmdep.includeScope=runtime
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
nproc | sed 's/^/processors: /'
"$(java25)" -Xmx512m -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
  -Dlogback.configurationFile=demo-logback.xml -cp "benchmarks/target/classes:$(cat benchmarks/target/classpath)" \
  io.blockring.benchmarks.elastic.ElasticBenchmark "$folder" "$@"
