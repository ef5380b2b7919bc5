"""What plays the equations: plain Python here, or the same source compiled (see `fast`)."""

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from simulator.world import flow, gauges, respond, stepping
from simulator.world.layout import Tables, Wires

Rows = list[list[float]]


class Engine(Protocol):
    """The state of one plant, and the equations over it."""

    tables: Tables

    @property
    def advance(self) -> Callable[[float], None]:
        """`stepping.advance`, by so many seconds."""
        ...

    @property
    def coast(self) -> Callable[[], None]:
        """`stepping.coast`."""
        ...

    @property
    def respond(self) -> Callable[[], float]:
        """`respond.respond`."""
        ...

    def __init__(self, tables: Tables, backup: Tables, wires: Wires) -> None: ...
    def level(self, row: Any, total: float) -> None:
        """`flow.level` of a service with `total` requests in it, at one moment."""
        ...

    def fare(self, shares: list[float]) -> Callable[[float, float], list[float]]:
        """`advance`, then `gauges.fare` of any number of active users, in one call.

        The users' shares per journey stay the same.
        """
        ...

    def watched(self, metrics: list[int], rows: list[int]) -> Callable[[], list[float]]:
        """`gauges.watch` for rules that stay the same."""
        ...

    @staticmethod
    def read(row: Any) -> Any:
        """A row or a table as plain floats, for reading only."""
        ...


class Plain:
    """The equations in plain Python, on lists."""

    def __init__(self, tables: Tables, backup: Tables, wires: Wires) -> None:
        self.tables, self._wires = tables, wires
        self.advance = partial(stepping.advance, tables, backup, wires)
        self.coast = partial(stepping.coast, tables)
        self.respond = partial(respond.respond, tables, wires)

    def level(self, row: Any, total: float) -> None:
        """As `Engine`."""
        flow.level(row, total, 0.0, 0.0)

    def fare(self, shares: list[float]) -> Callable[[float, float], list[float]]:
        """As `Engine`."""
        tables, columns = self.tables, gauges.TOTALS + gauges.USERS * len(shares)

        def read(seconds: float, active: float) -> list[float]:
            self.advance(seconds)
            row = [0.0] * columns
            gauges.fare(tables, shares, active, row)
            return row

        return read

    def watched(self, metrics: list[int], rows: list[int]) -> Callable[[], list[float]]:
        """As `Engine`."""
        attempts, failed = ([0.0] * len(self.tables.service) for _ in range(2))
        values = [0.0] * len(metrics)

        def read() -> list[float]:
            gauges.watch(self.tables, self._wires, metrics, rows, attempts, failed, values)
            return values[:]

        return read

    @staticmethod
    def read(row: Any) -> Any:
        """As `Engine`."""
        return row


class _Chosen:
    """The engine of worlds made from now on. Either gives the same bits, so this is about speed alone."""

    engine: type[Engine] = Plain


def chosen() -> type[Engine]:
    """The engine that a new plant takes."""
    return _Chosen.engine


def choose(engine: type[Engine]) -> None:
    """Let plants made from now on take this engine."""
    _Chosen.engine = engine
