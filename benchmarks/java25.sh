# Sourced by the benchmarks: finds the JDK 25 that runs them.
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
