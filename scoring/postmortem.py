"""Postmortems: what one needs, how a draft is graded against truth and log, and the draft as Markdown."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from scoring.case import Case
from scoring.markup import Block, Bullets, Heading, Paragraph, Table, to_markdown
from scoring.metrics import humane_span
from scoring.metrics.times import postmortem_ms, time_to_mitigate
from scoring.metrics.users import peak_users_affected, user_minutes_lost
from scoring.narrative import lines
from simulator.blaming import in_draft, lines_of
from simulator.moves.common import title_of
from simulator.trace import TraceEvent
from simulator.wording import quoted

LEAST_LINES = 3
"""Lines a timeline has at least."""
NEAR_MS = 60_000
"""How far a line's time may lie from the log's: OpenRCA's 60 s."""
KINDS = {"prevent": "prevents the next", "detect": "shows it sooner", "mitigate": "shortens it"}
"""Kind of corrective action to what it does about the next one."""
TELLING = (
    "alert",
    "page",
    "severity",
    "triage",
    "evidence",
    "update",
    "production",
    "hold",
    "fix",
    "declared",
)
"""Kinds of event that belong into a timeline."""


class Check(NamedTuple):
    """One thing a postmortem needs."""

    weight: int
    share: float
    missing: str
    """What to say if it falls short."""


class Verdict(NamedTuple):
    """How one part of a draft came out."""

    part: str
    good: bool
    remark: str


def draft_of(case: Case) -> TraceEvent | None:
    """The postmortem that was written last, if one was."""
    written = [event for event in case.events("postmortem") if event.detail["state"] == "written"]
    return written[-1] if written else None


def checks_of(case: Case) -> list[Check]:
    """What the rule scores: the meeting, and every part of the draft."""
    scheduled, written = case.first("postmortem", state="scheduled"), draft_of(case)
    parts = _parts(case, written.detail) if written else [_NO_DRAFT]
    return [_meeting(case, scheduled), *parts]


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
    actions = _actions(draft)
    owned = [action for action in actions if _is_owned(action)]
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


# -- grading -------------------------------------------------------------------------------------------


def grade(case: Case, draft: Mapping[str, Any] | None = None) -> list[Verdict]:
    """Every part of a draft against truth, log and the blameless rule; more than the rule scores.

    Args:
        case: the drill.
        draft: the arguments of one that was written outside the drill; the drill's own if left out.
    """
    if draft is None:
        written = draft_of(case)
        if written is None:
            return [Verdict("Draft", False, "None was written.")]
        draft = written.detail
    return list(_verdicts(case, draft))


def _verdicts(case: Case, draft: Mapping[str, Any]) -> Iterator[Verdict]:
    meeting = _meeting(case, case.first("postmortem", state="scheduled"))
    in_time = meeting.share == 1
    yield Verdict("Meeting", in_time, "In time." if in_time else f"It needs {meeting.missing}.")
    yield _timeline_verdict(case, lines_of(draft, "timeline"))
    cause = title_of(case.scenario, draft.get("cause"))
    right = draft.get("cause") == case.variant.cause.id
    truth = f"It was {title_of(case.scenario, case.variant.cause.id)}."
    yield Verdict("Root cause", right, f"{cause}. " + (case.variant.cause.text.strip() if right else truth))
    trigger = (draft.get("trigger") or "").strip()
    yield Verdict("Trigger", bool(trigger), trigger or "What set it off is not said.")
    yield _count("Contributing factors", lines_of(draft, "factors"))
    yield _count("What went well", lines_of(draft, "went_well"))
    yield _count("What did not", lines_of(draft, "went_badly"))
    yield from _action_verdicts(_actions(draft))
    words = in_draft(case.scenario, draft)
    told = f"It points at people: {quoted(words)}." if words else "It speaks of systems and not of people."
    yield Verdict("Blameless", not words, told)


def _timeline_verdict(case: Case, told: list[str]) -> Verdict:
    """Whether each line's time is near some entry of the log that a seat could see."""
    known_ms = [event.at_ms for event in case.trace.events if not event.hidden and event.kind in TELLING]
    strange = [line for line in told if not _near(case, line, known_ms)]
    if len(told) < LEAST_LINES:
        return Verdict("Timeline", False, f"{len(told)} lines; {LEAST_LINES} or more are needed.")
    if strange:
        return Verdict("Timeline", False, f"The log has nothing near: “{strange[0]}”.")
    return Verdict("Timeline", True, f"{len(told)} lines, each near an entry of the log.")


def _near(case: Case, line: str, known_ms: list[int]) -> bool:
    found = re.match(r"\s*(\d{1,2}:\d{2})\b", line)
    if found is None:
        return False
    at_ms = 60_000 * ((_minute(found[1]) - _minute(case.clock(0))) % 1440)
    return any(at_ms - NEAR_MS <= known < at_ms + 60_000 + NEAR_MS for known in known_ms)


def _count(part: str, said: list[str]) -> Verdict:
    return Verdict(part, bool(said), f"{len(said)} named." if said else "Nothing is named.")


def _actions(draft: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [action for action in draft.get("actions") or () if action["what"].strip()]


def _is_owned(action: Mapping[str, Any]) -> bool:
    return bool(action.get("owner_role") and action.get("due_days"))


def _action_verdicts(actions: list[Mapping[str, Any]]) -> Iterator[Verdict]:
    loose = [action["what"] for action in actions if not _is_owned(action)]
    if not actions:
        yield Verdict("Actions", False, "None; without one it will happen again.")
        return
    unowned = f"Without an owning role or a date: “{loose[0]}”." if loose else ""
    yield Verdict("Actions", not loose, unowned or "Each has an owning role and a date.")
    kinds = {action.get("kind") for action in actions}
    lacking = [what for kind, what in KINDS.items() if kind not in kinds]
    said = f"None that {' nor one that '.join(lacking)}." if lacking else "They prevent, detect and mitigate."
    yield Verdict("Kinds of action", not lacking, said)


# -- the document --------------------------------------------------------------------------------------


def prefilled(case: Case) -> list[str]:
    """A timeline from the log, to be edited: what a seat could see, in the order in which it happened."""
    told = (line for line in lines(case) if not line.hidden and case.trace.events[line.seq].kind in TELLING)
    return [f"{line.clock} {line.text}" for line in told]


def as_markdown(case: Case) -> str:
    """The postmortem as a document: what was written, or what the log gives to begin with."""
    written = draft_of(case)
    draft: Mapping[str, Any] = written.detail if written else {"timeline": prefilled(case)}
    return to_markdown(_blocks(case, draft))


def _blocks(case: Case, draft: Mapping[str, Any]) -> Iterator[Block]:
    yield Heading(f"Postmortem: {case.scenario.title}", 2)
    yield Paragraph((draft.get("summary") or "To be written.").strip())
    measures = [measure(case) for measure in (user_minutes_lost, peak_users_affected, time_to_mitigate)]
    yield Table("Impact", ("Measure", "Result"), [(measure.title, measure.text) for measure in measures])
    cause = title_of(case.scenario, draft["cause"]) if draft.get("cause") else "To be found."
    for title, words in (("Root cause", cause), ("Trigger", (draft.get("trigger") or "").strip())):
        yield Heading(title)
        yield Paragraph(words or "Not said.")
    parts = {
        "Contributing factors": "factors",
        "Timeline": "timeline",
        "What went well": "went_well",
        "What did not": "went_badly",
    }
    for title, part in parts.items():
        yield Heading(title)
        yield Bullets(lines_of(draft, part) or ["Nothing yet."])
    yield Heading("Corrective actions")
    rows = [_action_row(action) for action in _actions(draft)] or [("None yet", "", "", "")]
    yield Table("Actions", ("What", "Owning role", "Due in days", "Kind"), rows)
    scheduled = case.first("postmortem", state="scheduled")
    yield Heading("Meeting")
    yield Paragraph(f"In {scheduled.detail['in_hours']:g} hours." if scheduled else "Not scheduled.")


def _action_row(action: Mapping[str, Any]) -> tuple[str, str, str, str]:
    due = action.get("due_days")
    owner, kind = action.get("owner_role") or "", action.get("kind") or ""
    return action["what"], owner, "" if due is None else f"{due:g}", kind
