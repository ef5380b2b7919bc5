"""R5: no silence longer than promised or required until service is back, and no noise either."""

from itertools import pairwise
from typing import NamedTuple

from scoring.case import Case
from scoring.metrics import humane_span
from scoring.rules.r04_first_update import first_update_due_ms
from scoring.rules.result import RuleResult, not_scored, scored
from simulator.trace import TraceEvent

SPAM_COST = 0.1
"""What each update that is mere noise takes off; chosen for teaching."""


class Silence(NamedTuple):
    """A stretch without a word that went on after the next one was due."""

    start_ms: int
    due_ms: int
    end_ms: int
    after: TraceEvent | None
    """The update before it, if any."""


def keep_the_rhythm(case: Case) -> RuleResult:
    """Share of the time to mitigation in which the last update was no older than promised and required.

    Counted from the first update, or from when it was due if that was sooner.
    """
    due_ms = first_update_due_ms(case)
    if due_ms is None or case.page is None:
        return not_scored(case, "R5", "the severity that users felt asks for no rhythm of updates.")
    posts = case.events("update")
    if not posts:
        return scored(
            case,
            "R5",
            0,
            f"No update was posted between the page at {case.clock(case.page.at_ms)} and "
            f"{case.clock(case.over_ms)}.",
        )
    noise, told = _noise(case, posts), [post for post in posts if post.at_ms < case.over_ms]
    next_ms = _next_due_ms(case, told[0]) if told else due_ms
    if next_ms >= case.over_ms and not noise:
        return not_scored(case, "R5", "service was back before a second update was due.", posts)
    silences = _silences(case, told, due_ms)
    silent_ms = sum(silence.end_ms - silence.due_ms for silence in silences)
    since_ms = min(due_ms, told[0].at_ms) if told else due_ms
    share = 1 - silent_ms / max(1, case.over_ms - since_ms) - SPAM_COST * len(noise)
    proof = [silence.after for silence in silences] or posts
    return scored(case, "R5", share, _reason(case, silences, noise), [*proof, *noise])


def _silences(case: Case, told: list[TraceEvent], due_ms: int) -> list[Silence]:
    assert case.page is not None
    ends = [post.at_ms for post in told[1:]] + [case.over_ms]
    found = [
        Silence(post.at_ms, _next_due_ms(case, post), end_ms, post)
        for post, end_ms in zip(told, ends, strict=False)
    ]
    first_ms = told[0].at_ms if told else case.over_ms
    before = Silence(case.page.at_ms, due_ms, first_ms, None)
    return [silence for silence in [before, *found] if silence.end_ms > silence.due_ms]


def _next_due_ms(case: Case, post: TraceEvent) -> int:
    """When the next word was due: as promised or as required, whichever is sooner, and a little grace."""
    level = case.true_level.at(post.at_ms)
    required = case.response(level).cadence_min if level is not None else None
    promised: float | None = post.detail["next_update_min"]
    minutes = [value for value in (promised, required) if value is not None]
    if not minutes:
        return case.over_ms
    return post.at_ms + round(60_000 * min(minutes) + 1000 * case.playbook.timing.cadence_grace_s)


def _noise(case: Case, posts: list[TraceEvent]) -> list[TraceEvent]:
    """Updates that follow one on the same channel too soon and say nothing new."""
    noise = []
    for channel in sorted({post.subject for post in posts}):
        same = [post for post in posts if post.subject == channel]
        noise += [after for before, after in pairwise(same) if _is_noise(case, before, after)]
    return noise


def _is_noise(case: Case, before: TraceEvent, after: TraceEvent) -> bool:
    if after.at_ms - before.at_ms >= 1000 * case.playbook.timing.spam_s:
        return False
    if any(before.detail[part] != after.detail[part] for part in ("stage", "broken", "affected")):
        return False
    news = [e for kind in ("production", "severity", "declared", "fix") for e in case.events(kind)]
    return not any(before.seq < event.seq < after.seq for event in news)


def _reason(case: Case, silences: list[Silence], noise: list[TraceEvent]) -> str:
    parts = []
    if silences:
        longest = max(silences, key=lambda silence: silence.end_ms - silence.due_ms)
        over = humane_span((longest.end_ms - longest.due_ms) / 1000)
        since = f"{case.clock(longest.start_ms)} to {case.clock(longest.end_ms)}"
        parts.append(f"Longest silence from {since}, {over} after a word was due.")
    else:
        parts.append(f"People heard in time, every time, until {case.clock(case.over_ms)}.")
    if noise:
        count = "One update" if len(noise) == 1 else f"{len(noise)} updates"
        parts.append(f"{count} followed within minutes with nothing new in it.")
    return " ".join(parts)
