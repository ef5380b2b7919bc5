"""What a rule says about a drill."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from scoring.case import Case
from simulator.trace import TraceEvent

NOT_SCORED = "Not scored, because "
NOBODY_PAGED = "nobody was paged in this drill."


@dataclass(frozen=True, slots=True)
class RuleResult:
    """How one rule was kept."""

    id: str
    """`R1` to `R12`."""
    points: float | None
    """From 0 to `possible`; None if the drill gave no chance to keep or break the rule."""
    possible: float
    """The rule's weight in the playbook."""
    reason: str
    """Why, in a sentence or two for a new hire, with clock times."""
    evidence: tuple[int, ...] = ()
    """Timeline positions (`TraceEvent.seq`) that prove it."""

    @property
    def scored(self) -> bool:
        """Whether the rule counts towards the total."""
        return self.points is not None

    @property
    def lost(self) -> float:
        """Points that were there to have and were missed."""
        return 0.0 if self.points is None else self.possible - self.points

    @property
    def text(self) -> str:
        """The points as a person reads them: '2.8 of 14', or 'not scored'."""
        return "not scored" if self.points is None else f"{round(self.points, 1):g} of {self.possible:g}"

    def as_json(self) -> dict[str, Any]:
        """The result as a JSON object."""
        return {
            "id": self.id,
            "points": self.points,
            "possible": self.possible,
            "reason": self.reason,
            "evidence": list(self.evidence),
        }


def scored(
    case: Case, rule: str, share: float, reason: str, evidence: Iterable[TraceEvent | int | None] = ()
) -> RuleResult:
    """A result with `share` (0 to 1) of the rule's points; events that do not exist are left out."""
    possible = case.playbook.rules[rule].weight
    points = round(possible * min(1.0, max(0.0, share)), 2)
    return RuleResult(rule, min(points, possible), possible, reason, _seqs(evidence))


def not_scored(
    case: Case, rule: str, because: str, evidence: Iterable[TraceEvent | int | None] = ()
) -> RuleResult:
    """A result that leaves the total; `because` completes 'Not scored, because …'."""
    possible = case.playbook.rules[rule].weight
    return RuleResult(rule, None, possible, f"{NOT_SCORED}{because}", _seqs(evidence))


def _seqs(evidence: Iterable[TraceEvent | int | None]) -> tuple[int, ...]:
    found = {event.seq if isinstance(event, TraceEvent) else event for event in evidence}
    return tuple(sorted(seq for seq in found if seq is not None))
