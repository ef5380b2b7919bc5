"""How fast a drill is: beside a bare SimPy loop of as many events, plain and compiled, and to import."""

import subprocess
import sys
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple

import simpy

from benchmarks.drills import decisions, drill
from benchmarks.rows import Row
from simulator.decisions import Decision
from simulator.drill import Drill, simulate
from simulator.policies import play
from simulator.policies.by_the_book import ByTheBook
from simulator.scenario.load import load
from simulator.scenario.model import Scenario
from simulator.world import fast

ROUNDS = 15
"""Interleaved rounds; medians are printed. The machine drifts, so read the ratios first."""


class Played(NamedTuple):
    """A drill to measure."""

    name: str
    scenario: Scenario
    decisions: Sequence[Decision]


def rows() -> list[Row]:
    """Measure the core."""
    first = load("api-500s-after-deploy").only("clean-rollback")
    drills = [
        Played("the first drill, by-the-book", first, play(first, 7, ByTheBook).log.decisions),
        *(_measured(name, drill(**how)) for name, how in SIZES.items()),
    ]
    plain = _times(drills)
    fast.enable()
    compiled = _times(drills)
    fast.disable()
    return [
        *chain.from_iterable(_rows(one, plain[one.name], compiled[one.name]) for one in drills),
        Row("drills per second and core, plain", 1 / plain[drills[1].name], "1/s", "standard"),
        Row("drills per second and core, compiled", 1 / compiled[drills[1].name], "1/s", "standard"),
        Row("100 services beside 10, plain", plain[drills[3].name] / plain[drills[1].name], "x"),
        Row("100 services beside 10, compiled", compiled[drills[3].name] / compiled[drills[1].name], "x"),
        *_imports(),
    ]


SIZES: Mapping[str, Mapping[str, Any]] = {
    "10 services, standard": {},
    "10 services, turbulent": {"turbulent": True},
    "100 services, standard": {"services": 100},
}


def _measured(name: str, scenario: Scenario) -> Played:
    return Played(name, scenario, decisions(scenario))


def _times(drills: Sequence[Played]) -> dict[str, float]:
    """Median seconds per drill, all taken in turn; the first round only warms up."""
    taken: dict[str, list[float]] = {one.name: [] for one in drills}
    for _ in range(ROUNDS + 1):
        for one in drills:
            taken[one.name].append(_seconds(partial(simulate, one.scenario, 7, one.decisions)))
    return {name: median(times[1:]) for name, times in taken.items()}


def _rows(one: Played, plain_s: float, compiled_s: float) -> Iterator[Row]:
    events = _events(one)
    bare_s = median(_seconds(lambda: _bare_loop(events)) for _ in range(ROUNDS))
    note = f"{1000 * bare_s:.1f} ms for {events} bare SimPy events"
    yield Row(f"{one.name}, plain", 1000 * plain_s, "ms", note)
    yield Row(f"{one.name}, plain", plain_s / bare_s, "x", "beside bare SimPy")
    yield Row(f"{one.name}, compiled", 1000 * compiled_s, "ms")
    yield Row(f"{one.name}, compiled", compiled_s / bare_s, "x", "beside bare SimPy")


def _events(one: Played) -> int:
    """How many SimPy events a drill schedules: its environment numbers them."""
    played = Drill(one.scenario, 7)
    for decision in one.decisions:
        played.advance_to(decision.at_ms)
        played.apply(decision)
    played.finish()
    return next(played._env._eid)  # noqa: SLF001 - SimPy publishes no count


def _bare_loop(events: int) -> None:
    environment = simpy.Environment()

    def tick() -> Generator[simpy.Event, None, None]:
        while True:
            yield environment.timeout(1)

    environment.process(tick())
    environment.run(until=events)


def _imports() -> list[Row]:
    bare = _import_s("pass")
    return [
        Row(f"import {name}", 1000 * (_import_s(f"import {name}") - bare), "ms", "over a bare interpreter")
        for name in ("simpy", "simulator", "scoring.scorecard", "simulator.room.room")
    ]


def _import_s(code: str) -> float:
    return median(
        _seconds(lambda: subprocess.run([sys.executable, "-c", code], check=True)) for _ in range(5)
    )


def _seconds(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start
