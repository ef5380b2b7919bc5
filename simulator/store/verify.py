"""Whether stored drills are what was played: they are simulated again from their logs and compared."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from simulator.decisions import Decision
from simulator.drill import simulate
from simulator.errors import DecisionError
from simulator.scenario.model import Scenario
from simulator.store import rows
from simulator.store.chain import broken_row
from simulator.store.faults import StoreError
from simulator.store.records import StoredDrill, StoredScore
from simulator.store.store import Store
from simulator.trace import ENGINE_VERSION, Trace

Rescore = Callable[[Scenario, Trace, StoredScore], Mapping[str, Any] | None]
"""Scores a drill again by the playbook of a cached score, as `Scorecard.as_json()`; None: it is not known."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a drill that is not as it was written."""

    drill: str
    row: str
    """Table and row."""
    what: str
    forged: bool = True
    """False: it could not be compared, which proves nothing."""

    def __str__(self) -> str:
        return f"{self.row}: {self.what}"


def verify(store: Store, drill: StoredDrill, rescore: Rescore) -> list[Finding]:
    """What is not right with a drill; an empty list is what it should be.

    Args:
        store: where it is.
        drill: which.
        rescore: scores it again.

    Raises:
        StoreError: the store cannot be read.
    """
    try:
        scenario = store.scenario(drill)
    except StoreError as fault:
        return [Finding(drill.id, f"scenarios {drill.scenario_id[:12]}", fault.what)]
    written = store.written(drill)
    broken = broken_row(drill.facts, written)
    if broken:
        return [Finding(drill.id, f"decisions of {drill.id}", broken)]
    if drill.engine != ENGINE_VERSION or scenario.digest != drill.scenario_digest:
        what = f"played with engine {drill.engine} on an older form of its scenario: not compared"
        return [Finding(drill.id, f"drills {drill.id}", what, forged=False)]
    log = sorted((decision for decision, _ in written), key=lambda decision: decision.at_ms)
    return _outcome(store, drill, scenario, log, rescore)


def _outcome(
    store: Store, drill: StoredDrill, scenario: Scenario, log: list[Decision], rescore: Rescore
) -> list[Finding]:
    """What is not right with the digest and the scores of a drill whose log is as it was written."""
    try:
        trace = simulate(scenario, drill.seed, log)
    except DecisionError as fault:
        return [Finding(drill.id, f"decisions of {drill.id}", f"the log does not fit its scenario: {fault}")]
    if not drill.finished:
        return []
    if trace.digest != drill.trace_digest:
        what = f"its trace is {str(drill.trace_digest)[:12]}, but its log gives {trace.digest[:12]}"
        return [Finding(drill.id, f"drills {drill.id}", what)]
    try:
        scores = store.scores(drill)
    except StoreError as fault:
        return [Finding(drill.id, fault.where, fault.what)]
    return [found for kept in scores for found in _score(kept, rescore(scenario, trace, kept))]


def _score(kept: StoredScore, again: Mapping[str, Any] | None) -> list[Finding]:
    row = f"scores of {kept.drill} by {kept.playbook} {kept.playbook_version}"
    if again is None:
        return [Finding(kept.drill, row, "its playbook is not at hand: not compared", forged=False)]
    expected = rows.of_score(again)
    expected |= {"figures": rows.figures_of(again), "card": json.loads(expected["card"])}
    return [
        Finding(kept.drill, row, f"its {name} is {_short(value)}, but its log gives {_short(expected[name])}")
        for name in ("variant", "severity", "total", "rating", "figures", "card")
        if (value := getattr(kept, name)) != expected[name]
    ]


def _short(value: Any) -> str:
    return f"{value!s:.60}"
