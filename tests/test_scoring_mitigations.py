"""Every mitigation is judged alike: by verb, target, amount and zone, and by what pointed to it."""

from typing import get_args

import pytest

from scoring.acts import doing, in_full, to_do
from scoring.narrative import lines
from scoring.report import debrief
from simulator.grounds import MITIGATIONS
from simulator.scenario.model import Mitigation, MitigationVerb
from tests.scoring_builders import Play, scenario
from tests.test_scoring_rules import outage, points


def shares(play):
    """R2, R6 and R7 as shares of their points."""
    results = [play.rule(rule) for rule in ("R2", "R6", "R7")]
    return [None if r.points is None else round(r.points / r.possible, 3) for r in results]


def test_every_mitigation_of_the_scenario_format_counts():
    assert get_args(MitigationVerb) == MITIGATIONS
    for verb in MITIGATIONS:
        assert "till" in doing(scenario(), verb, "till").lower()
        assert "Till" in to_do(scenario(), verb, "till")


def test_scaling_enough():
    play = outage("crowd").at(4).sees("queue").at(6).does("scale", "till", 6, factor=2.0)
    assert shares(play) == [1, 1, 1]


def test_scaling_too_little_has_a_reason_and_is_not_enough():
    play = outage("crowd", to=60).at(4).sees("queue").at(6).does("scale", "till", 6, factor=1.5)
    assert shares(play) == [0.3, 0, 0.25]
    assert "scaling “Till”, was not enough of it." in play.rule("R2").reason


def test_shedding_is_for_a_journey_and_by_a_share():
    seen = {"checkout": "Check out"}
    right = (
        outage("crowd").at(4).sees("queue").at(6).does("shed", "checkout", 6, share=0.5, journey="checkout")
    )
    assert shares(right) == [1, 1, 1]
    assert f"shedding “{seen['checkout']}”, was right" in right.rule("R2").reason
    little = outage("crowd", 60).at(4).sees("queue").does("shed", "checkout", share=0.3, journey="checkout")
    everybody = outage("crowd", 60).at(4).sees("queue").does("shed", "traffic", share=0.5, journey=None)
    assert shares(little)[0] == 0.3
    assert shares(everybody)[0] == 0.1
    assert "shedding all traffic" in everybody.rule("R2").reason


def test_the_journey_is_read_from_the_details_where_the_subject_is_all_traffic():
    play = outage("crowd").at(4).sees("queue").at(6).does("shed", "traffic", 6, share=0.5, journey="checkout")
    assert play.case().is_right(play.case().acts[0])


def test_an_act_that_the_author_calls_wrong_is_worth_nothing():
    play = outage("crowd", to=60).at(4).sees("queue").at(6).does("restart", "till", 2)
    assert shares(play) == [0, 0, 0]
    assert "was unsafe: it makes things worse." in play.rule("R2").reason


def test_letting_traffic_in_again_step_by_step_is_no_new_mitigation():
    play = outage("crowd").at(4).sees("queue").at(6).does("shed", "checkout", 6, share=0.5)
    play.at(20).does("shed", "checkout", share=0.25).at(30).does("shed", "checkout", share=0.0)
    assert [act.undoes for act in play.case().acts] == [False, True, True]
    assert play.score().metric("wrong_guesses").value == 0


def test_failing_over_leaves_the_right_zone():
    play = outage("east").at(4).sees("zone").at(6).does("fail_over", "till", 6, zone="east")
    assert shares(play) == [1, 1, 1]
    wrong = outage("east", to=60).at(4).sees("zone").at(6).does("fail_over", "till", 6, zone="west")
    assert shares(wrong) == [0.1, 0, 0.25]
    assert "left the wrong zone" in wrong.rule("R2").reason


def test_holding_for_a_provider_earns_full_marks_where_it_is_right():
    play = outage("outside", to=30).at(4).sees("status").at(5).does("hold_for_provider", "tax", 1)
    assert shares(play) == [1, 1, 1]
    assert points(play, "R9") == 6
    assert "holding for “Tax provider”, was right" in play.rule("R2").reason


def test_holding_without_a_look_is_luck():
    assert shares(outage("outside", to=30).at(4).does("hold_for_provider", "tax", 1)) == [0.4, 0.75, 0.5]


def test_holding_where_something_better_was_at_hand():
    play = outage("provider", to=30).at(4).sees("logs").at(5).does("hold_for_provider", "tax", 1)
    assert shares(play) == [0.3, 0, 0.25]
    assert "brought nobody back while something better was at hand" in play.rule("R2").reason


def test_holding_touches_no_production():
    play = outage("outside", to=30).at(4).sees("status").does("hold_for_provider", "tax", 1)
    play.at(6).answers(impact="degraded", changed="nothing", rollback="no")
    assert "nothing seen by then said so" not in play.rule("R1").reason
    assert points(play, "R1") == 10


def test_the_cause_in_a_service_of_our_own_taken_out_by_a_procedure():
    play = Play("expired").cause(present=True).hurting(2, 12).at(3).paged().acknowledges()
    play.at(4).sees("expiry").at(6).does("run_procedure", "new-certificate", 6).at(12).cause(present=False)
    assert shares(play) == [1, 1, 1]
    assert play.rule("R9").points is None
    assert "had taken the cause out" in play.rule("R9").reason


def test_the_cause_in_a_service_of_our_own_behind_a_workaround_and_fixed():
    play = Play("crowd").cause(present=True).hurting(2, 12).at(3).paged().acknowledges()
    play.at(4).sees("queue").at(6).does("scale", "till", 6, factor=2.0)
    assert points(play, "R9") == 3
    assert points(play.at(20).does("prepare_fix", "till", 5), "R9") == pytest.approx(4.5)
    shipped = play.at(30).does("ship_fix", "till", 8, path="reviewed", monitored=True)
    assert points(shipped, "R9") == 6


def test_a_cause_that_passed_by_itself_leaves_nothing_to_fix():
    play = Play("crowd").cause(present=True).hurting(2, 12).at(3).paged().acknowledges()
    play.at(4).sees("queue").at(6).does("scale", "till", 6, factor=2.0).at(40).cause(present=False)
    assert "had passed by itself" in play.rule("R9").reason


def test_a_fix_of_our_own_service_is_relief():
    play = Play("crowd").hurting(2, 30).at(3).paged().acknowledges()
    play.at(20).does("ship_fix", "till", 10, path="reviewed", monitored=True)
    assert play.case().relief.verb == "ship_fix"


def test_what_helps_is_told_with_its_size_and_zone():
    said = [
        in_full(scenario(), move)
        for key in ("crowd", "east")
        for move in scenario().variants[key].right_moves
    ]
    assert said == [
        "scaling “Till” to 2 times as many workers or more",
        "shedding “Check out” by 40% or more",
        "failing “Till” over out of east",
    ]
    assert in_full(scenario(), Mitigation(verb="shed", target="traffic", amount=0.2)) == (
        "shedding all traffic by 20% or more"
    )


def test_the_timeline_tells_sizes_and_zones():
    play = outage("crowd").at(4).does("scale", "till", factor=2.0).at(5).does("shed", "checkout", share=0.4)
    play.at(6).does("fail_over", "till", zone="east").at(7).does("shed", "traffic", share=0.0)
    play.at(8).does("bypass_cache", "till", again=False).at(9).does("bypass_cache", "till", again=True)
    told = [line.text for line in lines(play.case()) if line.text.startswith("You begin to")]
    assert told == [
        "You begin to scale Till to 2 times the workers.",
        "You begin to shed Check out by 40%.",
        "You begin to fail Till over out of east.",
        "You begin to let in again all traffic.",
        "You begin to bypass the cache of Till.",
        "You begin to use again the cache of Till.",
    ]
    assert debrief(play.scenario, play.trace()).text
