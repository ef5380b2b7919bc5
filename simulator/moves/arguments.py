"""The arguments of moves: what each kind may be in a scenario, and the check of a decision before play.

The room builds its forms from `options`; the check gives one clear error with the nearest match. Whether
a move is possible *at that moment* is another question (`Move.refuse`).
"""

from collections.abc import Callable, Mapping
from typing import Any

from simulator.decisions import Decision
from simulator.errors import DecisionError, nearest, one_of
from simulator.moves.base import Arg, Move
from simulator.scenario.model import Scenario, Service, keeps_cache
from simulator.scenario.once import once

SEAT = "commander"
"""The trainee's seat."""
UNCLEAR = "unclear"
"""The honest answer to a triage question while nothing that has been seen settles it."""
ALL_HANDS = "all-hands"
"""Pages everybody there is."""

LEVELS = {
    "1": "SEV-1 · total outage or data loss",
    "2": "SEV-2 · major feature down, or many users",
    "3": "SEV-3 · degraded, a workaround exists",
    "4": "SEV-4 · cosmetic or low impact",
}


def options(arg: Arg, scenario: Scenario) -> Mapping[str, str] | None:
    """Value to human label for an argument that picks from a set; None for free ones (text, numbers)."""
    if arg.kind in ("choice", "choices"):
        return {choice: choice.replace("_", " ") for choice in arg.choices}
    return _offers(scenario).get(arg.kind)


@once
def _offers(scenario: Scenario) -> Mapping[str, Mapping[str, str]]:
    """Per kind of argument: what it may name."""
    return {kind: offer(scenario) for kind, offer in _OFFERS.items()}


def _titles(things: Mapping[str, Any]) -> dict[str, str]:
    return {key: thing.title for key, thing in things.items()}


def _services(scenario: Scenario, fits: Callable[[Service], Any]) -> dict[str, str]:
    return _titles({key: service for key, service in scenario.services.items() if fits(service)})


def _own(scenario: Scenario) -> dict[str, str]:
    return _services(scenario, lambda service: not service.provider)


def _providers(scenario: Scenario) -> dict[str, str]:
    return _services(scenario, lambda service: service.provider)


def _responders(scenario: Scenario) -> dict[str, str]:
    return {key: f"{who.name} · {who.title}" for key, who in scenario.responders.items()}


def _people(scenario: Scenario) -> dict[str, str]:
    managers = {key: f"{who.name} · {who.title}" for key, who in scenario.stakeholders.items() if who.manager}
    return _responders(scenario) | managers


_OFFERS: Mapping[str, Callable[[Scenario], dict[str, str]]] = {
    "level": lambda scenario: LEVELS,
    "change": lambda scenario: _titles(scenario.changes),
    "changed": lambda scenario: (
        _titles(scenario.changes) | {"nothing": "Nothing that could matter", UNCLEAR: "Not clear yet"}
    ),
    "flag": lambda scenario: _titles(scenario.flags),
    "service": _own,
    "provider": _providers,
    "zoned": lambda scenario: _services(scenario, lambda service: service.zones and not service.provider),
    "zone": lambda scenario: {zone: zone for service in scenario.services.values() for zone in service.zones},
    "cached": lambda scenario: _services(
        scenario, lambda service: keeps_cache(service) and not service.provider
    ),
    "restorable": lambda scenario: _services(scenario, lambda service: service.backup_age_s is not None),
    "automation": lambda scenario: _titles(scenario.automations),
    "procedure": lambda scenario: _titles(scenario.procedures),
    "subject": lambda scenario: _own(scenario) | _providers(scenario) | _titles(scenario.changes),
    "cause": lambda scenario: _titles(scenario.changes) | _own(scenario) | _providers(scenario),
    "journey": lambda scenario: _titles(scenario.journeys),
    "journeys": lambda scenario: _titles(scenario.journeys),
    "person": _people,
    "pageable": lambda scenario: _people(scenario) | {ALL_HANDS: "All hands"},
    "holder": lambda scenario: {SEAT: "Me"} | _responders(scenario),
    "actor": lambda scenario: {SEAT: "Me"} | _responders(scenario),
}
"""What each kind of argument may name in a scenario, with labels."""


def check(decision: Decision, moves: Mapping[str, Move], scenario: Scenario, where: str) -> None:
    """Refuse a decision that could never be played in this scenario.

    Raises:
        DecisionError: an unknown verb, seat, argument or target, or a wrong type; with the nearest match.
    """
    if decision.seat != SEAT:
        raise DecisionError(
            where,
            f"seat '{decision.seat}' may not decide here",
            one_of([SEAT]),
            nearest(decision.seat, [SEAT]),
        )
    if decision.verb not in moves:
        raise DecisionError(
            where, f"unknown verb '{decision.verb}'", one_of(sorted(moves)), nearest(decision.verb, moves)
        )
    move = moves[decision.verb]
    args = decision.args
    for name in args:
        if name not in move.names:
            expected = one_of(move.names) if move.names else "no arguments"
            raise DecisionError(
                where, f"{move.verb} has no argument '{name}'", expected, nearest(name, move.names)
            )
    for arg in move.args:
        value = args.get(arg.name)
        if value is None:
            if arg.required:
                raise DecisionError(where, f"{move.verb} lacks '{arg.name}'", _expected(arg, scenario))
            continue
        fault = _fault(value, arg, scenario)
        if fault is not None:
            raise DecisionError(f"{where}, {move.verb}.{arg.name}", *fault)
    if move.verb == "triage" and all(value is None for value in args.values()):
        raise DecisionError(where, "triage answers no question", one_of(move.names))


def _expected(arg: Arg, scenario: Scenario) -> str:
    names = options(arg, scenario)
    if arg.kind == "level":
        return "a severity from 1 to 4"
    if names is not None:
        return one_of(names) if names else f"a {arg.kind}, but this scenario has none"
    return {
        "minutes": "minutes, above 0 and at most 1440",
        "hours": "hours, above 0 and at most 720",
        "share": "a share from 0 to 1",
        "times": "how many times as many, above 0 and at most 20",
        "switch": "true or false",
        "text": "text",
        "lines": "a list of texts",
        "decision": "the id of a decision",
        "actions": "a list of objects with what, owner_role, due_days, kind",
    }[arg.kind]


def _fault(value: Any, arg: Arg, scenario: Scenario) -> tuple[str, ...] | None:
    """What is wrong with a value, what was expected, and perhaps the nearest name; None if it is right."""
    if arg.kind in _CHECKS:
        return None if _CHECKS[arg.kind](value) else (f"it is {value!r}", _expected(arg, scenario))
    several = arg.kind in _SEVERAL
    if not (_is_names(value) if several else isinstance(value, str)):
        return f"it is {value!r}", _expected(arg, scenario)
    names = arg.choices or _offers(scenario)[arg.kind]
    for name in value if several else (value,):
        if name not in names:
            return f"unknown target '{name}'", _expected(arg, scenario), nearest(name, names)
    return None


def _is_names(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(item, str) for item in value)


def _is_level(value: Any) -> bool:
    return value in (1, 2, 3, 4) and not isinstance(value, bool | float)


def _is_number(value: Any, low: float, high: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and low < value <= high


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 4000 and not any("\ud800" <= c <= "\udfff" for c in value)


def _is_lines(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(_is_text(line) for line in value)


def _is_action(value: Any) -> bool:
    if not isinstance(value, Mapping) or not set(value) <= {"what", "owner_role", "due_days", "kind"}:
        return False
    names = (value.get("owner_role"), value.get("kind"))
    days = value.get("due_days")
    return (
        _is_text(value.get("what"))
        and all(name is None or _is_text(name) for name in names)
        and (days is None or _is_number(days, -1, 36500))
    )


def _is_actions(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(_is_action(action) for action in value)


_SEVERAL = ("journeys", "choices")
"""Kinds of argument that pick several from a set."""
_CHECKS: Mapping[str, Callable[[Any], bool]] = {
    "level": _is_level,
    "minutes": lambda value: _is_number(value, 0, 1440),
    "hours": lambda value: _is_number(value, 0, 720),
    "share": lambda value: (value == 0 and not isinstance(value, bool)) or _is_number(value, 0, 1),
    "times": lambda value: _is_number(value, 0, 20),
    "switch": lambda value: isinstance(value, bool),
    "text": _is_text,
    "lines": _is_lines,
    "decision": _is_text,
    "actions": _is_actions,
}
