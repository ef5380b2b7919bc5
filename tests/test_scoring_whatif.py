"""What would have helped: every figure is the difference of two runs of `simulate`, recomputed here."""

from itertools import pairwise

import pytest

from scoring import figures, tables, whatif_figures
from scoring.edits import earliest, edits, is_act, made_at
from scoring.scorecard import review
from scoring.slider import ActSlider
from scoring.whatif import told, what_if
from simulator import SEAT, Decision, load, simulate
from simulator.decisions import DecisionLog, read_decisions
from simulator.policies import PLAYERS, play
from simulator.scenario.model import Mitigation

SCENARIO = load("api-500s-after-deploy")
SEED = 2
DRILLS = [(variant, name) for variant in SCENARIO.variants for name in ("rollback-first", "hero-debugger")]


def drill(variant, name):
    scenario = SCENARIO.only(variant)
    return scenario, play(scenario, SEED, PLAYERS[name]).log.decisions


@pytest.fixture(scope="module", params=DRILLS, ids=" ".join)
def judged(request):
    scenario, decisions = drill(*request.param)
    return scenario, decisions, what_if(scenario, SEED, decisions)


@pytest.fixture(scope="module")
def hero():
    scenario, decisions = drill("clean-rollback", "hero-debugger")
    return scenario, decisions, what_if(scenario, SEED, decisions)


def mitigated_s(scenario, trace):
    case = review(scenario, trace)
    return None if case.mitigated_ms is None else (case.mitigated_ms - case.impact_ms) / 1000


def test_every_figure_is_what_simulate_says_of_the_edited_log(judged):
    scenario, decisions, what = judged
    actual = simulate(scenario, SEED, decisions)
    lost = actual.impact["user_minutes"][-1]
    others = [*what.missed, *(other for each in what.judged for other in each.others)]
    assert len(others) >= len(what.judged) > 0
    for other in others:
        stored = DecisionLog(scenario.id, scenario.version, SEED, other.edit.log).as_json()
        again = simulate(scenario, SEED, read_decisions(stored, "edited"))
        assert other.outcome.user_minutes == again.impact["user_minutes"][-1]
        assert other.saved == lost - again.impact["user_minutes"][-1]
        assert other.outcome.mitigated_s == mitigated_s(scenario, again)
        before, after = mitigated_s(scenario, actual), other.outcome.mitigated_s
        assert other.sooner_s == (None if None in (before, after) else before - after)


def test_an_edit_changes_one_decision_and_no_other(judged):
    _, decisions, what = judged
    for each in what.judged:
        kept = [d for d in decisions if d.id != each.decision.id]
        for other in each.others:
            assert [d for d in other.edit.log if d.id != each.decision.id] == kept
            assert all(one.at_ms <= next_.at_ms for one, next_ in pairwise(other.edit.log))


def test_ranked_by_regret_which_is_never_negative(judged):
    _, _, what = judged
    regrets = [each.regret for each in what.by_regret]
    assert regrets == sorted(regrets, reverse=True)
    assert min(regrets) >= 0
    if what.worst:
        assert what.worst.regret == regrets[0]
        assert what.worst.regret == what.worst.best.saved


def test_by_the_book_regrets_next_to_nothing_beside_a_hero(hero):
    scenario, decisions = drill("clean-rollback", "by-the-book")
    book = what_if(scenario, SEED, decisions, only=is_act)
    assert book.worst.decision.verb == "roll_back"
    assert book.worst.regret < 0.05 * hero[2].worst.regret
    assert book.best.decision.verb == "roll_back"


def test_the_heros_worst_decision_was_to_debug_with_a_rollback_at_hand(hero):
    _, _, what = hero
    assert what.worst.decision.verb == "debug_in_production"
    assert what.worst.best.change == "Roll back Deploy orders-api 2.31.0 instead"
    assert what.worst.best.edit.known
    assert "user-minutes saved, users well 23 min" in what.worst.best.text
    assert what.best.decision.verb == "prepare_fix"


def test_leaving_out_what_finds_out_or_tells_is_no_advice(hero):
    _, _, what = hero
    for each in what.judged:
        if not is_act(each.decision):
            assert all(other.kind != "removed" for other in each.others if other.is_advice)


def test_a_rollback_by_chance_could_only_have_been_better_with_hindsight():
    scenario, decisions = drill("unsafe-rollback", "rollback-first")
    what = what_if(scenario, SEED, decisions)
    assert what.worst.decision.verb == "roll_back"
    assert not what.worst.best.edit.known
    assert "with hindsight" in what.worst.best.text


def test_earlier_is_when_it_was_possible_and_known():
    scenario, decisions = drill("clean-rollback", "by-the-book")
    case = review(scenario, simulate(scenario, SEED, decisions))
    by_verb = {decision.verb: decision for decision in reversed(decisions)}
    joined = [e.at_ms for e in case.events("page") if e.detail["state"] == "joined"]
    pointed = min(item.at_ms for item in case.found if "orders-2.31" in item.implicates)
    assert earliest(case, by_verb["acknowledge"]) == case.page.at_ms
    assert earliest(case, by_verb["declare"]) == case.acknowledged.at_ms
    assert earliest(case, by_verb["roll_back"]) == max(pointed, joined[0])
    moved = [edit for edit in edits(case, decisions, by_verb["roll_back"]) if edit.kind == "earlier"]
    assert [edit.instead.id for edit in moved] == [by_verb["roll_back"].id]


def test_what_would_have_been_refused_is_no_alternative(hero):
    """A fix cannot ship before it is ready: moved to an earlier moment, it would only have been refused."""
    _, _, what = hero
    shipped = next(each for each in what.judged if each.decision.verb == "ship_fix")
    assert [other.kind for other in shipped.others].count("earlier") == 0


def test_a_right_move_never_made_is_missed_from_when_something_pointed_to_it(hero):
    _, decisions, what = hero
    (missed,) = what.missed
    found = next(item for item in what.case.found if "orders-2.31" in item.implicates)
    assert missed.kind == "added"
    assert missed.edit.instead.at_ms == found.at_ms
    assert [d for d in missed.edit.log if d.id != "what-if"] == list(decisions)
    assert missed.text.startswith("Roll back Deploy orders-api 2.31.0, at 14:03: ")
    assert missed.saved > 0


def test_what_nothing_pointed_to_was_not_missed():
    scenario, decisions = drill("clean-rollback", "do-nothing")
    assert what_if(scenario, SEED, decisions).missed == ()
    scenario, decisions = drill("clean-rollback", "by-the-book")
    assert what_if(scenario, SEED, decisions, only=is_act).missed == ()


def test_refused_decisions_are_left_out():
    log = [Decision("d1", 100_000, SEAT, "declare", {"level": 2})]
    assert what_if(SCENARIO, SEED, log).judged == ()
    assert what_if(SCENARIO, SEED, log).worst is None
    assert what_if(SCENARIO, SEED, log).best is None


class TestMadeAt:
    def test_it_takes_the_place_of_the_one_that_was_made(self):
        _, decisions = drill("clean-rollback", "rollback-first")
        log = made_at(decisions, Mitigation(verb="roll_back", target="orders-2.31"), 600_000, "priya")
        rolled = [decision for decision in log if decision.verb == "roll_back"]
        assert [(d.id, d.at_ms, d.args) for d in rolled] == [
            ("what-if", 600_000, {"change": "orders-2.31", "by": "priya"})
        ]
        assert len(log) == len(decisions)

    def test_a_share_or_factor_is_no_other_act(self):
        shed = Decision("d1", 5, SEAT, "shed", {"share": 0.2, "journey": "checkout"})
        log = made_at([shed], Mitigation(verb="shed", target="checkout", amount=0.5), 9)
        assert [(d.id, d.args["share"]) for d in log] == [("what-if", 0.5)]
        assert len(made_at([shed], Mitigation(verb="shed", target="browse", amount=0.5), 9)) == 2


class TestViews:
    def test_small_multiples_show_the_most_regretted(self, hero):
        chart = whatif_figures.whatif_figure(hero[2])
        shown = [axes for axes in chart.axes if axes.get_visible()]
        assert len(shown) == sum(each.regret > 0 for each in hero[2].judged) == 2
        assert "14:03 Debug in production: Orders API" in chart.alt
        assert chart._repr_png_().startswith(b"\x89PNG")

    def test_the_table_beside_it(self, hero):
        table = tables.regret_table(hero[2])
        assert table["Regret"].is_monotonic_decreasing
        assert table.iloc[0]["Decision"] == "Debug in production: Orders API"
        assert table.iloc[0]["Regret"] == hero[2].worst.regret

    def test_nothing_to_regret_is_said_in_words(self):
        chart = whatif_figures.whatif_figure(what_if(SCENARIO, SEED, []))
        assert chart.alt.endswith("No other decision would have saved users.")
        assert isinstance(chart, figures.Chart)

    def test_the_slider_shows_exactly_what_simulate_says(self, hero):
        scenario, decisions, _ = hero
        slider = ActSlider(scenario, SEED, decisions)
        log = made_at(decisions, scenario.variants["clean-rollback"].right_moves[0], 300_000)
        then = simulate(scenario, SEED, log)
        assert slider.outcome_at(300).user_minutes == then.impact["user_minutes"][-1]
        first = slider._picture.value
        slider._when.value = 300
        assert slider._picture.value != first
        assert "14:05: rolling back “Deploy orders-api 2.31.0”." in slider._words.value
        assert "user-minutes saved" in slider._words.value

    def test_a_difference_in_words(self, hero):
        scenario, decisions, what = hero
        slider = ActSlider(scenario, SEED, decisions)
        assert told(what.actual, what.actual) == "No difference to users."
        assert told(what.actual, slider.outcome_at(300)).endswith("sooner.")
