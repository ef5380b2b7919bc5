"""Charts of what would have helped: small multiples, and one that a slider can redraw at once.

A rim: imported by name. Colours as in `scoring.figures`; the drill as it was is always the grey area.
"""

from collections.abc import Sequence
from math import ceil
from textwrap import shorten

import matplotlib as mpl
from matplotlib.axes import Axes

from scoring.case import Case
from scoring.figures import BLUE, GREY, STYLE, WIDTH_IN, Chart, blank, clock_axis, users_axis
from scoring.whatif import Judged, WhatIf
from simulator.trace import Trace

COLUMNS = 2
ROW_IN = 1.75
MOST = 6
"""Alternatives shown side by side, unless asked for more."""
_LONGEST = 58


def whatif_figure(what: WhatIf, most: int = MOST) -> Chart:
    """The most regretted decisions: users affected as it was, and with the best alternative to each."""
    shown = [judged for judged in what.by_regret if judged.best is not None and judged.regret > 0][:most]
    rows = max(1, ceil(len(shown) / COLUMNS))
    with mpl.rc_context(STYLE):
        chart = blank(ROW_IN * rows + 0.3)
        grid = chart.subplots(rows, COLUMNS, sharex=True, sharey=True, squeeze=False)
        for axes in grid.flat[len(shown) :]:
            axes.set_visible(False)
        for axes, judged in zip(grid.flat, shown, strict=False):
            _draw_pair(what.case, judged, axes)
        for axes in grid[:, 1:].flat:
            axes.set_ylabel("")
    chart.alt = f"What would have helped in {what.case.scenario.title}. {_said(shown)}"
    return chart


def _draw_pair(case: Case, judged: Judged, axes: Axes) -> None:
    assert judged.best is not None
    draw_actual(case, axes)
    impact = judged.best.trace.impact
    axes.plot(impact["at_ms"], impact["users_affected"], color=BLUE, linewidth=1.6)
    axes.axvline(judged.decision.at_ms, color=GREY, linewidth=0.8, linestyle=":")
    head = shorten(f"{judged.clock} {judged.label}", _LONGEST, placeholder="…")
    below = shorten(judged.best.change, _LONGEST - 20, placeholder="…")
    title = f"{head}\n{below}: {judged.best.saved:,.0f} saved"
    axes.set_title(title, loc="left", fontsize=8, parse_math=False)
    clock_axis(case, axes, most_ticks=5)
    users_axis(axes)


def draw_actual(case: Case, axes: Axes) -> None:
    """Users affected as it was: a grey area, so that a line on it stands out in print too."""
    at_ms, affected = case.trace.impact["at_ms"], case.trace.impact["users_affected"]
    axes.fill_between(at_ms, affected, color=GREY, alpha=0.3, linewidth=0, label="as it was")


def _said(shown: Sequence[Judged]) -> str:
    told = [f"{judged.clock} {judged.label}: {judged.best.text}" for judged in shown if judged.best]
    return " ".join(told) or "No other decision would have saved users."


class Redrawn:
    """A chart of a drill as it was with one alternative on it, made once and redrawn in tens of milliseconds.

    Args:
        case: the drill as it was.
    """

    def __init__(self, case: Case) -> None:
        with mpl.rc_context(STYLE):
            self.chart = blank(2.6)
            axes = self.chart.subplots()
            draw_actual(case, axes)
            (self._line,) = axes.plot([], [], color=BLUE, linewidth=1.8, label="if it had been")
            self._mark = axes.axvline(0, color=GREY, linewidth=1.0, linestyle=":")
            clock_axis(case, axes)
            users_axis(axes)
            axes.legend(loc="upper right", frameon=False, fontsize=8)
            self.chart.set_size_inches(WIDTH_IN, 2.6)
            self.chart.draw_without_rendering()
            self.chart.set_layout_engine("none")

    def png(self, other: Trace, at_ms: int) -> bytes:
        """The chart with this alternative, made at that moment, as a PNG image without a background."""
        self._line.set_data(other.impact["at_ms"], other.impact["users_affected"])
        self._mark.set_xdata([at_ms, at_ms])
        return self.chart.png(clear=True)
