"""Triage: the three questions, and the severity."""

from simulator.board import Board
from simulator.decisions import Decision
from simulator.moves.arguments import UNCLEAR
from simulator.moves.base import Act, Arg, Move, takes
from simulator.moves.common import named
from simulator.scenario.model import Scenario

IMPACTS = ("total", "degraded", "cosmetic", "none")
"""What users feel; none: a false alarm."""
ROLLBACKS = ("yes", "unsafe", "no", UNCLEAR)
"""Whether it rolls back quickly."""


def _answer(act: Act) -> None:
    answers = {name: value for name, value in act.decision.args.items() if value is not None}
    act.stage.emit("triage", act.actor, decision=act.decision.id, **answers)


def _declare(act: Act) -> None:
    level, previous = act["level"], act.stage.board.severity
    act.stage.emit("severity", act.actor, level=level, previous=previous)
    act.stage.say(act.actor, f"This is a SEV-{level}.", about="said")


def _same_level(board: Board, scenario: Scenario, decision: Decision) -> str | None:
    level = decision.args["level"]
    return f"It is a SEV-{level} already." if board.severity == level else None


MOVES = (
    Move(
        verb="triage",
        group="triage",
        title="Answer triage",
        help="The three questions before any change: what users feel, what changed, "
        "whether it rolls back quickly. To say that it is not clear yet is an answer, once you have looked.",
        median_s=takes(10),
        label=named("Answer the triage questions"),
        args=(
            Arg("impact", "choice", "User impact", choices=IMPACTS, required=False),
            Arg("changed", "changed", "What changed", required=False),
            Arg("rollback", "choice", "Quick rollback?", choices=ROLLBACKS, required=False),
        ),
        finish=_answer,
    ),
    Move(
        verb="declare",
        group="triage",
        title="Declare severity",
        help="Sets who responds and how often people hear from you. When in doubt, the higher level.",
        median_s=takes(5),
        label=named("Declare SEV-{level}"),
        args=(Arg("level", "level", "Severity"),),
        refuse=_same_level,
        finish=_declare,
    ),
)
