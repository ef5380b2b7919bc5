"""Charts of many drills: rules as a heat map, times as strips with medians, learning as small multiples.

A rim: imported by name. The heat map's colours (cividis) rise in lightness alike for every kind of sight, and
every cell says its number, so that a grey print loses nothing.
"""

from collections.abc import Mapping
from math import ceil
from typing import Any

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes

from scoring.cohort import grouped, learning_table, records, rules_table, times_table
from scoring.figures import BLUE, GREY, STYLE, VERMILION, Chart, blank
from scoring.metrics.metric import humane_span

DARK = 0.55
"""Share under which a cell is dark and its number white."""


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
    """A measure by scenario and severity: every drill a dot, the median a bar, where it truly lies a line."""
    table = times_table(frame, measure)
    groups = grouped(frame, measure)
    with mpl.rc_context(STYLE):
        chart = blank(1.0 + 0.4 * len(table))
        axes = chart.subplots()
        for row, (key, spread) in enumerate(records(table)):
            minutes = groups[key].dropna() / 60
            axes.plot(minutes, [row] * len(minutes), "o", color=GREY, markersize=4, alpha=0.6)
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
        axes.set_xlabel("Minutes (dots: drills; bar: median; line: where it truly lies, 95 %)")
        axes.set_title(measure.replace("_", " ").capitalize(), loc="left")
    told = [f"{_named(key, spread)}: median {_told(spread['median'])}" for key, spread in records(table)]
    chart.alt = f"{measure.replace('_', ' ').capitalize()} by scenario and severity. {'; '.join(told)}."
    return chart


def _interval(axes: Axes, row: int, low_min: Any, high_min: Any) -> None:
    """A line from the low to the high end; an arrow off the chart where the high one was not reached."""
    if pd.notna(high_min):
        axes.plot([low_min, high_min], [row, row], "-", color=BLUE, linewidth=2)
        return
    arrow = {"arrowstyle": "->", "color": BLUE, "linewidth": 2}
    axes.annotate("", (1.0, row), (low_min, row), axes.get_yaxis_transform(), "data", arrowprops=arrow)


def _named(key: Any, spread: Mapping[str, Any]) -> str:
    scenario, severity = key
    return f"{scenario}, {level_of(severity)} ({spread['reached']:.0f} of {spread['drills']:.0f})"


def level_of(severity: Any) -> str:
    """A severity in words."""
    return "not hurt" if pd.isna(severity) else f"SEV-{severity:.0f}"


def _told(median_s: Any) -> str:
    return "not reached" if pd.isna(median_s) else humane_span(median_s)


def learning_figure(frame: pd.DataFrame) -> Chart:
    """One small chart per trainee: the total of each drill, in the order in which they were played."""
    table = learning_table(frame)
    columns = min(4, max(1, len(table)))
    rows = max(1, ceil(len(table) / columns))
    with mpl.rc_context(STYLE):
        chart = blank(1.7 * rows + 0.3)
        grid = chart.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
        for axes in grid.flat[len(table) :]:
            axes.set_visible(False)
        for axes, (trainee, totals) in zip(grid.flat, records(table), strict=False):
            played = {nth: total for nth, total in totals.items() if pd.notna(total)}
            axes.plot(list(played), list(played.values()), "o-", color=BLUE, linewidth=1.4, markersize=4)
            axes.set_title(str(trainee), loc="left", fontsize=8, parse_math=False)
            axes.set_ylim(0, 102)
            axes.set_xticks(list(table.columns))
            axes.grid(axis="y", linewidth=0.4, color=GREY, alpha=0.4)
        chart.supxlabel("Drill", fontsize=8)
        chart.supylabel("Total", fontsize=8)
    told = [
        f"{who}: {', '.join(f'{value:g}' for value in row.values() if pd.notna(value))}"
        for who, row in records(table)
    ]
    chart.alt = f"Totals by trainee, in order. {'; '.join(told)}."
    return chart
