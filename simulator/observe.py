"""What a seat may see at a moment: never the hidden cause, never the future.

An `Observation` is a frozen copy, so a player, a room or an agent can keep it, compare it, or send it
over a wire. Making one never steps the world.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from simulator.board import AlertState, Applied, Board, Found, Message, Question, Update, Work
from simulator.dashboards import Dashboard
from simulator.scenario.model import Scenario
from simulator.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Person:
    """A responder or stakeholder."""

    id: str
    name: str
    title: str
    role: str
    """`operations`, `communications`, `specialist`, `manager` or `stakeholder`."""
    on_call: bool
    can_be_paged: bool
    presence: str
    """`away`, `paged`, `acknowledged`, `here` or `stood_down`."""
    doing: str | None
    """The label of the work under way, if any."""


@dataclass(frozen=True, slots=True)
class ImpactView:
    """The impact series so far, one value per sample."""

    at_ms: tuple[int, ...]
    users: tuple[float, ...]
    users_affected: tuple[float, ...]
    user_minutes: tuple[float, ...]
    by_journey: Mapping[str, tuple[float, ...]]
    """Users affected, per journey."""

    @property
    def affected_now(self) -> float:
        """Users affected at the last sample."""
        return self.users_affected[-1] if self.users_affected else 0.0

    @property
    def users_now(self) -> float:
        """Active users at the last sample."""
        return self.users[-1] if self.users else 0.0

    @property
    def lost(self) -> float:
        """User-minutes lost so far."""
        return self.user_minutes[-1] if self.user_minutes else 0.0


@dataclass(frozen=True, slots=True)
class Observation:
    """Everything one seat may know at `at_ms`."""

    seat: str
    at_ms: int
    length_ms: int
    starts: str
    """Calendar time of the opening; the clock on screen is `starts + at_ms`."""
    title: str
    brief: str | None
    """The page's text; None until this seat is paged."""
    paged_ms: int | None
    acknowledged_ms: int | None
    severity: int | None
    triage: Mapping[str, str]
    roles: Mapping[str, str]
    alerts: tuple[AlertState, ...]
    channel: tuple[Message, ...]
    updates: tuple[Update, ...]
    next_update_due_ms: int | None
    """When the last posted update promised the next; None if it promised none."""
    questions: tuple[Question, ...]
    people: tuple[Person, ...]
    work: tuple[Work, ...]
    evidence: tuple[Found, ...]
    """In the order in which it was first seen."""
    undone: frozenset[str]
    flags_off: frozenset[str]
    shed_share: float
    applied: Mapping[tuple[str, str], Applied]
    """By verb and target: changes of production carried through, and cases opened with providers."""
    status_page_up: bool
    """Whether anything can be posted there."""
    fixes_ready: tuple[str, ...]
    fixes_shipped: tuple[str, ...]
    mitigated_ms: int | None
    resolved_ms: int | None
    postmortem_in_hours: float | None
    postmortem_written: bool
    closed: bool
    impact: ImpactView
    dashboards: Mapping[str, Dashboard]
    """By service, those that somebody has looked at, live from then on; empty in a session without them."""
    timeline: Timeline
    """Every visible event so far."""


def observe(
    scenario: Scenario,
    board: Board,
    impact: Mapping[str, list[float]],
    at_ms: int,
    seat: str,
    *,
    dashboards: Mapping[str, Dashboard],
    timeline: Timeline,
) -> Observation:
    """What `seat` may see at `at_ms`.

    Args:
        scenario: the scenario being played.
        board: the visible events so far, folded.
        impact: the impact columns sampled so far (see `Trace`).
        at_ms: the present moment.
        seat: whose eyes.
        dashboards: those that have been looked at.
        timeline: the visible events so far.
    """
    return Observation(
        seat=seat,
        at_ms=at_ms,
        length_ms=scenario.length_ms,
        starts=scenario.starts,
        title=scenario.title,
        brief=scenario.brief.text if seat in board.paged_ms else None,
        paged_ms=board.paged_ms.get(seat),
        acknowledged_ms=board.acknowledged_ms.get(seat),
        severity=board.severity,
        triage=dict(board.triage),
        roles=dict(board.roles),
        alerts=tuple(board.alerts.values()),
        channel=tuple(board.channel),
        updates=tuple(board.updates),
        next_update_due_ms=_next_update_due(board),
        questions=tuple(board.questions),
        people=tuple(_people(scenario, board)),
        work=tuple(board.work.values()),
        evidence=tuple(board.evidence.values()),
        undone=frozenset(board.undone),
        flags_off=frozenset(board.flags_off),
        shed_share=board.shed_share,
        applied=dict(board.applied),
        status_page_up=board.status_page_up,
        fixes_ready=tuple(board.fixes_ready),
        fixes_shipped=tuple(board.fixes_shipped),
        mitigated_ms=board.mitigated_ms,
        resolved_ms=board.resolved_ms,
        postmortem_in_hours=board.postmortem_in_hours,
        postmortem_written=board.postmortem_written,
        closed=board.closed,
        impact=_impact_view(scenario, impact),
        dashboards=dashboards,
        timeline=timeline,
    )


def _next_update_due(board: Board) -> int | None:
    if not board.updates or board.updates[-1].next_update_min is None:
        return None
    return board.updates[-1].at_ms + round(60_000 * board.updates[-1].next_update_min)


def _people(scenario: Scenario, board: Board) -> list[Person]:
    doing = {work.actor: work.label for work in board.work.values() if work.started_ms is not None}
    away = "away"
    responders = [
        Person(
            id=key,
            name=who.name,
            title=who.title,
            role=who.role,
            on_call=who.on_call,
            can_be_paged=True,
            presence=board.presence.get(key, away),
            doing=doing.get(key),
        )
        for key, who in scenario.responders.items()
    ]
    stakeholders = [
        Person(
            id=key,
            name=who.name,
            title=who.title,
            role="manager" if who.manager else "stakeholder",
            on_call=who.manager,
            can_be_paged=who.manager,
            presence=board.presence.get(key, away),
            doing=None,
        )
        for key, who in scenario.stakeholders.items()
    ]
    return responders + stakeholders


def _impact_view(scenario: Scenario, impact: Mapping[str, list[float]]) -> ImpactView:
    return ImpactView(
        at_ms=tuple(cast("list[int]", impact["at_ms"])),
        users=tuple(impact["users"]),
        users_affected=tuple(impact["users_affected"]),
        user_minutes=tuple(impact["user_minutes"]),
        by_journey={key: tuple(impact[f"{key}.users_affected"]) for key in scenario.journeys},
    )
