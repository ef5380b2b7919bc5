"""A drill beside references on its seed, and over many seeds of the same truth."""

from math import comb
from statistics import median

import pytest

from scoring.references import References, references, share_avoided
from scoring.replay import accepted, replay
from scoring.standing import MINE, middle, standing
from simulator import SEAT, Decision, load, simulate
from simulator.policies import PLAYERS, play

SCENARIO = load("api-500s-after-deploy")
SEEDS = range(8)


def drill(variant, name, seed=2):
    alone = SCENARIO.only(variant)
    return alone, play(alone, seed, PLAYERS[name])


class TestReferences:
    @pytest.mark.parametrize("variant", SCENARIO.variants)
    def test_best_is_at_most_par_which_is_at_most_nobody(self, variant):
        alone, played = drill(variant, "hero-debugger")
        found = references(alone, played.trace)
        assert found.best <= found.par < found.nothing
        assert found.mine == played.trace.impact["user_minutes"][-1]
        assert found.best_by in PLAYERS or found.best_by.endswith(" at once")

    def test_shares_avoided(self):
        """Nobody 1,000; par 200; best 100; mine 550: 450 of the 900 that could be avoided."""
        found = References(mine=550, nothing=1000, par=200, best=100, best_by="x")
        assert found.avoided == 0.5
        assert found.par_avoided == pytest.approx(8 / 9)

    def test_made_worse_is_below_nothing_and_nothing_to_avoid_is_no_share(self):
        assert share_avoided(1500, 1000, 500) == -1
        assert share_avoided(10, 10, 10) is None

    def test_an_unsafe_rollback_avoids_less_than_nothing(self):
        alone, played = drill("unsafe-rollback", "rollback-first")
        assert references(alone, played.trace).avoided < 0

    def test_doing_nothing_avoids_nothing(self):
        alone, played = drill("clean-rollback", "do-nothing")
        assert references(alone, played.trace).avoided == 0


class TestReplay:
    @pytest.mark.parametrize("name", ["by-the-book", "rollback-first", "hero-debugger"])
    def test_on_its_own_seed_a_log_gives_the_same_drill(self, name):
        alone, played = drill("unsafe-rollback", name)
        again = replay(alone, 2, accepted(played.trace), 60_000)
        assert again.impossible == ()
        assert again.trace.impact == simulate(alone, 2, accepted(played.trace)).impact

    def test_a_decision_waits_for_people_who_join_later(self):
        alone, played = drill("clean-rollback", "by-the-book")
        for seed in range(20):
            again = replay(alone, seed, accepted(played.trace), 60_000)
            rolled = [e for e in again.trace.events if e.kind == "production" and e.detail["state"] == "done"]
            assert rolled
            assert [e.kind for e in again.trace.events].count("declared") >= 1

    def test_what_stays_impossible_is_told_with_its_reason(self):
        log = [
            Decision("d1", 66_000, SEAT, "acknowledge"),
            Decision("d2", 70_000, SEAT, "roll_back", {"change": "orders-2.31", "by": "priya"}),
            Decision("d3", 3_590_000, SEAT, "declare_resolved"),
        ]
        again = replay(SCENARIO.only("clean-rollback"), 1, log, 60_000)
        assert [(each.decision.id, each.reason) for each in again.impossible] == [
            ("d2", "Priya is not here: page them first."),
            ("d3", "The drill was over."),
        ]


@pytest.fixture(scope="module")
def hero():
    alone, played = drill("clean-rollback", "hero-debugger")
    return standing(alone, played.trace, SEEDS)


class TestStanding:
    def test_the_replays_and_the_references_are_paired_by_seed(self, hero):
        assert set(hero.lost) == {MINE, *PLAYERS}
        assert all(set(hero.lost[name]) == set(SEEDS) for name in PLAYERS)
        assert set(hero.lost[MINE]) | {seed for seed, _ in hero.left_out} == set(SEEDS)

    def test_a_hero_stands_below_par_and_above_nobody(self, hero):
        assert 0 < hero.avoided.median < 1
        assert hero.avoided.low <= hero.avoided.median <= hero.avoided.high
        assert hero.beaten == 0
        assert hero.middle("by-the-book").median < hero.middle(MINE).median < hero.middle("do-nothing").median

    def test_seeds_that_cannot_be_replayed_are_left_out_with_the_reason(self):
        alone = SCENARIO.only("clean-rollback")
        log = [
            Decision("d1", 66_000, SEAT, "acknowledge"),
            Decision("d2", 70_000, SEAT, "prepare_fix", {"target": "orders-2.31"}),
            Decision("d3", 2_300_000, SEAT, "ship_fix", {"target": "orders-2.31", "path": "straight"}),
        ]
        trace = simulate(alone, 2, log)
        assert [d.id for d in accepted(trace)] == ["d1", "d2", "d3"]
        found = standing(alone, trace, range(2, 5))
        assert set(found.lost[MINE]) == {2, 4}
        (left_out,) = found.left_out
        assert left_out[0] == 3
        assert left_out[1].decision.id == "d3"
        assert left_out[1].reason == "No fix is ready for Deploy orders-api 2.31.0."

    def test_a_drill_that_cannot_be_replayed_anywhere_has_no_middle(self):
        alone, played = drill("clean-rollback", "do-nothing")
        alone_log = standing(alone, played.trace, range(2))
        assert alone_log.middle(MINE).low is None
        assert alone_log.middle(MINE).count == 2


class TestMiddle:
    def test_known_ranks(self):
        """Of 20 values the 6th and the 15th hold the median with 95.9 %; of 6 the ends do, with 96.9 %."""
        twenty = middle(list(range(1, 21)))
        assert (twenty.median, twenty.low, twenty.high) == (10.5, 6, 15)
        six = middle([1, 2, 3, 4, 5, 6])
        assert (six.low, six.high) == (1, 6)

    @pytest.mark.parametrize("confidence", [0.5, 0.95, 0.99])
    def test_the_interval_is_the_narrowest_that_is_sure_enough(self, confidence):
        def inside(place, count):
            return 1 - 2 * sum(comb(count, k) for k in range(place)) / 2**count

        for count in range(1, 80):
            low = middle(list(range(1, count + 1)), confidence).low or 0
            assert low == 0 or inside(low, count) >= confidence
            assert inside(low + 1, count) < confidence

    def test_of_a_hundred_thousand(self):
        found = middle(range(100_000))
        assert (found.low, found.high) == (49_689, 50_310)

    def test_five_are_too_few(self):
        assert middle([1, 2, 3, 4, 5]).low is None
        assert middle([7]).median == 7

    def test_order_does_not_matter(self):
        values = [5, 1, 9, 3, 7, 2, 8]
        assert middle(values) == middle(sorted(values))
        assert middle(values).median == median(values)
