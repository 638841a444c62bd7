"""Shared by the scripts for the provider's Python package: a virtual environment, a sandbox, and the outcome.

The package is installed once, below `target/conformance`, which `cargo clean` removes.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from contextlib import contextmanager
from pathlib import Path

PACKAGE = "databar==2.8.0"
ROOT = Path(__file__).resolve().parents[4]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))


def inside_environment():
    """Restarts the script inside the virtual environment with the package, unless it already runs there."""
    folder = TARGET / "conformance" / PACKAGE
    python, installed = folder / "bin" / "python", folder / "installed"
    if Path(sys.prefix) == folder:
        return
    if not installed.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", PACKAGE], check=True)
        installed.touch()
    os.execv(python, [python, *sys.argv])


@contextmanager
def sandbox(*flags):
    """Yields the base URL and key of a running sandbox, and prints its violations when it ends.

    If `DATABAR_BASE_URL` names a running sandbox, that one is used.
    """
    if running := os.environ.get("DATABAR_BASE_URL"):
        yield running, "test-key"
        return
    binary = sys.argv[1] if len(sys.argv) > 1 else TARGET / "debug" / "databar-sandbox"
    with tempfile.TemporaryFile("w+") as violations:
        process = subprocess.Popen([binary, *flags], stdout=subprocess.PIPE, stderr=violations, text=True)
        try:
            contact = json.loads(process.stdout.readline())
            yield contact["base_url"], contact["api_key"]
            # The sandbox writes violations every 200 ms.
            time.sleep(0.5)
        finally:
            process.terminate()
            process.wait()
            violations.seek(0)
            print(violations.read(), end="")


class Outcome:
    """Prints a line for each call, and counts the failures."""

    def __init__(self):
        self.calls = 0
        self.failed = 0

    def record(self, name, error=None):
        self.calls += 1
        self.failed += error is not None
        print(f"{'ok' if error is None else 'FAILED':6} {name}" + (f": {error}" if error else ""))

    def exit(self):
        print(f"{self.calls - self.failed} of {self.calls} succeeded")
        sys.exit(1 if self.failed else 0)
