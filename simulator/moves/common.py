"""Refusals and labels that several groups of moves share."""

from collections.abc import Callable, Mapping
from string import Formatter
from typing import Any

from simulator.board import Board
from simulator.decisions import Decision
from simulator.moves.arguments import SEAT
from simulator.moves.base import Arg, Args, Move, Refusal, always
from simulator.scenario.model import Scenario
from simulator.scenario.once import once

BY = Arg("by", "actor", "Who", required=False, default=SEAT)
"""Who does it: the seat itself, or a responder who is here."""


TIME_BOX = Arg("time_box_min", "minutes", "Time box", required=False)
"""When to stop and report, for work that has no certain end; none: when it is done."""


def mitigation(**parts: Any) -> Move:
    """A move that changes production by hand to take a fault out of the users' way."""
    return Move(group="mitigate", role="operations", hands_on=always, production=True, **parts)


def first_refusal(*refusals: Refusal) -> Refusal:
    """The first reason among several."""

    def refuse(board: Board, scenario: Scenario, decision: Decision) -> str | None:
        reasons = (refusal(board, scenario, decision) for refusal in refusals)
        return next((reason for reason in reasons if reason), None)

    return refuse


def in_flight(verb: str, arg: str = "") -> Refusal:
    """Refuses what is already being done, to the same target if the move has one."""

    def refuse(board: Board, scenario: Scenario, decision: Decision) -> str | None:
        target = decision.args.get(arg)
        same = (w for w in board.work.values() if w.verb == verb and w.target == target)
        label = next((work.label for work in same if work.decision != decision.id), None)
        return f"Already under way: {label}." if label else None

    return refuse


def named(template: str) -> Callable[[Scenario, Args], str]:
    """A label such as 'Roll back {change}', with ids replaced by titles from the scenario."""
    fields = [name for _, name, _, _ in Formatter().parse(template) if name]

    def label(scenario: Scenario, args: Args) -> str:
        return template.format(**{name: title_of(scenario, args.get(name)) for name in fields})

    return label


def title_of(scenario: Scenario, key: Any) -> str:
    """The title of anything that a scenario names; the key itself when it names none."""
    return _titles(scenario).get(key, str(key))


def name_of(scenario: Scenario, who: Any) -> str:
    """A person's first name, or the key itself."""
    return _names(scenario).get(who, str(who))


@once
def _titles(scenario: Scenario) -> Mapping[str, str]:
    """Where several things share a key, the later kind has it."""
    kinds: tuple[Mapping[str, Any], ...] = (
        scenario.procedures,
        scenario.automations,
        scenario.journeys,
        scenario.services,
        scenario.flags,
        scenario.changes,
    )
    return {**_names(scenario), **{key: thing.title for kind in kinds for key, thing in kind.items()}}


@once
def _names(scenario: Scenario) -> Mapping[str, str]:
    people: dict[str, Any] = {**scenario.responders, **scenario.stakeholders}
    return {key: person.name for key, person in people.items()}
