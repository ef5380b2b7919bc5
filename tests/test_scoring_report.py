"""The rims: tables, figures and the debrief."""

import csv
from dataclasses import replace
from html.parser import HTMLParser
from io import StringIO
from itertools import combinations

import pytest

from scoring import figures, tables
from scoring.markup import Paragraph, Table, to_markdown
from scoring.report import debrief, full_debrief
from scoring.report.pdf import to_pdf
from scoring.report.summary import TRAINED_BY, next_drill
from scoring.rules import RULES
from simulator import load
from simulator.policies import PLAYERS
from simulator.policies import play as let_play
from simulator.scenario.load import library
from tests.scoring_builders import Play
from tests.test_cli import sevdrill  # noqa: F401 - a fixture


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
        if tag not in ("img", "br", "meta"):
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

    def test_who_reads_no_further_has_read_the_score_and_one_thing_to_do_better(self, play):
        told = debrief(play.scenario, play.trace())
        head = told.text[: told.text.index("a minute for how it felt")]
        assert f"{told.card.total:g} out of 100: {told.card.rating}" in head
        assert f"To do better: triage first. {told.card.to_improve.reason}" in head
        assert "Next: " in head

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


@pytest.fixture(scope="module")
def told():
    scenario = load("api-500s-after-deploy")
    trace = let_play(scenario, 2, PLAYERS["hero-debugger"]).trace
    return full_debrief(scenario, trace, seeds=range(2))


class TestFullDebrief:
    def test_what_was_not_done_is_named_where_nobody_did_anything(self):
        scenario = load("api-500s-after-deploy")
        found = full_debrief(scenario, let_play(scenario, 2, PLAYERS["do-nothing"]).trace)
        assert found.references is not None
        spared = found.references.mine - found.references.best
        assert found.references.best_by == "rollback-first"
        assert f"would have: rollback-first, {spared:,.0f} user-minutes saved." in found.text
        assert "0% of what could be avoided was avoided." in found.text

    def test_in_the_order_in_which_people_learn(self, told):
        parts = (
            "a minute for how it felt",
            "Your notes",
            "What happened",
            "What it really was",
            "Beside others, on the same seed",
            "With other luck",
            "How the playbook was kept",
            "What was known, and what was guessed",
            "What would have helped",
            "Self-check",
            "To take home",
            "The next drill: ",
        )
        places = [told.text.index(part) for part in parts if part in told.text]
        assert len(places) >= len(parts) - 1  # a hero mitigates nothing, so there was nothing to know
        assert places == sorted(places)

    def test_its_figures_are_those_of_the_parts(self, told):
        assert f"This drill              {told.references.mine:,.0f}" in told.text
        assert told.what.worst.best.text[:40] in told.text.replace("\n", " ")
        assert f"{told.card.total:g} out of 100" in told.text

    def test_a_table_stands_beside_every_picture(self, told):
        kinds = [type(block).__name__ for block in told.blocks]
        for place, kind in enumerate(kinds):
            if kind == "Picture":
                assert kinds[place + 1] == "Table"

    def test_the_page_needs_nothing_from_outside(self, told):
        page, read = told.page(), Tags()
        read.feed(page)
        assert page.startswith("<!doctype html>")
        assert not read.open
        assert "script" not in read.tags
        assert read.links
        assert all(link.startswith("data:image/svg+xml;base64,") for link in read.links)

    def test_every_picture_says_in_words_what_it_shows(self, told):
        assert told.page().count('alt="') == told.page().count("<img ") >= 3
        assert 'alt=""' not in told.page()

    def test_the_document_is_the_same_every_time_and_has_pages(self, told):
        document = told.pdf()
        assert document.startswith(b"%PDF-")
        assert document.count(b"/Type /Page ") >= 4
        assert document == told.pdf()

    def test_the_table_of_values_can_be_added_up(self, told):
        rows = list(csv.DictReader(StringIO(told.csv())))
        points = [float(row["value"]) for row in rows if row["part"] == "rule" and row["value"]]
        lost = next(row for row in rows if row["id"] == "user_minutes_lost")
        assert sum(points) == pytest.approx(told.card.points)
        assert float(lost["value"]) == told.references.mine
        assert {row["part"] for row in rows} == {"measure", "rule", "timeline"}
        assert next(row["value"] for row in rows if row["id"] == "time_to_declare") == ""

    def test_markdown_has_every_table_and_no_picture(self, told):
        text = told.markdown()
        assert text.startswith("# Debrief: HTTP 500s after a deploy")
        assert "| R1 | Triage first | 0 of 10 |" in text
        assert "![" not in text


def test_a_trace_of_an_older_engine_is_told_but_not_played_again(told):
    header = replace(told.case.trace.header, engine=told.case.trace.header.engine - 1)
    older = full_debrief(told.case.scenario, replace(told.case.trace, header=header))
    assert older.card.total == told.card.total
    assert (older.what, older.references) == (None, None)
    assert "Beside others" not in older.text
    assert "The next drill: " in older.text


class TestMarkdown:
    def test_what_people_wrote_is_no_markup(self):
        text = to_markdown([Paragraph("a | b * c_d <b> $5 [x](y) `z`"), Table("T", ("A|B",), [("1\n2",)])])
        assert text.startswith("a \\| b \\* c\\_d \\<b\\> \\$5 \\[x\\](y) \\`z\\`")
        assert "| A\\|B |\n|---|\n| 1 2 |" in text


class TestPdf:
    def test_long_lines_and_long_texts_fit(self):
        document = to_pdf([Paragraph("word " * 2000), Paragraph("x" * 500), Paragraph("$5 & $6")], "T")
        assert document.count(b"/Type /Page ") >= 2


class TestNextDrill:
    def test_every_rule_is_trained_by_some_skill(self):
        assert set(TRAINED_BY) == set(RULES)

    def test_a_scenario_that_trains_what_went_worst(self):
        play = Play("migration").hurting(2, 60).at(3).paged().acknowledges()
        worst = play.score().to_improve
        advice = next_drill(play.scenario, worst, {**library(), "small-shop": play.scenario})
        assert "It trains triage." in advice
        assert "small-shop" not in advice

    def test_without_one_the_same_page_again(self):
        scenario = load("api-500s-after-deploy")
        worst = Play().hurting(2, 60).at(3).paged().acknowledges().score().to_improve
        assert "with another seed" in next_drill(scenario, worst, {scenario.id: scenario})


def stored(sevdrill, player):  # noqa: F811
    return sevdrill("play", "api-500s-after-deploy", "--seed", "2", "--player", player, "--json")[1]


def test_the_command_writes_every_form(sevdrill, tmp_path):  # noqa: F811
    drill = tmp_path / "drill.json"
    drill.write_text(stored(sevdrill, "rollback-first"))
    names = {"--html": b"<!doctype", "--pdf": b"%PDF-", "--csv": b"part,id,", "--markdown": b"# Debrief"}
    options = [part for option in names for part in (option, tmp_path / option.strip("-"))]
    status, out, err = sevdrill("report", drill, *options)
    assert (status, out, err) == (0, "", "")
    for option, start in names.items():
        assert (tmp_path / option.strip("-")).read_bytes().startswith(start)
    status, out, _ = sevdrill("report", drill)
    assert status == 0
    assert "To take home" in out


def test_a_place_that_cannot_be_written_is_one_line(sevdrill, tmp_path):  # noqa: F811
    drill = tmp_path / "drill.json"
    drill.write_text(stored(sevdrill, "do-nothing"))
    status, _, err = sevdrill("report", drill, "--csv", tmp_path / "none" / "x.csv")
    assert status == 2
    assert "cannot be written" in err
    assert err.count("\n") == 1
