"""What the debrief finds besides the rules: knowledge and luck, updates against the truth, the self-check."""

import pytest

from scoring.ledger import claims
from scoring.scorecard import review
from scoring.selfcheck import self_check
from scoring.truth import checked
from simulator import load
from simulator.policies import PLAYERS, play
from tests.scoring_builders import Play
from tests.test_scoring_rules import outage, rolled_back


def grounds(play):
    return [(claim.text, claim.ground, claim.right) for claim in claims(play.case())]


class TestLedger:
    def test_an_act_is_reasoned_once_something_seen_points_to_it(self):
        assert grounds(rolled_back()) == [("Rolling back “Deploy till 2”", "reasoned", True)]
        (claim,) = claims(rolled_back().case())
        assert [item.id for item in claim.because] == ["diff"]

    def test_a_guess_that_happened_to_be_right_stays_a_guess(self):
        (claim,) = claims(outage().at(4).does("roll_back", "till-2").sees("diff").case())
        assert (claim.ground, claim.right) == ("guess", True)

    def test_what_is_seen_afterwards_makes_no_act_reasoned(self):
        """The same act, the same evidence; only their order differs, and with it skill and luck."""
        before = outage().at(4).sees("diff").at(5).does("roll_back", "till-2", 6)
        after = outage().at(5).does("roll_back", "till-2", 6).at(6).sees("diff")
        for rule in ("R2", "R6"):
            assert before.rule(rule).points > after.rule(rule).points
        assert grounds(before)[0][1:] == ("reasoned", True)
        assert grounds(after)[0][1:] == ("guess", True)

    def test_against_the_evidence(self):
        play = outage().at(4).sees("logs").does("roll_back", "shelf-9")
        assert grounds(play) == [("Rolling back “Deploy shelf 9”", "against", False)]

    def test_what_was_cleared_may_be_suspected_again_by_what_is_seen_later(self):
        play = outage().at(4).sees("logs").at(5).sees("herring").does("roll_back", "shelf-9")
        assert [ground for _, ground, _ in grounds(play)] == ["reasoned"]

    def test_a_warned_rollback_is_against_the_evidence(self):
        play = outage("migration").at(4).sees("diff").does("roll_back", "till-2")
        assert grounds(play)[0][1:] == ("against", False)

    def test_triage_answers(self):
        play = outage().at(4).answers(changed="till-2", rollback="yes").at(5).sees_changes()
        play.at(6).answers(changed="shelf-9")
        assert grounds(play) == [
            ("What changed: Deploy till 2", "guess", True),
            ("Quick rollback: yes", "guess", True),
            ("What changed: Deploy shelf 9", "reasoned", False),
        ]

    def test_the_cause_named_in_the_postmortem(self):
        assert grounds(rolled_back().at(20).writes())[-1] == ("Root cause: Deploy till 2", "reasoned", True)
        assert grounds(outage().at(20).writes(cause="tax"))[-1] == (
            "Root cause: Tax provider",
            "guess",
            False,
        )


def verdicts(play):
    return [[fault.kind for fault in each.faults] for each in checked(play.case())]


class TestUpdatesAgainstTheTruth:
    @pytest.mark.parametrize(
        ("said", "kinds"),
        [
            ({}, []),
            ({"broken": ["checkout", "browse"]}, ["over_claimed"]),
            ({"broken": []}, ["missed"]),
            ({"affected": "all"}, ["overstated"]),
            ({"affected": "none"}, ["understated"]),
            ({"affected": "unknown"}, []),
            ({"next_update_min": None}, ["no_next"]),
            ({"text": "Fixed in 5 minutes."}, ["promised"]),
            ({"text": "Ana made a human error."}, ["blamed"]),
            ({"stage": "resolved"}, ["all_clear"]),
            ({"stage": "identified"}, ["guessed"]),
        ],
    )
    def test_one_fault_each(self, said, kinds):
        assert verdicts(outage().at(6).posts(**said)) == [kinds]

    def test_identified_once_something_strong_was_seen(self):
        assert verdicts(outage().at(4).sees("diff").at(6).posts(stage="identified")) == [[]]

    def test_the_next_one_came_too_late(self):
        play = outage(to=50).at(6).posts(next_update_min=5).at(20).posts(next_update_min=15)
        assert verdicts(play)[0] == ["next_broken"]
        assert "promised in 5 min and came too late" in checked(play.case())[0].verdict

    def test_nothing_new(self):
        play = outage().at(6).posts().at(7).posts()
        assert verdicts(play) == [[], ["nothing_new"]]
        assert "1 min 00 s after the last" in checked(play.case())[1].verdict

    def test_after_the_mitigation_no_next_one_is_needed(self):
        play = rolled_back().at(20).posts(stage="resolved", broken=[], affected="none", next_update_min=None)
        assert verdicts(play) == [[]]
        assert checked(play.case())[0].verdict == "True, and complete."


def counts(play):
    return {failure.id: len(failure.moments) for failure in self_check(play.case()) if failure.moments}


class TestSelfCheck:
    def test_every_check_of_the_playbook_is_there(self):
        assert len(self_check(Play().case())) == 12
        assert counts(Play()) == {}

    @pytest.mark.parametrize(
        ("play", "found"),
        [
            (
                outage(to=10).at(4).sees("diff").at(5).does("roll_back", "till-2", 5, by="ana"),
                {"acting_first": 1},
            ),
            (outage(to=10).at(5).does("prepare_fix", "till-2", 9, by="ana"), {"fixing_first": 1}),
            (
                outage(to=10).at(5).does("debug_in_production", "till", 3, by="ana"),
                {"debugging_on_users": 1, "acting_first": 1},
            ),
            (outage(to=30), {"going_silent": 1}),
            (outage(to=10).at(5).posts(text="Fixed in 5 minutes."), {"promising": 1}),
            (outage(to=10).at(5).posts(stage="identified"), {"guessing": 1}),
            (
                outage(to=10).at(5).does("restart", "till", 2, by="ana"),
                {"guessing": 1, "acting_first": 1},
            ),
            (outage(to=10).at(4).sees("logs").answers(changed="shelf-9"), {"anchoring": 1}),
            (outage(to=10).at(5).says("mitigated"), {"victory": 1}),
            (
                rolled_back(10).at(20).does("ship_fix", "till-2", 2, by="ana", path="straight"),
                {"adrenaline": 1, "acting_first": 2},
            ),
            (outage(to=10).at(5).does("reproduce_in_staging", "till", 2), {"hands_on": 1}),
            (outage(to=10).at(4).pages("eve"), {"waking": 1}),
            (outage(to=10).at(20).writes(went_badly=["Ana should have known."]), {"naming": 1}),
        ],
    )
    def test_each_way_of_going_wrong(self, play, found):
        assert counts(play) == found

    def test_each_moment_says_when_and_cites_the_timeline(self):
        play = outage(to=10).at(5).does("debug_in_production", "till", 3)
        for failure in self_check(play.case()):
            for moment in failure.moments:
                assert moment.at_ms == 5 * 60_000
                assert play.trace().events[moment.seq].at_ms == moment.at_ms

    def test_by_the_book_finds_nothing_and_a_hero_nearly_everything(self):
        scenario = load("api-500s-after-deploy")
        book = review(scenario, play(scenario, 2, PLAYERS["by-the-book"]).trace)
        hero = review(scenario, play(scenario, 2, PLAYERS["hero-debugger"]).trace)
        assert [failure.id for failure in self_check(book) if failure.moments] == []
        assert {failure.id for failure in self_check(hero) if failure.moments} >= {
            "acting_first",
            "fixing_first",
            "debugging_on_users",
            "going_silent",
            "adrenaline",
            "hands_on",
        }
