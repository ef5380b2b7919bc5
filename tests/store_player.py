"""Plays a told drill in a process of its own, which may be killed, and says what was acknowledged."""

import os
from pathlib import Path

from simulator.store import open_store, resume
from tests.stores import tell


def play_on(place: str, drill: str, acknowledged: str, told: list) -> None:
    """Take a drill up and play to the end of what is told; each acknowledged decision is noted in a file.

    Args:
        place: the store.
        drill: its id.
        acknowledged: the file; a line is appended with one write, which a kill cannot tear.
        told: drill time in ms, verb, arguments.
    """
    session = resume(open_store(place), drill)
    file = os.open(acknowledged, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    while len(session.decisions) < len(told):
        done = len(session.decisions)
        tell(session, told[: done + 1])
        os.write(file, f"{session.decisions[done].id} {session.decisions[done].at_ms}\n".encode())


def acknowledged_in(path: Path) -> list[tuple[str, int]]:
    """What a file of acknowledgements says."""
    lines = path.read_text().splitlines() if path.exists() else []
    return [(identity, int(at_ms)) for identity, at_ms in (line.split() for line in lines)]
