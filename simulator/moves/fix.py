"""Fix: prepare a change for the cause, and ship it with or without care."""

from simulator.board import Board
from simulator.decisions import Decision
from simulator.moves.base import Act, Arg, Args, Move, always, changed, takes
from simulator.moves.common import BY, TIME_BOX, first_refusal, in_flight, named, title_of
from simulator.rand import uniform
from simulator.scenario.model import Scenario
from simulator.world import World

PREPARE_S = 720.0
"""Median time to write a fix when the fault can be seen only in production; chosen for teaching."""
SHIP_S = {"reviewed": 480.0, "straight": 75.0}
"""Median time to ship: review, tests and stages, or a push straight to production; chosen for teaching."""
WATCHED_REGRESSION_S = 240.0
"""How long a bad hot fix hurts when somebody added monitoring and takes it out again."""


def _prepare(act: Act) -> None:
    target = act["target"]
    title = title_of(act.stage.scenario, target)
    cause = act.stage.variant.cause
    if cause.kind != "provider" and target == cause.id:
        act.stage.emit("fix", target, state="ready", decision=act.decision.id, by=act.actor)
        act.stage.say(act.actor, f"A fix is ready: {title}.")
    else:
        act.stage.emit("fix", target, state="not_found", decision=act.decision.id, by=act.actor)
        act.stage.say(act.actor, f"I find nothing to fix in {title}.")


def _fix_exists(board: Board, scenario: Scenario, decision: Decision) -> str | None:
    return "That fix is ready already." if decision.args["target"] in board.fixes_ready else None


def _ship_s(scenario: Scenario, args: Args) -> float:
    return SHIP_S[args["path"]]


def _ship_begins(act: Act) -> None:
    changed(act, act["target"], "begun", path=act["path"])


def _ship(act: Act) -> None:
    stage, target = act.stage, act["target"]
    path, monitored = act["path"], act["monitored"] is not False
    with stage.changing() as world:
        world.fix(target)
        if path == "straight":
            _risk_it(act, world, monitored=monitored)
    changed(act, target, "done", path=path)
    stage.emit(
        "fix", target, state="shipped", path=path, monitored=monitored, decision=act.decision.id, by=act.actor
    )
    stage.say(act.actor, f"Shipped: fix for {title_of(stage.scenario, target)}.")


def _risk_it(act: Act, world: World, *, monitored: bool) -> None:
    hot_fix = act.stage.variant.hot_fix
    if hot_fix is None or uniform(act.stage.seed, act.draw(), 1) >= hot_fix.risk:
        return
    until = {"until_s": WATCHED_REGRESSION_S} if monitored else {}
    fault = hot_fix.fault.model_copy(update=until)
    world.begin_fault(f"hot-fix:{act.decision.id}", fault)


def _no_fix(board: Board, scenario: Scenario, decision: Decision) -> str | None:
    target = decision.args["target"]
    if target in board.fixes_shipped:
        return f"The fix for {title_of(scenario, target)} has shipped."
    return None if target in board.fixes_ready else f"No fix is ready for {title_of(scenario, target)}."


MOVES = (
    Move(
        verb="prepare_fix",
        group="fix",
        title="Prepare fix",
        help="Somebody writes and tests a fix, away from production. It touches no user.",
        median_s=takes(PREPARE_S),
        label=named("Prepare a fix: {target}"),
        args=(Arg("target", "cause", "For"), BY, TIME_BOX),
        role="operations",
        hands_on=always,
        about="target",
        refuse=first_refusal(_fix_exists, in_flight("prepare_fix", "target")),
        finish=_prepare,
    ),
    Move(
        verb="ship_fix",
        group="fix",
        title="Ship fix",
        help="Reviewed: the normal change path, slower and safe. Straight: fast, and a common way to cause "
        "the next incident.",
        median_s=_ship_s,
        label=named("Ship the fix: {target}"),
        args=(
            Arg("target", "cause", "For"),
            Arg("path", "choice", "Path", choices=tuple(SHIP_S), default="reviewed"),
            Arg("monitored", "switch", "With extra monitoring", required=False, default=True),
            BY,
        ),
        role="operations",
        hands_on=always,
        production=True,
        about="target",
        refuse=first_refusal(_no_fix, in_flight("ship_fix", "target")),
        begin=_ship_begins,
        finish=_ship,
    ),
)
