"""What a move would usually cost, as the form says it before the trainee decides."""

from collections.abc import Mapping
from typing import Any

from simulator.moves import SEAT, Move
from simulator.people import expected_s
from simulator.room import words
from simulator.scenario.model import Scenario


def missing(move: Move, args: Mapping[str, Any]) -> str | None:
    """Why this cannot be asked for yet: the first argument that still has to be given, or None."""
    title = next((arg.title for arg in move.args if arg.required and args.get(arg.name) is None), None)
    return f"First say: {title.rstrip('?')}." if title else None


def cost(move: Move, scenario: Scenario, args: Mapping[str, Any], commander: str | None = None) -> str:
    """The usual time, whether it is work by hand (and the commander's), whether it changes production."""
    by = str(args.get("by") or SEAT)
    risk = _risk(move, args, commands=by == commander)
    if missing(move, args):
        return risk
    usual_s = expected_s(move, scenario, args, by)
    return " · ".join(part for part in (f"about {words.about(1000 * usual_s)}", risk) if part)


def _risk(move: Move, args: Mapping[str, Any], *, commands: bool) -> str:
    by_hand = ("by hand, while in command" if commands else "by hand") if move.hands_on(args) else ""
    production = "changes production" if move.production else ""
    return " · ".join(part for part in (by_hand, production) if part)
