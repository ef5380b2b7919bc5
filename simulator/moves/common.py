"""Refusals and labels that several groups of moves share."""

from collections.abc import Callable
from string import Formatter
from typing import Any

from simulator.board import Board
from simulator.decisions import Decision
from simulator.moves.arguments import SEAT
from simulator.moves.base import Arg, Args, Move, Refusal, always
from simulator.scenario.model import Scenario

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
    tables: tuple[Any, ...] = (
        scenario.changes,
        scenario.flags,
        scenario.services,
        scenario.journeys,
        scenario.automations,
        scenario.procedures,
    )
    for table in tables:
        if key in table:
            return str(table[key].title)
    return name_of(scenario, key)


def name_of(scenario: Scenario, who: Any) -> str:
    """A person's first name, or the key itself."""
    people: dict[str, Any] = {**scenario.responders, **scenario.stakeholders}
    return str(people[who].name) if who in people else str(who)
