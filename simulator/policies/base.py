"""What a player is, and how one is let loose on a scenario.

A player decides through the same moves as a person and sees only what its seat may see: an observation,
and the public part of the scenario.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from simulator.decisions import DecisionLog
from simulator.observe import Observation
from simulator.scenario.model import ALL_TRAFFIC, Debrief, Mitigation, Scenario
from simulator.session import Session
from simulator.trace import Trace

STEP_MS = 5000
"""How often a player looks and may decide."""


class Wish(NamedTuple):
    """A move that a player wants to make now."""

    verb: str
    args: Mapping[str, Any] = {}


TARGETS = {
    "roll_back": "change",
    "flag_off": "flag",
    "stop_automation": "automation",
    "run_procedure": "procedure",
    "hold_for_provider": "provider",
}
"""The argument that names what a mitigation is done to, where it is not a service."""


def carry_out(way: Mitigation, by: str | None = None) -> Wish:
    """The move that carries a mitigation out."""
    args: dict[str, Any] = {TARGETS.get(way.verb, "service"): way.target}
    if way.verb == "shed":
        args = {"share": way.amount} | ({} if way.target == ALL_TRAFFIC else {"journey": way.target})
    elif way.verb == "scale":
        args["factor"] = way.amount or 2.0
    elif way.verb == "fail_over":
        args["zone"] = way.zone
    return Wish(way.verb, args if by is None else {**args, "by": by})


class Player(Protocol):
    """Decides. One instance plays one drill, so it may remember."""

    def decide(self, seen: Observation) -> Sequence[Wish]:
        """What to do now, in this order; refusals are simply tried again or not."""
        ...


class MakePlayer(Protocol):
    """Makes a player for a drill of this scenario, which comes without its variants."""

    def __call__(self, scenario: Scenario) -> Player: ...


class Played(NamedTuple):
    """A drill that a player has played."""

    log: DecisionLog
    trace: Trace


def play(scenario: Scenario, seed: int, make: MakePlayer) -> Played:
    """Let a player play a whole drill."""
    session = Session(scenario, seed)
    player = make(public(scenario))
    while not session.ended:
        for wish in player.decide(session.observe()):
            session.decide(wish.verb, wish.args)
        session.advance(session.now_ms + STEP_MS)
    return Played(session.log, session.finish())


def public(scenario: Scenario) -> Scenario:
    """The scenario as a player may know it: without its truths, nor what is still to be found or said."""
    secret = {"variants": {}, "evidence": (), "injects": (), "debrief": Debrief()}
    return scenario.model_copy(update=secret)


class Checklist(ABC):
    """A player that goes down a list of steps, each once, as soon as its time has come."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._asked: set[str] = set()

    def decide(self, seen: Observation) -> Sequence[Wish]:
        """The steps whose time has come and that have not been taken."""
        if seen.paged_ms is None or seen.closed:
            return ()
        return [wish for key, wish in self.steps(seen) if self._first_time(key)]

    @abstractmethod
    def steps(self, seen: Observation) -> Iterator[tuple[str, Wish]]:
        """Every step that may be taken now, under a name of its own."""

    def _first_time(self, key: str) -> bool:
        new = key not in self._asked
        self._asked.add(key)
        return new


def affected_share(seen: Observation) -> float:
    """Share of active users affected, now."""
    return seen.impact.affected_now / seen.impact.users_now if seen.impact.users_now else 0.0


def users_well_for_ms(seen: Observation, threshold: float) -> int:
    """For how long the share of users affected has stayed under `threshold`, without a break."""
    impact = seen.impact
    for row in reversed(range(len(impact.at_ms))):
        if impact.users_affected[row] >= threshold * impact.users[row]:
            return max(0, seen.at_ms - impact.at_ms[row] - 1)
    return seen.at_ms


def suspect_change(scenario: Scenario, seen: Observation) -> str | None:
    """The latest change to a service that an alert is firing about; else the latest change of all."""
    firing = {scenario.alerts[alert.id].of for alert in seen.alerts if alert.firing}
    near = {key: change for key, change in scenario.changes.items() if change.service in firing}
    near = near or scenario.changes
    return max(near, key=lambda key: near[key].at_s, default=None)


def alerting_service(scenario: Scenario, seen: Observation) -> str:
    """The service that an alert names, or the one that the page is about."""
    firing = [scenario.alerts[alert.id].of for alert in seen.alerts if alert.firing]
    services = [name for name in firing if name in scenario.services]
    return services[0] if services else scenario.alerts[scenario.brief.alert].of


def in_flight(seen: Observation, *verbs: str) -> bool:
    """Whether work of one of these verbs is waiting or under way."""
    return any(work.verb in verbs for work in seen.work)
