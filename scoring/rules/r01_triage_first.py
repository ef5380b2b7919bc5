"""R1: the three triage questions come before the first change of production."""

from collections.abc import Iterable
from typing import NamedTuple

from scoring.acts import Act
from scoring.case import Case
from scoring.ledger import decided, fits, grounds_of_answer, settling
from scoring.rules.result import NOBODY_PAGED, RuleResult, not_scored, scored
from simulator.moves.arguments import UNCLEAR
from simulator.trace import TraceEvent

QUESTIONS = {
    "impact": "what users feel",
    "changed": "what changed",
    "rollback": "whether it rolls back quickly",
}
"""Question to how a sentence calls it."""
LATE = 0.4
"""What a right answer is worth once production has been changed; chosen for teaching."""
GUESSED = 0.5
"""What a right answer is worth that nothing seen before it supports; chosen for teaching."""


class Mark(NamedTuple):
    """One question's answer, marked."""

    share: float
    remark: str
    events: tuple[TraceEvent | int, ...]


def triage_first(case: Case) -> RuleResult:
    """Each question is worth a third: answered rightly, from what had been seen, before the first change."""
    if case.page is None:
        return not_scored(case, "R1", NOBODY_PAGED)
    if not case.events("triage"):
        return scored(case, "R1", 0, "The three triage questions were never answered.")
    first = case.first_touch
    marks = [_mark(case, question, first) for question in QUESTIONS]
    events = [event for mark in marks for event in mark.events]
    if all(mark.share == 1 for mark in marks):
        return scored(
            case, "R1", 1, _all_well(case, first, events), [*events, first.begun if first else None]
        )
    remarks = " ".join(mark.remark for mark in marks if mark.share < 1)
    share = sum(mark.share for mark in marks) / len(QUESTIONS)
    return scored(case, "R1", share, remarks, [*events, first.begun if first else None])


def _all_well(case: Case, first: Act | None, events: Iterable[TraceEvent | int]) -> str:
    by_ms = max(decided(case, event).at_ms for event in events if isinstance(event, TraceEvent))
    before = f", before production was first touched at {case.clock(first.begun.at_ms)}" if first else ""
    return f"All three questions were answered rightly by {case.clock(by_ms)}{before}."


def _mark(case: Case, question: str, first: Act | None) -> Mark:
    given = [event for event in case.events("triage") if question in event.detail]
    in_time = [event for event in given if first is None or decided(case, event).seq < first.begun.seq]
    name = QUESTIONS[question].capitalize()
    if not given:
        return Mark(0, f"{name}: not answered.", ())
    if in_time and fits(case, question, in_time[-1]):
        return _grounds(case, question, in_time[-1])
    later = [event for event in given if event not in in_time and fits(case, question, event)]
    if later:
        at = case.clock(decided(case, later[0]).at_ms)
        return Mark(
            LATE, f"{name}: the right answer came at {at}, after production had been touched.", (later[0],)
        )
    answer = given[-1].detail[question]
    if answer == UNCLEAR:
        return Mark(0, f"{name}: {_no_doubt(case, given[-1])}", (given[-1],))
    return Mark(0, f"{name}: the answer “{answer}” does not fit what was to be seen.", (given[-1],))


def _no_doubt(case: Case, event: TraceEvent) -> str:
    settled = settling(case, event)
    if settled:
        return f"said to be unclear, though “{settled[0].title}” had settled it."
    return "said to be unclear before anybody had looked."


def _grounds(case: Case, question: str, event: TraceEvent) -> Mark:
    """A right answer in time: full marks if something seen before supports it.

    What users feel is always on screen: the chart of users affected needs no look.
    """
    if question == "impact" or event.detail[question] == UNCLEAR:
        return Mark(1, "", (event,))
    if support := grounds_of_answer(case, question, event):
        return Mark(1, "", (event, support[0].seq))
    at, name = case.clock(decided(case, event).at_ms), QUESTIONS[question].capitalize()
    return Mark(GUESSED, f"{name}: right at {at}, but a guess, for nothing seen by then said so.", (event,))
