"""Runs every command of the provider's command line (PyPI databar 2.8.0) against the sandbox.

    cargo build -p databar-sandbox
    python3 crates/databar-sandbox/conformance/python/cli.py

Prints a line for each command. The exit status is 1 if a command fails or is left out. The command line has
no flag for the base URL, so this script sets the default of its client, and runs the commands in its own
process, with a temporary folder as their home. Needs Python 3.9 and PyPI; another binary may be given as the
argument.
"""

import json
import os
import tempfile
import time
from functools import partialmethod
from pathlib import Path

from sandbox import Outcome, inside_environment, sandbox

inside_environment()

HOME = tempfile.TemporaryDirectory()
# The command line asks for the key when it is imported.
os.environ["HOME"] = HOME.name

import httpx  # noqa: E402
import typer  # noqa: E402
from databar import DatabarClient  # noqa: E402
from databar.cli.app import app  # noqa: E402
from typer.testing import CliRunner  # noqa: E402

# Long enough for a task to be cancelled.
TASK_SECONDS = 2
# These ask questions, open a browser, or are aliases.
NOT_CALLED = {"onboard", "enrich info", "waterfall info"}


def commands(call):
    """Yields command lines, in an order in which each finds what it needs. Receives the JSON that they print.

    `call` is for what the command line cannot do.
    """
    folder = Path(HOME.name)
    companies = folder / "companies.csv"
    companies.write_text("domain\nstripe.com\nopenai.com\n")
    people = folder / "people.csv"
    people.write_text("first_name,last_name,company\nAda,Ito,acme.com\n")
    company = json.dumps({"domain": "stripe.com"})
    person = json.dumps({"first_name": "Ada", "last_name": "Ito", "company": "acme.com"})

    yield "login --api-key test-key".split()
    yield ["whoami"]
    yield ["agent-guide"]
    yield ["enrich", "list", "--query", "company"]
    yield ["enrich", "get", "310"]
    yield ["enrich", "choices", "310", "seniority"]
    yield ["enrich", "run", "123", "--params", company]
    yield ["enrich", "bulk", "123", "--input", str(companies)]
    yield ["waterfall", "list"]
    yield ["waterfall", "get", "email_getter"]
    yield ["waterfall", "run", "email_getter", "--params", person]
    yield ["waterfall", "bulk", "email_getter", "--input", str(people), "--providers", "833,966"]

    entry = {"type": "mapping", "value": "domain"}
    config = {"inputs": [{"id": "domain"}], "nodes": [{"id": "m1", "enrichment": 123, "inputs": {"domain": entry}}]}
    flow = call("POST", "/flows", {"name": "Leads", "config": config})["id"]
    yield ["flow", "list"]
    yield ["flow", "get", flow]
    yield ["flow", "run", flow, "--inputs", company]
    yield ["flow", "versions", flow]
    yield ["flow", "restore", flow, "1", "--yes"]

    task = call("POST", "/enrichments/123/run", {"params": {"domain": "stripe.com"}})["task_id"]
    yield ["task", "cancel", task]
    yield ["task", "get", task]

    table = (yield ["table", "create", "--name", "Leads", "--columns", "domain,note", "--format", "json"])["uuid"]
    yield ["table", "list"]
    rows = json.dumps([{"domain": "stripe.com"}, {"domain": "stripe.com"}])
    yield ["table", "insert", table, "--data", rows]
    yield ["table", "columns", table]
    row = (yield ["table", "rows", table, "--format", "json"])[0]["id"]
    yield ["table", "patch", table, "--data", json.dumps([{"id": row, "note": "x"}])]
    yield ["table", "upsert", table, "--key-col", "domain", "--data", json.dumps([{"domain": "a.com", "note": "y"}])]
    yield ["table", "dedupe", table]
    mapping = json.dumps({"domain": entry})
    yield ["table", "add-enrichment", table, "--enrichment-id", "123", "--mapping", mapping]
    installed = yield ["table", "enrichments", table, "--format", "json"]
    # Without the strategy it sends null, which the document does not allow.
    strategy = ["--run-strategy", "run_all"]
    yield ["table", "run-enrichment", table, "--enrichment-id", str(installed[0]["id"]), *strategy]
    yield ["table", "export", table, "--export-format", "xlsx"]
    time.sleep(TASK_SECONDS)
    export = yield ["table", "get-export", table, "--format", "json"]
    assert export["file"], export
    yield ["table", "duplicate", table]
    yield ["table", "clear", table]

    books = yield ["workbook", "list", "--format", "json"]
    first, second = books[0]["id"], books[1]["id"]
    yield ["workbook", "get", first]
    yield ["workbook", "rename", first, "--name", "Book"]
    yield ["workbook", "add-table", first, "--name", "Sheet"]
    yield ["workbook", "merge", "--target", first, "--sources", second]
    yield ["workbook", "duplicate", first]
    yield ["workbook", "delete", first]
    yield ["trash", "list"]
    yield ["trash", "restore", "--workbooks", first]
    yield ["trash", "purge", "--workbooks", second]
    yield ["table", "delete", table]
    yield ["logout"]


def known_commands():
    def walk(command, names):
        for name, inner in getattr(command, "commands", {}).items():
            yield from walk(inner, [*names, name])
        if not hasattr(command, "commands"):
            yield " ".join(names)

    return set(walk(typer.main.get_command(app), []))


def main():
    outcome = Outcome()
    left_out = known_commands() - NOT_CALLED
    with sandbox("--task-ms", str(TASK_SECONDS * 1000)) as (base_url, key):
        os.environ["DATABAR_API_KEY"] = key
        set_up = partialmethod(DatabarClient.__init__, base_url=f"{base_url}/v1", poll_interval_s=0.1)
        DatabarClient.__init__ = set_up

        def call(method, path, body):
            response = httpx.request(method, f"{base_url}/v1{path}", json=body, headers={"x-apikey": key})
            response.raise_for_status()
            return response.json()

        script = commands(call)
        command = next(script)
        while command:
            line = " ".join(command)
            left_out = {name for name in left_out if not f"{line} ".startswith(f"{name} ")}
            ran = CliRunner().invoke(app, command)
            if ran.exit_code != 0:
                # Later commands may need its output.
                outcome.record(line, f"{ran.output.strip()} {ran.exception!r}")
                break
            outcome.record(line)
            try:
                answer = json.loads(ran.stdout)["data"]
            except ValueError:
                answer = None
            try:
                command = script.send(answer)
            except StopIteration:
                break
        for name in sorted(left_out):
            outcome.record(name, "not called")
    outcome.exit()


main()
