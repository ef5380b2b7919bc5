"""Many drills: tables by hand, and a report from a table of any source."""

import re
from base64 import b64decode

import pandas as pd
import pytest

from scoring.cohort import (
    COLUMNS,
    CohortError,
    Entry,
    cohort_frame,
    learning_curve,
    learning_summary,
    learning_table,
    ranking,
    rules_table,
    span,
    times_table,
)
from scoring.cohort_figures import learning_figure, rules_figure, times_figure
from scoring.markup import Table
from scoring.report import cohort_report
from tests.scoring_builders import Play
from tests.test_scoring_rules import outage, rolled_back


def drills(times, scenario="a", severity=2):
    return [
        {
            "trainee": "Ada",
            "nth": n,
            "scenario": scenario,
            "severity": severity,
            "total": 50.0,
            "time_to_mitigate": t,
        }
        for n, t in enumerate(times, 1)
    ]


def curves(*lengths):
    """One trainee per length, with so many drills; the total of each is its number, up to 100."""
    return pd.DataFrame(
        [
            {
                "trainee": f"{who:04}",
                "nth": nth,
                "scenario": "a",
                "severity": 2,
                "total": float(min(nth, 100)),
                "R1": 1.0,
            }
            for who, length in enumerate(lengths)
            for nth in range(1, length + 1)
        ]
    )


class TestFrame:
    def test_one_row_per_drill_with_shares_and_measures(self):
        cards = [rolled_back().score(), outage(to=60).score()]
        frame = cohort_frame(Entry("Ada", n, card) for n, card in enumerate(cards, 1))
        assert list(frame["nth"]) == [1, 2]
        assert list(frame["severity"]) == [2, 2]
        assert list(frame["R2"]) == [1, 0]
        assert frame["time_to_mitigate"].isna().tolist() == [False, True]
        assert set(COLUMNS) <= set(frame.columns)

    def test_a_table_that_lacks_something_is_told_what(self):
        with pytest.raises(
            CohortError, match="no column 'nth'; expected trainee, nth, scenario, severity, total"
        ):
            cohort_report(pd.DataFrame([{"trainee": "Ada"}]))
        empty = pd.DataFrame([dict.fromkeys(COLUMNS, 1)])
        with pytest.raises(CohortError, match="neither rules nor measures"):
            cohort_report(empty)


class TestTimes:
    def test_a_drill_that_never_got_there_is_longer_than_any(self):
        """Of 60, 120, 180 s and two that never got there the third is the middle; two more, and none is."""
        frame = pd.DataFrame(drills([60, 120, 180, None, None]))
        row = times_table(frame, "time_to_mitigate").loc["a", 2]
        assert (row["drills"], row["reached"], row["median"], bool(row["enough"])) == (5, 3, 180, False)
        more = times_table(pd.DataFrame(drills([60, 120, 180, None, None, None, None])), "time_to_mitigate")
        assert pd.isna(more.loc[("a", 2), "median"])

    def test_the_interval_may_be_open_at_the_far_end(self):
        frame = pd.DataFrame(drills([60, 70, 80, 90, 100, None]))
        row = times_table(frame, "time_to_mitigate").loc["a", 2]
        assert bool(row["enough"])
        assert (row["low"], row["median"]) == (60, 85)
        assert pd.isna(row["high"])

    def test_by_scenario_and_severity(self):
        frame = pd.DataFrame(
            [*drills([60]), *drills([90], severity=1), *drills([30], "b"), *drills([1], "b", None)]
        )
        table = times_table(frame, "time_to_mitigate")
        assert [row["median"] for _, row in table.iterrows()] == [90, 60, 30, 1]


class TestRules:
    FRAME = pd.DataFrame(
        [
            {
                "trainee": "Ada",
                "nth": 1,
                "scenario": "a",
                "severity": 2,
                "total": 40,
                "R1": 0.0,
                "R2": 1.0,
                "R7": None,
            },
            {
                "trainee": "Ada",
                "nth": 2,
                "scenario": "a",
                "severity": 2,
                "total": 60,
                "R1": 0.5,
                "R2": 1.0,
                "R7": None,
            },
            {
                "trainee": "Ada",
                "nth": 3,
                "scenario": "a",
                "severity": 2,
                "total": 90,
                "R1": 1.0,
                "R2": 0.8,
                "R7": None,
            },
            {
                "trainee": "Bo",
                "nth": 1,
                "scenario": "b",
                "severity": 1,
                "total": 70,
                "R1": 0.2,
                "R2": 0.0,
                "R7": 1.0,
            },
        ]
    )

    def test_the_heat_map_has_the_best_scenario_first(self):
        table = rules_table(self.FRAME)
        assert list(table.index) == ["a", "b"]
        assert table.loc["a", ["R1", "R2"]].tolist() == [0.5, 1.0]
        assert pd.isna(table.loc["a", "R7"])

    def test_ranking(self):
        table = ranking(self.FRAME)
        assert list(table.index) == ["R7", "R2", "R1"]
        assert table.loc["R1"].tolist() == [0.35, 4]

    def test_learning(self):
        assert learning_table(self.FRAME).loc["Ada"].tolist() == [40, 60, 90]
        table = learning_summary(self.FRAME)
        assert table.loc["Ada"].tolist() == [3, 40, 75, 35]
        assert table.loc["Bo", "drills"] == 1
        assert pd.isna(table.loc["Bo", "change"])

    def test_a_trainee_without_any_total_has_a_row_and_no_curve(self):
        frame = self.FRAME.assign(total=[40, 60, 90, None])
        assert learning_summary(frame)["drills"].to_dict() == {"Ada": 3, "Bo": 0}
        assert list(learning_table(frame).index) == ["Ada"]

    def test_every_chart_says_what_it_shows(self):
        charts = [
            rules_figure(self.FRAME),
            rules_figure(self.FRAME, by="trainee"),
            learning_figure(self.FRAME),
            times_figure(pd.DataFrame(drills([60, 120, None])), "time_to_mitigate"),
        ]
        for chart in charts:
            assert chart._repr_png_().startswith(b"\x89PNG")
        assert "a: R1 50, R2 100, R7 –" in charts[0].alt
        assert "Ada: 40, 60, 90" in charts[2].alt
        assert charts[3].alt.endswith("a, SEV-2 (2 of 3): median 2 min 00 s.")


class TestManyDrillsOfATrainee:
    def test_up_to_twenty_drills_have_a_column_each(self):
        table = learning_table(curves(20, 3))
        assert list(table.columns) == list(range(1, 21))
        assert [span(nth, table.columns) for nth in (1, 6, 20)] == ["1", "6", "20"]

    def test_beyond_columns_are_spans_with_medians(self):
        table = learning_table(curves(60, 3))
        assert table.loc["0000"].to_dict() == {
            1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 8, 11: 15.5, 21: 35.5, 51: 55.5,
        }  # fmt: skip
        told = [span(first, table.columns) for first in table.columns]
        assert told == ["1", "2", "3", "4", "5", "6 to 10", "11 to 20", "21 to 50", "51 to 100"]
        assert span(200_001, [200_001]) == "200,001 and more"

    @pytest.mark.parametrize(("drills_each", "columns"), [(21, 8), (100, 9), (1_000, 12), (10_000, 15)])
    def test_columns_hardly_grow(self, drills_each, columns):
        assert len(learning_table(curves(drills_each)).columns) == columns

    def test_one_who_plays_much_counts_once_in_a_row(self):
        curve = learning_curve(curves(2, 7, 30))
        assert curve["trainees"].tolist() == [3, 3, 2, 2, 2, 2, 1, 1]
        assert curve.loc[6].tolist() == [2, 6.875, 7.25, 7.625]  # of 6.5, the median of 6 and 7, and 8

    def test_charts_of_few_trainees_have_a_point_per_span(self):
        chart = learning_figure(curves(1_000, 3))
        assert [len(axes.lines[0].get_xdata()) for axes in chart.axes] == [12, 3]
        assert [label.get_text() for label in chart.axes[1].get_xticklabels()] == [
            "1", "3", "5", "11", "51", "201",
        ]  # fmt: skip


class TestManyTrainees:
    def test_more_than_twelve_are_one_curve(self):
        assert len(learning_figure(curves(*[2] * 12)).axes) == 12
        chart = learning_figure(curves(*[2] * 12, 1))
        assert len(chart.axes) == 1
        assert chart.axes[0].lines[0].get_ydata().tolist() == [1, 2]
        assert [label.get_text() for label in chart.axes[0].get_xticklabels()] == ["1\n13", "2\n12"]
        assert chart.alt.endswith("drill 1: 1 (13 trainees); drill 2: 2 (12 trainees).")

    def test_up_to_a_hundred_have_a_row_each(self):
        told = cohort_report(curves(*[2] * 100)).text
        assert "Learning by how-manieth drill\nDrill  Trainees  Median total  Middle half" in told
        assert "0099     2       1                           2           +1" in told

    def test_beyond_the_report_says_how_they_changed_and_where_they_all_are(self):
        told = " ".join(cohort_report(curves(*[2] * 60, *[4] * 41, 1)).text.split())
        assert "102 trainees" in told
        assert "Learning by trainee" not in told
        assert "+1 points in the median, +1 to +2 for the middle half of the 101 trainees" in told
        assert "100% of them gained" in told
        assert "scoring.cohort.learning_summary" in told

    def test_where_nobody_came_back_there_is_nothing_to_compare(self):
        report = cohort_report(curves(*[1] * 101))
        assert "No trainee has two drills yet" in report.text
        unscored = cohort_report(curves(*[1] * 13).assign(total=None))
        assert all(
            "<svg" in b64decode(uri).decode() for uri in re.findall(r"base64,(.*?)\"", unscored.page())
        )

    def test_the_report_does_not_grow_with_drills_or_trainees(self):
        def size(frame):
            tables = [block for block in cohort_report(frame).blocks if isinstance(block, Table)]
            return sum(len(table.rows) for table in tables)

        assert size(curves(*[60] * 101)) == size(curves(*[60] * 500)) == size(curves(*[100] * 101))


class TestManyDrillsOfAGroup:
    @staticmethod
    def lines(times):
        axes = times_figure(pd.DataFrame(drills(times)), "time_to_mitigate").axes[0]
        return [line.get_xdata().tolist() for line in axes.lines], axes

    def test_up_to_fifty_are_dots(self):
        (dots, *_), axes = self.lines([60.0 * n for n in range(50)])
        assert dots == list(range(50))
        assert axes.get_xlabel().startswith("Minutes (dots: drills; bar: median")

    def test_beyond_they_are_their_middle_half_and_nine_in_ten(self):
        (half, most, *_), axes = self.lines([60.0 * n for n in range(101)])
        assert (half, most) == ([25, 75], [5, 95])
        assert axes.get_xlabel().startswith("Minutes (grey, beyond 50 drills: the middle half")

    def test_what_is_drawn_does_not_grow(self):
        few, many = (self.lines([60.0 * (n % 7) for n in range(count)])[0] for count in (70, 7_000))
        assert [len(line) for line in few] == [len(line) for line in many]

    def test_where_many_never_got_there_the_range_runs_to_the_edge(self):
        (half_from, most_from, *_), axes = self.lines([60.0 * n for n in range(60)] + [None] * 41)
        assert (half_from, most_from) == ([25], [5])
        assert [(note.xyann, note.xy) for note in axes.texts[:2]] == [((25, 0), (1, 0)), ((5, 0), (1, 0))]
        assert self.lines([None] * 60)[0] == []

    def test_drills_without_a_severity_are_drawn_too(self):
        chart = times_figure(pd.DataFrame(drills([60, 120], severity=None)), "time_to_mitigate")
        assert chart.alt.endswith("a, not hurt (2 of 2): median 1 min 30 s.")


class TestReport:
    @pytest.fixture
    def report(self):
        plays = [outage(to=60), rolled_back(), rolled_back(), Play("provider").hurting(2, 12).at(3).paged()]
        return cohort_report(cohort_frame(Entry("Ada", n, play.score()) for n, play in enumerate(plays, 1)))

    def test_it_names_the_best_and_the_weakest(self, report):
        assert report.title == "Cohort: 4 drills by 1 trainee"
        assert "Best kept: " in report.text
        assert "Weakest: " in report.text
        assert "not reached" in report.text
        assert "too few drills" in report.text

    def test_a_table_follows_every_picture(self, report):
        kinds = [type(block).__name__ for block in report.blocks]
        assert kinds.count("Picture") >= 4
        for place, kind in enumerate(kinds):
            if kind == "Picture":
                assert kinds[place + 1] == "Table"

    def test_every_form(self, report):
        assert report.page().startswith("<!doctype html>")
        assert report.pdf().startswith(b"%PDF-")
        assert report.markdown().startswith("# Cohort: 4 drills by 1 trainee")

    def test_a_table_from_elsewhere_with_times_alone(self):
        told = cohort_report(pd.DataFrame(drills([60, 120, 180]))).text
        assert "Time to mitigate" in told
        assert "Rules" not in told
