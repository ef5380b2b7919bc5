"""Many drills: tables by hand, and a report from a table of any source."""

import pandas as pd
import pytest

from scoring.cohort import (
    COLUMNS,
    CohortError,
    Entry,
    cohort_frame,
    learning_summary,
    learning_table,
    ranking,
    rules_table,
    times_table,
)
from scoring.cohort_figures import learning_figure, rules_figure, times_figure
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
