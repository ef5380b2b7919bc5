"""The timeline in words: one plain sentence per event, and the landmarks that a chart marks."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from scoring.acts import AMOUNTS, target_of, to_do
from scoring.case import Case
from simulator.moves.common import name_of, title_of
from simulator.trace import TraceEvent

Detail = Mapping[str, Any]
Group = Literal["truth", "command", "update", "production"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the timeline."""

    seq: int
    at_ms: int
    clock: str
    text: str
    hidden: bool
    """True for what no seat could see while the drill ran."""


@dataclass(frozen=True, slots=True)
class Landmark:
    """A moment worth marking on a chart."""

    at_ms: int
    text: str
    group: Group


def lines(case: Case) -> Iterator[Line]:
    """The whole timeline, hidden truth included; events that another one tells better are left out."""
    for event in case.trace.events:
        if not _told_elsewhere(event):
            yield line(case, event)


def line(case: Case, event: TraceEvent) -> Line:
    """One event in a sentence."""
    text = _TELLERS[event.kind](case, event, event.detail)
    return Line(event.seq, event.at_ms, case.clock(event.at_ms), text, event.hidden)


def _told_elsewhere(event: TraceEvent) -> bool:
    detail = event.detail
    match event.kind:
        case "decision":
            return bool(detail["outcome"] == "accepted")
        case "work":
            return detail["state"] != "dropped" and not _starts_quietly(detail)
        case "message":
            return bool(detail["about"] != "inject")
        case "fix":
            return bool(detail["state"] == "shipped")
    return event.kind == "truth.fault"


def _starts_quietly(detail: Detail) -> bool:
    """Whether it is the start of long work that shows nothing until it is done."""
    return detail["state"] == "started" and detail["verb"] in ("reproduce_in_staging", "prepare_fix")


def landmarks(case: Case) -> list[Landmark]:
    """What the trainee did that mattered, and what was true, in order of time."""
    found = [mark for event in case.trace.events for mark in _landmark(case, event)]
    if case.impact_ms is not None:
        found.append(Landmark(case.impact_ms, "Users hurt", "truth"))
    if case.mitigated_ms is not None:
        found.append(Landmark(case.mitigated_ms, "Users well", "truth"))
    return sorted(found, key=lambda mark: mark.at_ms)


# -- who ---------------------------------------------------------------------------------------------


def _name(case: Case, who: str) -> str:
    return "You" if case.is_seat(who) else name_of(case.scenario, who)


def _does(case: Case, who: str, you: str, they: str) -> str:
    return f"You {you}" if case.is_seat(who) else f"{name_of(case.scenario, who)} {they}"


# -- one function per kind -----------------------------------------------------------------------------


def _opened(case: Case, event: TraceEvent, detail: Detail) -> str:
    return "The drill begins."


def _closed(case: Case, event: TraceEvent, detail: Detail) -> str:
    return "The drill's time is over."


def _alert(case: Case, event: TraceEvent, detail: Detail) -> str:
    turns = "fires" if detail["state"] == "firing" else "clears"
    return f"Alert {turns}: {detail['title']} ({detail['text']})."


def _page(case: Case, event: TraceEvent, detail: Detail) -> str:
    who, state = event.subject, detail["state"]
    if state == "sent":
        return "The pager wakes you." if case.is_seat(who) else f"{_name(case, who)} is paged."
    if state == "acknowledged":
        return f"{_does(case, who, 'acknowledge', 'acknowledges')} the page."
    return f"{_name(case, who)} {'joins' if state == 'joined' else 'stands down'}."


def _decision(case: Case, event: TraceEvent, detail: Detail) -> str:
    verb = detail["verb"].replace("_", " ")
    return f"Decided: {verb}." if detail["outcome"] == "accepted" else f"Refused, {verb}: {detail['reason']}"


def _work(case: Case, event: TraceEvent, detail: Detail) -> str:
    words = {
        "waiting": ("put on your list", "is asked"),
        "started": ("start", "starts"),
        "done": ("are done with", "is done with"),
        "dropped": ("stop", "stops"),
    }
    return f"{_does(case, event.subject, *words[detail['state']])}: {detail['label']}."


def _message(case: Case, event: TraceEvent, detail: Detail) -> str:
    told = event.subject if detail["about"] == "inject" else _name(case, event.subject)
    return f"{told}: {detail['text']}"


def _evidence(case: Case, event: TraceEvent, detail: Detail) -> str:
    return f"{_does(case, detail['by'], 'see', 'finds')}: {detail['title']}."


def _triage(case: Case, event: TraceEvent, detail: Detail) -> str:
    words = {"impact": "users feel", "changed": "what changed", "rollback": "quick rollback"}
    answers = [f"{words[key]}: {title_of(case.scenario, detail[key])}" for key in words if key in detail]
    return f"{_does(case, event.subject, 'answer', 'answers')} triage ({', '.join(answers)})."


def _severity(case: Case, event: TraceEvent, detail: Detail) -> str:
    return f"{_does(case, event.subject, 'declare', 'declares')} SEV-{detail['level']}."


def _role(case: Case, event: TraceEvent, detail: Detail) -> str:
    role = event.subject.replace("_", " ")
    if detail["holder"] is None:
        return f"Nobody holds the role of {role} any more."
    return f"{_does(case, detail['holder'], 'hold', 'holds')} the role of {role}."


def _update(case: Case, event: TraceEvent, detail: Detail) -> str:
    broken = ", ".join(title_of(case.scenario, key) for key in detail["broken"]) or "nothing named"
    promised = detail["next_update_min"]
    coming = f" Next in {promised:g} min." if promised is not None else ""
    said = f"{detail['stage']}; broken: {broken}; affected: {detail['affected']}."
    return f"Update on the {event.subject.replace('_', ' ')}: {said}{coming} {detail['text']}".strip()


def _question(case: Case, event: TraceEvent, detail: Detail) -> str:
    return f"{_name(case, event.subject)} asks: {detail['text']}"


def _production(case: Case, event: TraceEvent, detail: Detail) -> str:
    if detail["state"] == "begun":
        return f"{_does(case, detail['by'], 'begin to', 'begins to')} {_act(case, event)}."
    return f"Done: {_act(case, event)}."


def _act(case: Case, event: TraceEvent) -> str:
    detail, verb = event.detail, event.detail["verb"]
    act = to_do(case.scenario, verb, target_of(event))
    amount, zone = detail.get(AMOUNTS.get(verb, "")), detail.get("zone")
    if verb == "shed" and amount is not None:
        return f"{act} by {amount:.0%}" if amount else act.replace("shed", "let in again", 1)
    if detail.get("again"):
        return act.replace("bypass", "use again", 1)
    if verb == "scale" and amount is not None:
        act += f" to {amount:g} times the workers"
    return f"{act} out of {zone}" if zone else act


def _hold(case: Case, event: TraceEvent, detail: Detail) -> str:
    return f"{title_of(case.scenario, event.subject)} has the case: the response holds for them."


def _status_page(case: Case, event: TraceEvent, detail: Detail) -> str:
    return f"The status page is {'down' if detail['state'] == 'down' else 'up again'}."


def _fix(case: Case, event: TraceEvent, detail: Detail) -> str:
    what = title_of(case.scenario, event.subject)
    said = {
        "ready": "A fix is ready",
        "not_found": "There is nothing to fix",
        "shipped": "The fix has shipped",
    }
    return f"{said[detail['state']]}: {what}."


def _declared(case: Case, event: TraceEvent, detail: Detail) -> str:
    return f"{_does(case, detail['by'], 'declare', 'declares')} it {event.subject}."


def _postmortem(case: Case, event: TraceEvent, detail: Detail) -> str:
    if detail["state"] == "scheduled":
        return f"The postmortem is scheduled, in {detail['in_hours']:g} hours."
    return "The postmortem is written."


def _true_severity(case: Case, event: TraceEvent, detail: Detail) -> str:
    level = detail["level"]
    return "In truth, users are well." if level is None else f"In truth, this is a SEV-{level}."


def _true_fault(case: Case, event: TraceEvent, detail: Detail) -> str:
    return f"In truth, the fault '{event.subject}' is {detail['state']}."


def _true_cause(case: Case, event: TraceEvent, detail: Detail) -> str:
    what = title_of(case.scenario, event.subject)
    return f"In truth, the cause is {'at work' if detail['present'] else 'gone'}: {what}."


_TELLERS: Mapping[str, Callable[[Case, TraceEvent, Detail], str]] = {
    "opened": _opened,
    "closed": _closed,
    "alert": _alert,
    "page": _page,
    "decision": _decision,
    "work": _work,
    "message": _message,
    "evidence": _evidence,
    "triage": _triage,
    "severity": _severity,
    "role": _role,
    "update": _update,
    "question": _question,
    "production": _production,
    "hold": _hold,
    "status_page": _status_page,
    "fix": _fix,
    "declared": _declared,
    "postmortem": _postmortem,
    "truth.fault": _true_fault,
    "truth.severity": _true_severity,
    "truth.cause": _true_cause,
}


# -- landmarks -----------------------------------------------------------------------------------------


def _landmark(case: Case, event: TraceEvent) -> Iterator[Landmark]:
    """The event as a landmark, if it is one."""
    detail, at_ms = event.detail, event.at_ms
    match event.kind:
        case "page" if case.is_seat(event.subject):
            yield Landmark(at_ms, "Paged" if detail["state"] == "sent" else "Acknowledged", "command")
        case "severity":
            yield Landmark(at_ms, f"SEV-{detail['level']}", "command")
        case "triage":
            yield Landmark(at_ms, "Triage", "command")
        case "update":
            yield Landmark(at_ms, "Update", "update")
        case "production" if detail["state"] == "begun":
            act = _act(case, event)
            yield Landmark(at_ms, act[0].upper() + act[1:], "production")
        case "declared":
            yield Landmark(at_ms, f"Declared {event.subject}", "command")
        case "postmortem" if detail["state"] == "scheduled":
            yield Landmark(at_ms, "Postmortem scheduled", "command")
