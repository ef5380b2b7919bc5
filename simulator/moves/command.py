"""Command: who holds which role, and stopping work that should not go on."""

from simulator.board import ROLES, Board
from simulator.decisions import Decision
from simulator.moves.arguments import SEAT
from simulator.moves.base import Act, Arg, Move, takes
from simulator.moves.common import name_of, named
from simulator.scenario.model import Scenario


def _assign(act: Act) -> None:
    role, holder = act["role"], act["to"]
    previous = act.stage.board.roles.get(role)
    act.stage.emit("role", role, holder=holder, previous=previous)
    if holder in act.stage.scenario.responders:
        act.stage.say(holder, f"I have {role.replace('_', ' ')}.", about="notice")


def _cannot_assign(board: Board, scenario: Scenario, decision: Decision) -> str | None:
    role, holder = decision.args["role"], decision.args["to"]
    if holder != SEAT and not board.present(holder):
        return f"{name_of(scenario, holder)} is not here: page them first."
    if board.roles.get(role) == holder:
        return f"{name_of(scenario, holder)} holds that role already."
    return None


def _stop(act: Act) -> None:
    if act["work"] in act.stage.board.work:
        act.stage.stop_work(act["work"])
    else:
        act.stage.say(act.actor, "Too late to stop that: it is done.", about="notice")


def _nothing_to_stop(board: Board, scenario: Scenario, decision: Decision) -> str | None:
    return None if decision.args["work"] in board.work else "That work is not under way."


def _is_own_work(board: Board, decision: Decision) -> bool:
    return board.work[decision.args["work"]].actor == decision.seat


MOVES = (
    Move(
        verb="assign_role",
        group="command",
        title="Assign role",
        help="Take a role or hand it over, aloud. Whoever holds command keeps their hands off the systems.",
        median_s=takes(6),
        label=named("Hand {role} to {to}"),
        args=(Arg("role", "choice", "Role", choices=ROLES), Arg("to", "holder", "To")),
        refuse=_cannot_assign,
        finish=_assign,
    ),
    Move(
        verb="stop_work",
        group="command",
        title="Stop work",
        help="Stop something that is waiting or under way. What it began is put back.",
        median_s=takes(2),
        label=named("Stop work {work}"),
        args=(Arg("work", "decision", "Work"),),
        refuse=_nothing_to_stop,
        at_once=_is_own_work,
        finish=_stop,
    ),
)
