"""How fast a drill is: beside a bare SimPy loop of as many events, per core, and to import."""

import subprocess
import sys
from collections.abc import Callable, Generator
from statistics import median
from time import perf_counter

import simpy

from benchmarks.rows import Row
from simulator.decisions import Decision
from simulator.drill import Drill
from simulator.policies import play
from simulator.policies.by_the_book import ByTheBook
from simulator.scenario.load import load
from simulator.scenario.model import Scenario

ROUNDS = 15
"""Interleaved rounds; medians are printed. The machine drifts, so read the ratios first."""


def rows() -> list[Row]:
    """Measure the core."""
    scenario = load("api-500s-after-deploy").only("clean-rollback")
    decisions = play(scenario, 7, ByTheBook).log.decisions
    events = _events(scenario, decisions)
    drills, bare = [], []
    for _ in range(ROUNDS):
        drills.append(_seconds(lambda: _drill(scenario, decisions)))
        bare.append(_seconds(lambda: _bare_loop(events)))
    drill_s, bare_s = median(drills), median(bare)
    return [
        Row("one hour-long drill, by-the-book", 1000 * drill_s, "ms", f"{scenario.length_s} s of drill time"),
        Row("bare SimPy, as many events", 1000 * bare_s, "ms", f"{events} events"),
        Row("ratio", drill_s / bare_s, "x"),
        Row("drills per second and core", 1 / drill_s, "1/s"),
        *_imports(),
    ]


def _drill(scenario: Scenario, decisions: tuple[Decision, ...]) -> Drill:
    drill = Drill(scenario, 7)
    for decision in decisions:
        drill.advance_to(decision.at_ms)
        drill.apply(decision)
    drill.finish()
    return drill


def _events(scenario: Scenario, decisions: tuple[Decision, ...]) -> int:
    """How many SimPy events a drill schedules: its environment numbers them."""
    return next(_drill(scenario, decisions)._env._eid)  # noqa: SLF001 - SimPy publishes no count


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
