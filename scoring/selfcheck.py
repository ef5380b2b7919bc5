"""The self-check: the ways in which responses usually go wrong, found in the log, each with its moments."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from scoring.case import Case, hurts
from scoring.command import slips
from scoring.ledger import claims
from scoring.metrics.metric import humane_span
from scoring.paging import needless, pages
from scoring.truth import checked
from scoring.updates import first_update_due_ms, silences
from simulator.blaming import in_draft, in_update
from simulator.coach.failures import FAILURES
from simulator.coach.stations import QUESTIONS
from simulator.moves.common import name_of, title_of
from simulator.wording import promises, quoted


@dataclass(frozen=True, slots=True)
class Moment:
    """Where it went wrong."""

    at_ms: int
    text: str
    seq: int | None = None
    """The entry of the timeline that shows it; None for something that was missing."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One way of going wrong, and every time it happened."""

    id: str
    title: str
    moments: tuple[Moment, ...]


def self_check(case: Case) -> list[Failure]:
    """Every failure mode, those that did not happen with no moments."""
    return [Failure(key, mode.title, tuple(_FINDERS[key](case))) for key, mode in FAILURES.items()]


def _acting_first(case: Case) -> Iterator[Moment]:
    answered: dict[str, int] = {}
    for event in case.events("triage"):
        for question in QUESTIONS:
            if question in event.detail:
                answered.setdefault(question, event.seq)
    done = max(answered.values()) if len(answered) == len(QUESTIONS) else len(case.trace.events)
    for act in case.acts:
        if act.touches_production and act.begun.seq < done:
            yield Moment(
                act.begun.at_ms,
                f"{_start(case.doing(act))} before the questions were answered.",
                act.begun.seq,
            )


def _fixing_first(case: Case) -> Iterator[Moment]:
    relief = case.relief
    for job in case.jobs:
        if job.verb not in ("prepare_fix", "ship_fix") or not hurts(case.true_level.at(job.start.at_ms)):
            continue
        if relief is None or job.start.seq < relief.begun.seq or job.decision == relief.decision:
            yield Moment(job.start.at_ms, f"{job.label}, while users were hurt.", job.start.seq)


def _debugging_on_users(case: Case) -> Iterator[Moment]:
    for job in case.jobs:
        if job.verb == "debug_in_production" and case.variant.staging_reproduces:
            yield Moment(job.start.at_ms, f"{job.label}: staging would have shown it.", job.start.seq)


def _going_silent(case: Case) -> Iterator[Moment]:
    due_ms = first_update_due_ms(case)
    if due_ms is None or due_ms >= case.over_ms:
        return
    told = [post for post in case.events("update") if post.at_ms < case.over_ms]
    for silence in silences(case, told, due_ms):
        over = humane_span((silence.end_ms - silence.due_ms) / 1000)
        yield Moment(silence.due_ms, f"A word was due, and none came for another {over}.")


def _promising(case: Case) -> Iterator[Moment]:
    for post in case.events("update"):
        if words := promises(post.detail["text"]):
            yield Moment(post.at_ms, f"{quoted(words)}.", post.seq)


def _guessing(case: Case) -> Iterator[Moment]:
    for claim in claims(case):
        if claim.ground == "guess" and claim.is_act:
            luck = ", and it happened to be right" if claim.right else ""
            yield Moment(claim.at_ms, f"{claim.text}: nothing seen by then pointed to it{luck}.", claim.seq)
    for check in checked(case):
        for fault in check.faults:
            if fault.kind == "guessed":
                yield Moment(check.post.at_ms, fault.text, check.post.seq)


def _anchoring(case: Case) -> Iterator[Moment]:
    for claim in claims(case):
        if claim.ground == "against":
            yield Moment(
                claim.at_ms, f"{claim.text}, although “{claim.because[0].title}” had been seen.", claim.seq
            )


def _victory(case: Case) -> Iterator[Moment]:
    for event in case.events("declared"):
        if hurts(case.true_level.at(event.at_ms)):
            yield Moment(event.at_ms, f"Declared {event.subject} while users were still hurt.", event.seq)


def _adrenaline(case: Case) -> Iterator[Moment]:
    for act in case.acts:
        if act.verb != "ship_fix" or act.dropped:
            continue
        what = title_of(case.scenario, act.target)
        if act.begun.detail["path"] == "straight":
            yield Moment(act.begun.at_ms, f"The fix for {what} went straight to production.", act.begun.seq)
        elif hurts(case.true_level.at(act.begun.at_ms)):
            yield Moment(act.begun.at_ms, f"The fix for {what} shipped while users were hurt.", act.begun.seq)


def _hands_on(case: Case) -> Iterator[Moment]:
    for slip in slips(case):
        length = humane_span(slip.length_ms / 1000)
        yield Moment(
            slip.start_ms, f"In command, and by hand for {length}: {slip.job.label}.", slip.job.start.seq
        )


def _waking(case: Case) -> Iterator[Moment]:
    idle = needless(case) if case.worst_level is not None else []
    for event in pages(case):
        if event.subject in idle:
            yield Moment(
                event.at_ms, f"{name_of(case.scenario, event.subject)} was woken without need.", event.seq
            )


def _naming(case: Case) -> Iterator[Moment]:
    for post in case.events("update"):
        if words := in_update(case.scenario, post.detail["text"]):
            yield Moment(post.at_ms, f"In an update: {quoted(words)}.", post.seq)
    for event in case.events("postmortem"):
        if event.detail["state"] == "written" and (words := in_draft(case.scenario, event.detail)):
            yield Moment(event.at_ms, f"In the postmortem: {quoted(words)}.", event.seq)


def _start(words: str) -> str:
    return words[0].upper() + words[1:]


_FINDERS: Mapping[str, Callable[[Case], Iterator[Moment]]] = {
    "acting_first": _acting_first,
    "fixing_first": _fixing_first,
    "debugging_on_users": _debugging_on_users,
    "going_silent": _going_silent,
    "promising": _promising,
    "guessing": _guessing,
    "anchoring": _anchoring,
    "victory": _victory,
    "adrenaline": _adrenaline,
    "hands_on": _hands_on,
    "waking": _waking,
    "naming": _naming,
}
"""Failure mode to what finds it in a log; one for each of `FAILURES`."""
