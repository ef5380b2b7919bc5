"""Charts of a drill for the debrief: what users felt, what was decided, how the rules were kept.

A rim: imported by name. No pyplot, so no state is shared and nothing needs closing. Colours are Okabe and
Ito's, told apart by the colour-blind; marks also differ in shape and lines in dashes, so a grey print works.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from io import BytesIO
from itertools import cycle
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter, MultipleLocator

from scoring.case import Case
from scoring.narrative import Landmark, landmarks
from scoring.playbook import Playbook, default_playbook
from scoring.scorecard import Scorecard, review
from simulator.scenario.model import Scenario
from simulator.trace import Trace

BLUE, ORANGE, GREEN, VERMILION, PURPLE, BLACK = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#D55E00",
    "#CC79A7",
    "#000000",
)
GREY = "#666666"
_MARKS = {
    "truth": ("D", BLACK, "What was true"),
    "command": ("o", BLUE, "Command"),
    "update": ("s", GREEN, "Updates"),
    "production": ("^", VERMILION, "Changes of production"),
}
"""Group of landmarks to its mark, colour and name."""
_LINES = ((BLUE, "-"), (VERMILION, "--"), (GREEN, "-."), (PURPLE, ":"), (ORANGE, "-"), (BLACK, "--"))
STYLE: dict[Any, Any] = {
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "svg.hashsalt": "sevdrill",
}
WIDTH_IN = 9.0
_LANE_IN = 0.2
_LONGEST = 34
"""Characters of a landmark's label."""


class Chart(Figure):
    """A figure that notebooks show by themselves and that knows its own description."""

    alt: str = ""
    """What the chart shows, for screen readers."""

    def svg(self, *, clear: bool = False) -> str:
        """The chart as an SVG image, the same bytes every time.

        Args:
            clear: without a background, for a page that inverts it where it is dark.
        """
        with mpl.rc_context(STYLE), BytesIO() as target:
            self.savefig(target, format="svg", metadata={"Date": None}, transparent=clear)
            return target.getvalue().decode()

    def data_uri(self) -> str:
        """The chart as the address of an image that carries itself, without a background."""
        return "data:image/svg+xml;base64," + b64encode(self.svg(clear=True).encode()).decode()

    def png(self, dpi: int = 110, *, clear: bool = False) -> bytes:
        """The chart as a PNG image; `clear` as for `svg`."""
        with mpl.rc_context(STYLE), BytesIO() as target:
            self.savefig(target, format="png", dpi=dpi, transparent=clear)
            return target.getvalue()

    def _repr_png_(self) -> bytes:
        return self.png()


def impact_figure(scenario: Scenario, trace: Trace, playbook: Playbook | None = None) -> Chart:
    """Users affected over time, the user-minutes lost shaded, and every landmark named below the curve."""
    case = review(scenario, trace, playbook)
    marks = landmarks(case)
    with mpl.rc_context(STYLE):
        chart = blank(3.4)
        top, below = chart.subplots(2, 1, sharex=True, gridspec_kw={"hspace": 0.06})
        _draw_impact(case, top)
        clock_axis(case, below)
        rows = _place(chart, below, marks)
        chart.set_size_inches(WIDTH_IN, 2.9 + _LANE_IN * rows)
        chart.axes[0].get_gridspec().set_height_ratios((2.2, max(0.3, _LANE_IN * rows)))  # type: ignore[union-attr]
        for mark in marks:
            top.axvline(mark.at_ms, color=_MARKS[mark.group][1], linewidth=0.6, alpha=0.6, zorder=1)
        if case.mitigated_ms is not None:
            top.axvline(case.mitigated_ms, color=BLACK, linewidth=1.4, linestyle="--")
        _legend(chart, marks)
    told = "; ".join(f"{case.clock(mark.at_ms)} {mark.text}" for mark in marks)
    chart.alt = f"Users affected over time in {scenario.title}: {_lost(case)}. {told}."
    return chart


def rule_figure(card: Scorecard, playbook: Playbook | None = None) -> Chart:
    """One bar per rule: points in full colour on the outline of what there was to have."""
    rules = (playbook or default_playbook()).rules
    names = [f"{result.id}  {rules[result.id].title}" for result in card.rules]
    with mpl.rc_context(STYLE):
        chart = blank(3.2)
        axes = chart.subplots()
        for row, result in enumerate(card.rules):
            outline = "-" if result.scored else ":"
            axes.barh(row, result.possible, color="none", edgecolor=GREY, linewidth=0.8, linestyle=outline)
            axes.barh(row, result.points or 0, color=BLUE)
            axes.text(result.possible + 0.2, row, result.text, va="center", fontsize=8)
        axes.set_yticks(range(len(names)), names, parse_math=False)
        axes.invert_yaxis()
        axes.set_xlim(0, max(result.possible for result in card.rules) + 2.5)
        axes.set_xlabel("Points (outline: what there was to have)")
    total = "nothing was scored" if card.total is None else f"{card.total:g} out of 100"
    chart.alt = f"Points by rule; in all, {total}."
    return chart


def comparison_figure(
    scenario: Scenario, traces: Mapping[str, Trace], playbook: Playbook | None = None
) -> Chart:
    """Users affected in several drills of one scenario on one axis; a diamond marks when users were well.

    Args:
        scenario: what was played in all of them.
        traces: what to call each drill, and what happened in it.
        playbook: for the window of a lasting recovery.
    """
    cases = {name: review(scenario, trace, playbook) for name, trace in traces.items()}
    with mpl.rc_context(STYLE):
        chart = blank(3.4)
        axes = chart.subplots()
        for (name, case), (colour, dashes) in zip(cases.items(), cycle(_LINES), strict=False):
            _draw_drill(case, axes, name, colour, dashes)
            clock_axis(case, axes)
        well = Line2D(
            [], [], marker="D", color=BLACK, markerfacecolor="white", linestyle="", label="users well"
        )
        handles = [*axes.get_legend_handles_labels()[0], well]
        legend = chart.legend(handles=handles, loc="outside upper left", frameon=False, ncols=2, fontsize=8)
        _plain(legend.get_texts())
        users_axis(axes)
    chart.alt = f"Users affected over time in {len(traces)} drills of {scenario.title}: {', '.join(traces)}."
    return chart


# -- parts ---------------------------------------------------------------------------------------------


def blank(height_in: float) -> Chart:
    """An empty chart of the width that all share, in inches."""
    chart = Chart(figsize=(WIDTH_IN, height_in), layout="constrained", facecolor="white")
    FigureCanvasAgg(chart)
    return chart


def _plain(texts: Sequence[Text]) -> None:
    """Labels from scenarios may contain dollar signs; they are no formulas."""
    for text in texts:
        text.set_parse_math(False)


def _lost(case: Case) -> str:
    return f"{case.trace.impact['user_minutes'][-1]:,.0f} user-minutes lost"


def _draw_impact(case: Case, axes: Axes) -> None:
    at_ms, affected = case.trace.impact["at_ms"], case.trace.impact["users_affected"]
    axes.fill_between(at_ms, affected, color=BLUE, alpha=0.22, linewidth=0)
    axes.plot(at_ms, affected, color=BLUE, linewidth=1.8)
    axes.set_title(f"{case.scenario.title}: {_lost(case)} (shaded)", loc="left", parse_math=False)
    users_axis(axes)


def _draw_drill(case: Case, axes: Axes, name: str, colour: str, dashes: str) -> None:
    at_ms, affected = case.trace.impact["at_ms"], case.trace.impact["users_affected"]
    axes.plot(at_ms, affected, dashes, color=colour, linewidth=1.6, label=f"{name}: {_lost(case)}")
    well_ms = case.mitigated_ms
    if well_ms is not None:
        near = min(range(len(at_ms)), key=lambda sample: abs(at_ms[sample] - well_ms))
        axes.plot([well_ms], [affected[near]], "D", color=colour, markersize=5, markerfacecolor="white")


def users_axis(axes: Axes) -> None:
    """Users from 0 up, with thousands set apart."""
    axes.set_ylim(bottom=0)
    axes.set_ylabel("Users affected")
    axes.yaxis.set_major_formatter(FuncFormatter(lambda users, _: f"{users:,.0f}"))
    axes.grid(axis="y", linewidth=0.4, color=GREY, alpha=0.4)


def clock_axis(case: Case, axes: Axes, most_ticks: int = 12) -> None:
    """The time of day, on round minutes."""
    minutes = case.end_ms / 60_000
    step = next((step for step in (1, 2, 5, 10, 15, 30, 60, 120, 240) if minutes / step <= most_ticks), 480)
    axes.set_xlim(0, max(1, case.end_ms))
    axes.xaxis.set_major_locator(MultipleLocator(60_000 * step))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda at_ms, _: case.clock(round(at_ms))))


def _place(chart: Chart, axes: Axes, marks: Sequence[Landmark]) -> int:
    """Put each landmark and its label on the first row where it overlaps nothing; returns the rows used."""
    chart.draw_without_rendering()
    ends_px: list[float] = []
    for mark in marks:
        start_px, end_px = _write(chart, axes, mark, len(ends_px))
        row = next((n for n, taken in enumerate(ends_px) if taken <= start_px), len(ends_px))
        ends_px[row : row + 1] = [end_px]
        label = axes.texts[-1]
        label.set_y(row)
        shape, colour, _ = _MARKS[mark.group]
        axes.plot([mark.at_ms], [row], shape, color=colour, markersize=5, clip_on=False)
    axes.set_ylim(max(1, len(ends_px)) - 0.4, -0.6)
    axes.yaxis.set_visible(False)
    axes.spines["left"].set_visible(False)
    return len(ends_px)


def _write(chart: Chart, axes: Axes, mark: Landmark, row: int) -> tuple[float, float]:
    """Write a landmark's label beside its mark; returns where both begin and end, in pixels."""
    short = mark.text if len(mark.text) <= _LONGEST else mark.text[: _LONGEST - 1] + "…"
    label = axes.text(mark.at_ms, row, f"  {short}  ", va="center", fontsize=8, parse_math=False)
    width_px = label.get_window_extent().width
    mark_px = float(axes.transData.transform((mark.at_ms, 0))[0])
    fits_right = mark_px + width_px <= axes.bbox.x1
    if fits_right or mark_px - width_px < axes.bbox.x0:
        return mark_px - 6, mark_px + width_px
    label.set_horizontalalignment("right")
    return mark_px - width_px, mark_px + 6


def _legend(chart: Chart, marks: Sequence[Landmark]) -> None:
    used = [look for group, look in _MARKS.items() if any(mark.group == group for mark in marks)]
    handles = [Line2D([], [], marker=shape, color=colour, ls="", label=name) for shape, colour, name in used]
    if handles:
        chart.legend(handles=handles, loc="outside lower left", ncols=len(handles), frameon=False, fontsize=8)
