"""The equations compiled by numba: the same source, the same bits, several times as fast.

An extra: `pip install 'sevdrill[fast]'`, then `from simulator.world import fast; fast.enable()` before many
drills are played. The first call on a machine compiles for some seconds; the result is kept on disk.
"""

import hashlib
import inspect
from collections.abc import Callable
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from simulator.errors import MissingExtraError
from simulator.world import engine, flow, layout, maths, respond, station, stepping

SOURCES: tuple[ModuleType, ...] = (maths, station, respond, flow, stepping)
"""The modules that hold equations."""


def enable() -> None:
    """Play worlds made from now on with the compiled equations.

    Raises:
        MissingExtraError: numba is not installed.
    """
    engine.choose(_engine())


def disable() -> None:
    """Play worlds made from now on in plain Python again."""
    engine.choose(engine.PLAIN)


def _engine() -> engine.Engine:
    try:
        import numba  # noqa: PLC0415  (an extra: half a second that most drills need not wait)
        import numpy as np  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError(
            "fast", "compiled equations need numba", "pip install 'sevdrill[fast]'"
        ) from None
    compiled = _compile(numba)
    return engine.Engine(
        advance=compiled["advance"],
        respond=compiled["respond"],
        level=compiled["level"],
        table=lambda rows, columns: np.array(rows, dtype=np.float64).reshape(len(rows), columns),
        numbers=lambda row: np.array(
            row, dtype=np.float64 if row and isinstance(row[0], float) else np.int64
        ),
        read=lambda row: row.tolist(),
    )


def _compile(numba: Any) -> dict[str, Callable[..., Any]]:
    """Every function of the sources, compiled in one namespace of its own.

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
            namespace[name] = numba.njit(cache=True, error_model="numpy")(own)
    finally:
        numba.config.CACHE_DIR = kept
    return {name: namespace[name] for name in functions}


def _folder(version: str) -> Path:
    """Where compiled code is kept."""
    digest = hashlib.sha256(version.encode())
    for module in (*SOURCES, layout):
        digest.update(inspect.getsource(module).encode())
    return Path.home() / ".cache" / "sevdrill" / f"equations-{digest.hexdigest()[:16]}"
