"""R5: no silence longer than promised or required until service is back, and no noise either."""

from itertools import pairwise

from scoring.case import Case
from scoring.metrics import humane_span
from scoring.rules.result import RuleResult, not_scored, scored
from scoring.updates import Silence, first_update_due_ms, is_noise, kept_share, next_due_ms, silences
from simulator.trace import TraceEvent

SPAM_COST = 0.1
"""What each update that is mere noise takes off; chosen for teaching."""


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
    next_ms = next_due_ms(case, told[0]) if told else due_ms
    if next_ms >= case.over_ms and not noise:
        over = "the drill was over" if case.mitigated_ms is None else "service was back"
        return not_scored(case, "R5", f"{over} before a second update was due.", posts)
    quiet = silences(case, told, due_ms)
    share = kept_share(case, told, due_ms) - SPAM_COST * len(noise)
    proof = [silence.after for silence in quiet] or posts
    return scored(case, "R5", share, _reason(case, quiet, noise), [*proof, *noise])


def _noise(case: Case, posts: list[TraceEvent]) -> list[TraceEvent]:
    """Updates that follow one on the same channel too soon and say nothing new."""
    noise = []
    for channel in sorted({post.subject for post in posts}):
        same = [post for post in posts if post.subject == channel]
        noise += [after for before, after in pairwise(same) if is_noise(case, before, after)]
    return noise


def _reason(case: Case, quiet: list[Silence], noise: list[TraceEvent]) -> str:
    parts = []
    if quiet:
        longest = max(quiet, key=lambda silence: silence.end_ms - silence.due_ms)
        over = humane_span((longest.end_ms - longest.due_ms) / 1000)
        since = f"{case.clock(longest.start_ms)} to {case.clock(longest.end_ms)}"
        parts.append(f"Longest silence from {since}, {over} after a word was due.")
    else:
        parts.append(f"People heard in time, every time, until {case.clock(case.over_ms)}.")
    if noise:
        count = "One update" if len(noise) == 1 else f"{len(noise)} updates"
        parts.append(f"{count} followed within minutes with nothing new in it.")
    return " ".join(parts)
