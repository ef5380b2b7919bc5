"""Close: say that users are well, say that it is over, and learn from it."""

from collections.abc import Callable

from simulator.board import Board
from simulator.decisions import Decision
from simulator.moves.base import Act, Arg, Move, Refusal, takes
from simulator.moves.common import named
from simulator.scenario.model import Scenario


def _declare(what: str, text: str) -> Callable[[Act], None]:
    def finish(act: Act) -> None:
        act.stage.emit("declared", what, by=act.actor, decision=act.decision.id)
        act.stage.say(act.actor, text, about="said")

    return finish


def _cannot_mitigate(board: Board, scenario: Scenario, decision: Decision) -> str | None:
    return "It has been declared resolved." if board.resolved_ms is not None else None


def _needs_mitigated(what: str) -> Refusal:
    def refuse(board: Board, scenario: Scenario, decision: Decision) -> str | None:
        return None if board.mitigated_ms is not None else f"Declare mitigated before {what}."

    return refuse


def _cannot_resolve(board: Board, scenario: Scenario, decision: Decision) -> str | None:
    if board.resolved_ms is not None:
        return "It has been declared resolved already."
    return _needs_mitigated("you declare it resolved")(board, scenario, decision)


def _schedule(act: Act) -> None:
    act.stage.emit(
        "postmortem", act.actor, state="scheduled", in_hours=act["in_hours"], decision=act.decision.id
    )
    act.stage.say(act.actor, f"Postmortem in {act['in_hours']:g} hours.", about="said")


def _write(act: Act) -> None:
    content = {arg.name: act[arg.name] for arg in WRITE_POSTMORTEM.args if act[arg.name] is not None}
    act.stage.emit("postmortem", act.actor, state="written", decision=act.decision.id, **content)
    act.stage.say(act.actor, "The postmortem draft is written.", about="said")


WRITE_POSTMORTEM = Move(
    verb="write_postmortem",
    group="close",
    title="Write postmortem",
    help="Timeline, root cause, what went well, what did not, and actions with an owning role and a date. "
    "Systems and processes, never individuals.",
    median_s=takes(240),
    label=named("Write the postmortem"),
    args=(
        Arg("cause", "cause", "Root cause"),
        Arg("summary", "text", "In your words", required=False, default=""),
        Arg("timeline", "lines", "Timeline", required=False),
        Arg("trigger", "text", "What set it off", required=False),
        Arg("factors", "lines", "Contributing factors", required=False),
        Arg("went_well", "lines", "What went well", required=False),
        Arg("went_badly", "lines", "What did not", required=False),
        Arg("actions", "actions", "Corrective actions", required=False),
    ),
    refuse=_needs_mitigated("you write the postmortem"),
    finish=_write,
)

MOVES = (
    Move(
        verb="declare_mitigated",
        group="close",
        title="Declare mitigated",
        help="Users are well again, and it has held. Look at the users, not at a component.",
        median_s=takes(5),
        label=named("Declare mitigated"),
        refuse=_cannot_mitigate,
        finish=_declare("mitigated", "Mitigated: users are well again. We keep watching."),
    ),
    Move(
        verb="declare_resolved",
        group="close",
        title="Declare resolved",
        help="The cause is gone and the normal state is back, not just worked around.",
        median_s=takes(5),
        label=named("Declare resolved"),
        refuse=_cannot_resolve,
        finish=_declare("resolved", "Resolved. Thank you all."),
    ),
    Move(
        verb="schedule_postmortem",
        group="close",
        title="Schedule postmortem",
        help="Within 48 hours, while people remember.",
        median_s=takes(10),
        label=named("Schedule the postmortem"),
        args=(Arg("in_hours", "hours", "In (hours)", default=24),),
        refuse=_needs_mitigated("you schedule the postmortem"),
        finish=_schedule,
    ),
    WRITE_POSTMORTEM,
)
