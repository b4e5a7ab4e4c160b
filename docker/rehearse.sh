#!/usr/bin/env bash
# Performs docker/ on a machine without Docker: the Dockerfile's steps in plain directories, the services of compose.yaml as
# plain processes. Ends with 0 only if every check passed, and says what was run in substance and what was not.
#   docker/rehearse.sh             builds what is not built, then rehearses
#   docker/rehearse.sh --no-build  takes the modules as they are in target/
set -euo pipefail
cd "$(dirname "$0")/.."

case ${1-} in
  '') ./mvnw -q -B -ntp -pl cache-node,cachectl-cli,demo -am package -Dmaven.test.skip=true -Dexec.skip=true ;;
  --no-build) ;;
  *) echo "usage: docker/rehearse.sh [--no-build]" >&2; exit 64 ;;
esac

java=${JAVA_HOME:+$JAVA_HOME/bin/java}
is_25() { [ -x "$1" ] && "$1" -version 2>&1 | grep -q 'version "25'; }
if ! is_25 "${java:-}"; then
  for java in "$(command -v java || true)" /usr/lib/jvm/*/bin/java; do
    ! is_25 "$java" || break
  done
fi
is_25 "$java" || { echo "docker/rehearse.sh: no Java 25 found; set JAVA_HOME" >&2; exit 69; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
  -cp demo/target/demo.jar io.blockring.demo.rehearsal.Rehearsal . "$work"
