"""What plays the equations: plain Python here, or the same source compiled (see `fast`)."""

from collections.abc import Callable
from functools import partial
from operator import gt
from typing import Any, NamedTuple, Protocol

from simulator.world import gauges, stepping
from simulator.world.layout import Tables, Wires

Offer = Callable[[float, float], None]
"""Sets how many users there are, and their change per second."""
Fill = Callable[..., int]
"""`gauges.samples`, from `nth` on."""


class Watch(NamedTuple):
    """Alert rules' values."""

    read: Callable[[], None]
    """Reads them, see `gauges.watch`."""
    values: Callable[[], list[float]]
    """As read last."""
    crossed: Callable[[], bool]
    """Whether any is on another side of its threshold than when asked last; at first all are below."""


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
    def poke(self) -> Callable[[], None]:
        """`stepping.poke`."""
        ...

    def __init__(self, tables: Tables, backup: Tables, wires: Wires) -> None: ...
    def offer(self, rates: list[float]) -> Offer:
        """`stepping.offer` for rates that stay the same."""
        ...

    def sampler(self, group: list[float], count: int) -> tuple[Any, Fill]:
        """A table of so many rows for the samples of a group of users, and what fills it in."""
        ...

    def watch(self, metrics: list[int], rows: list[int], thresholds: list[float]) -> Watch:
        """`gauges.watch` for rules that stay the same."""
        ...

    @staticmethod
    def read(row: Any) -> Any:
        """A row or a table as plain floats, for reading only."""
        ...

    @staticmethod
    def columns(table: Any) -> list[list[float]]:
        """A table's columns as plain floats."""
        ...


class Plain:
    """The equations in plain Python, on lists."""

    def __init__(self, tables: Tables, backup: Tables, wires: Wires) -> None:
        self.tables, self._backup, self._wires = tables, backup, wires
        self.advance = partial(stepping.advance, tables, backup, wires)
        self.coast = partial(stepping.coast, tables)
        self.poke = partial(stepping.poke, tables, wires)

    def offer(self, rates: list[float]) -> Offer:
        """As `Engine`."""
        return partial(stepping.offer, self.tables, rates)

    def sampler(self, group: list[float], count: int) -> tuple[Any, Fill]:
        """As `Engine`."""
        columns = gauges.columns(group)
        rows = [[0.0] * columns for _ in range(count)]
        return rows, partial(gauges.samples, self.tables, self._backup, self._wires, group, rows)

    def watch(self, metrics: list[int], rows: list[int], thresholds: list[float]) -> Watch:
        """As `Engine`."""
        attempts, failed = ([0.0] * len(self.tables.service) for _ in range(2))
        values, above = [0.0] * len(metrics), [False] * len(metrics)
        read = partial(gauges.watch, self.tables, self._wires, metrics, rows, attempts, failed, values)

        def crossed() -> bool:
            was = above[:]
            above[:] = map(gt, values, thresholds)
            return above != was

        return Watch(read, values.copy, crossed)

    @staticmethod
    def read(row: Any) -> Any:
        """As `Engine`."""
        return row

    @staticmethod
    def columns(table: Any) -> list[list[float]]:
        """As `Engine`."""
        return [list(column) for column in zip(*table, strict=True)]


class _Chosen:
    """The engine of worlds made from now on. Either gives the same bits, so this is about speed alone."""

    engine: type[Engine] = Plain


def chosen() -> type[Engine]:
    """The engine that a new plant takes."""
    return _Chosen.engine


def choose(engine: type[Engine]) -> None:
    """Let plants made from now on take this engine."""
    _Chosen.engine = engine
