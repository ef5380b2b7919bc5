"""Communicate: what is broken, who is affected, when the next word comes."""

from simulator.board import Board
from simulator.decisions import Decision
from simulator.moves.base import Act, Arg, Args, Move, takes
from simulator.moves.common import BY, title_of
from simulator.scenario.model import Scenario

CHANNELS = ("status_page", "stakeholders", "incident_channel")
STAGES = ("investigating", "identified", "monitoring", "resolved")
AFFECTED = ("all", "many", "some", "few", "none", "unknown")
"""How many users: all (nearly everybody), many (a quarter or more), some (one in twenty or more), few."""


def _label(scenario: Scenario, args: Args) -> str:
    return f"Post update: {args['channel'].replace('_', ' ')}"


def _post(act: Act) -> None:
    act.stage.emit(
        "update",
        act["channel"],
        by=act.actor,
        stage=act["stage"] or STAGES[0],
        broken=list(act["broken"] or ()),
        affected=act["affected"] or "unknown",
        next_update_min=act["next_update_min"],
        text=act["text"] or "",
        decision=act.decision.id,
    )
    where = act["channel"].replace("_", " ")
    act.stage.say(act.actor, f"Posted to the {where}: {_in_words(act)}", about="update")


def _in_words(act: Act) -> str:
    broken = ", ".join(title_of(act.stage.scenario, journey) for journey in act["broken"] or ())
    parts = [
        f"{act['stage'] or STAGES[0]}.",
        f"Broken: {broken}." if broken else "",
        f"Affected: {act['affected'] or 'unknown'}.",
        f"Next update in {act['next_update_min']:g} min." if act["next_update_min"] else "",
        act["text"] or "",
    ]
    return " ".join(part for part in parts if part)


def _page_is_down(board: Board, scenario: Scenario, decision: Decision) -> str | None:
    if decision.args["channel"] != "status_page" or board.status_page_up:
        return None
    needs = title_of(scenario, scenario.status_page)
    return f"The status page is down: it needs {needs}. Tell stakeholders directly."


MOVES = (
    Move(
        verb="post_update",
        group="communicate",
        title="Post update",
        help="What is broken, who is affected, and when you will write again. "
        "Never promise when it will be fixed.",
        median_s=takes(30),
        label=_label,
        args=(
            Arg("channel", "choice", "To", choices=CHANNELS, default="status_page"),
            Arg("stage", "choice", "Stage", choices=STAGES, required=False, default="investigating"),
            Arg("broken", "journeys", "What is broken", required=False, default=()),
            Arg("affected", "choice", "Who is affected", choices=AFFECTED, required=False, default="unknown"),
            Arg("next_update_min", "minutes", "Next update in (min)", required=False),
            Arg("text", "text", "In your words", required=False, default=""),
            BY,
        ),
        role="communications",
        refuse=_page_is_down,
        finish=_post,
    ),
)
