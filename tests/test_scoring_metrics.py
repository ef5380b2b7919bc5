"""Each metric by its published definition."""

from dataclasses import replace
from typing import get_args

import pytest

from scoring import METRICS, score
from scoring.metrics import Metric, Unit, humane_span
from tests.scoring_builders import Play


def value(play, name):
    return play.score().metric(name).value


def worked():
    """Hurt 14:02 to 14:12; alert 14:02:30; paged 14:03; the rollback runs from 14:08 to 14:12."""
    play = Play().cause(present=True).hurting(2, 12).at(2.5).alert().at(3).paged().at(3.5).acknowledges()
    play.at(4).sees("diff").at(5).declares(2).at(9).posts().at(8).does("roll_back", "till-2", 4, by="ana")
    return play.at(12).cause(present=False)


def test_times_of_a_worked_incident_in_seconds():
    play = worked().at(20).says("mitigated").says("resolved").schedules(24)
    assert value(play, "time_to_detect") == 30
    assert value(play, "time_to_acknowledge") == 30
    assert value(play, "time_to_engage") == 120
    assert value(play, "time_to_declare") == 180
    assert value(play, "time_to_first_update") == 360
    assert value(play, "time_to_first_working_action") == 360
    assert value(play, "time_to_mitigate") == 600
    assert value(play, "time_to_resolve") == 18 * 60
    assert value(play, "time_to_postmortem") == 24 * 3600 + 8 * 60


def test_what_was_not_reached_is_none_never_zero():
    card = Play().hurting(2, 60).score()
    reached = {metric.name for metric in card.metrics if metric.value is not None}
    assert reached == {
        "user_minutes_lost",
        "peak_users_affected",
        "requests_failed",
        "error_budget_burned",
    }
    assert card.metric("time_to_mitigate").text == "not reached"


def test_nothing_is_counted_from_an_impact_that_never_came():
    play = Play().hurting(2, 10, 0.002).at(3).alert().paged().acknowledges().declares(4)
    assert value(play, "time_to_mitigate") is None
    assert value(play, "time_to_declare") is None
    assert value(play, "time_to_acknowledge") == 0


def test_an_alert_before_users_are_hurt_is_detection_at_zero():
    assert value(Play().at(1).alert().hurting(2, 12), "time_to_detect") == 0


def test_user_minutes_and_peak():
    # 40 % of 5,000 people for ten minutes.
    card = Play().hurting(2, 12).score()
    assert card.metric("user_minutes_lost").value == pytest.approx(20_000)
    assert card.metric("user_minutes_lost").text == "20,000 user-minutes"
    assert card.metric("peak_users_affected").value == 2000


@pytest.mark.parametrize(("lull_s", "mitigated_s"), [(145, 720), (150, 360)])
def test_mitigated_only_once_it_has_held_for_150_seconds(lull_s, mitigated_s):
    play = Play().at(3).paged().hurting(2, 8).hurting(8 + lull_s / 60, 14)
    assert value(play, "time_to_mitigate") == mitigated_s


def test_a_recovery_too_near_the_end_has_not_held():
    assert value(Play().at(3).paged().hurting(2, 58), "time_to_mitigate") is None


def test_a_lull_before_the_page_is_no_recovery():
    assert value(Play().hurting(2, 3).hurting(20, 30).at(21).paged(), "time_to_mitigate") == 28 * 60


def test_losing_data_is_not_mitigated_although_users_feel_nothing():
    assert value(Play().hurting(2, 5).losing_data(2, 20).at(3).paged(), "time_to_mitigate") == 18 * 60


def test_the_working_action_is_a_right_one_carried_through_and_before_recovery():
    play = Play().hurting(2, 30).at(3).paged().acknowledges()
    assert value(play.at(5).does("restart", "till"), "time_to_first_working_action") is None
    assert (
        value(play.at(6).does("roll_back", "till-2", ends="dropped"), "time_to_first_working_action") is None
    )
    assert (
        value(play.at(10).does("ship_fix", "till-2", 5, path="straight"), "time_to_first_working_action")
        == 480
    )


def test_resolved_counts_only_if_it_was_true():
    hurt = worked().at(11).says("resolved")
    assert value(hurt, "time_to_resolve") is None
    cause_left = Play().cause(present=True).hurting(2, 12).at(20).says("resolved")
    assert value(cause_left, "time_to_resolve") is None


def test_requests_failed_are_the_rate_added_up():
    # 10,000 users make 1,000 requests/s; the 40 % of 5,000 at the till fail 200 a second for ten minutes,
    # and straight lines add half a sample at one end what they take at the other.
    assert value(Play().hurting(2, 12), "requests_failed") == pytest.approx(200 * 600)


def test_the_error_budget_is_that_of_thirty_days_of_three_nines():
    # 20,000 of 0.1 % of 10,000 people times 43,200 min = 432,000 user-minutes.
    metric = Play().hurting(2, 12).score().metric("error_budget_burned")
    assert metric.value == pytest.approx(20_000 / 432_000)
    assert metric.text == "4.6%"


def test_records_at_risk_are_the_most_at_one_moment_where_they_are_counted():
    play = Play().hurting(2, 12)
    trace = play.trace()
    assert value(play, "records_at_risk") is None
    assert play.score().metric("records_at_risk").text == "not measured"
    peak = [0.0] * (len(trace.impact["at_ms"]) - 2) + [40.0, 10.0]
    counted = replace(trace, impact={**trace.impact, "records_at_risk": tuple(peak)})
    assert score(play.scenario, counted).metric("records_at_risk").value == 40


def test_a_commander_is_named_by_acknowledging():
    assert value(worked(), "time_to_command") == 90
    assert value(Play().hurting(2, 12).at(3).paged(), "time_to_command") is None


def test_detection_from_the_fault_itself():
    play = Play().at(1).fault("bug").hurting(2, 12).at(2.5).alert()
    assert value(play, "time_to_detect_fault") == 90
    assert value(play, "time_to_detect") == 30


class TestLocalise:
    def test_named_in_triage(self):
        play = worked().at(6).answers(impact="degraded", changed="till-2", rollback="yes")
        assert value(play, "time_to_localise") == 180
        assert value(play, "time_to_localise_for_good") == 180
        assert value(play, "wrong_guesses") == 0

    def test_acted_on_rightly(self):
        assert value(worked(), "time_to_localise") == 300

    def test_wrong_guesses_are_counted_once_each_and_unsettle(self):
        play = worked().at(5).answers(changed="shelf-9").at(6).does("restart", "till")
        play.at(6.5).answers(changed="till-2").at(7).does("restart", "till")
        assert value(play, "time_to_localise") == 210
        assert value(play, "time_to_localise_for_good") == 300
        assert value(play, "wrong_guesses") == 2

    def test_what_changed_may_be_named_where_it_is_not_the_cause(self):
        play = Play("provider").hurting(2, 12).at(3).paged().acknowledges().at(4).answers(changed="till-2")
        assert value(play, "wrong_guesses") == 1
        nothing = Play("provider").hurting(2, 12).at(3).paged().at(4).answers(changed="nothing")
        assert value(nothing, "wrong_guesses") == 0
        assert value(nothing, "time_to_localise") is None

    def test_named_at_last_in_the_postmortem(self):
        play = Play("outside").hurting(2, 30).at(3).paged().at(40).writes(cause="tax")
        assert value(play, "time_to_localise") == 37 * 60


class TestConduct:
    def test_time_at_a_wrong_level(self):
        # True SEV-2 from 14:02 to 14:12. Nothing declared until 14:05, SEV-3 until 14:07, SEV-1 from 14:09.
        play = Play().hurting(2, 12).at(3).paged().acknowledges().at(5).declares(3)
        play.at(7).declares(2).at(9).declares(1)
        assert value(play, "under_declared") == 240
        assert value(play, "over_declared") == 180
        assert value(Play().at(3).paged(), "under_declared") is None

    def test_updates_and_their_rhythm(self):
        # Due at 14:13; told at 14:10, the next promised for 14:20 and a minute of grace; told again at 14:31;
        # users well at 14:40. Ten minutes of silence in thirty.
        play = Play().hurting(2, 40).at(3).paged().acknowledges().at(10).posts(next_update_min=10)
        assert value(play.at(31).posts(next_update_min=15), "update_adherence") == pytest.approx(2 / 3)
        assert value(Play().hurting(2, 12, 0.002).at(3).paged(), "update_adherence") is None
        assert value(Play().hurting(2, 40).at(3).paged(), "update_adherence") == 0

    def test_people_woken_against_people_needed(self):
        # SEV-2 asks for one on call and the duty manager; nobody asked for Eve.
        play = Play().hurting(2, 12).at(3).paged().acknowledges().pages("ana", "eve")
        assert value(play, "people_woken") == 2
        assert value(play, "people_not_woken") == 1
        assert value(play, "people_needlessly_woken") == 1
        assert value(Play(), "people_woken") is None

    def test_a_commander_working_by_hand(self):
        play = Play().hurting(2, 12).at(3).paged().acknowledges().at(6).does("roll_back", "till-2", 2)
        assert value(play, "commander_hands_on") == 120
        assert value(worked(), "commander_hands_on") == 0
        nobody = Play().hurting(2, 12).at(3).paged().score().metric("commander_hands_on")
        assert (nobody.value, nobody.text) == (None, "nobody held command")


def test_each_metric_says_how_it_is_counted_and_none_is_a_bare_mttr():
    metrics = [metric(worked().case()) for metric in METRICS]
    assert len({metric.name for metric in metrics}) == len(metrics)
    for metric in metrics:
        assert metric.definition
        assert "MTTR" not in metric.title
        assert metric.unit in get_args(Unit)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (35, "35 s"), (400, "6 min 40 s"), (3600, "1 h 00 min"), (86_580, "24 h 03 min")],
)
def test_lengths_of_time_as_people_say_them(seconds, text):
    assert humane_span(seconds) == text
    assert Metric("m", "M", seconds, "s", "d").text == text
