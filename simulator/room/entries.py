"""The timeline in words: one entry per visible event that says what happened."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from simulator.moves import MOVES
from simulator.moves.common import title_of
from simulator.room import words
from simulator.scenario.model import Scenario
from simulator.timeline import Timeline
from simulator.trace import TraceEvent

KINDS = {
    "alerts": "Alerts",
    "people": "Pages and roles",
    "decisions": "Decisions",
    "work": "Work",
    "production": "Production",
    "updates": "Updates and questions",
    "evidence": "Evidence",
    "incident": "State of the incident",
}
"""What entries can be filtered by, and what a filter calls it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline panel."""

    seq: int
    time: str
    kind: str
    """One of `KINDS`."""
    sign: str
    """What happened, in a word or two: 'Fires', 'Refused'."""
    text: str
    tone: str = "plain"
    """`alarm`, `good` or `plain`; the sign says the same."""
    echo: bool = False
    """It only repeats what another entry of the same moment says."""


class Entries:
    """Grows with the timeline, and reads each event once.

    Args:
        scenario: the scenario being played.
    """

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._forget()

    def _forget(self) -> None:
        self._read = 0
        self._last: TraceEvent | None = None
        self._entries: list[Entry] = []
        self._decided: dict[str, int] = {}
        """When each decision was made."""
        self._told_ms = -1
        """The moment of the last effect."""

    def see(self, timeline: Timeline) -> list[Entry]:
        """All entries so far. A timeline that is not the continuation of the last one begins anew."""
        if self._read and (len(timeline) < self._read or timeline[self._read - 1] != self._last):
            self._forget()
        for event in timeline[self._read :]:
            self._add(event)
            self._last = event
        self._read = len(timeline)
        return self._entries

    def _add(self, event: TraceEvent) -> None:
        tell = _TELL.get(event.kind)
        if tell is None:
            return
        told = tell(self._scenario, event, event.detail)
        time = words.time_of_day(self._scenario.starts, event.at_ms)
        self._entries.append(Entry(event.seq, time, *told, echo=self._is_echo(event)))

    def _is_echo(self, event: TraceEvent) -> bool:
        """Work that begins with its decision, or ends with its effect, is told by them."""
        if event.kind == "decision":
            self._decided[event.detail["id"]] = event.at_ms
        elif event.kind != "work":
            self._told_ms = event.at_ms
        elif event.detail["state"] == "started":
            return self._decided.get(event.detail["decision"]) == event.at_ms
        elif event.detail["state"] == "done":
            return self._told_ms == event.at_ms
        return False


class _Told(NamedTuple):
    """What an entry says, without its place in the timeline."""

    kind: str
    sign: str
    text: str
    tone: str = "plain"


Detail = Mapping[str, Any]


def _alert(scenario: Scenario, event: TraceEvent, detail: Detail) -> _Told:
    fires = detail["state"] == "firing"
    text = f"{detail['title']}. {detail['text']}"
    return _Told("alerts", "Fires" if fires else "Clears", text, "alarm" if fires else "good")


def _status_page(scenario: Scenario, event: TraceEvent, detail: Detail) -> _Told:
    up = detail["state"] == "up"
    told = f"The status page is {'up again' if up else 'down'}"
    return _Told("alerts", "Up" if up else "Down", told, "good" if up else "alarm")


_PAGES = {"acknowledged": "Acknowledges", "joined": "Joins", "stood_down": "Stands down"}


def _page(scenario: Scenario, event: TraceEvent, detail: Detail) -> _Told:
    name, state = words.name_of(scenario, event.subject), str(detail["state"])
    if state != "sent":
        return _Told("people", _PAGES[state], name)
    by = detail["by"]
    sender = scenario.alerts[by].title if by in scenario.alerts else words.name_of(scenario, by)
    silent = detail.get("instead_of")
    instead = f", for {words.name_of(scenario, silent)} does not answer" if silent else ""
    return _Told("people", "Paged", f"{name}, by {_within(sender)}{instead}")


def _role(scenario: Scenario, event: TraceEvent, detail: Detail) -> _Told:
    role, holder = words.sentence(event.subject.replace("_", " ")), detail["holder"]
    if holder is None:
        return _Told(
            "people", "Role", f"{role}: nobody, {words.name_of(scenario, detail['previous'])} has left"
        )
    return _Told("people", "Role", f"{role}: {words.name_of(scenario, holder)}")


def _decision(scenario: Scenario, event: TraceEvent, detail: Detail) -> _Told:
    move = MOVES[detail["verb"]]
    names_work = any(arg.kind == "decision" for arg in move.args)  # by an id, which says nothing to people
    label = move.title if names_work else move.label(scenario, detail["args"])
    who = detail["args"].get("by")
    asked = f"{words.name_of(scenario, who)}: {label}" if who not in (None, event.subject) else label
    if detail["outcome"] == "refused":
        return _Told("decisions", "Refused", f"{asked}. {detail['reason']}", "alarm")
    return _Told("decisions", "Decided", asked)


_WORK = {"waiting": "Waits", "started": "Begins", "done": "Done", "dropped": "Stopped"}


def _work(scenario: Scenario, event: TraceEvent, detail: Detail) -> _Told:
    return _Told(
        "work", _WORK[detail["state"]], f"{words.name_of(scenario, event.subject)}: {detail['label']}"
    )


def _production(scenario: Scenario, event: TraceEvent, detail: Detail) -> _Told:
    sign = "Change begun" if detail["state"] == "begun" else "Changed"
    move, what = MOVES[detail["verb"]].title, title_of(scenario, event.subject)
    return _Told("production", sign, f"{move}: {what}, by {_by(scenario, detail)}")


def _hold(scenario: Scenario, event: TraceEvent, detail: Detail) -> _Told:
    return _Told(
        "production", "Case opened", f"With {title_of(scenario, event.subject)}, by {_by(scenario, detail)}"
    )


_FIXES = {"ready": "Fix ready", "not_found": "No fix", "shipped": "Fix shipped"}


def _fix(scenario: Scenario, event: TraceEvent, detail: Detail) -> _Told:
    text = f"{title_of(scenario, event.subject)}, by {_by(scenario, detail)}"
    return _Told("production", _FIXES[detail["state"]], text)


def _evidence(scenario: Scenario, event: TraceEvent, detail: Detail) -> _Told:
    source = words.sentence(detail["source"].replace("_", " "))
    return _Told("evidence", "Seen", f"{source}: {detail['title']}, by {_by(scenario, detail)}")


def _triage(scenario: Scenario, event: TraceEvent, detail: Detail) -> _Told:
    answers = (
        f"{key} {title_of(scenario, answer).replace('_', ' ')}"
        for key, answer in detail.items()
        if key != "decision"
    )
    return _Told("incident", "Triage", words.sentence(", ".join(answers)))


def _severity(scenario: Scenario, event: TraceEvent, detail: Detail) -> _Told:
    before = f", it was SEV-{detail['previous']}" if detail["previous"] else ""
    return _Told("incident", "Severity", f"SEV-{detail['level']} declared{before}")


def _declared(scenario: Scenario, event: TraceEvent, detail: Detail) -> _Told:
    return _Told("incident", "Declared", words.sentence(event.subject), "good")


def _postmortem(scenario: Scenario, event: TraceEvent, detail: Detail) -> _Told:
    scheduled = detail["state"] == "scheduled"
    return _Told("incident", "Postmortem", f"Set for in {detail['in_hours']:g} h" if scheduled else "Written")


def _opened(scenario: Scenario, event: TraceEvent, detail: Detail) -> _Told:
    return _Told("incident", "Drill", "Opens")


def _closed(scenario: Scenario, event: TraceEvent, detail: Detail) -> _Told:
    return _Told("incident", "Drill", "Time is over")


def _update(scenario: Scenario, event: TraceEvent, detail: Detail) -> _Told:
    where = event.subject.replace("_", " ")
    return _Told(
        "updates", "Update", f"To the {where}: {detail['text'] or detail['stage'].replace('_', ' ')}"
    )


def _question(scenario: Scenario, event: TraceEvent, detail: Detail) -> _Told:
    return _Told("updates", "Question", f"{words.name_of(scenario, event.subject)}: {detail['text']}")


def _by(scenario: Scenario, detail: Detail) -> str:
    return _within(words.name_of(scenario, detail["by"]))


def _within(name: str) -> str:
    """A name in the middle of a sentence."""
    return name.lower() if name == words.YOU else name


_TELL: Mapping[str, Callable[[Scenario, TraceEvent, Detail], _Told]] = {
    "opened": _opened,
    "alert": _alert,
    "status_page": _status_page,
    "page": _page,
    "role": _role,
    "decision": _decision,
    "work": _work,
    "production": _production,
    "hold": _hold,
    "fix": _fix,
    "evidence": _evidence,
    "triage": _triage,
    "severity": _severity,
    "declared": _declared,
    "postmortem": _postmortem,
    "update": _update,
    "question": _question,
    "closed": _closed,
}
"""By kind of event. The channel has messages; what is hidden never comes here."""
