#!/usr/bin/env bash
# Calls every method of the provider's Python client through a validating proxy (npm @stoplight/prism-cli),
# which checks each request and each answer against the document.
#
#     cargo build -p databar-sandbox
#     crates/databar-sandbox/conformance/prism/run.sh
#
# Prints the violations that the proxy found. The exit status is 1 if one of them has severity Error, or if a
# call fails. Needs Node 18 or later, Python 3.9, npm and PyPI; installs into a temporary folder.
# DATABAR_SANDBOX names another binary than target/debug/databar-sandbox.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../../.." && pwd)
binary=${DATABAR_SANDBOX:-$root/target/debug/databar-sandbox}
port=${PRISM_PORT:-4010}
folder=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; wait; rm -rf "$folder"' EXIT

(cd "$root" && cargo xtask document) >"$folder/openapi.json"
npm install --silent --prefix "$folder" @stoplight/prism-cli@5.14.2

# Waits until the file has a matching line.
wait_for() {
    for _ in $(seq 200); do
        grep -q "$2" "$1" && return
        sleep 0.1
    done
    cat "$1" >&2
    exit 1
}

"$binary" >"$folder/contact.json" &
wait_for "$folder/contact.json" base_url
base_url=$(python3 -c 'import json, sys; print(json.load(sys.stdin)["base_url"])' <"$folder/contact.json")

"$folder/node_modules/.bin/prism" proxy "$folder/openapi.json" "$base_url" --port "$port" >"$folder/prism.txt" 2>&1 &
wait_for "$folder/prism.txt" "Prism is listening"

failed=0
DATABAR_BASE_URL=http://127.0.0.1:$port python3 "$here/../python/sdk.py" || failed=1

grep -c "Request received" "$folder/prism.txt" | sed 's/$/ requests went through the proxy/'
grep "Violation: " "$folder/prism.txt" || true
if grep -q "error .*Violation: " "$folder/prism.txt"; then
    failed=1
fi
exit "$failed"
