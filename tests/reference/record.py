"""Play the simulation of every request and keep what came of it.

python -m tests.reference.record NAME...    writes tests/reference/data/NAME.json
python -m tests.reference.record            writes them all: some 20 minutes of one core
"""

# ruff: noqa: T201  (shows how far it is)

import json
import platform
import sys
from pathlib import Path
from statistics import fmean, median, stdev
from typing import Any

from simulator.scenario.model import Scenario
from tests.reference.simulation import Outcome, Simulation
from tests.reference.systems import (
    ENDLESS,
    SERIES,
    SLOW_30_S,
    Case,
    metastable_cells,
    one_service,
    steady_cells,
)

DATA = Path(__file__).parent / "data"
NAMES = ("one-service", "metastable", *SERIES)
BIN_S = 10.0
STEADY_SEEDS = range(12)
METASTABLE_SEEDS = range(6)


# One service at rest -----------------------------------------------------------------------------------


def one_service_rows() -> list[dict[str, Any]]:
    """One row per cell: means over the seeds, and the standard errors of the mean response times."""
    rows = []
    for workers, rho, retries, queue in steady_cells():
        scenario = one_service(rho, retries, queue, workers=workers)
        seconds = _length_s(workers, rho, queue)
        drowns = queue == ENDLESS and rho > 1  # the queue only grows: there is no mean response time
        played = [_play_steady(scenario, seed, seconds, not drowns) for seed in STEADY_SEEDS]
        row = {"workers": workers, "rho": rho, "retries": retries, "queue": queue, "seconds": seconds}
        for key in played[0]:
            row[key] = round(fmean(one[key] for one in played), 5)
            if key.endswith("mean_s"):
                error = stdev(one[key] for one in played) / len(played) ** 0.5
                row[key.replace("mean", "mean_error")] = round(error, 5)
        rows.append(row)
        print(row, flush=True)
    return rows


def _length_s(workers: int, rho: float, queue: int) -> float:
    """How long to play each seed for a standard error of about 1 %; rho near 1 mixes slowest."""
    if queue == ENDLESS and rho > 1:
        return 1000.0
    near = 100_000.0 if queue == ENDLESS else 25_000.0
    return {0.95: near, 1.1: 16_000.0}.get(rho, 5_000.0) / workers


def _play_steady(scenario: Scenario, seed: int, seconds: float, keep: bool) -> dict[str, float]:
    """One seed; a tenth of the time is played in advance and left out."""
    tenth = seconds / 10.0
    simulation = Simulation(scenario, seed, bins=11, bin_s=tenth)
    if keep:
        simulation.keep_from(tenth)
    simulation.run()
    outcome, pool = simulation.outcomes["j"], simulation.pools["a"]
    begun = sum(outcome.begun[1:])
    row = {"success": sum(outcome.served[1:]) / begun, "attempts": sum(outcome.attempts[1:]) / begun}
    if keep:
        row["mean_s"], row["median_s"] = fmean(pool.times), median(pool.times)
        row["served_mean_s"], row["served_median_s"] = fmean(outcome.times), median(outcome.times)
    return row


# The metastable region ---------------------------------------------------------------------------------


def metastable_rows() -> list[dict[str, Any]]:
    """One row per cell: how many runs serve less than half five minutes after a slow spell."""
    return [
        {"rho": rho, "retries": retries, "queue": queue, "down": _runs_down(rho, retries, queue)}
        for rho, retries, queue in metastable_cells()
    ]


def _runs_down(rho: float, retries: int, queue: int) -> int:
    down = 0
    for seed in METASTABLE_SEEDS:
        simulation = Simulation(one_service(rho, retries, queue, SLOW_30_S), seed, 36, BIN_S)
        simulation.run()
        outcome = simulation.outcomes["j"]
        down += sum(outcome.served[33:]) < 0.5 * sum(outcome.begun[33:])
    return down


# Systems over time -------------------------------------------------------------------------------------


def play(case: Case, seed: int) -> Simulation:
    """A case, played to its end."""
    simulation = Simulation(case.scenario, seed, case.bins, BIN_S)
    for at_s, share in case.shed:
        simulation.shed_at(at_s, share)
    for at_s, service in case.restarts:
        simulation.restart_at(at_s, service)
    simulation.run(case.tail_s)
    return simulation


def series(case: Case) -> dict[str, Any]:
    """What comes of a case, by bins: counts summed over the seeds, and shares of those who began."""
    played = [play(case, seed) for seed in range(case.seeds)]
    row: dict[str, Any] = {"seeds": list(range(case.seeds)), "journeys": {}}
    for name in case.scenario.journeys:
        row["journeys"][name] = _journey([one.outcomes[name] for one in played])
    if case.queue is not None:
        queues = (one.queues[case.queue] for one in played)
        row["queue"] = [round(fmean(lengths), 1) for lengths in zip(*queues, strict=True)]
    return row


def _journey(outcomes: list[Outcome]) -> dict[str, list[float]]:
    def summed(what: str) -> list[int]:
        return [sum(counts) for counts in zip(*(getattr(one, what) for one in outcomes), strict=True)]

    begun = summed("begun")
    row: dict[str, list[float]] = {
        "lost": [sum(one.begun) - sum(one.served) for one in outcomes],
        "begun": list(begun),
        "attempts": list(summed("attempts")),
    }
    if any(summed("returned")):
        row["returned"] = list(summed("returned"))
    for what in ("served", "slow"):
        row[what] = [round(part / whole, 4) for part, whole in zip(summed(what), begun, strict=True)]
    return row


# Files -------------------------------------------------------------------------------------------------


def record(name: str) -> None:
    """Play what a file holds, and write it."""
    content: dict[str, Any] = {"python": platform.python_version()}
    if name == "one-service":
        content |= {"seeds": list(STEADY_SEEDS), "rows": one_service_rows()}
    elif name == "metastable":
        content |= {"seeds": list(METASTABLE_SEEDS), "rows": metastable_rows()}
    else:
        content |= {"bin_s": BIN_S, "cases": {title: series(case) for title, case in SERIES[name].items()}}
    (DATA / f"{name}.json").write_text(_text(content) + "\n", encoding="utf-8")


def recorded(name: str) -> dict[str, Any]:
    """What a file holds."""
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


def _text(value: Any, indent: str = "") -> str:
    """JSON in which lists and objects that hold no others take one line."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if not any(isinstance(part, dict | list) for part in parts):
        return json.dumps(value, ensure_ascii=False)
    deeper = indent + "  "
    if isinstance(value, dict):
        lines = [
            f"{json.dumps(key, ensure_ascii=False)}: {_text(part, deeper)}" for key, part in value.items()
        ]
        return "{\n" + ",\n".join(deeper + line for line in lines) + f"\n{indent}}}"
    return "[\n" + ",\n".join(deeper + _text(part, deeper) for part in value) + f"\n{indent}]"


if __name__ == "__main__":
    for given in sys.argv[1:] or NAMES:
        record(given)
