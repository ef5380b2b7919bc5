"""R4: the first update comes in time, says three true things, and promises no time for the fix."""

from collections.abc import Iterator
from typing import NamedTuple

from scoring.case import Case
from scoring.metrics import humane_span
from scoring.rules.result import RuleResult, not_scored, scored
from scoring.truth import BUCKETS, scope, titles, true_words
from scoring.updates import first_update_due_ms
from simulator.trace import TraceEvent
from simulator.wording import promises, quoted

LATEST = 0.25
"""What is left of an update that is late by twice its deadline or more: late is better than never."""
PROMISE_COST = 0.5
"""What a promised time to fix takes off; chosen for teaching."""
HONEST_UNKNOWN = 0.7
"""What "unknown" is worth for who is affected: honest, and less helpful than a number."""
FAR_AHEAD = 0.5
"""What a next update is worth that is promised for later than the severity allows."""


class Mark(NamedTuple):
    """One of the three parts, marked."""

    share: float
    remark: str


def tell_people_at_once(case: Case) -> RuleResult:
    """Timeliness times the mean of the three parts, less a promised time to fix anywhere."""
    due_ms = first_update_due_ms(case)
    if due_ms is None:
        return not_scored(case, "R4", "no status update was due at the severity that users felt.")
    post = case.first("update")
    if post is None:
        return scored(
            case, "R4", 0, f"Nobody was told anything; the first update was due by {case.clock(due_ms)}."
        )
    assert case.page is not None
    timely = _timeliness(post.at_ms - due_ms, due_ms - case.page.at_ms)
    parts = [_broken(case, post), _affected(case, post), _next(case, post)]
    share = timely * sum(part.share for part in parts) / len(parts)
    promised = list(_promised(case))
    reason = " ".join([_when(case, post, due_ms), *(part.remark for part in parts if part.remark)])
    if promised:
        words = quoted(word for _, found in promised for word in found)
        reason += f" A time for the fix was promised ({words}); nobody can know it."
        share -= PROMISE_COST
    return scored(case, "R4", share, reason, [post, *(event for event, _ in promised)])


def _timeliness(late_ms: int, allowed_ms: int) -> float:
    return max(LATEST, 1 - max(0, late_ms) / (2 * max(1, allowed_ms)))


def _when(case: Case, post: TraceEvent, due_ms: int) -> str:
    at, late_s = case.clock(post.at_ms), (post.at_ms - due_ms) / 1000
    if late_s > 0:
        return f"First update at {at}, {humane_span(late_s)} after the deadline."
    return f"First update at {at}, inside the deadline of {case.clock(due_ms)}."


def _broken(case: Case, post: TraceEvent) -> Mark:
    found = scope(case, post)
    if not found.missed and not found.wrong:
        return Mark(1, "")
    remarks = [f"{titles(case, found.missed)} was failing and not named"] if found.missed else []
    remarks += [f"{titles(case, found.wrong)} was named and working"] if found.wrong else []
    named_or_due = found.right + len(found.missed) + len(found.wrong)
    return Mark(found.right / named_or_due, f"What is broken: {', '.join(remarks)}.")


def _affected(case: Case, post: TraceEvent) -> Mark:
    said = post.detail["affected"]
    if said == "unknown":
        return Mark(HONEST_UNKNOWN, "Who is affected was left open: honest, and the chart had the number.")
    true = true_words(case, post)
    off = min((abs(BUCKETS.index(said) - bucket) for bucket in true), default=0)
    if off == 0:
        return Mark(1, "")
    words = " or ".join(f"“{BUCKETS[bucket]}”" for bucket in true)
    return Mark(0.5 if off == 1 else 0, f"Who is affected: it said “{said}”, and {words} was true.")


def _next(case: Case, post: TraceEvent) -> Mark:
    minutes = post.detail["next_update_min"]
    if case.mitigated_ms is not None and post.at_ms >= case.mitigated_ms:
        return Mark(1, "")
    if minutes is None:
        return Mark(0, "It did not say when the next update comes.")
    level = case.true_level.at(post.at_ms)
    allowed = case.response(level).cadence_min if level is not None else None
    if allowed is not None and minutes > allowed:
        return Mark(
            FAR_AHEAD,
            f"The next update was promised in {minutes:g} min, later than the {allowed:g} asked for.",
        )
    return Mark(1, "")


def _promised(case: Case) -> Iterator[tuple[TraceEvent, list[str]]]:
    for event in case.events("update"):
        found = promises(event.detail["text"])
        if found:
            yield event, found
