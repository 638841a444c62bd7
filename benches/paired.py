#!/usr/bin/env python3
"""Measures what criterion cannot: whole programs, in pairs that take turns.

    benches/paired.py build      a user's first build, beside one of the same dependencies without the bindings
    benches/paired.py tools      xtask on documents of 0.9 MB and 10 MB: time and peak memory
    benches/paired.py vendor     the command line, beside the provider's own (installed from PyPI into a virtual environment)

Prints medians, and the median of the ratios. A program that needs less memory than this one is shown with this one's, about
17 MB. Linux and macOS; needs Python 3.9 and nothing else.
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))


def run(command, **options):
    """The wall time, the CPU time in seconds and the peak memory in MB of a command, which must succeed."""
    options.setdefault("stdout", subprocess.DEVNULL)
    ok = options.pop("ok", (0,))
    start = time.monotonic()
    child = subprocess.Popen([str(part) for part in command], stderr=subprocess.PIPE, **options)
    error = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.monotonic() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in ok:
        sys.exit(f"{command}: exit code {child.returncode}: {error.decode(errors='replace')}")
    scale = 1 if sys.platform == "darwin" else 1024
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * scale / 1e6


def pairs(name, ours, theirs, count):
    """Prints the medians of two functions that each give (wall, CPU, memory), and of their ratio."""
    measured = [(ours(), theirs()) for _ in range(count)]
    median = lambda side, part: statistics.median(pair[side][part] for pair in measured)
    for part, unit in ((0, "s wall"), (1, "s CPU"), (2, "MB")):
        ratio = statistics.median(a[part] / b[part] for a, b in measured)
        print(f"{name:34} {median(0, part):10.3f} {median(1, part):10.3f} {unit:7} ratio {ratio:.3f}")


def build():
    """The dependencies of a program that uses `databar`, with it and without."""
    lock = (ROOT / "Cargo.lock").read_bytes()
    tree = subprocess.check_output(
        ["cargo", "metadata", "--format-version", "1", "--locked"], cwd=ROOT, stderr=subprocess.DEVNULL
    )
    packages = {package["name"]: package for package in json.loads(tree)["packages"]}
    # What `databar` and `databar-api` need at run time, by their manifests.
    features, plain = {}, {}
    for name in ("databar", "databar-api"):
        for dependency in packages[name]["dependencies"]:
            if dependency["kind"] is None and not dependency["optional"] and not dependency.get("path"):
                plain[dependency["name"]] = dependency
                features.setdefault(dependency["name"], set()).update(dependency["features"])
    features["reqwest"] |= {"gzip", "http2", "rustls", "system-proxy"}
    features["tokio"] |= {"macros", "rt-multi-thread"}
    bare = "".join(
        f'{name} = {{ version = "{plain[name]["req"]}", default-features = {str(plain[name]["uses_default_features"]).lower()}, '
        f"features = {json.dumps(sorted(wanted))} }}\n"
        for name, wanted in sorted(features.items())
    )
    whole = (
        f'databar = {{ path = "{ROOT / "crates/databar"}" }}\nserde_json = "1"\n'
        'tokio = { version = "1", features = ["macros", "rt-multi-thread"] }\n'
    )

    def first(dependencies, main):
        with tempfile.TemporaryDirectory() as folder:
            crate = pathlib.Path(folder)
            (crate / "src").mkdir()
            (crate / "src/main.rs").write_text(main)
            (crate / "Cargo.lock").write_bytes(lock)
            manifest = '[package]\nname = "first"\nversion = "0.0.0"\nedition = "2024"\n[dependencies]\n'
            (crate / "Cargo.toml").write_text(manifest + dependencies)
            return run(["cargo", "build", "--quiet"], cwd=crate, env=os.environ | {"CARGO_TARGET_DIR": folder + "/target"})

    call = (ROOT / "crates/databar/examples/first_call.rs").read_text()
    pairs("first build", lambda: first(whole, call), lambda: first(bare, "fn main() {}\n"), 2)


def document(megabytes, changed):
    """A document of this size. In one that is changed, one schema in fifty has another limit."""
    paths, schemas = {}, {}
    count = int(megabytes * 1e6 / 3550)
    for index in range(count):
        limit = 63 if changed and index % 50 == 0 else 64
        properties = {
            f"field_{n}": {"type": "string", "maxLength": limit, "description": "What it is for, in words that nobody reads."}
            for n in range(12)
        } | {f"number_{n}": {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "null"}]} for n in range(12)}
        schemas[f"Thing{index}"] = {"type": "object", "required": ["field_1"], "properties": properties}
        body = {"application/json": {"schema": {"$ref": f"#/components/schemas/Thing{index}"}}}
        paths[f"/v1/things{index}"] = {
            "get": {
                "operationId": f"list{index}",
                "parameters": [{"in": "query", "name": "page", "schema": {"type": "integer", "minimum": 1}}],
                "responses": {"200": {"description": "The things.", "content": body}},
            },
            "post": {
                "operationId": f"create{index}",
                "requestBody": {"required": True, "content": body},
                "responses": {"201": {"description": "The new thing.", "content": body}},
            },
        }
    info = {"title": "Things", "version": "1"}
    return {"openapi": "3.1.0", "info": info, "paths": paths, "components": {"schemas": schemas}}


def tools():
    subprocess.run(["cargo", "build", "--quiet", "--release", "-p", "xtask"], cwd=ROOT, check=True)
    xtask = TARGET / "release/xtask"
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for megabytes in (0.9, 10):
            files = []
            for changed in (False, True):
                file = folder / f"{changed}-{megabytes}.json"
                file.write_text(json.dumps(document(megabytes, changed)))
                files.append(file)
            size = files[0].stat().st_size / 1e6
            diff = [run([xtask, "diff", *files], cwd=ROOT, ok=(0, 1, 2, 3, 4, 5)) for _ in range(5)]
            made = [
                run([xtask, "bindings", "--spec", files[0], "--out", folder / f"out{megabytes}{n}"], cwd=ROOT) for n in range(3)
            ]
            for what, runs in (("xtask diff, with Rust", diff), ("xtask bindings", made)):
                wall, _, memory = (statistics.median(column) for column in zip(*runs))
                print(f"{what:24} {size:6.1f} MB  {wall:7.3f} s  {memory:6.0f} MB")


# The provider's program knows one address only.
PATCH = """
import os, sys, databar.client as client
init = client.DatabarClient.__init__
def patched(self, *a, **k):
    k["base_url"] = os.environ["DATABAR_BASE_URL"] + "/v1"
    return init(self, *a, **k)
client.DatabarClient.__init__ = patched
from databar.cli.app import app
sys.argv[0] = "databar"
app()
"""


def vendor():
    subprocess.run(["cargo", "build", "--quiet", "--release", "-p", "databar-cli"], cwd=ROOT, check=True)
    ours = TARGET / "release/databar"
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
        python = folder / "venv/bin/python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "databar"], check=True)
        (folder / "vendor.py").write_text(PATCH)
        theirs = [python, folder / "vendor.py"]
        sandbox = subprocess.Popen([ours, "sandbox", "--port", "0"], stdout=subprocess.PIPE, text=True)
        try:
            # It prints two lines for a shell: `export NAME=VALUE`.
            lines = (sandbox.stdout.readline().split(maxsplit=1)[1].strip() for _ in range(2))
            environment = os.environ | dict(line.split("=", 1) for line in lines)
            output = lambda *words: json.loads(subprocess.check_output([ours, "-o", "json", *words], env=environment))
            (folder / "rows.csv").write_text("Email,Name\n" + "".join(f"lead{n}@example.com,Lead {n}\n" for n in range(10_000)))
            table = output("table", "create", "--name", "Rows", "--columns", "Email", "--columns", "Name")["identifier"]
            subprocess.run([ours, "table", "import", folder / "rows.csv", table], env=environment, check=True, capture_output=True)

            def both(what, mine, official, count):
                pairs(
                    what,
                    lambda: run([ours, *mine], env=environment),
                    lambda: run([*theirs, *official], env=environment),
                    count,
                )

            both("--help", ["--help"], ["--help"], 20)
            both("whoami", ["whoami"], ["whoami"], 20)
            both("500 rows", ["row", "list", table, "--per-page", "500"], ["table", "rows", table, "--per-page", "500"], 20)
        finally:
            sandbox.terminate()


if __name__ == "__main__":
    chosen = {"build": build, "tools": tools, "vendor": vendor}.get(sys.argv[1] if len(sys.argv) == 2 else "")
    if chosen is None:
        sys.exit(__doc__)
    chosen()
