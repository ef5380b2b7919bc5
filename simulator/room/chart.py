"""The live chart of the control room: an impact curve with the decisions on it, and the numbers as a table.

The browser part is `js/src/chart.js` (uPlot, bundled into `static/`); this side checks the data, thins it,
and chooses the y axis, so that every page that shows the chart shows the same one. Nothing reads a clock.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from simulator.room.chartdata import (
    TOKENS,
    columns_of,
    mark_of,
    nice_top,
    short,
    thin,
    times_of,
    unknown,
    window_of,
)

STATIC = Path(__file__).parent / "static"
"""The bundles; `npm run build` in `js/` writes them."""
DAY_S = 86_400


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
    starts = traitlets.Int(0, min=0, max=DAY_S - 1)
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
                raise traitlets.TraitError(unknown(f"series[{number}].token", one["token"], TOKENS))
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
        times = times_of(t)
        columns = columns_of(y, len(times), [one["label"] for one in self.series])
        flags = [mark_of(number, mark) for number, mark in enumerate(marks)]
        begin, end = window_of(window)

        top = nice_top(
            max((v for column in columns for v in column if v is not None), default=0.0), self.floor
        )
        if times and self.payload["t"]:
            top = max(top, self.payload["top"])
        keep = thin(times, columns)
        self.payload = {
            "seq": self.payload["seq"] + 1,
            "t": [round(times[i], 3) for i in keep],
            "y": [[short(column[i], self.decimals + 2) for i in keep] for column in columns],
            "marks": flags,
            "starts": self.starts,
            "window": [begin, end],
            "top": top,
        }
