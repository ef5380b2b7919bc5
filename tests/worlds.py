"""Small worlds for tests: a system, what is wrong with it, and how its users fare."""

from typing import Any

from simulator.scenario.model import Scenario
from simulator.world import World
from tests.reference.systems import system

QUIET: dict[str, dict[str, object]] = {"f": {"kind": "errors", "service": "web", "amount": 0.0}}
"""A fault that does nothing to a service `web`."""


def played(scenario: Scenario, **more: Any) -> World:
    """The scenario's variant `v`, with further parts such as `automations`, `procedures` or `daily`."""
    daily = more.pop("daily", None)
    given = scenario.model_dump()
    given["traffic"]["daily"] = daily
    scenario = Scenario.model_validate({**given, **more})
    return World(scenario, scenario.variants["v"], 1)


def one_way(services, users=600.0, faults=None, path=("web",), journey=None, **more: Any) -> World:
    """One journey `j`, ten users to a request per second; nobody tries again unless the journey says so."""
    journeys = {"j": {"share": 1.0, "path": path, **(journey or {})}}
    flags = more.pop("flag_names", ())
    return played(system(services, journeys, users, faults or QUIET, flags=flags), **more)


def failed(world: World) -> float:
    """Share of all users who fail."""
    impact = world.impact()
    return impact.users_failed / impact.users


def slow(world: World) -> float:
    """Share of all users who are served late."""
    impact = world.impact()
    return impact.users_slow / impact.users


def over(world: World, *at_s: float, see=failed) -> list[float]:
    """What is seen at these moments."""
    seen = []
    for moment in at_s:
        world.advance(round(1000 * moment))
        seen.append(see(world))
    return seen
