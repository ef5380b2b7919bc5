"""Paging: acknowledge the page, wake people, let them go."""

from simulator.board import Board
from simulator.decisions import Decision
from simulator.moves.arguments import ALL_HANDS
from simulator.moves.base import Act, Arg, Move, takes
from simulator.moves.common import first_refusal, in_flight, name_of, named
from simulator.scenario.model import Scenario


def everybody(scenario: Scenario) -> list[str]:
    """Everyone who can be paged."""
    managers = [key for key, who in scenario.stakeholders.items() if who.manager]
    return [*scenario.responders, *managers]


def _acknowledge(act: Act) -> None:
    act.stage.emit("page", act.actor, state="acknowledged", by=act.actor)
    if "incident_commander" not in act.stage.board.roles:
        act.stage.emit("role", "incident_commander", holder=act.actor, previous=None)


def _already_acknowledged(board: Board, scenario: Scenario, decision: Decision) -> str | None:
    return "You have acknowledged already." if decision.seat in board.acknowledged_ms else None


def _to_page(board: Board, scenario: Scenario, who: str) -> list[str]:
    wanted = everybody(scenario) if who == ALL_HANDS else [who]
    return [key for key in wanted if board.presence.get(key) not in ("paged", "acknowledged", "here")]


def _page(act: Act) -> None:
    for who in _to_page(act.stage.board, act.stage.scenario, act["who"]):
        act.stage.emit("page", who, state="sent", by=act.actor)
        act.stage.call_in(who)


def _nobody_to_page(board: Board, scenario: Scenario, decision: Decision) -> str | None:
    who = decision.args["who"]
    if _to_page(board, scenario, who):
        return None
    return (
        "Everybody has been paged."
        if who == ALL_HANDS
        else f"{name_of(scenario, who)} has been paged already."
    )


def _next_after(board: Board, scenario: Scenario, who: str) -> str | None:
    """Who can take over from somebody who does not answer: of the same role, else a manager."""
    person = scenario.responders.get(who)
    alike = (
        [] if person is None else [k for k, other in scenario.responders.items() if other.role == person.role]
    )
    on_call_first = sorted(alike, key=lambda key: not scenario.responders[key].on_call)
    managers = [key for key, other in scenario.stakeholders.items() if other.manager]
    return next((key for key in (*on_call_first, *managers) if _to_page(board, scenario, key)), None)


_ANSWERED = ("acknowledged", "here")


def _nothing_to_escalate(board: Board, scenario: Scenario, decision: Decision) -> str | None:
    who = decision.args["who"]
    presence = board.presence.get(who)
    if presence in _ANSWERED:
        return f"{name_of(scenario, who)} has answered."
    if presence != "paged":
        return f"{name_of(scenario, who)} has not been paged."
    return None if _next_after(board, scenario, who) else "There is nobody left to page."


def _escalate(act: Act) -> None:
    stage, who = act.stage, act["who"]
    reason = _nothing_to_escalate(stage.board, stage.scenario, act.decision)
    if reason is not None:  # they have answered, or the others have been paged, meanwhile
        stage.say(act.actor, reason, about="notice")
        return
    other = _next_after(stage.board, stage.scenario, who)
    assert other is not None
    silent, woken = name_of(stage.scenario, who), name_of(stage.scenario, other)
    stage.say(act.actor, f"{silent} does not answer. I page {woken}.", about="notice")
    stage.emit("page", other, state="sent", by=act.actor, instead_of=who)
    stage.call_in(other)


def _stand_down(act: Act) -> None:
    reason = _cannot_stand_down(act.stage.board, act.stage.scenario, act.decision)
    if reason is not None:  # they were given work while being told
        act.stage.say(act.actor, reason, about="notice")
        return
    act.stage.emit("page", act["who"], state="stood_down", by=act.actor)
    for role in [role for role, holder in act.stage.board.roles.items() if holder == act["who"]]:
        act.stage.emit("role", role, holder=None, previous=act["who"])
    act.stage.say(act["who"], "Standing down. Page me if it comes back.", about="notice")


def _cannot_stand_down(board: Board, scenario: Scenario, decision: Decision) -> str | None:
    who = decision.args["who"]
    if not board.present(who):
        return f"{name_of(scenario, who)} is not here."
    busy = next((work.label for work in board.work.values() if work.actor == who), None)
    return f"{name_of(scenario, who)} is busy: {busy}." if busy else None


MOVES = (
    Move(
        verb="acknowledge",
        group="page",
        title="Acknowledge",
        help="Say that you have the page. You hold command from then on, until you hand it over.",
        median_s=takes(3),
        label=named("Acknowledge the page"),
        refuse=first_refusal(_already_acknowledged, in_flight("acknowledge")),
        finish=_acknowledge,
    ),
    Move(
        verb="page",
        group="page",
        title="Page",
        help="Wake somebody. They need a minute or two to acknowledge and join before they can take work.",
        median_s=takes(5),
        label=named("Page {who}"),
        args=(Arg("who", "pageable", "Whom"),),
        refuse=_nobody_to_page,
        finish=_page,
    ),
    Move(
        verb="escalate",
        group="page",
        title="Escalate",
        help="For a page that nobody answers: wake the next person who can take it, of the same role, or "
        "else the manager. Give people two minutes first.",
        median_s=takes(5),
        label=named("Escalate the page to {who}"),
        args=(Arg("who", "person", "Who does not answer"),),
        refuse=_nothing_to_escalate,
        finish=_escalate,
    ),
    Move(
        verb="stand_down",
        group="page",
        title="Stand down",
        help="Let somebody go who is no longer needed.",
        median_s=takes(5),
        label=named("Stand down {who}"),
        args=(Arg("who", "person", "Whom"),),
        refuse=_cannot_stand_down,
        finish=_stand_down,
    ),
)
