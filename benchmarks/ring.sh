#!/usr/bin/env bash
# Compares Blockring's ring with ketama, Maglev, multi-probe and weighted rendezvous: balance, movement, cost.
#   benchmarks/ring.sh [EVENTS]     mean of that many named events, 20 by default (some ten minutes on a quiet core)
# Ends with one "goal:" line per goal. Needs a JDK 25, as the build does.
set -euo pipefail
cd "$(dirname "$0")/.."

java25() {
  local home
  for home in "${JAVA_HOME:-}" "${JAVA25_HOME:-}" /usr/lib/jvm/* "$HOME"/.jdks/* "$HOME"/.sdkman/candidates/java/*; do
    if [ -x "$home/bin/java" ] && "$home/bin/java" -version 2>&1 | grep -q 'version "25'; then
      printf '%s\n' "$home/bin/java"
      return 0
    fi
  done
  echo "no JDK 25 found: set JAVA_HOME or JAVA25_HOME" >&2
  return 1
}

java=$(java25)
./mvnw -q -B -pl benchmarks -am compile
./mvnw -q -B -pl ring dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=target/libraries
exec "$java" -cp "benchmarks/target/classes:ring/target/classes:ring/target/libraries/*" \
  io.blockring.benchmarks.ring.RingBenchmark "$@"
