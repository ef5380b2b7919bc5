"""What plays the equations: plain Python here, or the same source compiled (see `fast`)."""

from collections.abc import Callable
from typing import Any, Protocol

from simulator.world import flow, gauges, respond, stepping
from simulator.world.layout import Tables, Wires

Rows = list[list[float]]


class Engine(Protocol):
    """The state of one plant, and the equations over it."""

    tables: Tables

    def __init__(self, tables: Tables, backup: Tables, wires: Wires) -> None: ...
    def advance(self, seconds: float) -> None:
        """`stepping.advance`."""
        ...

    def coast(self) -> None:
        """`stepping.coast`."""
        ...

    def respond(self) -> None:
        """`respond.respond`."""
        ...

    def level(self, row: Any, total: float) -> None:
        """`flow.level` of a service with `total` requests in it, at one moment."""
        ...

    def fare(self, shares: list[float], active: float) -> list[float]:
        """`gauges.fare`."""
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
        self.tables, self._backup, self._wires = tables, backup, wires

    def advance(self, seconds: float) -> None:
        """As `Engine`."""
        stepping.advance(self.tables, self._backup, self._wires, seconds)

    def coast(self) -> None:
        """As `Engine`."""
        stepping.coast(self.tables)

    def respond(self) -> None:
        """As `Engine`."""
        respond.respond(self.tables, self._wires)

    def level(self, row: Any, total: float) -> None:
        """As `Engine`."""
        flow.level(row, total, 0.0, 0.0)

    def fare(self, shares: list[float], active: float) -> list[float]:
        """As `Engine`."""
        row = [0.0] * (gauges.TOTALS + gauges.USERS * len(shares))
        gauges.fare(self.tables, shares, active, row)
        return row

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
