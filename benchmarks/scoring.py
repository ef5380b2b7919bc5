"""How fast a score, a what-if and a slider are."""

from collections.abc import Callable
from statistics import median
from time import perf_counter

from benchmarks.rows import Row
from scoring.scorecard import score
from scoring.slider import STEP_S, ActSlider
from scoring.whatif import what_if
from simulator.policies import PLAYERS, play
from simulator.scenario.load import load

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
    ]


def _positions() -> range:
    return range(120, 120 + POSITIONS * STEP_S, STEP_S)


def _seconds(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start
