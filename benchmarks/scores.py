"""How fast a score, a what-if and a slider are."""

import json
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from benchmarks.rows import Row
from scoring.playbook import Playbook, default_playbook
from scoring.scorecard import score
from scoring.slider import STEP_S, ActSlider
from scoring.stored import read_trace
from scoring.whatif import what_if
from simulator.policies import PLAYERS, play
from simulator.scenario.load import load
from simulator.scenario.model import Scenario

POSITIONS = 40
"""Positions of the slider, none of them drawn before."""


def rows() -> list[Row]:
    """Measure the score."""
    scenario = load("api-500s-after-deploy").only("clean-rollback")
    log, trace = play(scenario, 7, PLAYERS["hero-debugger"])
    slider = ActSlider(scenario, 7, log.decisions)
    redraws_ms = [1000 * _seconds(lambda at_s=at_s: slider.show(at_s)) for at_s in _positions()]
    return [
        Row(
            "score of one drill",
            1000 * median(_seconds(lambda: score(scenario, trace)) for _ in range(20)),
            "ms",
        ),
        Row(
            "what-if of one drill",
            1000 * _seconds(lambda: what_if(scenario, 7, log.decisions)),
            "ms",
            f"{len(log.decisions)} decisions",
        ),
        Row(
            "slider: redraw, median", median(redraws_ms), "ms", f"{POSITIONS} positions, each simulated anew"
        ),
        Row("slider: redraw, slowest", max(redraws_ms), "ms"),
        Row("1,000 stored drills scored again", _again_s(), "s", "traces read from files, another playbook"),
    ]


def _again_s() -> float:
    """Seconds of one core to read a thousand stored traces and score them by another playbook."""
    stricter = default_playbook().model_copy(update={"id": "ours"})
    scenario = load("api-500s-after-deploy")
    with TemporaryDirectory() as folder:
        files = [Path(folder) / f"{number}.json" for number in range(1000)]
        stored = [
            play(scenario, seed, make).trace.to_bytes() for seed in range(10) for make in PLAYERS.values()
        ]
        for file, content in zip(files, cycle(stored), strict=False):
            file.write_bytes(content)
        start = process_time()
        for file in files:
            _scored(file, scenario, stricter)
        return process_time() - start


def _scored(file: Path, scenario: Scenario, playbook: Playbook) -> float | None:
    return score(scenario, read_trace(json.loads(file.read_bytes()), file.name), playbook).total


def _positions() -> range:
    return range(120, 120 + POSITIONS * STEP_S, STEP_S)


def _seconds(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start
