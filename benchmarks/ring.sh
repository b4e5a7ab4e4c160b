#!/usr/bin/env bash
# Compares Blockring's ring with ketama, Maglev, multi-probe and weighted rendezvous: balance, movement, cost.
#   benchmarks/ring.sh [EVENTS]     mean of that many named events, 20 by default (some ten minutes on a quiet core)
# Ends with one "goal:" line per goal. Needs a JDK 25, as the build does.
set -euo pipefail
cd "$(dirname "$0")/.."

. benchmarks/java25.sh

java=$(java25)
./mvnw -q -B -pl benchmarks -am compile
./mvnw -q -B -pl ring dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=target/libraries
exec "$java" -cp "benchmarks/target/classes:ring/target/classes:ring/target/libraries/*" \
  io.blockring.benchmarks.ring.RingBenchmark "$@"
