"""What charts are fed with, as plain data: checked, thinned or averaged, under a nice end of the axis."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor, isfinite, log2
from typing import Any

from simulator.errors import nearest, one_of

TOKENS = ("alarm", "calm", "warn", "muted")
"""Semantic colours of a series. Each has its own line pattern, too; `alarm` is filled."""
MARK_KINDS = ("decision", "change", "alert", "update")
"""What a mark on the time axis can be. Each has its own glyph and line pattern."""
SLICES = 300
"""A longer series is thinned to the extremes of this many slices of time, each a few pixels wide."""
_TOPS = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)

Column = Sequence[float | None]


@dataclass(frozen=True, slots=True)
class PlotSpec:
    """What one chart of several is."""

    title: str
    unit: str
    """Of its lines, in words, or "%"."""
    series: tuple[Mapping[str, str], ...]
    """The lines, headline first: `{"label": str, "token": one of TOKENS}`."""
    decimals: int = 0
    asides: tuple[Mapping[str, Any], ...] = ()
    """Values that are written out and stand in the table, but not drawn: `{"label", "unit", "decimals"}`."""
    ceiling: float | None = None
    """The axis never ends above this: there is no more than 100 %."""


@dataclass(frozen=True, slots=True)
class Curve:
    """What one chart of several shows."""

    y: Sequence[Column]
    """One list of values per line, then one per aside."""
    bands: Sequence[tuple[float, float] | None] = ()
    """Per line, the usual range: drawn behind it."""
    note: str = ""
    """The usual range in words."""
    floor: float = 1.0
    """Least upper end of the axis."""


def nice_top(peak: float, least: float) -> float:
    """Upper end of an axis from 0: the smallest 1, 1.5, 2, 3, 4, 5, 6, 8 x 10^k with 5 % of air above `peak`.

    Args:
        peak: the largest value to show, >= 0.
        least: the result is never below this; > 0.
    """
    wanted = max(peak * 1.05, least)
    unit = 1.0
    while unit * 10 <= wanted:
        unit *= 10
    while unit > wanted:
        unit /= 10
    return next(unit * top for top in _TOPS if unit * top >= wanted * (1 - 1e-9))


def thin(t: Sequence[float], y: Sequence[Sequence[float | None]], slices: int = SLICES) -> list[int]:
    """The samples to draw: all of them, or per slice of time the highest and lowest of each series.

    Slices lie at fixed times and their width is a power of two in seconds, so a growing series does not
    shimmer: what was drawn stays, until the width doubles.

    Args:
        t: sample times in s, never decreasing.
        y: the series, each as long as `t`.
        slices: about how many slices; shorter series stay whole.

    Returns:
        Indices into `t`, ascending, with the first and the last sample.
    """
    if len(t) <= 2 * slices:
        return list(range(len(t)))
    width = 2.0 ** (floor(log2(max((t[-1] - t[0]) / slices, 1e-9))) + 1)
    keep = {0, len(t) - 1}
    begin = 0
    while begin < len(t):
        end = bisect_left(t, (t[begin] // width + 1) * width, lo=begin + 1)
        for column in y:
            part = [(column[i], i) for i in range(begin, end)]
            known = [(value, i) for value, i in part if value is not None]
            if known:
                keep |= {min(known)[1], max(known)[1]}
            keep.update(i for value, i in part if value is None)  # a gap stays a gap
        begin = end
    return sorted(keep)


def averaged(
    t: Sequence[float], y: Sequence[Column], width_s: float
) -> tuple[list[float], list[list[float | None]]]:
    """Means over slices of time, as monitoring shows long windows; the last sample stays as it is.

    Slices lie at multiples of their width, so a growing series does not shimmer. A slice without a single
    value stays a gap.

    Args:
        t: sample times in s, never decreasing.
        y: the series, each as long as `t`.
        width_s: length of a slice.

    Returns:
        Times (the middle of what is in the slice) and series.
    """
    last = len(t) - 1
    times: list[float] = []
    columns: list[list[float | None]] = [[] for _ in y]
    begin = 0
    while begin < last:
        end = bisect_left(t, (t[begin] // width_s + 1) * width_s, lo=begin + 1, hi=last)
        times.append((t[begin] + t[end - 1]) / 2)
        for column, values in zip(columns, y, strict=True):
            known = [value for value in values[begin:end] if value is not None]
            column.append(sum(known) / len(known) if known else None)
        begin = end
    times.extend(t[last:])
    for column, values in zip(columns, y, strict=True):
        column.extend(values[last:])
    return times, columns


def short(value: float | None, digits: int) -> float | None:
    """The value with so many digits after the point: what travels stays small."""
    return None if value is None else round(value, digits)


def times_of(t: Sequence[float]) -> list[float]:
    """The times of a chart, checked.

    Raises:
        ValueError: one is not finite, or earlier than the one before.
    """
    times = [float(value) for value in t]
    for i, value in enumerate(times):
        if not isfinite(value):
            raise ValueError(f"t[{i}]: expected a finite number of seconds, got {value}")
        if i and value < times[i - 1]:
            raise ValueError(f"t[{i}]: times never decrease, but {value} follows {times[i - 1]}")
    return times


def columns_of(
    y: Sequence[Sequence[float | None]], length: int, labels: Sequence[str]
) -> list[list[float | None]]:
    """The series of a chart, checked.

    Args:
        y: one list of values per label.
        length: of each.
        labels: what the series are called.

    Raises:
        ValueError: a list is missing, too long or too short, or a value is negative or not finite.
    """
    if len(y) != len(labels):
        raise ValueError(
            f"y: expected one list per series ({len(labels)}: {', '.join(labels)}), got {len(y)}"
        )
    columns = []
    for number, (label, values) in enumerate(zip(labels, y, strict=True)):
        if len(values) != length:
            raise ValueError(
                f"y[{number}] ({label}): expected {length} values, one per time, got {len(values)}"
            )
        column = [None if value is None else float(value) for value in values]
        for i, value in enumerate(column):
            if value is not None and not (isfinite(value) and value >= 0):
                raise ValueError(f"y[{number}][{i}] ({label}): expected a number >= 0 or None, got {value}")
        columns.append(column)
    return columns


def mark_of(number: int, mark: Mapping[str, Any]) -> dict[str, Any]:
    """A mark on the time axis, checked: `{"t": s, "label": str, "kind": one of MARK_KINDS}`.

    Raises:
        ValueError: a key is missing or unknown, or a value does not fit.
    """
    if set(mark) != {"t", "label", "kind"}:
        raise ValueError(
            f"marks[{number}]: expected the keys t, label and kind, got {', '.join(map(str, mark))}"
        )
    at = float(mark["t"])
    if not isfinite(at):
        raise ValueError(f"marks[{number}].t: expected a finite number of seconds, got {at}")
    if mark["kind"] not in MARK_KINDS:
        raise ValueError(unknown(f"marks[{number}].kind", mark["kind"], MARK_KINDS))
    return {"t": at, "label": str(mark["label"]), "kind": str(mark["kind"])}


def window_of(window: tuple[float, float]) -> tuple[float, float]:
    """The first and the last second of a time axis, checked.

    Raises:
        ValueError: they are not finite, or not in this order.
    """
    begin, end = (float(edge) for edge in window)
    if not (isfinite(begin) and isfinite(end) and begin < end):
        raise ValueError(f"window: expected a first second before the last, got ({begin}, {end})")
    return begin, end


def unknown(where: str, name: object, known: Sequence[str]) -> str:
    """What to say of a name that is not one of the known ones."""
    close = nearest(str(name), known)
    hint = f"; did you mean '{close}'?" if close else ""
    return f"{where}: unknown '{name}'; expected {one_of(known)}{hint}"
