"""The arguments of moves: what each kind may be in a scenario, and the check of a decision before play.

The room builds its forms from `options`; the check gives one clear error with the nearest match. Whether
a move is possible *at that moment* is another question (`Move.refuse`).
"""

from collections.abc import Mapping
from typing import Any

from simulator.decisions import Decision
from simulator.errors import DecisionError, nearest, one_of
from simulator.moves.base import Arg, Move
from simulator.scenario.model import Scenario, keeps_cache

SEAT = "commander"
"""The trainee's seat."""
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
    responders = {key: f"{who.name} · {who.title}" for key, who in scenario.responders.items()}
    managers = {key: f"{who.name} · {who.title}" for key, who in scenario.stakeholders.items() if who.manager}
    changes = {key: change.title for key, change in scenario.changes.items()}
    own = {key: service.title for key, service in scenario.services.items() if not service.provider}
    providers = {key: service.title for key, service in scenario.services.items() if service.provider}
    journeys = {key: journey.title for key, journey in scenario.journeys.items()}
    table: Mapping[str, Mapping[str, str]] = {
        "choice": {choice: choice.replace("_", " ") for choice in arg.choices},
        "choices": {choice: choice.replace("_", " ") for choice in arg.choices},
        "level": LEVELS,
        "change": changes,
        "changed": changes | {"nothing": "Nothing that could matter"},
        "flag": {key: flag.title for key, flag in scenario.flags.items()},
        "service": own,
        "provider": providers,
        "zoned": {key: title for key, title in own.items() if scenario.services[key].zones},
        "zone": {zone: zone for service in scenario.services.values() for zone in service.zones},
        "cached": {key: title for key, title in own.items() if keeps_cache(scenario.services[key])},
        "restorable": {k: title for k, title in own.items() if scenario.services[k].backup_age_s is not None},
        "automation": {key: automation.title for key, automation in scenario.automations.items()},
        "procedure": {key: procedure.title for key, procedure in scenario.procedures.items()},
        "subject": own | providers | changes,
        "cause": changes | own | providers,
        "journey": journeys,
        "journeys": journeys,
        "person": responders | managers,
        "pageable": responders | managers | {ALL_HANDS: "All hands"},
        "holder": {SEAT: "Me"} | responders,
        "actor": {SEAT: "Me"} | responders,
    }
    return table.get(arg.kind)


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
    known = {arg.name: arg for arg in move.args}
    for name in decision.args:
        if name not in known:
            expected = one_of(known) if known else "no arguments"
            raise DecisionError(
                where, f"{move.verb} has no argument '{name}'", expected, nearest(name, known)
            )
    for arg in move.args:
        value = decision.args.get(arg.name)
        if value is None:
            if arg.required:
                raise DecisionError(where, f"{move.verb} lacks '{arg.name}'", _expected(arg, scenario))
            continue
        _check_value(value, arg, scenario, f"{where}, {move.verb}.{arg.name}")
    if move.verb == "triage" and all(value is None for value in decision.args.values()):
        raise DecisionError(where, "triage answers no question", one_of(known))


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


def _check_value(value: Any, arg: Arg, scenario: Scenario, where: str) -> None:
    names = options(arg, scenario)
    wrong = DecisionError(where, f"it is {value!r}", _expected(arg, scenario))
    if arg.kind == "level":
        if value not in (1, 2, 3, 4) or isinstance(value, bool | float):
            raise wrong
    elif arg.kind in ("journeys", "choices"):
        if not isinstance(value, list | tuple):
            raise wrong
        for item in value:
            _check_name(item, names or {}, where, wrong)
    elif names is not None:
        _check_name(value, names, where, wrong)
    elif not _CHECKS[arg.kind](value):
        raise wrong


def _check_name(value: Any, names: Mapping[str, str], where: str, wrong: DecisionError) -> None:
    if not isinstance(value, str):
        raise wrong
    if value not in names:
        raise DecisionError(where, f"unknown target '{value}'", wrong.expected, nearest(value, names))


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


_CHECKS = {
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
