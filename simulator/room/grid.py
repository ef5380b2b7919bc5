"""Several small charts over the same times, in one widget: the four golden signals of a service, for one.

The browser part is that of the large chart (`js/src/chart.js`): one bundle, one message per redraw, one
table.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import anywidget
import traitlets

from simulator.room.chart import DAY_S, STATIC
from simulator.room.chartdata import (
    Curve,
    PlotSpec,
    columns_of,
    mark_of,
    nice_top,
    short,
    times_of,
    window_of,
)


class ChartGrid(anywidget.AnyWidget):
    """The charts; feed them with `show()`, about once a second at the most.

    The page keeps what is on screen assertable as with `LiveChart`; each chart (class `sd-one`) has its own
    `data-last`.
    """

    _esm = (STATIC / "chart.js").read_text(encoding="utf-8")
    _css = (STATIC / "chart.css").read_text(encoding="utf-8")

    title = traitlets.Unicode("").tag(sync=True)
    """What the charts are about: the table's caption. Written by `show()`."""
    plots: Any = traitlets.List().tag(sync=True)
    """The charts, as plain data; set by the constructor."""
    payload = traitlets.Dict().tag(sync=True)
    """What is on screen, by `show()`. It has `seq`, `t`, `marks`, `starts`, `window`, `gap`, `plots`."""

    def __init__(self, specs: Sequence[PlotSpec], starts: int, **more: Any) -> None:
        if not 0 <= starts < DAY_S:
            raise ValueError(f"starts: expected seconds since midnight, got {starts}")
        self._specs, self._starts = tuple(specs), starts
        self._tops = [0.0] * len(self._specs)
        plots = [asdict(spec) for spec in self._specs]
        super().__init__(plots=plots, payload=self._payload([], (0.0, 60.0), [], []), **more)

    def show(
        self,
        title: str,
        t: Sequence[float],
        curves: Sequence[Curve],
        marks: Iterable[Mapping[str, Any]],
        window: tuple[float, float],
        gap: str = "",
    ) -> None:
        """Put samples on screen.

        The axes start at 0; their upper ends only ever grow, until the charts are about something else.

        Args:
            title: what the charts are about.
            t: sample times, in seconds since the drill opened, never decreasing.
            curves: one per chart.
            marks: as `LiveChart.show` takes them.
            window: first and last second of the x axis.
            gap: said in the place of the last values where there are none: "no data since 14:05".

        Raises:
            ValueError: if lengths, times, values, marks or the window do not fit; nothing has changed then.
        """
        times = times_of(t)
        drawn = [
            self._drawn(spec, curve, len(times)) for spec, curve in zip(self._specs, curves, strict=True)
        ]
        flags = [mark_of(number, mark) for number, mark in enumerate(marks)]
        edges = window_of(window)
        fresh = title != self.title
        for number, plot in enumerate(drawn):
            plot["top"] = plot["top"] if fresh else max(plot["top"], self._tops[number])
            self._tops[number] = plot["top"]
        with self.hold_sync():
            self.title = title
            self.payload = self._payload([round(at, 1) for at in times], edges, flags, drawn, gap)

    def _drawn(self, spec: PlotSpec, curve: Curve, length: int) -> dict[str, Any]:
        labels = [one["label"] for one in (*spec.series, *spec.asides)]
        columns = columns_of(curve.y, length, labels)
        lines = columns[: len(spec.series)]
        peak = max((value for line in lines for value in line if value is not None), default=0.0)
        top = nice_top(peak, curve.floor)
        return {
            "y": [[short(value, spec.decimals + 1) for value in column] for column in columns],
            "bands": [None if band is None else list(band) for band in curve.bands],
            "note": curve.note,
            "top": top if spec.ceiling is None else min(top, spec.ceiling),
        }

    def _payload(
        self,
        t: list[float],
        window: tuple[float, float],
        marks: list[dict[str, Any]],
        plots: list[dict[str, Any]],
        gap: str = "",
    ) -> dict[str, Any]:
        return {
            "seq": self.payload.get("seq", -1) + 1 if self.payload else 0,
            "t": t,
            "marks": marks,
            "starts": self._starts,
            "window": list(window),
            "gap": gap,
            "plots": plots,
        }
