"""Ways in which a decision could have been otherwise: left out, made earlier, or the best move instead.

An edit is a decision log. What it leads to is for `simulate` to say, so every figure drawn from it is exact.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from scoring.case import Case
from simulator.decisions import Decision
from simulator.grounds import MITIGATIONS, supports
from simulator.moves import MOVES, SEAT
from simulator.policies.base import carry_out
from simulator.scenario.model import Mitigation

Kind = Literal["removed", "earlier", "replaced", "added"]
ACTS = ("mitigate", "fix")
"""Groups of moves that act on the incident, as debugging on production does."""
NOT_TARGETS = ("by", "share", "factor")
"""Arguments of a mitigation that say who and how much, not what it is done to."""
ADDED = "what-if"
"""The id of a decision that was not in the log."""
LEAST_EARLIER_MS = 10_000
"""A decision is moved only if it could have come earlier by this much; chosen for teaching."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A decision log in which one decision is otherwise."""

    kind: Kind
    decision: Decision
    """The decision as it was made; of one that was not made, as it would have been."""
    instead: Decision | None
    """The decision as it would have been; None if it is left out."""
    log: tuple[Decision, ...]
    known: bool = True
    """Whether something seen by then pointed to it; if not, it is hindsight."""


def is_act(decision: Decision) -> bool:
    """Whether a decision acts on the incident. Others find out, tell or lead: to omit them is no advice."""
    return MOVES[decision.verb].group in ACTS or decision.verb == "debug_in_production"


def edits(case: Case, decisions: Sequence[Decision], decision: Decision) -> Iterator[Edit]:
    """Every edit of one decision: without it, as early as it could have been, and each right move instead."""
    yield _edit("removed", decisions, decision, None)
    earliest_ms = earliest(case, decision)
    if earliest_ms is not None and earliest_ms <= decision.at_ms - LEAST_EARLIER_MS:
        yield _edit("earlier", decisions, decision, replace(decision, at_ms=earliest_ms))
    for other, known in _better(case, decision):
        yield replace(_edit("replaced", decisions, decision, other), known=known)


def additions(case: Case, decisions: Sequence[Decision]) -> Iterator[Edit]:
    """Right moves that were never carried out, made as soon as something seen pointed to them.

    Operations carry them out if they were there, and otherwise the seat.
    """
    for move in case.variant.right_moves:
        if any(act.is_a(move) and act.done for act in case.acts) or case.acknowledged is None:
            continue
        pointing = [item.at_ms for item in case.found if supports(item, move.verb, move.target, move.zone)]
        if pointing:
            at_ms = max(pointing[0], case.acknowledged.at_ms)
            log = made_at(decisions, move, at_ms, _hands(case, at_ms))
            added = next(decision for decision in log if decision.id == ADDED)
            yield Edit("added", added, added, log)


def _hands(case: Case, at_ms: int) -> str | None:
    """Somebody from operations who had joined by then, if anybody had."""
    joined = [e.subject for e in case.events("page") if e.detail["state"] == "joined" and e.at_ms < at_ms]
    there = (who for who in joined if who in case.scenario.responders)
    return next((who for who in there if case.scenario.responders[who].role == "operations"), None)


def earliest(case: Case, decision: Decision) -> int | None:
    """The first moment, in ms, at which a decision was possible and known to be right; None if never.

    The page for acknowledging. For the rest: once acknowledged, once whoever does it was there, and for a
    mitigation once something seen pointed to it, if anything ever did.
    """
    if case.page is None:
        return None
    if decision.verb == "acknowledge":
        return case.page.at_ms
    if case.acknowledged is None:
        return None
    moments = [case.acknowledged.at_ms]
    if isinstance(actor := decision.args.get("by"), str) and not case.is_seat(actor):
        joined = (
            e.at_ms for e in case.events("page") if e.subject == actor and e.detail["state"] == "joined"
        )
        moments.append(next(joined, decision.at_ms))
    moments += _pointed_ms(case, decision)
    return max(moments)


def _pointed_ms(case: Case, decision: Decision) -> Iterator[int]:
    """When something seen first pointed to a mitigation, if that was before it began."""
    act = next((act for act in case.acts if act.decision == decision.id), None)
    if act is None or decision.verb not in MITIGATIONS:
        return
    seen = (item for item in case.found if item.seq < act.begun.seq)
    yield from [item.at_ms for item in seen if supports(item, act.verb, act.target, act.zone)][:1]


def _better(case: Case, decision: Decision) -> Iterator[tuple[Decision, bool]]:
    """The right moves that the same hands could have made at that moment instead, and whether that was known.

    Instead of looking any further: only those that something seen by then pointed to.
    """
    looks = MOVES[decision.verb].group == "investigate" and not is_act(decision)
    if decision.at_ms >= case.over_ms or not (looks or is_act(decision)):
        return
    seen = [item for item in case.found if item.at_ms <= decision.at_ms]
    for move in case.variant.right_moves:
        wish = carry_out(move, decision.args.get("by"))
        known = any(supports(item, move.verb, move.target, move.zone) for item in seen)
        args = {key: value for key, value in decision.args.items() if value is not None}
        if (known or not looks) and (wish.verb, dict(wish.args)) != (decision.verb, args):
            yield replace(decision, verb=wish.verb, args=dict(wish.args)), known


def made_at(
    decisions: Sequence[Decision], move: Mitigation, at_ms: int, by: str | None = None
) -> tuple[Decision, ...]:
    """A log with a mitigation made at a moment, in ms, instead of whenever it was made."""
    wish = carry_out(move, by)
    target = {name: value for name, value in wish.args.items() if name not in NOT_TARGETS}

    def is_it(decision: Decision) -> bool:
        return decision.verb == wish.verb and all(decision.args.get(n) == v for n, v in target.items())

    kept = [decision for decision in decisions if not is_it(decision)]
    place = next((n for n, other in enumerate(kept) if other.at_ms > at_ms), len(kept))
    return (*kept[:place], Decision(ADDED, at_ms, SEAT, wish.verb, dict(wish.args)), *kept[place:])


def _edit(kind: Kind, log: Sequence[Decision], old: Decision, new: Decision | None) -> Edit:
    """A log in which one decision has given way to another, which comes after those of the same moment."""
    kept = [other for other in log if other.id != old.id]
    if new is None:
        return Edit(kind, old, new, tuple(kept))
    if new.at_ms == old.at_ms:
        return Edit(kind, old, new, tuple(new if other.id == old.id else other for other in log))
    place = next((n for n, other in enumerate(kept) if other.at_ms > new.at_ms), len(kept))
    return Edit(kind, old, new, (*kept[:place], new, *kept[place:]))
