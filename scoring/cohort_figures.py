"""Charts of many drills: rules as a heat map, times as strips with medians, learning as small multiples.

A rim: imported by name. The heat map's colours (cividis) rise in lightness alike for every kind of sight, and
every cell says its number, so that a grey print loses nothing. Where there are too many drills or trainees to
be told apart, a chart shows how they are spread: it is no larger and no slower for a hundred thousand.
"""

from collections.abc import Iterable, Mapping
from math import ceil, inf, isinf
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes

from scoring.cohort import (
    EACH_DRILL,
    grouped,
    learning_curve,
    learning_table,
    records,
    rules_table,
    span,
    times_table,
)
from scoring.figures import BLUE, GREY, STYLE, VERMILION, Chart, blank
from scoring.metrics.metric import humane_span

DARK = 0.55
"""Share under which a cell is dark and its number white."""
LIGHT = "#BBBBBB"
DOTS = 50
"""Up to so many drills of a group are dots; beyond, lines for the middle half and for nine in ten."""
CHARTS = 12
"""Up to so many trainees have a learning chart each; beyond, one chart shows all of them."""
_TICKS = 10
"""Most labels on a trainee's chart."""


def rules_figure(frame: pd.DataFrame, by: str = "scenario") -> Chart:
    """The heat map of rules: median share of the points, in percent; a dash where it was never scored."""
    table = rules_table(frame, by)
    with mpl.rc_context(STYLE):
        chart = blank(0.9 + 0.34 * len(table))
        axes = chart.subplots()
        axes.imshow(table.to_numpy(dtype=float), cmap="cividis", vmin=0, vmax=1, aspect="auto")
        axes.set_xticks(range(len(table.columns)), table.columns)
        axes.set_yticks(range(len(table)), list(map(str, table.index)), parse_math=False)
        axes.tick_params(length=0)
        for row, (_, shares) in enumerate(records(table)):
            for column, share in enumerate(shares.values()):
                _cell(axes, row, column, share)
        axes.set_title("Median share of each rule's points, in %", loc="left")
    rows = [
        f"{key}: {', '.join(f'{name} {_percent(v)}' for name, v in row.items())}"
        for key, row in records(table)
    ]
    chart.alt = f"How the rules were kept, by {by}. {'; '.join(rows)}."
    return chart


def _cell(axes: Axes, row: int, column: int, value: Any) -> None:
    colour = "white" if pd.notna(value) and value < DARK else "black"
    axes.text(column, row, _percent(value), ha="center", va="center", fontsize=8, color=colour)


def _percent(value: Any) -> str:
    return "–" if pd.isna(value) else f"{100 * value:.0f}"


def times_figure(frame: pd.DataFrame, measure: str) -> Chart:
    """A measure by scenario and severity: the drills grey, the median a bar, where it truly lies a line."""
    table = times_table(frame, measure)
    with mpl.rc_context(STYLE):
        chart = blank(1.0 + 0.4 * len(table))
        axes = chart.subplots()
        groups = grouped(frame, measure).values()  # in the table's order: a severity of NaN is no key
        for row, (took_s, (_, spread)) in enumerate(zip(groups, records(table), strict=True)):
            _drills(axes, row, took_s)
            if spread["enough"] and pd.notna(spread["low"]):
                _interval(axes, row, spread["low"] / 60, spread["high"] / 60)
            if pd.notna(spread["median"]):
                axes.plot(
                    [spread["median"] / 60], [row], "|", color=VERMILION, markersize=16, markeredgewidth=2.5
                )
        names = [_named(key, spread) for key, spread in records(table)]
        axes.set_yticks(range(len(table)), names, parse_math=False)
        axes.set_ylim(len(table) - 0.5, -0.5)
        axes.set_xlim(left=0)
        axes.set_xlabel(f"Minutes ({_drills_key(table)}bar: median; line: where it truly lies, 95 %)")
        axes.set_title(measure.replace("_", " ").capitalize(), loc="left")
    told = [f"{_named(key, spread)}: median {_told(spread['median'])}" for key, spread in records(table)]
    chart.alt = f"{measure.replace('_', ' ').capitalize()} by scenario and severity. {'; '.join(told)}."
    return chart


def _drills(axes: Axes, row: int, took_s: "pd.Series[float]") -> None:
    """A dot for each drill; of many, a thick line for the middle half and a thin one for nine in ten."""
    if len(took_s) <= DOTS:
        reached_min = took_s.dropna() / 60
        axes.plot(reached_min, [row] * len(reached_min), "o", color=GREY, markersize=4, alpha=0.6)
        return
    ends_min = (took_s.fillna(inf) / 60).quantile([0.05, 0.25, 0.75, 0.95], interpolation="nearest").tolist()
    _range(axes, row, ends_min[1], ends_min[2], "-", color=LIGHT, linewidth=9)
    _range(axes, row, ends_min[0], ends_min[3], "->", color=GREY, linewidth=1)


def _range(axes: Axes, row: int, low_min: float, high_min: float, style: str, **look: Any) -> None:
    """A line from the low to the high end; to the edge of the chart where the high one was not reached."""
    if isinf(low_min):
        return
    if not isinf(high_min):
        axes.plot([low_min, high_min], [row, row], "-", solid_capstyle="butt", zorder=1, **look)
        return
    axes.plot([low_min], [row], linestyle="none")  # an annotation alone would not widen the axis
    arrow = {"arrowstyle": style, "shrinkA": 0, "shrinkB": 0, "capstyle": "butt", **look}
    edge = axes.get_yaxis_transform()
    axes.annotate("", (1.0, row), (low_min, row), edge, "data", arrowprops=arrow, zorder=1)


def _drills_key(table: pd.DataFrame) -> str:
    """What is grey in a chart of times, in words."""
    few, many = (table["drills"] <= DOTS).any(), (table["drills"] > DOTS).any()
    dots = "dots: drills; " if few else ""
    return f"{dots}grey, beyond {DOTS} drills: the middle half and, thin, nine in ten;\n" if many else dots


def _interval(axes: Axes, row: int, low_min: Any, high_min: Any) -> None:
    """A line from the low to the high end; an arrow off the chart where the high one was not reached."""
    if pd.notna(high_min):
        axes.plot([low_min, high_min], [row, row], "-", color=BLUE, linewidth=2)
        return
    arrow = {"arrowstyle": "->", "color": BLUE, "linewidth": 2}
    axes.annotate("", (1.0, row), (low_min, row), axes.get_yaxis_transform(), "data", arrowprops=arrow)


def _named(key: Any, spread: Mapping[str, Any]) -> str:
    scenario, severity = key
    return f"{scenario}, {level_of(severity)} ({spread['reached']:,.0f} of {spread['drills']:,.0f})"


def level_of(severity: Any) -> str:
    """A severity in words."""
    return "not hurt" if pd.isna(severity) else f"SEV-{severity:.0f}"


def _told(median_s: Any) -> str:
    return "not reached" if pd.isna(median_s) else humane_span(median_s)


def learning_figure(frame: pd.DataFrame) -> Chart:
    """One small chart per trainee: the total of each drill, in the order in which they were played.

    Of more than `CHARTS` trainees one chart: the median trainee's total and the middle half of them, with how
    many trainees are behind each point.
    """
    if frame["trainee"].nunique() > CHARTS:
        return _learning_all(learning_curve(frame))
    return _learning_each(learning_table(frame))


def _learning_each(table: pd.DataFrame) -> Chart:
    columns = min(4, max(1, len(table)))
    rows = max(1, ceil(len(table) / columns))
    places: dict[Any, int] = {first: place for place, first in enumerate(table.columns, 1)}
    ticks = list(table.columns)[:: ceil(len(places) / _TICKS) or 1]
    with mpl.rc_context(STYLE):
        chart = blank(1.7 * rows + 0.3)
        grid = chart.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
        for axes in grid.flat[len(table) :]:
            axes.set_visible(False)
        for axes, (trainee, totals) in zip(grid.flat, records(table), strict=False):
            played = {places[nth]: total for nth, total in totals.items() if pd.notna(total)}
            axes.plot(list(played), list(played.values()), "o-", color=BLUE, linewidth=1.4, markersize=4)
            axes.set_title(str(trainee), loc="left", fontsize=8, parse_math=False)
            axes.set_ylim(0, 102)
            axes.set_xticks([places[first] for first in ticks], [f"{first:,g}" for first in ticks])
            axes.grid(axis="y", linewidth=0.4, color=GREY, alpha=0.4)
        chart.supxlabel(_drill_label(places), fontsize=8)
        chart.supylabel("Total", fontsize=8)
    told = [
        f"{who}: {', '.join(f'{value:g}' for value in row.values() if pd.notna(value))}"
        for who, row in records(table)
    ]
    chart.alt = f"Totals by trainee, in order. {'; '.join(told)}."
    return chart


def _learning_all(curve: pd.DataFrame) -> Chart:
    places = range(len(curve))
    with mpl.rc_context(STYLE):
        chart = blank(3.2)
        axes = chart.subplots()
        axes.fill_between(places, curve["low"], curve["high"], color=BLUE, alpha=0.22, linewidth=0)
        axes.plot(places, curve["median"], "o-", color=BLUE, linewidth=1.8, markersize=4)
        axes.set_xticks(places, [f"{first:,g}\n{count:,}" for first, count in curve["trainees"].items()])
        axes.set_ylim(0, 102)
        axes.grid(axis="y", linewidth=0.4, color=GREY, alpha=0.4)
        axes.set_xlabel(f"{_drill_label(curve.index)}; below it, how many trainees came to it")
        axes.set_ylabel("Total")
        axes.set_title("Total of the median trainee (shaded: the middle half of them)", loc="left")
    told = [
        f"drill {span(first, curve.index)}: {row['median']:g} ({row['trainees']:,.0f} trainees)"
        for first, row in records(curve)
    ]
    chart.alt = f"Median total of the trainees by their how-manieth drill. {'; '.join(told)}."
    return chart


def _drill_label(columns: Iterable[int]) -> str:
    """What the axis of drills shows."""
    return "Drill" if max(columns, default=1) <= EACH_DRILL else "Drill (of several together, the first)"
