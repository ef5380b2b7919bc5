"""What would have helped: each decision otherwise, on the same seed, and what that would have saved users.

Every figure is a difference between two runs of `simulate`, so it can be recomputed to the last digit. The
same seed gives every other chance event as it was: that is what makes one drill comparable with another.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from scoring.case import Case
from scoring.edits import Edit, Kind, additions, edits, is_act
from scoring.metrics import humane_span
from scoring.metrics.times import time_to_mitigate
from scoring.playbook import Playbook
from scoring.scorecard import review
from simulator.decisions import Decision
from simulator.drill import simulate
from simulator.moves import MOVES
from simulator.scenario.model import Scenario
from simulator.trace import Trace

Simulate = Callable[[Scenario, int, Iterable[Decision]], Trace]
MATTERS = 0.5
"""User-minutes from which a difference is told."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a drill came to for users."""

    user_minutes: float
    mitigated_s: float | None
    """Time to mitigate in seconds; None if that was not reached."""


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """One decision otherwise, and what would have come of it."""

    edit: Edit
    change: str
    """In a few words: 'Without it', 'At 14:05 already', 'Roll back Deploy till 2 instead'."""
    trace: Trace
    outcome: Outcome
    saved: float
    """User-minutes that it would have saved; negative if it would have cost more."""
    sooner_s: float | None
    """Seconds by which users would have been well sooner; None unless both drills got there."""

    @property
    def kind(self) -> Kind:
        """How the decision differs."""
        return self.edit.kind

    @property
    def is_advice(self) -> bool:
        """Whether it counts as regret: to find out, tell or lead is not regretted for the time it took."""
        return self.kind != "removed" or is_act(self.edit.decision)

    @property
    def text(self) -> str:
        """In a sentence, such as 'At 14:05 already: 2,340 user-minutes saved, users well 4 min sooner'."""
        hindsight = "" if self.edit.known else " (with hindsight: nothing seen by then pointed to it)"
        return f"{self.change}: {_saved(self.saved)}{_sooner(self.sooner_s)}{hindsight}."


@dataclass(frozen=True, slots=True)
class Judged:
    """A decision with everything that was tried instead of it."""

    decision: Decision
    label: str
    clock: str
    others: tuple[Counterfactual, ...]

    @property
    def best(self) -> Counterfactual | None:
        """The advice that would have served users best; of equals, the first. None if there is none."""
        advice = (other for other in self.others if other.is_advice)
        return max(advice, key=lambda other: other.saved, default=None)

    @property
    def regret(self) -> float:
        """User-minutes that the best advice would have saved, never below 0."""
        return max(0.0, self.best.saved) if self.best else 0.0

    @property
    def worth(self) -> float:
        """User-minutes that the decision saved, beside not having made it."""
        return -next(other.saved for other in self.others if other.kind == "removed")


@dataclass(frozen=True)
class WhatIf:
    """A drill, and every decision of it otherwise."""

    case: Case
    actual: Outcome
    judged: tuple[Judged, ...]
    """In the order of the log."""
    missed: tuple[Counterfactual, ...]
    """Right moves never made although something seen pointed to them, each made then; best first."""

    @cached_property
    def by_regret(self) -> tuple[Judged, ...]:
        """The decisions, most regretted first; of equals, the earlier first."""
        return tuple(sorted(self.judged, key=lambda judged: -judged.regret))

    @property
    def worst(self) -> Judged | None:
        """The most regretted decision; None if nothing would have helped."""
        return next((judged for judged in self.by_regret if judged.regret >= MATTERS), None)

    @property
    def best(self) -> Judged | None:
        """The decision that saved users most; None if none did. Acknowledging goes without saying."""
        chosen = (judged for judged in self.judged if judged.decision.verb != "acknowledge")
        most = max(chosen, key=lambda judged: judged.worth, default=None)
        return most if most is not None and most.worth >= MATTERS else None


def what_if(
    scenario: Scenario,
    seed: int,
    decisions: Sequence[Decision],
    playbook: Playbook | None = None,
    *,
    only: Callable[[Decision], bool] = lambda decision: True,
    run: Simulate = simulate,
) -> WhatIf:
    """Play a drill again with each of its decisions otherwise. About a tenth of a second per decision.

    Args:
        scenario: what was played.
        seed: the seed it was played with.
        decisions: its log.
        playbook: for the window of a lasting recovery.
        only: which decisions to look at; all that were accepted, if left out.
        run: what simulates a log.
    """
    case = review(scenario, run(scenario, seed, decisions), playbook)
    actual = outcome(case)
    accepted = {e.detail["id"] for e in case.events("decision") if e.detail["outcome"] == "accepted"}
    chosen = [decision for decision in decisions if decision.id in accepted and only(decision)]

    def judge(decision: Decision) -> Judged:
        tried = (_tried(case, actual, edit, run) for edit in edits(case, decisions, decision))
        label = MOVES[decision.verb].label(scenario, decision.args)
        others = tuple(other for other in tried if other is not None)
        return Judged(decision, label, case.clock(decision.at_ms), others)

    missed = [_tried(case, actual, edit, run) for edit in additions(case, decisions)]
    helpful = [other for other in missed if other is not None and other.saved >= MATTERS]
    ranked = tuple(sorted(helpful, key=lambda other: -other.saved))
    return WhatIf(case, actual, tuple(judge(decision) for decision in chosen), ranked)


def outcome(case: Case) -> Outcome:
    """What a drill came to for users."""
    return Outcome(case.trace.impact["user_minutes"][-1], time_to_mitigate(case).value)


def _tried(case: Case, actual: Outcome, edit: Edit, run: Simulate) -> Counterfactual | None:
    """The edit played; None if the decision would have been refused there, so it was no alternative."""
    other = review(case.scenario, run(case.scenario, case.trace.header.seed, edit.log), case.playbook)
    if edit.instead is not None:
        made = other.first("decision", id=edit.instead.id)
        if made is None or made.detail["outcome"] != "accepted":
            return None
    then = outcome(other)
    saved = actual.user_minutes - then.user_minutes
    return Counterfactual(edit, _change(case, edit), other.trace, then, saved, _sooner_s(actual, then))


def _change(case: Case, edit: Edit) -> str:
    if edit.instead is None:
        return "Without it"
    if edit.kind == "added":
        label = MOVES[edit.instead.verb].label(case.scenario, edit.instead.args)
        return f"{label}, at {case.clock(edit.instead.at_ms)}"
    if edit.kind == "earlier":
        return f"At {case.clock(edit.instead.at_ms)} already"
    return f"{MOVES[edit.instead.verb].label(case.scenario, edit.instead.args)} instead"


def told(actual: Outcome, then: Outcome) -> str:
    """The difference between two outcomes, such as '2,340 user-minutes saved, users well 4 min sooner'."""
    words = _saved(actual.user_minutes - then.user_minutes) + _sooner(_sooner_s(actual, then))
    return f"{words[0].upper()}{words[1:]}."


def _sooner_s(actual: Outcome, then: Outcome) -> float | None:
    if actual.mitigated_s is None or then.mitigated_s is None:
        return None
    return actual.mitigated_s - then.mitigated_s


def _saved(saved: float) -> str:
    if abs(saved) < MATTERS:
        return "no difference to users"
    return f"{abs(saved):,.0f} user-minutes {'saved' if saved > 0 else 'more lost'}"


def _sooner(sooner_s: float | None) -> str:
    if sooner_s is None or abs(sooner_s) < 1:
        return ""
    return f", users well {humane_span(abs(sooner_s))} {'sooner' if sooner_s > 0 else 'later'}"
