"""The report of a cohort: rules, times, learning, and what to train next, from a table of any source."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from scoring.cohort import (
    check,
    learning_curve,
    learning_summary,
    measures_in,
    ranking,
    records,
    rules_in,
    rules_table,
    span,
    times_table,
)
from scoring.cohort_figures import CHARTS, learning_figure, level_of, rules_figure, times_figure
from scoring.markup import Block, Heading, Paragraph, Picture, Table
from scoring.metrics.metric import humane_span
from scoring.playbook import Playbook, default_playbook
from scoring.report.document import Document

SHOWN = ("time_to_mitigate", "time_to_first_update", "time_to_declare", "time_to_acknowledge")
"""Times that are charted, if the table has them."""
ENDS = 3
"""How many of the best and weakest rules are named."""
LISTED = 100
"""Up to so many trainees have a row each."""


@dataclass(frozen=True)
class CohortReport(Document):
    """What a cohort does well, and what to train next."""

    frame: pd.DataFrame
    playbook: Playbook

    @property
    def title(self) -> str:
        """What to call it."""
        trainees = self.frame["trainee"].nunique()
        return (
            f"Cohort: {len(self.frame):,} drills by {trainees:,} {'trainee' if trainees == 1 else 'trainees'}"
        )

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The whole report as blocks."""
        return (Heading(self.title, 2), *self._parts())

    def _parts(self) -> Iterator[Block]:
        if rules_in(self.frame):
            yield from self._rules()
        times = [name for name in SHOWN if name in measures_in(self.frame)]
        if times:
            yield Heading("Times")
            yield Paragraph(
                "Medians, and the range in which the true median lies with 95% confidence. A drill that "
                "never got there counts as longer than any that did. Compare within a row: another scenario "
                "is another outage."
            )
        for name in times:
            yield from self._times(name)
        yield from self._learning()

    def _rules(self) -> Iterator[Block]:
        ranked, rules = ranking(self.frame), self.playbook.rules
        named = [f"{rules[str(rule)].title.lower()} ({rule})" for rule in ranked.index]
        ends = min(ENDS, len(named) // 2)
        yield Heading("Rules")
        if ends:
            yield Paragraph(
                f"Best kept: {', '.join(named[:ends])}. Weakest: {', '.join(named[: -ends - 1 : -1])}."
            )
        yield Picture(lambda: rules_figure(self.frame))
        rows = [
            (rule, rules[str(rule)].title, _share(row["median share"]), f"{row['drills']:,.0f}")
            for rule, row in records(ranked)
        ]
        yield Table(
            "Rules, best kept first",
            ("Rule", "What it asks for", "Median share of its points", "Drills"),
            rows,
        )
        table = rules_table(self.frame)
        by_scenario = [(str(key), *(_share(value) for value in row.values())) for key, row in records(table)]
        yield Table("Median share by scenario", ("Scenario", *table.columns), by_scenario)

    def _times(self, name: str) -> Iterator[Block]:
        table = times_table(self.frame, name)
        yield Picture(lambda: times_figure(self.frame, name))
        rows = [
            (
                str(scenario),
                level_of(severity),
                f"{row['reached']:,.0f} of {row['drills']:,.0f}",
                _time(row["median"]),
                f"{_time(row['low'])} to {_time(row['high'])}" if row["enough"] else "too few drills",
            )
            for (scenario, severity), row in records(table)
        ]
        head = ("Scenario", "Severity", "Reached", "Median", "True median between")
        yield Table(name.replace("_", " ").capitalize(), head, rows, head)

    def _learning(self) -> Iterator[Block]:
        trainees = self.frame["trainee"].nunique()
        yield Heading("Learning")
        yield Picture(lambda: learning_figure(self.frame))
        if trainees > CHARTS:
            yield from self._learning_of_all()
        summary = learning_summary(self.frame)
        yield _change(summary) if trainees > LISTED else _learning_of_each(summary)

    def _learning_of_all(self) -> Iterator[Block]:
        curve = learning_curve(self.frame)
        rows = [
            (
                span(first, curve.index),
                f"{row['trainees']:,.0f}",
                _points(row["median"]),
                f"{_points(row['low'])} to {_points(row['high'])}",
            )
            for first, row in records(curve)
        ]
        head = ("Drill", "Trainees", "Median total", "Middle half of the trainees")
        yield Table("Learning by how-manieth drill", head, rows, head)
        yield Paragraph(
            "Each trainee counts once in a row, with the median of their drills there. Further down are only "
            "those who went on: a rise may be learning, or who stayed."
        )


def _learning_of_each(summary: pd.DataFrame) -> Table:
    rows = [
        (
            str(who),
            f"{row['drills']:,.0f}",
            _points(row["earlier"]),
            _points(row["later"]),
            _points(row["change"], "+"),
        )
        for who, row in records(summary)
    ]
    head = ("Trainee", "Drills", "Median total, earlier half", "later half", "Change")
    return Table("Learning by trainee", head, rows, head)


def _change(summary: pd.DataFrame) -> Paragraph:
    """How trainees changed, where there are too many for a row each."""
    change = summary["change"].dropna()
    if change.empty:
        return Paragraph("No trainee has two drills yet: there is no later one to compare.")
    low, median, high = (_points(change.quantile(part), "+") for part in (0.25, 0.5, 0.75))
    return Paragraph(
        f"The later half of a trainee's drills against the earlier: {median} points in the median, {low} to "
        f"{high} for the middle half of the {len(change):,} trainees with two drills or more; "
        f"{_share((change > 0).mean())} of them gained. They are too many for a row each: "
        "scoring.cohort.learning_summary gives all of them as a table."
    )


def cohort_report(frame: pd.DataFrame, playbook: Playbook | None = None) -> CohortReport:
    """The report of many drills.

    Args:
        frame: one row per drill; `scoring.cohort.COLUMNS` says what it needs.
        playbook: for the rules' titles; sevdrill's own if left out.

    Raises:
        CohortError: the table lacks a column.
    """
    return CohortReport(check(frame), playbook or default_playbook())


def _share(value: Any) -> str:
    return "-" if pd.isna(value) else f"{value:.0%}"


def _time(value: Any) -> str:
    return "not reached" if pd.isna(value) else humane_span(value)


def _points(value: Any, sign: str = "") -> str:
    return "-" if pd.isna(value) else f"{value:{sign}.0f}"
