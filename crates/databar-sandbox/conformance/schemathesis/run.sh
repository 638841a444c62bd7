#!/usr/bin/env bash
# Tests every operation of the document against the sandbox with schemathesis (PyPI), in the phases examples,
# coverage and fuzzing, with 50 examples for each operation. Rules that the document does not contain are
# listed in schemathesis.toml.
#
#     cargo build -p databar-sandbox
#     crates/databar-sandbox/conformance/schemathesis/run.sh [more arguments for `st run`]
#
# The exit status is 1 if there is a failure. Needs Python 3.10 or later and PyPI; installs into a temporary
# folder. DATABAR_SANDBOX names another binary than target/debug/databar-sandbox.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../../.." && pwd)
binary=${DATABAR_SANDBOX:-$root/target/debug/databar-sandbox}
folder=$(mktemp -d)
sandbox=

finish() {
    if [ -n "$sandbox" ]; then
        kill "$sandbox" 2>/dev/null || true
        wait "$sandbox" 2>/dev/null || true
    fi
    rm -rf "$folder"
}
trap finish EXIT

(cd "$root" && cargo xtask document) >"$folder/openapi.json"
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check schemathesis==4.32.5

"$binary" --task-ms 50 --credits 1e9 >"$folder/contact.json" 2>"$folder/violations.txt" &
sandbox=$!
for _ in $(seq 100); do
    [ -s "$folder/contact.json" ] && break
    kill -0 "$sandbox" || { cat "$folder/violations.txt" >&2; exit 1; }
    sleep 0.1
done
base_url=$(python3 -c 'import json, sys; print(json.load(sys.stdin)["base_url"])' <"$folder/contact.json")

cd "$folder"
outcome=0
venv/bin/st --config-file "$here/schemathesis.toml" run openapi.json --url "$base_url" --workers 1 \
    --header 'x-apikey: test-key' --phases examples,coverage,fuzzing --max-examples 50 --continue-on-failure "$@" ||
    outcome=1

# Requests that break the document are sent on purpose here; answers that do are a bug.
sleep 0.5
if grep --text '^warning: response ' violations.txt >&2; then
    outcome=1
fi
exit "$outcome"
