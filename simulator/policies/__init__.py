"""Reference players: they decide through the same moves as a person and see only what a seat may see."""

from collections.abc import Mapping
from types import MappingProxyType

from simulator.errors import UnknownNameError, nearest, one_of
from simulator.policies.base import MakePlayer, Played, Player, Wish, play
from simulator.policies.by_the_book import ByTheBook
from simulator.policies.do_nothing import DoNothing
from simulator.policies.hero_debugger import HeroDebugger
from simulator.policies.rollback_first import RollbackFirst

PLAYERS: Mapping[str, MakePlayer] = MappingProxyType(
    {
        "by-the-book": ByTheBook,
        "rollback-first": RollbackFirst,
        "hero-debugger": HeroDebugger,
        "do-nothing": DoNothing,
    }
)
"""Name to player, best first."""


def player(name: str) -> MakePlayer:
    """A reference player by name.

    Raises:
        UnknownNameError: with the nearest match.
    """
    if name not in PLAYERS:
        raise UnknownNameError(
            "player", f"there is no player '{name}'", one_of(PLAYERS), nearest(name, PLAYERS)
        )
    return PLAYERS[name]


__all__ = ["PLAYERS", "MakePlayer", "Played", "Player", "Wish", "play", "player"]
