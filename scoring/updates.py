"""When updates were due, and the silences that went on after that."""

from typing import NamedTuple

from scoring.case import Case
from simulator.trace import TraceEvent


class Silence(NamedTuple):
    """A stretch without a word that went on after the next one was due."""

    start_ms: int
    due_ms: int
    end_ms: int
    after: TraceEvent | None
    """The update before it, if any."""


def first_update_due_ms(case: Case) -> int | None:
    """When the first update was due; None if the severity that users felt asks for none."""
    if case.page is None:
        return None
    due = []
    for span in case.true_level.spans(case.page.at_ms, case.over_ms):
        minutes = case.response(span.value).first_update_min if span.value is not None else None
        if minutes is not None:
            due.append(span.start_ms + round(60_000 * minutes))
    return min(due, default=None)


def silences(case: Case, told: list[TraceEvent], due_ms: int) -> list[Silence]:
    """The silences before mitigation, given the updates until then and when the first was due."""
    assert case.page is not None
    ends = [post.at_ms for post in told[1:]] + [case.over_ms]
    found = [
        Silence(post.at_ms, next_due_ms(case, post), end_ms, post)
        for post, end_ms in zip(told, ends, strict=False)
    ]
    first_ms = told[0].at_ms if told else case.over_ms
    before = Silence(case.page.at_ms, due_ms, first_ms, None)
    return [silence for silence in [before, *found] if silence.end_ms > silence.due_ms]


def next_due_ms(case: Case, post: TraceEvent) -> int:
    """When the next word was due: as promised or as required, whichever is sooner, and a little grace."""
    level = case.true_level.at(post.at_ms)
    required = case.response(level).cadence_min if level is not None else None
    promised: float | None = post.detail["next_update_min"]
    minutes = [value for value in (promised, required) if value is not None]
    if not minutes:
        return case.over_ms
    return post.at_ms + round(60_000 * min(minutes) + 1000 * case.playbook.timing.cadence_grace_s)


def kept_share(case: Case, told: list[TraceEvent], due_ms: int) -> float:
    """Share of the time from the first update, or from when it was due, in which no word was overdue."""
    silent_ms = sum(silence.end_ms - silence.due_ms for silence in silences(case, told, due_ms))
    since_ms = min(due_ms, told[0].at_ms) if told else due_ms
    return 1 - silent_ms / max(1, case.over_ms - since_ms)


def adherence(case: Case) -> float | None:
    """The same share for a whole drill, between 0 and 1; None where the severity asked for no updates."""
    due_ms = first_update_due_ms(case)
    if due_ms is None or due_ms >= case.over_ms:
        return None
    told = [post for post in case.events("update") if post.at_ms < case.over_ms]
    return min(1.0, max(0.0, kept_share(case, told, due_ms)))


def is_noise(case: Case, before: TraceEvent, after: TraceEvent) -> bool:
    """Whether an update follows one on the same channel too soon and says nothing new."""
    if after.at_ms - before.at_ms >= 1000 * case.playbook.timing.spam_s:
        return False
    if any(before.detail[part] != after.detail[part] for part in ("stage", "broken", "affected")):
        return False
    news = [e for kind in ("production", "severity", "declared", "fix") for e in case.events(kind)]
    return not any(before.seq < event.seq < after.seq for event in news)
