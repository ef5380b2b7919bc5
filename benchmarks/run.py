"""Prints every benchmark, side by side in one run: `make bench`."""

import os
import platform
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import browser, core, scores, store


def main() -> None:
    """Measure and print."""
    print(f"Python {platform.python_version()}, {platform.machine()}\n")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SEVDRILL_STORE"] = f"{folder}/drills.db"  # not among the drills of whoever measures
        for row in [*core.rows(), *scores.rows(), *store.rows(), *browser.rows()]:
            print(row)


if __name__ == "__main__":
    main()
