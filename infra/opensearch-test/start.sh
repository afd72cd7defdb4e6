#!/bin/sh
# Runs one OpenSearch node without security on 127.0.0.1, for tests by hand, until it is stopped (Ctrl-C).
# Needs Java 17 and Maven. Its data is in a directory of its own that goes with it.
set -eu
port=${1:-9200}
here=$(cd "$(dirname "$0")" && pwd)
home=$(mktemp -d)
node=
trap '[ -z "$node" ] || { kill "$node" && wait "$node"; } || true; rm -rf "$home"' EXIT
trap 'exit 0' INT TERM
mvn -q -B -f "$here/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath -Dmdep.outputFile="$home/classpath"
java -Xms1g -Xmx1g -cp "$(cat "$home/classpath")" "$here/OpensearchNode.java" "$port" "$home" &
node=$!
until curl -sf "http://127.0.0.1:$port/_cluster/health?wait_for_status=green" > /dev/null; do
  kill -0 "$node"
  sleep 1
done
echo "OPENSEARCH_URL=http://127.0.0.1:$port"
wait "$node"
