"""Prints every benchmark, side by side in one run: `make bench`."""

import platform
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import browser, core, scores


def main() -> None:
    """Measure and print."""
    print(f"Python {platform.python_version()}, {platform.machine()}\n")
    for row in [*core.rows(), *scores.rows(), *browser.rows()]:
        print(f"{row.what:<44}{row.value:>12,.1f} {row.unit:<5} {row.note}".rstrip())


if __name__ == "__main__":
    main()
