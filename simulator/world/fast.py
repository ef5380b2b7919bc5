"""The equations compiled by numba: the same source, the same bits, many times as fast.

An extra: `pip install 'sevdrill[fast]'`, then `from simulator.world import fast; fast.enable()` before many
drills are played. The first time on a machine that compiles for some seconds; the result is kept on disk.
"""

import gc
import hashlib
import inspect
from collections.abc import Callable, Mapping
from functools import cache, partial
from itertools import chain
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, ClassVar

from simulator.errors import MissingExtraError
from simulator.world import engine, flow, gauges, layout, maths, packed, respond, station, stepping
from simulator.world.layout import Tables, Wires
from simulator.world.plant import JourneySpec, Plan, Plant, ServiceSpec

SOURCES: tuple[ModuleType, ...] = (maths, station, respond, flow, stepping, gauges, packed)
"""The modules that hold equations."""
OPTIONS: Mapping[str, Any] = {"cache": True, "error_model": "numpy", "_nrt": False}
"""For the compiler. No equation makes an array, so numba's memory manager (`_nrt`) is left out: counting who
refers to which row would take two thirds of the time. One that does make an array is refused."""


def enable() -> None:
    """Play worlds made from now on with the compiled equations.

    Raises:
        MissingExtraError: numba is not installed.
    """
    try:
        import numba  # noqa: PLC0415  (an extra: half a second that most drills need not wait)
        import numpy as np  # noqa: PLC0415
    except ImportError:
        what = "compiled equations need numba, which is not installed"
        raise MissingExtraError("fast", what, "pip install 'sevdrill[fast]'") from None
    Compiled.np, Compiled.play = np, _compile(numba)
    engine.choose(Compiled)
    _load()
    # numba brings hundreds of thousands of objects that stay: looking through them again and again for
    # garbage takes a sixth of a drill's time.
    gc.collect()
    gc.freeze()


def disable() -> None:
    """Play worlds made from now on in plain Python again."""
    engine.choose(engine.Plain)


class Compiled:
    """The equations compiled, on one array for all tables: an `Engine`."""

    np: ClassVar[Any]
    play: ClassVar[dict[str, Callable[..., Any]]]

    def __init__(self, tables: Tables, backup: Tables, wires: Wires) -> None:
        counts = [len(table) for table in tables[:4]]
        rows = [row for some in (tables, backup) for table in some[:5] for row in table]
        self._whole = self.np.array([*counts, *chain.from_iterable(wires)], dtype=self.np.int64)
        self._state = self.np.array([*chain.from_iterable(rows), *tables.control], dtype=self.np.float64)
        self.tables = packed.tables_in(self._state, self._whole, 0)
        self.advance = partial(self.play["advance_packed"], self._state, self._whole)
        self.coast = partial(self.play["coast_packed"], self._state, self._whole)
        self.poke = partial(self.play["poke_packed"], self._state, self._whole)

    def offer(self, rates: list[float]) -> engine.Offer:
        """As `Engine`."""
        return partial(self.play["offer_packed"], self._state, self._whole, self.np.array(rates))

    def sampler(self, group: list[float], count: int) -> tuple[Any, engine.Fill]:
        """As `Engine`."""
        rows = self.np.zeros((count, gauges.columns(group)))
        fill = self.play["samples_packed"]
        return rows, partial(fill, self._state, self._whole, self.np.array(group), rows)

    def watch(self, metrics: list[int], rows: list[int], thresholds: list[float]) -> engine.Watch:
        """As `Engine`."""
        rules = self.np.array([*metrics, *rows], dtype=self.np.int64)
        room = self.np.zeros(len(metrics) + 2 * len(self.tables.service))
        values, above = room[: len(metrics)], self.np.zeros(len(metrics))
        read = partial(self.play["watch_packed"], self._state, self._whole, rules, room)
        crossed = partial(self.play["crossed"], values, self.np.array(thresholds), above)
        return engine.Watch(read, values.tolist, crossed)

    @staticmethod
    def read(row: Any) -> list[Any]:
        """As `Engine`."""
        numbers: list[Any] = row.tolist()
        return numbers

    @staticmethod
    def columns(table: Any) -> list[list[float]]:
        """As `Engine`."""
        columns: list[list[float]] = table.T.tolist()
        return columns


@cache
def _compile(numba: Any) -> dict[str, Callable[..., Any]]:
    """Every function of the sources, compiled in one namespace, where later ones take the place of earlier.

    The compiled code is kept in a folder named after all of the sources: numba itself would not notice that
    a function in another file has changed.
    """
    namespace: dict[str, Any] = {}
    for module in SOURCES:
        namespace |= vars(module)
    functions = {
        name: item
        for module in SOURCES
        for name, item in vars(module).items()
        if inspect.isfunction(item) and item.__module__ == module.__name__
    }
    kept, numba.config.CACHE_DIR = numba.config.CACHE_DIR, str(_folder(numba.__version__))
    try:
        for name, plain in functions.items():
            own = FunctionType(plain.__code__, namespace, name)
            own.__module__, own.__qualname__ = plain.__module__, name
            namespace[name] = numba.njit(**OPTIONS)(own)
    finally:
        numba.config.CACHE_DIR = kept
    return {name: namespace[name] for name in functions}


def _load() -> None:
    """Call every equation once: numba compiles it, or loads it from disk, at its first call."""
    journey = JourneySpec(("a",), timeout_s=1.0, retries=0, backoff_s=0.0, slow_after_s=1.0)
    plant = Plant(Plan({"a": ServiceSpec(workers=1.0, queue=1.0, work_s=0.1)}, [], {"j": journey}))
    plant.offering({"j": 1.0})(1.0, 0.0)
    plant.settle()
    plant.sampler([1.0, 1.0], 1)[1](0, 0, 0, 1, 0, 1.0, 0.0, 0.0, 1.0)
    watch = plant.watch([("queue", "a")], [0.0])
    watch.read()
    watch.crossed()


def _folder(version: str) -> Path:
    """Where compiled code is kept."""
    digest = hashlib.sha256(f"{version} {OPTIONS}".encode())
    for module in (*SOURCES, layout):
        digest.update(inspect.getsource(module).encode())
    return Path.home() / ".cache" / "sevdrill" / f"equations-{digest.hexdigest()[:16]}"
