"""Every verb a seat can do, in one table."""

from collections.abc import Mapping
from types import MappingProxyType

from simulator.moves import close, command, communicate, fix, investigate, mitigate, page, relieve, triage
from simulator.moves.arguments import ALL_HANDS, SEAT, check, options
from simulator.moves.base import GROUPS, Act, Arg, Group, Move, Stage

_ALL = (
    *page.MOVES,
    *command.MOVES,
    *triage.MOVES,
    *investigate.MOVES,
    *mitigate.MOVES,
    *relieve.MOVES,
    *communicate.MOVES,
    *fix.MOVES,
    *close.MOVES,
)
MOVES: Mapping[str, Move] = MappingProxyType({move.verb: move for move in _ALL})
"""Verb to move, in the order in which the room shows them."""

__all__ = ["ALL_HANDS", "GROUPS", "MOVES", "SEAT", "Act", "Arg", "Group", "Move", "Stage", "check", "options"]
