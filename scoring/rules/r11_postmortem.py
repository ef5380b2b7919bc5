"""R11: a postmortem within two days: complete, true to the log, with owned actions, and without blame."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from scoring.blaming import in_draft, lines_of
from scoring.case import Case
from scoring.metrics import humane_span
from scoring.metrics.times import postmortem_ms
from scoring.rules.result import RuleResult, not_scored, scored
from scoring.wording import quoted
from simulator.trace import TraceEvent

LEAST_LINES = 3
"""Lines a timeline has at least."""
BLAME_COST = 0.5
"""Share of the points that blame takes off; chosen for teaching."""


class Check(NamedTuple):
    """One thing a postmortem needs."""

    weight: int
    share: float
    missing: str
    """What to say if it falls short."""


def learn_without_blame(case: Case) -> RuleResult:
    """A meeting in time and the parts of a written draft, less what blame costs."""
    scheduled = case.first("postmortem", state="scheduled")
    written = [event for event in case.events("postmortem") if event.detail["state"] == "written"]
    if scheduled is None and not written and case.mitigated_ms is None:
        return not_scored(case, "R11", "the incident was still going on at the end of the drill.")
    draft = written[-1].detail if written else {}
    checks = (
        [_meeting(case, scheduled), *_parts(case, draft)]
        if written
        else [_meeting(case, scheduled), _NO_DRAFT]
    )
    share = sum(check.weight * check.share for check in checks) / sum(check.weight for check in checks)
    words = in_draft(case, draft)
    missing = [check.missing for check in checks if check.share < 1]
    reason = f"To add: {'; '.join(missing)}." if missing else "Scheduled in time and complete."
    if words:
        reason += f" It points at people ({quoted(words)}); describe what let it happen instead."
        share *= 1 - BLAME_COST
    return scored(case, "R11", share, reason, [scheduled, *written[-1:]])


_NO_DRAFT = Check(10, 0, "the written draft")


def _meeting(case: Case, scheduled: TraceEvent | None) -> Check:
    meeting_ms = postmortem_ms(case)
    if scheduled is None or meeting_ms is None:
        return Check(3, 0, "a meeting")
    since_ms = scheduled.at_ms if case.mitigated_ms is None else case.mitigated_ms
    after_s = (meeting_ms - since_ms) / 1000
    limit_h = case.playbook.timing.postmortem_h
    in_time = after_s <= 3600 * limit_h
    return Check(3, 1 if in_time else 0, f"a meeting within {limit_h:g} h rather than {humane_span(after_s)}")


def _parts(case: Case, draft: Mapping[str, Any]) -> list[Check]:
    actions = [action for action in draft.get("actions") or () if action["what"].strip()]
    owned = [action for action in actions if action.get("owner_role") and action.get("due_days")]
    return [
        _timeline(case, lines_of(draft, "timeline")),
        Check(2, draft.get("cause") == case.variant.cause.id, "the root cause that the evidence shows"),
        Check(1, bool((draft.get("summary") or "").strip()), "a summary"),
        Check(1, bool(lines_of(draft, "went_well")), "what went well"),
        Check(1, bool(lines_of(draft, "went_badly")), "what did not go well"),
        Check(3, len(owned) / len(actions) if actions else 0, "actions, each with an owning role and a date"),
    ]


def _timeline(case: Case, lines: list[str]) -> Check:
    """Lines enough, and every time of day in them inside the drill."""
    if len(lines) < LEAST_LINES:
        return Check(2, len(lines) / LEAST_LINES, f"a timeline of {LEAST_LINES} lines or more")
    times = [time for line in lines for time in re.findall(r"^\s*(\d{1,2}:\d{2})\b", line)]
    inside = [time for time in times if _inside(case, time)]
    share = len(inside) / len(times) if times else 0.5
    return Check(2, share, "times in the timeline that agree with the log")


def _inside(case: Case, time: str) -> bool:
    first, last, this = (_minute(t) for t in (case.clock(0), case.clock(case.end_ms), time))
    return (this - first) % 1440 <= (last - first) % 1440


def _minute(time: str) -> int:
    hours, minutes = time.split(":")
    return 60 * int(hours) + int(minutes)
