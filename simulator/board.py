"""The incident board: what the visible timeline adds up to at a moment.

A fold over trace events, one small method per kind. The drill keeps one up to date to decide whether a
move is possible; `observe` turns it into what a seat sees; scoring can fold a stored trace again. Hidden
events never reach it, so nothing built on a board can leak the cause.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from simulator.scenario.model import Mitigation, Span
from simulator.trace import TraceEvent

ROLES = ("incident_commander", "operations_lead", "communications_lead", "scribe")
"""The roles that can be held, by their terms in the field."""


@dataclass(frozen=True, slots=True)
class AlertState:
    """One alert rule as the seat sees it."""

    id: str
    title: str
    firing: bool
    since_ms: int
    text: str


class Message(NamedTuple):
    """A line in the incident channel."""

    seq: int
    at_ms: int
    author: str
    text: str
    about: str
    """`report`, `notice`, `inject`, `question`, `update`, `page` or `said`."""


@dataclass(frozen=True, slots=True)
class Update:
    """A status update that was posted."""

    seq: int
    at_ms: int
    channel: str
    by: str
    stage: str
    broken: tuple[str, ...]
    affected: str
    next_update_min: float | None
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A stakeholder waiting for an answer; the next update closes it."""

    at_ms: int
    who: str
    text: str


class Work(NamedTuple):
    """A piece of work waiting for its actor, or under way."""

    decision: str
    actor: str
    verb: str
    label: str
    target: str | None
    """The change, service or flag worked on, if the move has one."""
    asked_ms: int
    started_ms: int | None
    """None while it waits for the actor to be free."""
    expected_ms: int
    """How long such work usually takes; the real time differs."""
    time_box_ms: int | None = None
    """After what time it is stopped, done or not; None if it is not."""


class Found(NamedTuple):
    """A piece of evidence that has been seen."""

    seq: int
    at_ms: int
    id: str
    source: str
    about: str | None
    title: str
    text: str
    by: str
    implicates: tuple[str, ...]
    clears: tuple[str, ...]
    unsafe: tuple[str, ...]
    workaround: tuple[Mitigation, ...]
    strength: str
    spans: tuple[Span, ...] = ()
    """Of traces: the steps of a request, in the order in which a waterfall shows them."""


@dataclass(frozen=True, slots=True)
class Applied:
    """A change of production that was carried through, or a case opened with a provider."""

    at_ms: int
    by: str
    detail: Mapping[str, Any]
    """What else the event says, such as a share, a factor or a zone."""


@dataclass(slots=True)
class Board:
    """Everything a seat may know, as of the last event folded in."""

    seats: tuple[str, ...] = ("commander",)
    paged_ms: dict[str, int] = field(default_factory=dict)
    """When each seat was paged."""
    acknowledged_ms: dict[str, int] = field(default_factory=dict)
    """When each seat acknowledged."""
    presence: dict[str, str] = field(default_factory=dict)
    """Per responder or stakeholder: `paged`, `acknowledged`, `here` or `stood_down`."""
    severity: int | None = None
    triage: dict[str, str] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    """Role to holder; a role nobody holds is absent."""
    alerts: dict[str, AlertState] = field(default_factory=dict)
    channel: list[Message] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    """Open ones only."""
    work: dict[str, Work] = field(default_factory=dict)
    """By decision id; only what is waiting or under way."""
    evidence: dict[str, Found] = field(default_factory=dict)
    """By evidence id, as last seen."""
    undone: set[str] = field(default_factory=set)
    """Changes rolled back."""
    flags_off: set[str] = field(default_factory=set)
    """Flags that were turned off by hand."""
    flags_on: set[str] = field(default_factory=set)
    """Flags that were turned on by hand."""
    shed_share: float = 0.0
    applied: dict[tuple[str, str], Applied] = field(default_factory=dict)
    """By verb and target: when it was last done."""
    status_page_up: bool = True
    fixes_ready: list[str] = field(default_factory=list)
    """Changes for which a fix is ready to ship."""
    fixes_shipped: list[str] = field(default_factory=list)
    mitigated_ms: int | None = None
    resolved_ms: int | None = None
    postmortem_in_hours: float | None = None
    postmortem_written: bool = False
    closed: bool = False

    def on(self, event: TraceEvent) -> None:
        """Fold one event in. Hidden events change nothing."""
        fold = _FOLDS.get(event.kind)
        if fold is not None:
            fold(self, event, event.detail)

    def present(self, who: str) -> bool:
        """Whether a person has joined and has not been stood down."""
        return self.presence.get(who) == "here"


def board_of(events: Iterable[TraceEvent]) -> Board:
    """The board after these events."""
    board = Board()
    for event in events:
        board.on(event)
    return board


Detail = Mapping[str, Any]


def _alert(board: Board, event: TraceEvent, detail: Detail) -> None:
    board.alerts[event.subject] = AlertState(
        event.subject, detail["title"], detail["state"] == "firing", event.at_ms, detail["text"]
    )


def _page(board: Board, event: TraceEvent, detail: Detail) -> None:
    who, state = event.subject, str(detail["state"])
    if who in board.seats:
        moments = board.paged_ms if state == "sent" else board.acknowledged_ms
        moments.setdefault(who, event.at_ms)
        return
    board.presence[who] = {"sent": "paged", "joined": "here"}.get(state, state)


def _work(board: Board, event: TraceEvent, detail: Detail) -> None:
    identity, state = detail["decision"], detail["state"]
    if state not in ("waiting", "started"):
        board.work.pop(identity, None)
        return
    known = board.work.get(identity)
    board.work[identity] = Work(
        decision=identity,
        actor=event.subject,
        verb=detail["verb"],
        label=detail["label"],
        target=detail["target"],
        asked_ms=known.asked_ms if known else event.at_ms,
        started_ms=event.at_ms if state == "started" else None,
        expected_ms=detail["expected_ms"],
        time_box_ms=detail.get("time_box_ms"),
    )


def _message(board: Board, event: TraceEvent, detail: Detail) -> None:
    board.channel.append(Message(event.seq, event.at_ms, event.subject, detail["text"], detail["about"]))


def _evidence(board: Board, event: TraceEvent, detail: Detail) -> None:
    lists = {key: tuple(detail[key]) for key in ("implicates", "clears", "unsafe")}
    board.evidence[event.subject] = Found(
        seq=event.seq,
        at_ms=event.at_ms,
        id=event.subject,
        source=detail["source"],
        about=detail["about"],
        title=detail["title"],
        text=detail["text"],
        by=detail["by"],
        strength=detail["strength"],
        workaround=tuple(Mitigation(**way) for way in detail["workaround"]),
        spans=tuple(Span(**span) for span in detail.get("spans", ())),
        **lists,
    )


def _triage(board: Board, event: TraceEvent, detail: Detail) -> None:
    board.triage.update({key: answer for key, answer in detail.items() if key != "decision"})


def _severity(board: Board, event: TraceEvent, detail: Detail) -> None:
    board.severity = detail["level"]


def _role(board: Board, event: TraceEvent, detail: Detail) -> None:
    if detail["holder"] is None:
        board.roles.pop(event.subject, None)
    else:
        board.roles[event.subject] = detail["holder"]


def _update(board: Board, event: TraceEvent, detail: Detail) -> None:
    board.updates.append(
        Update(
            event.seq,
            event.at_ms,
            event.subject,
            detail["by"],
            detail["stage"],
            tuple(detail["broken"]),
            detail["affected"],
            detail["next_update_min"],
            detail["text"],
        )
    )
    board.questions.clear()


def _question(board: Board, event: TraceEvent, detail: Detail) -> None:
    board.questions = [q for q in board.questions if q.who != event.subject]
    board.questions.append(Question(event.at_ms, event.subject, detail["text"]))


def _production(board: Board, event: TraceEvent, detail: Detail) -> None:
    if detail["state"] != "done":
        return
    board.applied[detail["verb"], event.subject] = Applied(event.at_ms, detail["by"], dict(detail))
    if detail["verb"] == "roll_back":
        board.undone.add(event.subject)
    elif detail["verb"] in ("roll_forward", "ship_fix"):
        board.undone.discard(event.subject)
    elif detail["verb"] == "flag_off":
        board.flags_off.add(event.subject)
        board.flags_on.discard(event.subject)
    elif detail["verb"] == "flag_on":
        board.flags_on.add(event.subject)
        board.flags_off.discard(event.subject)
    elif detail["verb"] == "shed":
        board.shed_share = detail["share"]


def _hold(board: Board, event: TraceEvent, detail: Detail) -> None:
    board.applied["hold_for_provider", event.subject] = Applied(event.at_ms, detail["by"], dict(detail))


def _status_page(board: Board, event: TraceEvent, detail: Detail) -> None:
    board.status_page_up = detail["state"] == "up"


def _fix(board: Board, event: TraceEvent, detail: Detail) -> None:
    if detail["state"] == "ready" and event.subject not in board.fixes_ready:
        board.fixes_ready.append(event.subject)
    elif detail["state"] == "shipped":
        board.fixes_shipped.append(event.subject)


def _declared(board: Board, event: TraceEvent, detail: Detail) -> None:
    if event.subject == "mitigated":
        board.mitigated_ms = event.at_ms
    else:
        board.resolved_ms = event.at_ms


def _postmortem(board: Board, event: TraceEvent, detail: Detail) -> None:
    if detail["state"] == "scheduled":
        board.postmortem_in_hours = detail["in_hours"]
    else:
        board.postmortem_written = True


def _closed(board: Board, event: TraceEvent, detail: Detail) -> None:
    board.closed = True


_FOLDS: Mapping[str, Callable[[Board, TraceEvent, Detail], None]] = {
    "alert": _alert,
    "page": _page,
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
    "closed": _closed,
}
