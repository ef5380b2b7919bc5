"""Writes decisions in a process of its own, side by side with others."""

import time

from simulator import Decision
from simulator.store import open_store


def write(place: str, drill: str, writer: int, count: int, alone: bool, barrier, results) -> None:
    """Append `count` numbered decisions to a drill and put how long each took, in s, into `results`.

    `alone`: as a player does who knows the whole log; otherwise as one of several who write into it.
    """
    store = open_store(place, busy_s=60)
    row = store.drill(drill)
    store.decisions(row)
    barrier.wait()
    took = []
    for n in range(count):
        began_s = time.perf_counter()
        decision = Decision(f"w{writer}-{n}", 1000 * n, "commander", "look", {"source": "changes"})
        store.append(row, decision, after=n if alone else None)
        took.append(time.perf_counter() - began_s)
    results.put((writer, took))
    store.close()
