"""Mitigate: reversible acts that take the fault out of the users' way. Each changes production."""

from simulator.board import Board
from simulator.decisions import Decision
from simulator.moves.base import Act, Arg, Args, Refusal, changed, takes
from simulator.moves.common import BY, first_refusal, in_flight, mitigation, named, title_of
from simulator.scenario.model import ALL_TRAFFIC, Scenario

RESTART_CAPACITY = 0.6
"""Share of workers left during a rolling restart; chosen for teaching."""


def _done(act: Act, target: str, text: str, **more: object) -> None:
    changed(act, target, "done", **more)
    act.stage.say(act.actor, text)


def _undo_s(scenario: Scenario, args: Args) -> float:
    return scenario.changes[args["change"]].undo_s or 0.0


def _cannot_undo(board: Board, scenario: Scenario, decision: Decision) -> str | None:
    change = decision.args["change"]
    if scenario.changes[change].undo_s is None:
        return f"{title_of(scenario, change)} has no way back."
    return f"{title_of(scenario, change)} has been rolled back already." if change in board.undone else None


def _change_begins(act: Act) -> None:
    changed(act, act["change"], "begun")


def _roll_back(act: Act) -> None:
    with act.stage.changing() as world:
        world.undo_change(act["change"])
    _done(act, act["change"], f"Rolled back: {title_of(act.stage.scenario, act['change'])}.")


def _not_undone(board: Board, scenario: Scenario, decision: Decision) -> str | None:
    change = decision.args["change"]
    return None if change in board.undone else f"{title_of(scenario, change)} has not been rolled back."


def _roll_forward(act: Act) -> None:
    with act.stage.changing() as world:
        world.redo_change(act["change"])
    _done(act, act["change"], f"Back in production: {title_of(act.stage.scenario, act['change'])}.")


def _flag_s(scenario: Scenario, args: Args) -> float:
    return scenario.flags[args["flag"]].takes_s


def _already(word: str) -> Refusal:
    """Refuses to turn a flag `on` or `off` that is so already."""

    def refuse(board: Board, scenario: Scenario, decision: Decision) -> str | None:
        flag = decision.args["flag"]
        is_on = flag in board.flags_on or (scenario.flags[flag].on and flag not in board.flags_off)
        return (
            f"{title_of(scenario, flag)} is {word} already." if word == ("on" if is_on else "off") else None
        )

    return refuse


def _flag_begins(act: Act) -> None:
    changed(act, act["flag"], "begun")


def _flag_off(act: Act) -> None:
    with act.stage.changing() as world:
        world.set_flag(act["flag"], False)
    _done(act, act["flag"], f"Flag off: {title_of(act.stage.scenario, act['flag'])}.")


def _flag_on(act: Act) -> None:
    with act.stage.changing() as world:
        world.set_flag(act["flag"], True)
    _done(act, act["flag"], f"Flag on: {title_of(act.stage.scenario, act['flag'])}.")


def _shed_begins(act: Act) -> None:
    changed(act, act["journey"] or ALL_TRAFFIC, "begun", share=act["share"], journey=act["journey"])


def _shed(act: Act) -> None:
    with act.stage.changing() as world:
        world.shed(float(act["share"]), act["journey"])
    text = (
        f"Turning away {act['share']:.0%} of requests." if act["share"] else "All requests are let in again."
    )
    _done(act, act["journey"] or ALL_TRAFFIC, text, share=act["share"], journey=act["journey"])


def _restart_s(scenario: Scenario, args: Args) -> float:
    return scenario.services[args["service"]].restart_s


def _restart_begins(act: Act) -> None:
    changed(act, act["service"], "begun")
    with act.stage.changing() as world:
        world.limit(act["service"], act.draw(), RESTART_CAPACITY)


def _restart_stops(act: Act) -> None:
    with act.stage.changing() as world:
        world.limit(act["service"], act.draw(), 1.0)


def _restart(act: Act) -> None:
    with act.stage.changing() as world:
        world.limit(act["service"], act.draw(), 1.0)
        world.restart(act["service"])
    _done(act, act["service"], f"Restarted: {title_of(act.stage.scenario, act['service'])}.")


MOVES = (
    mitigation(
        verb="roll_back",
        title="Roll back",
        help="Put the version before a change back. Quick when it is safe; read the diff first, for a "
        "migration can make the old version fail on the new data.",
        median_s=_undo_s,
        label=named("Roll back {change}"),
        args=(Arg("change", "change", "Change"), BY),
        about="change",
        refuse=first_refusal(_cannot_undo, in_flight("roll_back", "change")),
        begin=_change_begins,
        finish=_roll_back,
    ),
    mitigation(
        verb="roll_forward",
        title="Roll forward",
        help="Deploy again what was rolled back: for when the rollback made things worse.",
        median_s=_undo_s,
        label=named("Roll forward {change}"),
        args=(Arg("change", "change", "Change"), BY),
        about="change",
        refuse=first_refusal(_not_undone, in_flight("roll_forward", "change")),
        begin=_change_begins,
        finish=_roll_forward,
    ),
    mitigation(
        verb="flag_off",
        title="Flag off",
        help="Switch a feature off everywhere. Users lose the feature, not the service.",
        median_s=_flag_s,
        label=named("Flag off: {flag}"),
        args=(Arg("flag", "flag", "Flag"), BY),
        about="flag",
        refuse=first_refusal(_already("off"), in_flight("flag_off", "flag")),
        begin=_flag_begins,
        finish=_flag_off,
    ),
    mitigation(
        verb="flag_on",
        title="Flag on",
        help="Switch a feature on again, once what hurt it is gone.",
        median_s=_flag_s,
        label=named("Flag on: {flag}"),
        args=(Arg("flag", "flag", "Flag"), BY),
        about="flag",
        refuse=first_refusal(_already("on"), in_flight("flag_on", "flag")),
        begin=_flag_begins,
        finish=_flag_on,
    ),
    mitigation(
        verb="shed",
        title="Shed traffic",
        help="Turn a share of requests away so that the rest get through. It cures overload, nothing else; "
        "a share of 0 lets everybody in again.",
        median_s=takes(30),
        label=lambda scenario, args: f"Shed {args['share']:.0%} of traffic",
        args=(
            Arg("share", "share", "Share", default=0.3),
            Arg("journey", "journey", "Only of", required=False),
            BY,
        ),
        begin=_shed_begins,
        finish=_shed,
    ),
    mitigation(
        verb="restart",
        title="Restart",
        help="Restart a service, a few workers at a time. It cures what only lives in memory, and costs "
        "capacity meanwhile.",
        median_s=_restart_s,
        label=named("Restart {service}"),
        args=(Arg("service", "service", "Service"), BY),
        about="service",
        refuse=in_flight("restart", "service"),
        begin=_restart_begins,
        finish=_restart,
        drop=_restart_stops,
    ),
)
