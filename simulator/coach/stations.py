"""The stations on the way through an incident, as a seat can tell them."""

from collections.abc import Callable
from typing import NamedTuple

from simulator.observe import Observation
from simulator.scenario.model import Scenario

QUESTIONS = ("impact", "changed", "rollback")
"""The three questions of triage."""


class Station(NamedTuple):
    """One station."""

    id: str
    title: str
    reached: Callable[[Scenario, Observation], bool]
    advice: str
    """A useful move towards it, for somebody who is stuck. It never gives the answer away."""
    verb: str
    """The move that the advice begins with."""


def users_are_well(scenario: Scenario, seen: Observation) -> bool:
    """Whether no more users are affected than on a quiet day."""
    impact = seen.impact
    return impact.affected_now < scenario.severity.sev4 * impact.users_now or not impact.at_ms


STATIONS = (
    Station(
        "acknowledge",
        "Acknowledge",
        lambda scenario, seen: seen.acknowledged_ms is not None,
        "Acknowledge the page, so that everybody knows that somebody has it.",
        "acknowledge",
    ),
    Station(
        "triage",
        "Triage",
        lambda scenario, seen: all(question in seen.triage for question in QUESTIONS),
        "Look at the change list and read the diff of what changed last. Then answer the three questions.",
        "look",
    ),
    Station(
        "severity",
        "Severity",
        lambda scenario, seen: seen.severity is not None,
        "Look at how many users are affected, and declare a severity. When in doubt, the higher one.",
        "declare",
    ),
    Station(
        "update",
        "First update",
        lambda scenario, seen: bool(seen.updates),
        "Post a first update: what is broken, who is affected, and when you write again.",
        "post_update",
    ),
    Station(
        "mitigate",
        "Mitigated",
        lambda scenario, seen: seen.mitigated_ms is not None and users_are_well(scenario, seen),
        "Have somebody read the logs of the service that alerts, and take the fastest safe act they point "
        "to. Once users are well and it has held, declare it mitigated.",
        "look",
    ),
    Station(
        "resolve",
        "Resolved",
        lambda scenario, seen: seen.resolved_ms is not None,
        "Have the fault reproduced in staging and a fix prepared, ship it reviewed, and declare it resolved "
        "once the normal state is back.",
        "reproduce_in_staging",
    ),
    Station(
        "postmortem",
        "Postmortem",
        lambda scenario, seen: seen.postmortem_written,
        "Schedule the postmortem within 48 hours, and write it while you remember.",
        "schedule_postmortem",
    ),
)


def next_station(scenario: Scenario, seen: Observation) -> Station | None:
    """The first station that has not been reached; None once all have been."""
    return next((station for station in STATIONS if not station.reached(scenario, seen)), None)
