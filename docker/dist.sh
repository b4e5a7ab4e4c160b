#!/bin/sh
# Lays out what an installation needs from modules that are built: DIR/bin, DIR/*.jar, DIR/lib. The image is made of it, and
# an installation without Docker can be:
#   ./mvnw -pl cache-node,cachectl-cli,cache-mount -am package && docker/dist.sh /tmp/blockring && tar -C /tmp -czf blockring.tar.gz blockring
set -eu

[ $# = 1 ] || { echo "usage: docker/dist.sh DIR" >&2; exit 64; }
home=$(cd -P -- "$(dirname -- "$0")/.." && pwd)
out=$1
[ ! -e "$out/lib" ] || { echo "docker/dist.sh: $out is there already" >&2; exit 73; }

mkdir -p "$out/bin" "$out/lib"
cp "$home/docker/bin/cachectl" "$home/docker/bin/healthcheck" "$out/bin/"
chmod 755 "$out/bin/cachectl" "$out/bin/healthcheck"
cp "$home/LICENSE" "$home/NOTICE" "$out/"
# Each jar's manifest names what it needs in lib/.
for module in cache-node cachectl-cli cache-mount; do
  if [ "$module" = cache-mount ] && [ ! -f "$home/$module/target/$module.jar" ]; then
    continue # not built: an installation for nodes only
  fi
  [ -f "$home/$module/target/$module.jar" ] || { echo "docker/dist.sh: $module is not built" >&2; exit 66; }
  cp "$home/$module/target/$module.jar" "$out/"
  cp "$home/$module/target/lib/"*.jar "$out/lib/"
done
