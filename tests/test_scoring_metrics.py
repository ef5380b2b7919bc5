"""Each metric by its published definition."""

import pytest

from scoring import METRICS
from scoring.metrics import Metric, humane_span
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
    assert reached == {"user_minutes_lost", "peak_users_affected"}
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


def test_each_metric_says_how_it_is_counted_and_none_is_a_bare_mttr():
    metrics = [metric(worked().case()) for metric in METRICS]
    assert len({metric.name for metric in metrics}) == len(metrics)
    for metric in metrics:
        assert metric.definition
        assert "MTTR" not in metric.title
        assert metric.unit in ("s", "user-minutes", "users")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (35, "35 s"), (400, "6 min 40 s"), (3600, "1 h 00 min"), (86_580, "24 h 03 min")],
)
def test_lengths_of_time_as_people_say_them(seconds, text):
    assert humane_span(seconds) == text
    assert Metric("m", "M", seconds, "s", "d").text == text
