"""Refuse notebooks that nbval would pass without comparing anything: those stored unrun, or with no output.

python tests/support/notebooks.py notebooks/*.ipynb
"""

import json
import sys
from pathlib import Path


def faults(notebook: Path) -> list[str]:
    """Why the stored outputs of a notebook are not those of one clean run from top to bottom."""
    stored = json.loads(notebook.read_text(encoding="utf-8"))
    code = [cell for cell in stored["cells"] if cell["cell_type"] == "code"]
    cells = [cell for cell in code if "".join(cell["source"]).strip()]
    found = []
    if [cell["execution_count"] for cell in cells] != list(range(1, len(cells) + 1)):
        found.append("its cells are not stored as run once each, in order")
    if not any(cell["outputs"] and not _ignored(cell) for cell in cells):
        found.append("no cell has a stored output that nbval compares")
    return [f"{notebook}: {fault}; restart its kernel, run all cells and save" for fault in found]


def _ignored(cell: dict) -> bool:
    marks = ("nbval-ignore-output", "nbval-skip")
    comments = "".join(cell["source"]).replace("_", "-").lower()
    return any(mark in cell["metadata"].get("tags", ()) or f"# {mark}" in comments for mark in marks)


if __name__ == "__main__":
    given = [Path(name) for name in sys.argv[1:]]
    sys.exit("\n".join(fault for path in given for fault in faults(path)) or None if given else __doc__)
