"""Relieve: the rarer mitigations, by what a system has to offer. Each changes production, but waiting."""

from collections.abc import Callable

from simulator.board import Board
from simulator.decisions import Decision
from simulator.moves.base import Act, Arg, Args, Move, Refusal, changed, takes
from simulator.moves.common import BY, first_refusal, in_flight, mitigation, named, title_of
from simulator.scenario.model import Scenario

CACHE_S = 40.0
"""Median time to switch a cache off or on; chosen for teaching."""
HOLD_S = 60.0
"""Median time to reach a provider and open a case; chosen for teaching."""


def _begins(arg: str, *details: str) -> Callable[[Act], None]:
    def begin(act: Act) -> None:
        changed(act, act[arg], "begun", **{name: act[name] for name in details})

    return begin


def _ends(act: Act, arg: str, text: str, *details: str) -> None:
    changed(act, act[arg], "done", **{name: act[name] for name in details})
    act.stage.say(act.actor, text)


def _title(act: Act, arg: str) -> str:
    return title_of(act.stage.scenario, act[arg])


def _already(verb: str, arg: str, text: str) -> Refusal:
    """Refuses what has been done to the same target before."""

    def refuse(board: Board, scenario: Scenario, decision: Decision) -> str | None:
        target = decision.args[arg]
        return f"{title_of(scenario, target)} {text}" if (verb, target) in board.applied else None

    return refuse


# Scale ----------------------------------------------------------------------------------------------


def _scale_s(scenario: Scenario, args: Args) -> float:
    return scenario.services[args["service"]].scale_s


def _scale(act: Act) -> None:
    with act.stage.changing() as world:
        world.scale(act["service"], float(act["factor"]))
    _ends(act, "service", f"{_title(act, 'service')} has {act['factor']:g} times its workers.", "factor")


# Fail over ------------------------------------------------------------------------------------------


def _failover_s(scenario: Scenario, args: Args) -> float:
    return scenario.services[args["service"]].failover_s


def _no_such_zone(board: Board, scenario: Scenario, decision: Decision) -> str | None:
    service, zone = decision.args["service"], decision.args["zone"]
    zones = scenario.services[service].zones
    if zone not in zones:
        return f"{title_of(scenario, service)} does not run in {zone}: it runs in {', '.join(zones)}."
    left = board.applied.get(("fail_over", service))
    return (
        f"{title_of(scenario, service)} has left {zone} already."
        if left and left.detail["zone"] == zone
        else None
    )


def _fail_over(act: Act) -> None:
    with act.stage.changing() as world:
        world.fail_over(act["service"], act["zone"])
    _ends(act, "service", f"{_title(act, 'service')} has left {act['zone']}.", "zone")


# Caches ---------------------------------------------------------------------------------------------


def _bypass(act: Act) -> None:
    again = bool(act["again"])
    with act.stage.changing() as world:
        world.bypass_cache(act["service"], not again)
    told = "uses its cache again, empty as yet" if again else "goes past its cache"
    _ends(act, "service", f"{_title(act, 'service')} {told}.", "again")


# Automations, backups, procedures ---------------------------------------------------------------------


def _stop_s(scenario: Scenario, args: Args) -> float:
    return scenario.automations[args["automation"]].stop_s


def _stop(act: Act) -> None:
    with act.stage.changing() as world:
        world.stop_automation(act["automation"])
    _ends(act, "automation", f"Stopped: {_title(act, 'automation')}.")


def _restore_s(scenario: Scenario, args: Args) -> float:
    return scenario.services[args["service"]].restore_s


def _restore_begins(act: Act) -> None:
    changed(act, act["service"], "begun")
    with act.stage.changing() as world:
        world.limit(act["service"], act.draw(), 0.0)


def _restore_stops(act: Act) -> None:
    with act.stage.changing() as world:
        world.limit(act["service"], act.draw(), 1.0)


def _restore(act: Act) -> None:
    with act.stage.changing() as world:
        world.limit(act["service"], act.draw(), 1.0)
        world.restore(act["service"])
    _ends(act, "service", f"Restored from backup: {_title(act, 'service')}.")


def _procedure_s(scenario: Scenario, args: Args) -> float:
    return scenario.procedures[args["procedure"]].takes_s


def _run(act: Act) -> None:
    with act.stage.changing() as world:
        world.run_procedure(act["procedure"])
    _ends(act, "procedure", f"Done: {_title(act, 'procedure')}.")


# Waiting --------------------------------------------------------------------------------------------


def _hold(act: Act) -> None:
    act.stage.emit("hold", act["provider"], decision=act.decision.id, by=act.actor)
    act.stage.say(act.actor, f"{_title(act, 'provider')} has our case. We hold, and watch their status page.")


MOVES = (
    mitigation(
        verb="scale",
        title="Scale",
        help="Give a service more workers. It cures too much load on that service, and nothing else: more "
        "callers can even drown what they call.",
        median_s=_scale_s,
        label=named("Scale {service}"),
        args=(Arg("service", "service", "Service"), Arg("factor", "times", "Workers", default=2), BY),
        about="service",
        refuse=in_flight("scale", "service"),
        begin=_begins("service", "factor"),
        finish=_scale,
    ),
    mitigation(
        verb="fail_over",
        title="Fail over",
        help="Take a service out of a zone. The others carry its load, if they can; what had not been copied "
        "to them is lost.",
        median_s=_failover_s,
        label=named("Fail over {service}"),
        args=(Arg("service", "zoned", "Service"), Arg("zone", "zone", "Out of"), BY),
        about="service",
        refuse=first_refusal(_no_such_zone, in_flight("fail_over", "service")),
        begin=_begins("service", "zone"),
        finish=_fail_over,
    ),
    mitigation(
        verb="bypass_cache",
        title="Bypass cache",
        help="Let a service ask afresh instead of answering from its cache: for bad entries. All that load "
        "then falls on what it calls.",
        median_s=takes(CACHE_S),
        label=named("Bypass the cache of {service}"),
        args=(
            Arg("service", "cached", "Of"),
            Arg("again", "switch", "Use it again", required=False, default=False),
            BY,
        ),
        about="service",
        refuse=in_flight("bypass_cache", "service"),
        begin=_begins("service", "again"),
        finish=_bypass,
    ),
    mitigation(
        verb="stop_automation",
        title="Stop automation",
        help="Stop something that acts by itself: a rollout that spreads, an autoscaler that does harm. What "
        "it has done stays done.",
        median_s=_stop_s,
        label=named("Stop {automation}"),
        args=(Arg("automation", "automation", "Which"), BY),
        about="automation",
        refuse=first_refusal(
            _already("stop_automation", "automation", "has been stopped."),
            in_flight("stop_automation", "automation"),
        ),
        begin=_begins("automation"),
        finish=_stop,
    ),
    mitigation(
        verb="restore",
        title="Restore from backup",
        help="Replace a service's records by its newest backup. It serves nobody meanwhile, and what was "
        "written since the backup is lost.",
        median_s=_restore_s,
        label=named("Restore {service}"),
        args=(Arg("service", "restorable", "Service"), BY),
        about="service",
        refuse=first_refusal(
            _already("restore", "service", "has been restored already."), in_flight("restore", "service")
        ),
        begin=_restore_begins,
        finish=_restore,
        drop=_restore_stops,
    ),
    mitigation(
        verb="run_procedure",
        title="Run procedure",
        help="Carry out a prepared procedure from the runbook.",
        median_s=_procedure_s,
        label=named("{procedure}"),
        args=(Arg("procedure", "procedure", "Which"), BY),
        about="procedure",
        refuse=first_refusal(
            _already("run_procedure", "procedure", "has been done."), in_flight("run_procedure", "procedure")
        ),
        begin=_begins("procedure"),
        finish=_run,
    ),
    Move(
        verb="hold_for_provider",
        group="mitigate",
        title="Hold for a provider",
        help="Open a case with the provider and wait, when nothing of ours can help. Keep saying so.",
        median_s=takes(HOLD_S),
        label=named("Open a case with {provider}"),
        args=(Arg("provider", "provider", "Whom"), BY),
        about="provider",
        refuse=first_refusal(
            _already("hold_for_provider", "provider", "has our case already."),
            in_flight("hold_for_provider", "provider"),
        ),
        finish=_hold,
    ),
)
