"""The score of a drill: what users lost, how the playbook was kept, and a total with its weights."""

from dataclasses import dataclass
from typing import Any

from scoring.case import Case
from scoring.metrics import METRICS, Metric
from scoring.playbook import Playbook, default_playbook
from scoring.rules import RULES
from scoring.rules.result import RuleResult
from simulator.errors import InputError, nearest, one_of
from simulator.scenario.model import Scenario
from simulator.trace import Trace

ABOUT_THE_MOST = 0.7
"""A rule that lost this share of what the costliest one lost needs as much work; chosen for teaching."""


class ScoreError(InputError):
    """A trace that cannot be scored against the scenario given."""


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Outcome and process side by side."""

    scenario: str
    scenario_version: int
    variant: str
    seed: int
    engine: int
    playbook: str
    playbook_version: int
    severity: int | None
    """The worst true level from the page to the mitigation; None if users were never hurt to speak of."""
    rules: tuple[RuleResult, ...]
    metrics: tuple[Metric, ...]
    total: float | None
    """Out of 100, over the rules that were scored; None if none was."""
    rating: str
    """The word for the total, from the playbook; empty if nothing was scored."""

    def rule(self, rule: str) -> RuleResult:
        """One rule's result by id."""
        return next(result for result in self.rules if result.id == rule)

    def metric(self, name: str) -> Metric:
        """One metric by name."""
        return next(metric for metric in self.metrics if metric.name == name)

    @property
    def points(self) -> float:
        """Points over the rules that were scored."""
        return sum(result.points for result in self.rules if result.points is not None)

    @property
    def possible(self) -> float:
        """Weight of the rules that were scored: what the total is out of, before it is scaled to 100."""
        return sum(result.possible for result in self.rules if result.scored)

    @property
    def to_improve(self) -> RuleResult | None:
        """The one thing to do better next time; None if nothing was lost.

        Of the rules that cost about the most, the first: the playbook's order is that of an incident, and
        what goes wrong early drags the rest along.
        """
        most = max(result.lost for result in self.rules)
        return next((r for r in self.rules if most > 0 and r.lost >= ABOUT_THE_MOST * most), None)

    def as_json(self) -> dict[str, Any]:
        """The score as a JSON object."""
        return {
            "scenario": self.scenario,
            "scenario_version": self.scenario_version,
            "variant": self.variant,
            "seed": self.seed,
            "engine": self.engine,
            "playbook": self.playbook,
            "playbook_version": self.playbook_version,
            "total": self.total,
            "severity": self.severity,
            "rating": self.rating,
            "points": self.points,
            "possible": self.possible,
            "rules": [result.as_json() for result in self.rules],
            "metrics": {metric.name: {"value": metric.value, "unit": metric.unit} for metric in self.metrics},
        }


def score(scenario: Scenario, trace: Trace, playbook: Playbook | None = None) -> Scorecard:
    """Score a drill. Pure: the same scenario, trace and playbook give the same scorecard.

    Args:
        scenario: what was played.
        trace: what happened.
        playbook: the rules' weights and deadlines; sevdrill's own if left out.

    Raises:
        ScoreError: the trace is of another scenario, or of another state of it.
    """
    case = review(scenario, trace, playbook)
    results = tuple(rule(case) for rule in RULES.values())
    total = _total(results)
    return Scorecard(
        scenario=scenario.id,
        scenario_version=scenario.version,
        variant=trace.header.variant,
        seed=trace.header.seed,
        engine=trace.header.engine,
        playbook=case.playbook.id,
        playbook_version=case.playbook.version,
        severity=case.worst_level,
        rules=results,
        metrics=tuple(metric(case) for metric in METRICS),
        total=total,
        rating="" if total is None else case.playbook.rating(total),
    )


def review(scenario: Scenario, trace: Trace, playbook: Playbook | None = None) -> Case:
    """The case that rules and metrics look at.

    Raises:
        ScoreError: as `score`.
    """
    header = trace.header
    if header.scenario != scenario.id:
        raise ScoreError("trace", f"it is of scenario '{header.scenario}'", f"one of '{scenario.id}'")
    if header.variant not in scenario.variants:
        known = list(scenario.variants)
        raise ScoreError(
            "trace", f"unknown variant '{header.variant}'", one_of(known), nearest(header.variant, known)
        )
    if header.scenario_digest != scenario.digest:
        what = f"it was played on another state of '{scenario.id}' (version {header.version})"
        raise ScoreError(
            "trace", what, f"the scenario as it is now, version {scenario.version}: simulate the log again"
        )
    return Case(scenario, trace, playbook or default_playbook())


def _total(results: tuple[RuleResult, ...]) -> float | None:
    possible = sum(result.possible for result in results if result.scored)
    points = sum(result.points for result in results if result.points is not None)
    return round(100 * points / possible, 1) if possible else None
