"""The knowledge ledger: what had been seen when something was said or done; so, what was skill and what luck.

A claim is a triage answer, an act, or a cause named. It is reasoned if something seen before points to it,
against the evidence if something seen before rules it out and nothing seen since takes its side, and else a
guess. A guess that happened to be right stays a guess.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from scoring.acts import Act
from scoring.case import Case
from simulator.board import Found
from simulator.grounds import against
from simulator.moves.arguments import UNCLEAR
from simulator.moves.common import title_of
from simulator.trace import TraceEvent

Ground = Literal["reasoned", "guess", "against"]
SOURCES = {"changed": ("changes", "diff"), "rollback": ("changes", "diff", "runbook")}
"""Sources that answer a triage question by themselves."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Something said or done as if it were known."""

    seq: int
    at_ms: int
    text: str
    right: bool
    ground: Ground
    because: tuple[Found, ...]
    """What had been seen that supports it, or that rules it out."""
    is_act: bool


def claims(case: Case) -> list[Claim]:
    """Every claim of a drill, in order."""
    return sorted([*_answers(case), *_acts(case), *_causes(case)], key=lambda claim: claim.seq)


def decided(case: Case, event: TraceEvent) -> TraceEvent:
    """When the seat decided on something: doing or saying it may have waited behind other work."""
    decisions = (e for e in case.events("decision") if e.detail["id"] == event.detail.get("decision"))
    return next(decisions, event)


def grounds_of_answer(case: Case, question: str, event: TraceEvent) -> list[Found]:
    """What had been seen that supports an answer to a triage question."""
    seen = case.seen_before(decided(case, event).seq)
    return [item for item in seen if _answered_by(item, question, event.detail[question])]


def honest_doubt(case: Case, question: str, event: TraceEvent) -> bool:
    """Whether "not clear yet" was the right answer: somebody had looked, and nothing seen settled it."""
    seen = case.seen_before(decided(case, event).seq)
    return any(item.source in SOURCES[question] for item in seen) and not settling(case, event)


def settling(case: Case, event: TraceEvent) -> list[Found]:
    """What had been seen that settles what changed and whether it may be rolled back."""
    seen = case.seen_before(decided(case, event).seq)
    firm = [item for item in seen if item.strength == "strong"]
    return [item for item in firm if item.implicates or item.clears or item.unsafe]


def _answered_by(item: Found, question: str, answer: str) -> bool:
    if question == "rollback" and answer == "unsafe":
        return bool(item.unsafe)
    return item.source in SOURCES[question] or bool(item.implicates or item.clears)


def _answers(case: Case) -> Iterator[Claim]:
    for event in case.events("triage"):
        for question in SOURCES:
            if question in event.detail:
                yield _answer(case, question, event)


def _answer(case: Case, question: str, event: TraceEvent) -> Claim:
    answer = event.detail[question]
    support = grounds_of_answer(case, question, event)
    contrary = against(case.seen_before(decided(case, event).seq), answer) if question == "changed" else []
    words = {"changed": "What changed", "rollback": "Quick rollback"}[question]
    right = fits(case, question, event)
    if answer == UNCLEAR:
        contrary = settling(case, event)
    text = f"{words}: {title_of(case.scenario, answer)}"
    return _claim(event, text, support, [] if right else contrary, right=right, is_act=False)


def fits(case: Case, question: str, event: TraceEvent) -> bool:
    """Whether an answer to a triage question is right, or an honest doubt."""
    answer = event.detail[question]
    if answer == UNCLEAR:
        return honest_doubt(case, question, event)
    return answer in getattr(case.variant.triage, question)


def _acts(case: Case) -> Iterator[Claim]:
    for act in case.mitigations:
        seen, support = case.seen_before(act.begun.seq), case.support_for(act)
        words = case.doing(act)
        right, text = case.is_right(act), f"{words[0].upper()}{words[1:]}"
        yield _claim(act.begun, text, support, _contrary(act, seen), right=right, is_act=True)


def _contrary(act: Act, seen: list[Found]) -> list[Found]:
    unsafe = [item for item in seen if act.verb == "roll_back" and act.target in item.unsafe]
    return unsafe or against(seen, act.target)


def _causes(case: Case) -> Iterator[Claim]:
    for event in case.events("postmortem"):
        if event.detail["state"] == "written":
            cause, seen = event.detail["cause"], case.seen_before(event.seq)
            support = [item for item in seen if cause in item.implicates]
            text, right = f"Root cause: {title_of(case.scenario, cause)}", cause == case.variant.cause.id
            yield _claim(event, text, support, against(seen, cause), right=right, is_act=False)


def _claim(
    event: TraceEvent, text: str, support: list[Found], contrary: list[Found], *, right: bool, is_act: bool
) -> Claim:
    ground: Ground = "against" if contrary else "reasoned" if support else "guess"
    return Claim(event.seq, event.at_ms, text, right, ground, tuple(contrary or support), is_act)
