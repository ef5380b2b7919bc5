"""What plays the equations: plain Python, or the same source compiled (see `fast`)."""

from collections.abc import Callable
from typing import Any, NamedTuple

from simulator.world import flow, respond, stepping


class Engine(NamedTuple):
    """The equations, and how this engine wants its tables."""

    advance: Callable[..., None]
    """`stepping.advance`."""
    respond: Callable[..., float]
    """`respond.respond`."""
    level: Callable[..., None]
    """`flow.level`."""
    table: Callable[[list[list[float]], int], Any]
    """Makes a table of rows of so many columns."""
    numbers: Callable[[list[Any]], Any]
    """Makes a single row, of whole numbers or not."""
    read: Callable[[Any], list[float]]
    """A row as plain floats, for reading only."""


PLAIN = Engine(
    advance=stepping.advance,
    respond=respond.respond,
    level=flow.level,
    table=lambda rows, columns: rows,
    numbers=lambda row: row,
    read=lambda row: row,
)


class _Chosen:
    """The engine of worlds made from now on. Either gives the same bits, so this is about speed alone."""

    engine = PLAIN


def chosen() -> Engine:
    """The engine that a new plant takes."""
    return _Chosen.engine


def choose(engine: Engine) -> None:
    """Let plants made from now on take this engine."""
    _Chosen.engine = engine
