"""The view model: what a seat may see, as plain frozen words and numbers. No widgets, no markup.

Panels draw a `RoomView` and nothing else, so what the room says is tested here, without a browser.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from simulator.board import AlertState, Found, Message, Work
from simulator.clock import clock
from simulator.coach.stations import QUESTIONS, STATIONS, users_are_well
from simulator.observe import Observation, Person
from simulator.room import words
from simulator.scenario.model import Scenario, Span

ALMOST = 0.95
"""Work is never shown as finished before it is: its real length differs from the usual one."""
SOON_MS = 60_000
"""A promised update this near is shown as due."""
CHANGE_LIST = "changes"
"""The evidence that lists what changed recently, as read off the system."""
TREND_MS = 60_000
"""How far back 'rising' and 'falling' look."""


@dataclass(frozen=True, slots=True)
class Silence:
    """How long users and stakeholders have heard nothing."""

    state: str
    """`quiet` before the page, `none` (nothing posted yet), `kept`, `due` or `overdue`."""
    headline: str
    detail: str


@dataclass(frozen=True, slots=True)
class Status:
    """The bar that is always on screen."""

    clock: str
    since_page: str
    severity: int | None
    affected: int
    well: bool
    """No more users than on a quiet day."""
    share: str
    trend: str
    """`rising`, `falling` or `steady`."""
    by_journey: tuple[tuple[str, int], ...]
    lost: int
    silence: Silence
    command: str
    questions: int


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alert that has fired."""

    id: str
    title: str
    text: str
    firing: bool
    since: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the incident channel."""

    seq: int
    time: str
    author: str
    title: str
    text: str
    kind: str
    """As `Message.about`; or `joined` when somebody answers a page, or `found` by the trainee."""
    mine: bool
    waiting: bool
    """A question that nobody has answered."""


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work in flight."""

    id: str
    label: str
    who: str
    mine: bool
    waiting: bool
    progress: float
    """0 to 0.95; it ends when it is done."""
    left_ms: int
    left: str

    @property
    def told(self) -> str:
        """Who does it, as an answer to whoever asked for it."""
        if self.waiting:
            return "In line until you are free" if self.mine else f"In line until {self.who} is free"
        return f"{self.who} {'have' if self.mine else 'has'} begun"


@dataclass(frozen=True, slots=True)
class RecentChange:
    """One line of the change list."""

    id: str
    time: str
    title: str
    by: str
    way_back: str
    diff: str
    """`unread`, `asked` (somebody is reading it) or `read`."""


@dataclass(frozen=True, slots=True)
class Item:
    """A piece of evidence that has been seen."""

    key: str
    """Changes when the same evidence is seen again."""
    time: str
    source: str
    about: str
    title: str
    text: str
    by: str
    mine: bool
    style: str
    """How it is drawn: one of `sheets.SHEETS`."""
    subject: str = ""
    """The id of what it is about; empty for none."""
    spans: tuple[Span, ...] = ()
    """Of traces."""
    changes: tuple[RecentChange, ...] = ()
    """Of the change list."""

    @property
    def id(self) -> str:
        """The same each time that the same evidence is seen."""
        return self.key.partition("#")[0]


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who can be asked."""

    id: str
    name: str
    title: str
    presence: str
    doing: str | None
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A station on the way through an incident."""

    id: str
    title: str
    state: str
    """`done`, `next` or `later`."""
    detail: str


@dataclass(frozen=True, slots=True)
class RoomView:
    """Everything on screen at a moment."""

    stage: str
    """`quiet` (no page yet), `paged` (not acknowledged) or `running`."""
    title: str
    brief: str
    status: Status
    steps: tuple[Step, ...]
    alarms: tuple[Alarm, ...]
    channel: tuple[Line, ...]
    jobs: tuple[Job, ...]
    evidence: tuple[Item, ...]
    team: tuple[Member, ...]


def view_of(scenario: Scenario, seen: Observation) -> RoomView:
    """What the room shows for an observation."""
    return RoomView(
        stage="quiet" if seen.paged_ms is None else "paged" if seen.acknowledged_ms is None else "running",
        title=seen.title,
        brief=seen.brief or "",
        status=_status(scenario, seen),
        steps=tuple(_steps(scenario, seen)),
        alarms=tuple(_alarm(seen, alert) for alert in _firing_first(seen.alerts)),
        channel=tuple(_channel(scenario, seen)),
        jobs=tuple(_job(scenario, seen, work) for work in seen.work),
        evidence=tuple(_item(scenario, seen, found) for found in seen.evidence),
        team=tuple(_member(seen, person) for person in seen.people if person.can_be_paged),
    )


# -- the bar ---------------------------------------------------------------------------------------------


def _status(scenario: Scenario, seen: Observation) -> Status:
    impact = seen.impact
    commander = seen.roles.get("incident_commander")
    return Status(
        clock=words.time_of_day(seen.starts, seen.at_ms),
        since_page="no page yet"
        if seen.paged_ms is None
        else f"{words.stopwatch(seen.at_ms - seen.paged_ms)} since the page",
        severity=seen.severity,
        affected=round(impact.affected_now),
        well=users_are_well(scenario, seen),
        share=words.share(round(impact.affected_now), impact.users_now),
        trend=_trend(seen),
        by_journey=tuple(
            (scenario.journeys[key].title, round(column[-1]))
            for key, column in impact.by_journey.items()
            if column
        ),
        lost=round(impact.lost),
        silence=_silence(seen),
        command=words.name_of(scenario, commander) if commander else "Nobody",
        questions=len(seen.questions),
    )


def _trend(seen: Observation) -> str:
    times, values = seen.impact.at_ms, seen.impact.users_affected
    if not times:
        return "steady"
    before = next((n for n, at in enumerate(times) if at >= times[-1] - TREND_MS), 0)
    change = values[-1] - values[before]
    if abs(change) <= max(5.0, 0.05 * max(values[-1], values[before])):
        return "steady"
    return "rising" if change > 0 else "falling"


def _silence(seen: Observation) -> Silence:
    if seen.paged_ms is None:
        return Silence("quiet", "–", "nothing to tell yet")
    if not seen.updates:
        return Silence("none", "None yet", f"{words.stopwatch(seen.at_ms - seen.paged_ms)} of silence")
    headline = f"{words.stopwatch(seen.at_ms - seen.updates[-1].at_ms)} ago"
    due_ms = seen.next_update_due_ms
    if due_ms is None or seen.resolved_ms is not None:
        return Silence("kept", headline, "no next one promised" if due_ms is None else "it is over")
    left_ms = due_ms - seen.at_ms
    if left_ms < 0:
        return Silence("overdue", headline, f"overdue by {words.stopwatch(-left_ms)}")
    state = "due" if left_ms <= SOON_MS else "kept"
    return Silence(state, headline, f"next due in {words.stopwatch(left_ms)}")


# -- the way through -------------------------------------------------------------------------------------


def _steps(scenario: Scenario, seen: Observation) -> Iterator[Step]:
    current = True
    details = _details(scenario, seen)
    for station in STATIONS:
        done = station.reached(scenario, seen)
        state = "done" if done else "next" if current else "later"
        yield Step(station.id, station.title, state, details[station.id])
        current = current and done


def _details(scenario: Scenario, seen: Observation) -> Mapping[str, str]:
    """What is said under each station."""

    def at(ms: int | None) -> str:
        return "" if ms is None else clock(seen.starts, ms)

    said = at(seen.mitigated_ms)
    return {
        "acknowledge": at(seen.acknowledged_ms),
        "triage": f"{sum(key in seen.triage for key in QUESTIONS)} of 3",
        "severity": f"SEV-{seen.severity}" if seen.severity else "",
        "update": at(seen.updates[0].at_ms if seen.updates else None),
        "mitigate": said if users_are_well(scenario, seen) else said and f"{said}, users hurt",
        "resolve": at(seen.resolved_ms),
        "postmortem": _postmortem(seen),
    }


def _postmortem(seen: Observation) -> str:
    if seen.postmortem_written:
        return "written"
    return "" if seen.postmortem_in_hours is None else f"in {seen.postmortem_in_hours:g} h"


# -- what goes on ----------------------------------------------------------------------------------------


def _firing_first(alerts: tuple[AlertState, ...]) -> list[AlertState]:
    return sorted(alerts, key=lambda alert: (not alert.firing, alert.since_ms))


def _alarm(seen: Observation, alert: AlertState) -> Alarm:
    return Alarm(alert.id, alert.title, alert.text, alert.firing, clock(seen.starts, alert.since_ms))


def _channel(scenario: Scenario, seen: Observation) -> list[Line]:
    own = [found for found in seen.evidence if found.by == seen.seat]
    lines = [_line(scenario, seen, message) for message in seen.channel]
    return sorted([*lines, *(_finding(seen, found) for found in own)], key=lambda line: line.seq)


def _line(scenario: Scenario, seen: Observation, message: Message) -> Line:
    asked = message.about == "question"
    return Line(
        seq=message.seq,
        time=clock(seen.starts, message.at_ms),
        author=words.name_of(scenario, message.author),
        title=words.title_of(scenario, message.author),
        text=message.text,
        kind="joined" if message.about == "page" and message.author != words.PAGER else message.about,
        mine=message.author == seen.seat,
        waiting=asked and any(q.who == message.author and q.at_ms == message.at_ms for q in seen.questions),
    )


def _finding(seen: Observation, found: Found) -> Line:
    time = clock(seen.starts, found.at_ms)
    return Line(found.seq, time, words.YOU, "", found.title, "found", mine=True, waiting=False)


def _job(scenario: Scenario, seen: Observation, work: Work) -> Job:
    who = words.name_of(scenario, work.actor)
    waiting = work.started_ms is None
    passed_ms = 0 if work.started_ms is None else seen.at_ms - work.started_ms
    left_ms = max(0, work.expected_ms - passed_ms)
    if waiting:
        left = "next in line"
    else:
        left = f"about {words.about(left_ms)} left" if left_ms >= 5000 else "any moment now"
    if work.time_box_ms is not None and work.started_ms is not None:
        left += f", stops at {words.time_of_day(seen.starts, work.started_ms + work.time_box_ms)}"
    return Job(
        id=work.decision,
        label=work.label,
        who=who,
        mine=work.actor == seen.seat,
        waiting=waiting,
        progress=min(ALMOST, passed_ms / max(1, work.expected_ms)),
        left_ms=left_ms,
        left=left,
    )


_STYLES = {
    "diff": "diff",
    "logs": "logs",
    "dashboard": "code",
    "changes": "code",
    "traces": "traces",
    "customer_reports": "reports",
}


def _item(scenario: Scenario, seen: Observation, found: Found) -> Item:
    listed = found.id == CHANGE_LIST
    return Item(
        key=f"{found.id}#{found.seq}",
        time=clock(seen.starts, found.at_ms),
        source=words.sentence(found.source.replace("_", " ")),
        about=words.thing(scenario, found.about),
        title=found.title,
        text=found.text,
        by=words.name_of(scenario, found.by),
        mine=found.by == seen.seat,
        style="changes" if listed else _STYLES.get(found.source, "prose"),
        subject=found.about or "",
        spans=found.spans,
        changes=tuple(_recent(scenario, seen)) if listed else (),
    )


def _recent(scenario: Scenario, seen: Observation) -> Iterator[RecentChange]:
    read = {found.about for found in seen.evidence if found.source == "diff"}
    asked = {work.target for work in seen.work if work.verb == "look"}
    for key, change in sorted(scenario.changes.items(), key=lambda item: -item[1].at_s):
        yield RecentChange(
            id=key,
            time=words.when(seen.starts, round(1000 * change.at_s)),
            title=change.title,
            by=change.by,
            way_back=_way_back(key, seen, can_be_undone=bool(change.undo_s)),
            diff="read" if key in read else "asked" if key in asked else "unread",
        )


def _way_back(key: str, seen: Observation, *, can_be_undone: bool) -> str:
    if key in seen.undone:
        return "rolled back"
    return "can be rolled back" if can_be_undone else "none"


def _member(seen: Observation, person: Person) -> Member:
    roles = tuple(role.replace("_", " ") for role, holder in seen.roles.items() if holder == person.id)
    return Member(person.id, person.name, person.title, person.presence, person.doing, roles)
