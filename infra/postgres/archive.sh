#!/bin/sh
# Keeps a finished piece of the write-ahead log: whole or not at all, and never another one under the same name.
set -eu
path=$1 name=$2
kept=/var/lib/postgresql/archive/$name
if [ -f "$kept" ]; then
  exec cmp -s "$path" "$kept"
fi
cp "$path" "$kept.part"
sync "$kept.part"
mv "$kept.part" "$kept"
sync /var/lib/postgresql/archive
