"""The rims: tables, figures and the debrief."""

from html.parser import HTMLParser
from itertools import combinations

import pytest

from scoring import figures, tables
from scoring.report import debrief
from tests.scoring_builders import Play


def worked():
    play = Play().cause(present=True).hurting(2, 12).at(2.5).alert().at(3).paged().at(3.5).acknowledges()
    play.at(6).sees("diff", "herring").at(5).declares(2).pages("ana", "max").at(9).posts(
        text="<script>$x$</script>"
    )
    play.at(8).does("roll_back", "till-2", 4, by="ana").at(12).cause(present=False).at(15).says("mitigated")
    return play.at(16).schedules(24).writes()


@pytest.fixture
def play():
    return worked()


class TestTables:
    def test_score(self, play):
        table = tables.score_table(play.score())
        assert list(table.index) == [f"R{n}" for n in range(1, 13)]
        assert table.loc["R2", "Points"] == 12
        assert table["Points"].isna().loc["R7"]

    def test_times_in_words(self, play):
        table = tables.times_table(play.score())
        assert table.loc["Time to mitigate", "Result"] == "10 min 00 s"
        assert table.loc["Time to resolve", "Result"] == "not reached"

    def test_timeline_hides_the_truth_unless_asked(self, play):
        seen = tables.timeline_table(play.scenario, play.trace())
        everything = tables.timeline_table(play.scenario, play.trace(), hidden=True)
        assert len(everything) > len(seen)
        assert not seen["What happened"].str.startswith("In truth").any()
        assert list(seen.iloc[1]) == ["14:02", "Alert fires: Errors (40.0% of requests fail)."]

    def test_drills_side_by_side(self, play):
        table = tables.comparison_table({"mine": play.score(), "nobody": Play().hurting(2, 60).score()})
        assert list(table.columns) == ["mine", "nobody"]
        assert table.loc["R2", "mine"] == "12 of 12"
        assert table.loc["R7", "mine"] == "not scored"
        assert table.loc["User-minutes lost", "nobody"] == "116,000 user-minutes"


def busy():
    play = worked()
    for minute in range(3, 60, 2):
        play.at(minute).posts().does("restart", "till", 0.5).answers(impact="total")
    return play


class TestFigures:
    @pytest.mark.parametrize("make", [worked, busy, Play])
    def test_no_two_labels_overlap_and_none_leaves_the_page(self, make):
        play = make()
        chart = figures.impact_figure(play.scenario, play.trace())
        chart.draw_without_rendering()
        labels = [text.get_window_extent() for text in chart.axes[1].texts]
        assert not any(one.overlaps(other) for one, other in combinations(labels, 2))
        assert all(box.x0 >= 0 and box.x1 <= chart.bbox.x1 for box in labels)

    def test_the_same_drill_gives_the_same_bytes(self, play):
        charts = [figures.impact_figure(play.scenario, play.trace()).svg() for _ in range(2)]
        assert charts[0] == charts[1]

    def test_the_chart_says_in_words_what_it_shows(self, play):
        alt = figures.impact_figure(play.scenario, play.trace()).alt
        assert "20,000 user-minutes lost" in alt
        assert "14:08 Roll back Deploy till 2" in alt
        assert "14:12 Users well" in alt

    def test_notebooks_can_show_every_chart(self, play):
        other = Play("provider").hurting(2, 50)
        charts = [
            figures.rule_figure(play.score()),
            figures.comparison_figure(play.scenario, {"$mine$": play.trace(), "other": other.trace()}),
            figures.comparison_figure(play.scenario, {}),
        ]
        for chart in charts:
            assert chart._repr_png_().startswith(b"\x89PNG")
            assert chart.alt


class Tags(HTMLParser):
    """Collects tags, and the text outside `style`."""

    def __init__(self):
        super().__init__()
        self.tags, self.links, self.open = set(), [], []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag not in ("img", "br"):
            self.open.append(tag)
        self.links += [value for name, value in attrs if name in ("src", "href")]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


class TestDebrief:
    def test_text_is_escaped_and_the_page_needs_nothing_from_outside(self, play):
        page = debrief(play.scenario, play.trace())._repr_html_()
        read = Tags()
        read.feed(page)
        assert not read.open
        assert "script" not in read.tags
        assert "&lt;script&gt;" in page
        assert read.links
        assert all(link.startswith("data:image/svg+xml;base64,") for link in read.links)

    def test_order_reactions_events_analysis_summary(self, play):
        text = debrief(play.scenario, play.trace()).text
        parts = ["a minute for how it felt", "What happened", "How the playbook was kept", "To take home"]
        places = [text.index(part) for part in parts]
        assert places == sorted(places)

    def test_the_truth_is_told_with_its_red_herrings(self, play):
        text = debrief(play.scenario, play.trace()).text
        assert "The deploy did it. Till 2 has a bug." in text
        assert "What brings users back: rolling back “" in text
        assert "“Shelf is odd” (you saw it). It is always odd." in text
        assert "Read the diff." in text

    def test_one_thing_to_do_better_is_the_rule_that_cost_most(self, play):
        told = debrief(play.scenario, play.trace())
        assert told.card.to_improve.id == "R1"
        assert "Triage first (R1)." in told.text

    def test_of_the_costliest_rules_the_first_is_the_one_to_work_on(self):
        play = Play("migration").hurting(2, 60).at(3).paged().acknowledges()
        play.at(4).does("roll_back", "till-2")
        told = debrief(play.scenario, play.trace())
        assert told.card.rule("R6").lost > told.card.rule("R1").lost > 0
        assert told.card.to_improve.id == "R1"
        assert "better here than on a real night" in told.text

    def test_a_perfect_drill_is_told_so(self):
        play = (
            worked().at(4).sees_changes().at(7).answers(impact="degraded", changed="till-2", rollback="yes")
        )
        told = debrief(play.scenario, play.trace())
        assert told.card.total == 100
        assert "Nothing stands out." in told.text

    def test_a_drill_in_which_nothing_happened(self):
        told = debrief(Play().scenario, Play().trace())
        assert told.card.total is None
        assert "Nothing was scored" in told.text
        assert told._repr_html_()
