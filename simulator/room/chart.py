"""The live chart of the control room: an impact curve with the decisions on it, and the numbers as a table.

The browser part is `js/src/chart.js` (uPlot, bundled into `static/`); this side checks the data, thins it,
and chooses the y axis, so that every page that shows the chart shows the same one. Nothing reads a clock.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from math import floor, isfinite, log2
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from simulator.errors import nearest, one_of

STATIC = Path(__file__).parent / "static"
"""The bundles; `npm run build` in `js/` writes them."""
TOKENS = ("alarm", "calm", "warn", "muted")
"""Semantic colours of a series. Each has its own line pattern, too; `alarm` is filled."""
MARK_KINDS = ("decision", "change", "alert", "update")
"""What a mark on the time axis can be. Each has its own glyph and line pattern."""
SLICES = 300
"""A longer series is thinned to the extremes of this many slices of time, each a few pixels wide."""
_TOPS = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
_DAY_S = 86_400


class LiveChart(anywidget.AnyWidget):
    """One chart over the time of a drill; feed it with `show()`, a few times a second.

    Example:
        chart = LiveChart(title="Users affected", unit="users", starts=14 * 3600,
                          series=[{"label": "failed or slow", "token": "alarm"}])
        chart.show([0, 1, 2], [[0, 40, 95]], [{"t": 1, "label": "rollback", "kind": "decision"}], (0, 600))

    The page keeps the root element (class `sevdrill-chart`) assertable: `data-seq` is the payload on screen,
    `data-last` the first series' last value, `data-draws` the number of draws.
    """

    _esm = (STATIC / "chart.js").read_text(encoding="utf-8")
    _css = (STATIC / "chart.css").read_text(encoding="utf-8")

    title = traitlets.Unicode("").tag(sync=True)
    """Heading and accessible name; the page adds the last value: "Users affected: 3,412 users at 14:07"."""
    unit = traitlets.Unicode("").tag(sync=True)
    """Unit of every series, in words ("users"), or "%"."""
    decimals = traitlets.Int(0, min=0, max=6).tag(sync=True)
    """Digits after the point, where values are written out."""
    series = traitlets.List(default_value=[{"label": "affected", "token": "alarm"}]).tag(sync=True)
    """The lines, headline first: `{"label": str, "token": one of TOKENS}`. To change it, set a new list."""
    starts = traitlets.Int(0, min=0, max=_DAY_S - 1)
    """Clock time at which the drill opens, in seconds since midnight; the x axis shows `starts + t`."""
    floor = traitlets.Float(10.0)
    """Least upper end of the y axis, > 0: below it, noise shall not look like an outage."""
    payload = traitlets.Dict().tag(sync=True)
    """What is on screen; written by `show()`. Keys: `seq`, `t`, `y`, `marks`, `starts`, `window`, `top`."""

    @traitlets.default("payload")
    def _nothing_yet(self) -> dict[str, Any]:
        return {
            "seq": 0,
            "t": [],
            "y": [],
            "marks": [],
            "starts": self.starts,
            "window": [0.0, 60.0],
            "top": 1.0,
        }

    @traitlets.validate("series")
    def _check_series(self, proposal: Mapping[str, Any]) -> list[dict[str, str]]:
        checked = []
        for number, one in enumerate(proposal["value"]):
            if not isinstance(one, Mapping) or set(one) != {"label", "token"}:
                raise traitlets.TraitError(
                    f"series[{number}]: expected the keys label and token, got {one!r}"
                )
            if one["token"] not in TOKENS:
                raise traitlets.TraitError(_unknown(f"series[{number}].token", one["token"], TOKENS))
            checked.append({"label": str(one["label"]), "token": str(one["token"])})
        return checked

    @traitlets.validate("floor")
    def _check_floor(self, proposal: Mapping[str, Any]) -> float:
        value = float(proposal["value"])
        if not (isfinite(value) and value > 0):
            raise traitlets.TraitError(f"floor: expected a number above 0, got {value}")
        return value

    def show(
        self,
        t: Sequence[float],
        y: Sequence[Sequence[float | None]],
        marks: Iterable[Mapping[str, Any]],
        window: tuple[float, float],
    ) -> None:
        """Puts samples on screen; always redraws, also when nothing changed.

        The y axis starts at 0 and its upper end only ever grows, in nice steps; a `show()` without samples
        clears the chart and lets it start small again. Long series are thinned, keeping every visible peak,
        and values rounded to two digits more than are written out: what travels stays small.

        Args:
            t: sample times, in seconds since the drill opened, never decreasing.
            y: one list of values >= 0 per entry of `series`, as long as `t`; None leaves a gap.
            marks: `{"t": s, "label": str, "kind": one of MARK_KINDS}`; outside the window they are not drawn.
            window: first and last second of the x axis.

        Raises:
            ValueError: if lengths, times, values, marks or the window do not fit; the chart stays as it was.
        """
        times = _times(t)
        columns = _columns(y, len(times), [one["label"] for one in self.series])
        flags = [_mark(number, mark) for number, mark in enumerate(marks)]
        begin, end = (float(edge) for edge in window)
        if not (isfinite(begin) and isfinite(end) and begin < end):
            raise ValueError(f"window: expected a first second before the last, got ({begin}, {end})")

        top = nice_top(
            max((v for column in columns for v in column if v is not None), default=0.0), self.floor
        )
        if times and self.payload["t"]:
            top = max(top, self.payload["top"])
        keep = thin(times, columns)
        self.payload = {
            "seq": self.payload["seq"] + 1,
            "t": [round(times[i], 3) for i in keep],
            "y": [[_short(column[i], self.decimals + 2) for i in keep] for column in columns],
            "marks": flags,
            "starts": self.starts,
            "window": [begin, end],
            "top": top,
        }


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


def _short(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def _times(t: Sequence[float]) -> list[float]:
    times = [float(value) for value in t]
    for i, value in enumerate(times):
        if not isfinite(value):
            raise ValueError(f"t[{i}]: expected a finite number of seconds, got {value}")
        if i and value < times[i - 1]:
            raise ValueError(f"t[{i}]: times never decrease, but {value} follows {times[i - 1]}")
    return times


def _columns(
    y: Sequence[Sequence[float | None]], length: int, labels: Sequence[str]
) -> list[list[float | None]]:
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


def _mark(number: int, mark: Mapping[str, Any]) -> dict[str, Any]:
    if set(mark) != {"t", "label", "kind"}:
        raise ValueError(
            f"marks[{number}]: expected the keys t, label and kind, got {', '.join(map(str, mark))}"
        )
    at = float(mark["t"])
    if not isfinite(at):
        raise ValueError(f"marks[{number}].t: expected a finite number of seconds, got {at}")
    if mark["kind"] not in MARK_KINDS:
        raise ValueError(_unknown(f"marks[{number}].kind", mark["kind"], MARK_KINDS))
    return {"t": at, "label": str(mark["label"]), "kind": str(mark["kind"])}


def _unknown(where: str, name: object, known: Sequence[str]) -> str:
    close = nearest(str(name), known)
    hint = f"; did you mean '{close}'?" if close else ""
    return f"{where}: unknown '{name}'; expected {one_of(known)}{hint}"
