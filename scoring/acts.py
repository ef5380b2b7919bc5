"""Acts: changes of production by hand, the mitigations among them, and what makes one right or reasoned."""

from dataclasses import dataclass

from simulator.grounds import HOLD, MITIGATIONS
from simulator.moves.common import title_of
from simulator.scenario.model import ALL_TRAFFIC, Mitigation, Scenario
from simulator.trace import TraceEvent

AMOUNTS = {"shed": "share", "scale": "factor"}
"""Verb to the argument that says how much."""
_DOING = {
    "roll_back": "rolling back {}",
    "flag_off": "turning off {}",
    "shed": "shedding {}",
    "restart": "restarting {}",
    "scale": "scaling {}",
    "fail_over": "failing {} over",
    "bypass_cache": "bypassing the cache of {}",
    "stop_automation": "stopping {}",
    "restore": "restoring {}",
    "run_procedure": "carrying out {}",
    HOLD: "holding for {}",
    "roll_forward": "rolling {} forward",
    "flag_on": "turning {} on",
    "ship_fix": "shipping the fix for {}",
    "debug_in_production": "debugging {} in production",
}
_TO_DO = {
    "roll_back": "roll back {}",
    "roll_forward": "roll forward {}",
    "flag_off": "turn off {}",
    "flag_on": "turn on {}",
    "shed": "shed {}",
    "fail_over": "fail {} over",
    "bypass_cache": "bypass the cache of {}",
    "stop_automation": "stop {}",
    "run_procedure": "carry out {}",
    "ship_fix": "ship the fix for {}",
    "debug_in_production": "debug {} in production",
    HOLD: "hold for {}",
}


@dataclass(frozen=True, slots=True)
class Act:
    """A change of production by hand, or the decision to hold for a provider."""

    decision: str
    verb: str
    target: str
    """What it is done to, as a scenario's mitigations name it."""
    begun: TraceEvent
    done: TraceEvent | None
    """None while it goes on at the end of the drill."""
    dropped: bool
    amount: float | None = None
    """shed: the share of requests turned away. scale: the number of times as many workers."""
    zone: str | None = None
    """fail_over: the zone that was left."""
    undoes: bool = False
    """True for letting shed traffic in again or using a cache again, which mitigates nothing."""

    @property
    def mitigates(self) -> bool:
        """Whether it is meant to take a fault out of the users' way, and was not called off."""
        return self.verb in MITIGATIONS and not self.undoes and not self.dropped

    @property
    def touches_production(self) -> bool:
        """Whether it changes production: holding does not."""
        return self.verb != HOLD

    def is_a(self, move: Mitigation) -> bool:
        """Whether it is this mitigation: the same verb, target and zone, and at least as much of it."""
        return (
            (self.verb, self.target) == (move.verb, move.target)
            and (move.zone is None or self.zone == move.zone)
            and (move.amount is None or (self.amount or 0.0) >= move.amount)
        )


def target_of(event: TraceEvent) -> str:
    """What an act was done to, given its beginning; shedding is for a journey, or for all traffic."""
    if event.kind == "work":
        return str(event.detail["target"])
    return str(event.detail.get("journey") or event.subject)


def doing(scenario: Scenario, verb: str, target: str) -> str:
    """An act as something that goes on: 'rolling back “Deploy orders-api 2.31.0”'."""
    return _DOING.get(verb, verb.replace("_", " ") + " {}").format(_what(scenario, target, "“{}”"))


def to_do(scenario: Scenario, verb: str, target: str) -> str:
    """An act as something to do: 'roll back Deploy orders-api 2.31.0'."""
    return _TO_DO.get(verb, verb.replace("_", " ") + " {}").format(_what(scenario, target, "{}"))


def in_full(scenario: Scenario, move: Mitigation) -> str:
    """A mitigation with all it says: 'scaling “Till” to 2 times as many workers, or more'."""
    words = doing(scenario, move.verb, move.target)
    if move.verb == "shed" and move.amount is not None:
        words += f" by {move.amount:.0%} or more"
    if move.verb == "scale" and move.amount is not None:
        words += f" to {move.amount:g} times as many workers or more"
    return f"{words} out of {move.zone}" if move.zone else words


def _what(scenario: Scenario, target: str, quotes: str) -> str:
    return "all traffic" if target == ALL_TRAFFIC else quotes.format(title_of(scenario, target))
