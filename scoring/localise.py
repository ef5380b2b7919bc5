"""Guesses at the cause: what was named or acted on, when, and whether it was right."""

from collections.abc import Iterator
from dataclasses import dataclass

from scoring.case import Case

FIXING = ("prepare_fix", "ship_fix")


@dataclass(frozen=True, slots=True)
class Guess:
    """Somebody named a cause, or acted as if something were it."""

    seq: int
    at_ms: int
    target: str
    right: bool


def guesses(case: Case) -> list[Guess]:
    """Every guess, in order: answers to "what changed", mitigations, fixes, and the postmortem's cause."""
    return sorted([*_answers(case), *_acts(case), *_fixes(case), *_drafts(case)], key=lambda guess: guess.seq)


def first_right(case: Case) -> Guess | None:
    """The first right guess."""
    return next((guess for guess in guesses(case) if guess.right), None)


def settled(case: Case) -> Guess | None:
    """The first right guess after which no wrong one followed."""
    all_of_them = guesses(case)
    last_wrong = max((guess.seq for guess in all_of_them if not guess.right), default=-1)
    return next((guess for guess in all_of_them if guess.right and guess.seq > last_wrong), None)


def _answers(case: Case) -> Iterator[Guess]:
    """What changed: naming a change is a guess; that nothing changed points to nothing."""
    for event in case.events("triage"):
        changed = event.detail.get("changed")
        is_cause = changed == case.variant.cause.id
        if changed in case.scenario.changes and (is_cause or changed not in case.variant.triage.changed):
            yield Guess(event.seq, event.at_ms, changed, is_cause)


def _acts(case: Case) -> Iterator[Guess]:
    for act in case.mitigations:
        right = case.is_right(act) or act.target == case.variant.cause.id
        yield Guess(act.begun.seq, act.begun.at_ms, act.target, right)


def _fixes(case: Case) -> Iterator[Guess]:
    for job in case.jobs:
        if job.verb in FIXING and job.target is not None:
            right = job.target == case.variant.cause.id
            yield Guess(job.start.seq, job.start.at_ms, job.target, right)


def _drafts(case: Case) -> Iterator[Guess]:
    for event in case.events("postmortem"):
        if event.detail["state"] == "written":
            cause = event.detail["cause"]
            yield Guess(event.seq, event.at_ms, cause, cause == case.variant.cause.id)
