"""R1 to R12, each as a few short stories."""

import pytest

from scoring.playbook import default_playbook
from tests.scoring_builders import Play


def outage(variant="deploy", to=12):
    """Users hurt from 14:02 on, paged at 14:03, acknowledged at 14:03."""
    return Play(variant).hurting(2, to).at(3).paged().acknowledges()


def rolled_back(to=12):
    """The usual good run on the guilty deploy: evidence at 14:04, rollback from 14:08, users well at `to`."""
    return outage(to=to).at(4).sees_changes().sees("diff").at(8).does("roll_back", "till-2", to - 8, by="ana")


def points(play, rule):
    return play.rule(rule).points


class TestTriageFirst:
    def test_three_right_answers_from_evidence_before_the_first_change(self):
        play = (
            outage().at(4).sees_changes().at(5).answers(impact="degraded", changed="till-2", rollback="yes")
        )
        result = play.at(6).does("roll_back", "till-2").rule("R1")
        assert result.points == 10
        assert result.reason.startswith(
            "All three questions were answered rightly by 14:05, before production"
        )

    def test_no_answer_at_all(self):
        assert points(outage().at(6).does("roll_back", "till-2"), "R1") == 0

    def test_an_answer_after_the_first_change_keeps_part_of_its_third(self):
        play = outage().at(4).sees_changes().does("restart", "till")
        result = play.at(6).answers(impact="degraded", changed="till-2", rollback="yes").rule("R1")
        assert result.points == pytest.approx(10 * 0.4)
        assert "the right answer came at 14:06, after production had been touched" in result.reason

    def test_debugging_in_production_touches_production(self):
        play = outage().at(4).sees_changes().does("debug_in_production", "till")
        assert points(play.at(6).answers(impact="degraded", changed="till-2", rollback="yes"), "R1") == 4

    def test_a_guess_is_worth_half_but_what_users_feel_is_on_screen(self):
        result = outage().at(4).answers(impact="degraded", changed="till-2", rollback="yes").rule("R1")
        assert result.points == pytest.approx(10 * (1 + 0.5 + 0.5) / 3, abs=0.01)
        assert "What changed: right at 14:04, but a guess" in result.reason

    def test_an_answer_that_does_not_fit(self):
        play = outage().at(4).sees_changes().answers(impact="total", changed="till-2", rollback="yes")
        result = play.rule("R1")
        assert result.points == pytest.approx(10 * 2 / 3, abs=0.01)
        assert result.reason == "What users feel: the answer “total” does not fit what was to be seen."

    def test_an_honest_doubt_is_right_once_somebody_has_looked(self):
        looked = outage().at(4).sees_changes()
        result = looked.at(5).answers(impact="degraded", changed="unclear", rollback="unclear").rule("R1")
        assert result.points == 10

    def test_a_doubt_before_any_look_is_none(self):
        result = outage().at(4).answers(impact="degraded", changed="unclear", rollback="yes").rule("R1")
        assert "What changed: said to be unclear before anybody had looked." in result.reason

    def test_a_doubt_about_what_evidence_has_settled_is_none(self):
        play = outage().at(4).sees_changes().sees("logs")
        result = play.at(5).answers(impact="degraded", changed="unclear", rollback="yes").rule("R1")
        assert result.points == pytest.approx(10 * 2 / 3, abs=0.01)
        assert "though “Errors from till 2” had settled it" in result.reason

    def test_the_answer_standing_at_the_first_change_counts(self):
        play = outage().at(4).sees_changes().answers(impact="total", changed="till-2", rollback="yes")
        assert points(play.at(5).answers(impact="degraded").at(6).does("roll_back", "till-2"), "R1") == 10

    def test_unsafe_needs_evidence_that_says_so(self):
        answers = {"impact": "degraded", "changed": "till-2", "rollback": "unsafe"}
        assert points(outage("migration").at(4).sees_changes().answers(**answers), "R1") == pytest.approx(
            8.33
        )
        assert points(outage("migration").at(4).sees("diff").answers(**answers), "R1") == 10


class TestChooseTheWay:
    def test_the_rollback_that_the_diff_pointed_to(self):
        result = rolled_back().rule("R2")
        assert result.points == 12
        assert (
            "rolling back “Deploy till 2”, was right, and “A bug in the diff” pointed to it" in result.reason
        )

    def test_the_right_rollback_by_luck(self):
        result = outage().at(4).does("roll_back", "till-2").rule("R2")
        assert result.points == pytest.approx(12 * 0.4)
        assert "right by luck" in result.reason

    def test_an_unsafe_rollback(self):
        result = outage("migration").at(4).sees("diff").does("roll_back", "till-2").rule("R2")
        assert result.points == 0
        assert "unsafe" in result.reason
        assert "“A migration in the diff” had warned of it." in result.reason

    def test_an_unsafe_rollback_without_a_look(self):
        result = outage("migration").at(4).does("roll_back", "till-2").rule("R2")
        assert result.points == 0
        assert "A look at the diff first would have warned you." in result.reason

    def test_a_harmless_move_against_the_evidence(self):
        result = outage().at(4).sees("logs").does("roll_back", "shelf-9").rule("R2")
        assert result.points == 0
        assert "“Errors from till 2” had said so" in result.reason

    def test_a_harmless_wrong_move_counts_more_with_a_reason_and_more_when_put_right(self):
        blind = outage().at(4).does("roll_back", "shelf-9")
        reasoned = outage().at(4).sees("herring").does("roll_back", "shelf-9")
        assert points(blind, "R2") == pytest.approx(12 * 0.1)
        assert points(reasoned, "R2") == pytest.approx(12 * 0.3)
        put_right = reasoned.at(6).sees("diff").at(7).does("roll_back", "till-2")
        assert points(put_right, "R2") == pytest.approx(12 * 0.6)

    def test_shipping_a_fix_with_a_rollback_at_hand(self):
        result = outage(to=30).at(20).does("ship_fix", "till-2", path="straight", monitored=False).rule("R2")
        assert result.points == 0
        assert result.reason == "A fix was shipped at 14:20 with a safe rollback at hand."

    def test_shipping_a_fix_where_only_a_workaround_helps(self):
        play = outage("migration", to=30).at(20).does("ship_fix", "till-2", path="reviewed", monitored=True)
        assert points(play, "R2") == pytest.approx(12 * 0.3)

    def test_nothing_tried_while_users_were_hurt(self):
        result = outage(to=60).rule("R2")
        assert result.points == 0
        assert "from 14:02 to 15:00" in result.reason

    def test_an_outage_that_passes_quickly_is_not_scored(self):
        assert outage(to=10).rule("R2").reason.startswith("Not scored, because ")

    def test_a_move_that_was_called_off_is_no_move(self):
        play = (
            outage()
            .at(4)
            .does("restart", "till", ends="dropped")
            .at(5)
            .sees("diff")
            .does("roll_back", "till-2")
        )
        assert points(play, "R2") == 12

    def test_letting_shed_traffic_in_again_is_no_mitigation(self):
        assert outage(to=60).at(4).does("shed", "traffic", share=0).rule("R2").points == 0


class TestSeverity:
    def test_the_true_level_and_the_people_it_asks_for(self):
        result = outage().at(5).declares(2).pages("ana", "max").rule("R3")
        assert result.points == 10
        assert "The people that SEV-2 asks for were woken, and no others." in result.reason

    def test_undeclared_minutes_after_the_grace_cost(self):
        # Paged 14:03, judged from 14:06 to 14:26; declared at 14:16: half of the time.
        play = outage(to=26).at(16).declares(2).pages("ana", "max")
        assert points(play, "R3") == pytest.approx(10 * (0.6 * 0.5 + 0.4), abs=0.01)
        assert "too low or missing for 10 min 00 s" in play.rule("R3").reason

    def test_one_level_too_high_costs_a_quarter_of_too_low(self):
        play = outage(to=26).at(3).declares(1).at(4).pages("ana", "max")
        # From the end of the grace at 14:06 to 14:26.
        assert points(play, "R3") == pytest.approx(10 * (0.6 * (1 - 0.25) + 0.4), abs=0.01)

    def test_never_declared(self):
        assert points(outage().at(4).pages("ana", "max"), "R3") == 0

    def test_following_the_true_level_has_a_grace(self):
        play = Play().hurting(2, 10, 0.4).hurting(10, 30, 1.0, 0.6).at(3).paged().acknowledges().declares(2)
        play.pages("ana", "ben", "eve", "max")
        assert points(play.at(12).declares(1), "R3") == 10

    def test_all_hands_for_a_sev_2_is_too_many(self):
        result = outage().at(4).declares(2).pages("ana", "ben", "eve", "max").rule("R3")
        assert result.points == pytest.approx(10 * (0.6 + 0.4 * (1 - 0.34)), abs=0.01)
        assert "Eve woken without need" in result.reason

    def test_a_specialist_is_needed_once_evidence_points_to_their_service(self):
        play = outage().at(4).declares(2).pages("ana", "max").sees("herring").at(5).pages("eve")
        assert points(play, "R3") == 10

    def test_who_stands_in_for_somebody_silent_is_no_needless_page(self):
        # A SEV-2 asks for one of Ana and Ben, who are on call, and for Max; Eve is a specialist.
        silent = outage().at(4).declares(2).pages("max").pages("ana").at(6)
        result = silent.escalates("ana", to="eve").rule("R3")
        assert result.points == 10
        assert "woken, and no others." in result.reason

    def test_an_escalation_within_two_minutes_is_a_page_like_any_other(self):
        hasty = outage().at(4).declares(2).pages("max", "ana").at(5.9).escalates("ana", to="eve")
        result = hasty.rule("R3")
        assert result.points == pytest.approx(10 * (0.6 + 0.4 * (1 - 0.34)), abs=0.01)
        assert "Eve woken without need" in result.reason
        assert points(outage().at(4).declares(2).pages("ana").at(4.1).escalates("ana", to="max"), "R3") == 10

    def test_escalating_a_needless_page_makes_it_two(self):
        play = Play().hurting(2, 12, 0.02).at(3).paged().acknowledges().declares(3).pages("eve")
        result = play.at(6).escalates("eve", to="max").rule("R3")
        assert result.points == pytest.approx(10 * (0.6 + 0.4 * 0.32), abs=0.01)
        assert "Eve, Max woken without need" in result.reason

    def test_a_sev_1_asks_for_everybody(self):
        play = Play().hurting(2, 12, 1.0, 0.6).at(3).paged().acknowledges().declares(1).pages("ana", "ben")
        result = play.rule("R3")
        assert result.points == pytest.approx(10 * (0.6 + 0.4 * 0.5), abs=0.01)
        assert "For a SEV-1: Eve, Max not woken." in result.reason

    def test_a_sev_3_wakes_nobody_else(self):
        play = Play().hurting(2, 12, 0.02).at(3).paged().acknowledges().declares(3)
        assert points(play, "R3") == 10
        assert points(play.pages("max"), "R3") == pytest.approx(10 * (0.6 + 0.4 * 0.66), abs=0.01)

    def test_losing_data_is_a_sev_1_whatever_users_feel(self):
        play = (
            Play()
            .losing_data(2, 12)
            .at(3)
            .paged()
            .acknowledges()
            .declares(1)
            .pages("ana", "ben", "eve", "max")
        )
        assert points(play, "R3") == 10


class TestFirstUpdate:
    def test_in_time_complete_and_true(self):
        result = outage().at(9).posts().rule("R4")
        assert result.points == 10
        assert result.reason == "First update at 14:09, inside the deadline of 14:13."

    def test_late(self):
        # SEV-2: due ten minutes after the page at 14:03; 4 minutes late of 20 at which it is lost.
        result = outage(to=30).at(17).posts().rule("R4")
        assert result.points == pytest.approx(10 * (1 - 4 / 20))
        assert result.reason.startswith("First update at 14:17, 4 min 00 s after the deadline.")

    def test_never_scores_nothing_and_very_late_a_quarter(self):
        assert points(outage(to=59), "R4") == 0
        assert points(outage(to=59).at(58).posts(), "R4") == pytest.approx(2.5)

    def test_a_sev_1_is_due_sooner(self):
        play = Play().hurting(2, 20, 1.0, 0.6).at(3).paged().acknowledges()
        assert (
            "deadline of 14:08"
            in play.at(7).posts(broken=["checkout", "browse"], affected="many").rule("R4").reason
        )

    def test_a_broken_journey_left_out(self):
        result = outage().at(9).posts(broken=[]).rule("R4")
        assert result.points == pytest.approx(10 * 2 / 3, abs=0.01)
        assert "“Check out” was failing and not named" in result.reason

    def test_a_working_journey_named(self):
        result = outage().at(9).posts(broken=["checkout", "browse"]).rule("R4")
        assert result.points == pytest.approx(10 * 2.5 / 3, abs=0.01)
        assert "“Browse” was named and working" in result.reason

    @pytest.mark.parametrize(
        ("said", "share"),
        [("some", 1), ("few", 0.5), ("many", 0.5), ("all", 0), ("none", 0), ("unknown", 0.7)],
    )
    def test_who_is_affected(self, said, share):
        # 40 % of half of all users: "some".
        assert points(outage().at(9).posts(affected=said), "R4") == pytest.approx(
            10 * (2 + share) / 3, abs=0.01
        )

    def test_after_recovery_both_none_and_few_are_true(self):
        for said in ("none", "few"):
            assert (
                points(outage(to=5).at(9).posts(broken=[], affected=said, next_update_min=None), "R4") == 10
            )

    def test_the_next_update_must_be_promised_and_not_too_far_off(self):
        assert points(outage().at(9).posts(next_update_min=None), "R4") == pytest.approx(10 * 2 / 3, abs=0.01)
        assert points(outage().at(9).posts(next_update_min=45), "R4") == pytest.approx(10 * 2.5 / 3, abs=0.01)

    def test_a_promised_time_to_fix_anywhere_costs_half_and_is_quoted(self):
        result = (
            outage(to=30)
            .at(9)
            .posts()
            .at(14)
            .posts(text="We expect to have it fixed in 20 minutes.")
            .rule("R4")
        )
        assert result.points == 5
        assert "“fixed in 20 minutes”" in result.reason

    def test_the_facts_may_be_as_old_as_the_writing(self):
        play = outage(to=8)
        play.at(7.5)._decide("post_update")
        play.at(8.2)._note(
            "update",
            "status_page",
            by="ben",
            decision=f"d{play._count}",
            stage="investigating",
            broken=["checkout"],
            affected="some",
            next_update_min=15,
            text="",
        )
        assert points(play, "R4") == 10

    def test_a_sev_4_needs_no_update(self):
        assert points(Play().hurting(2, 20, 0.002).at(3).paged().acknowledges(), "R4") is None


class TestCadence:
    def test_kept(self):
        play = outage(to=50).at(9).posts().at(24).posts().at(39).posts()
        result = play.rule("R5")
        assert result.points == 8
        assert result.reason == "People heard in time, every time, until 14:50."

    def test_a_gap_past_the_promise(self):
        # Promised 15 min at 14:09, a minute of grace, next at 14:41: 16 of the 41 min from 14:09 to 14:50.
        result = outage(to=50).at(9).posts().at(41).posts().rule("R5")
        assert result.points == pytest.approx(8 * (1 - 16 / 41), abs=0.01)
        assert result.reason == "Longest silence from 14:09 to 14:41, 16 min 00 s after a word was due."

    def test_the_promise_binds_even_if_sooner_than_required(self):
        play = outage(to=50).at(9).posts(next_update_min=5).at(20).posts(next_update_min=30).at(39).posts()
        # 14:15 to 14:20 after the short promise; the long one is cut to the 20 min that SEV-2 requires.
        assert points(play, "R5") == pytest.approx(8 * (1 - 5 / 41), abs=0.01)

    def test_nothing_but_silence(self):
        assert points(outage(to=50), "R5") == 0

    def test_service_back_before_a_second_update_was_due(self):
        assert points(outage(to=12).at(9).posts(), "R5") is None
        assert points(outage(to=12).at(20).posts(), "R5") is None

    def test_a_first_update_that_never_came_in_time_is_silence_too(self):
        # Due at 14:13; the first word came at 14:33.
        assert points(outage(to=33).at(40).posts(), "R5") == 0
        assert points(outage(to=53).at(33).posts().at(48).posts(), "R5") == pytest.approx(4)

    def test_noise_costs_unless_there_is_news(self):
        calm = outage(to=50).at(9).posts().at(24).posts().at(39).posts()
        assert points(calm.at(40).posts(), "R5") == pytest.approx(8 * 0.9)
        news = outage(to=50).at(9).posts().at(24).posts().at(39).posts().does("restart", "till")
        assert points(news.at(40).posts(), "R5") == 8
        other_words = outage(to=50).at(9).posts().at(24).posts().at(39).posts()
        assert points(other_words.at(40).posts(stage="identified"), "R5") == 8
        elsewhere = outage(to=50).at(9).posts().at(24).posts().at(39).posts()
        assert points(elsewhere.at(40).posts(channel="stakeholders"), "R5") == 8


class TestMitigateFirst:
    def test_right_after_the_evidence(self):
        result = outage().at(4).sees("diff").at(6).does("roll_back", "till-2", 6).rule("R6")
        assert result.points == 14
        expected = "The act that helped began at 14:06, 2 min 00 s after “A bug in the diff” pointed to it."
        assert result.reason.startswith(expected)

    def test_slow_to_act_on_evidence(self):
        # 11.5 min after the evidence: half-way from 3 to 20 min.
        play = outage(to=30).at(4).sees("diff").at(15.5).does("roll_back", "till-2", 14)
        assert points(play, "R6") == pytest.approx(14 * (0.5 + 0.5 * 0.5), abs=0.01)

    def test_root_cause_work_before_relief_costs_by_the_minute(self):
        play = outage(to=30).at(4).does("debug_in_production", "till", 5)
        result = play.at(9).sees("diff").at(10).does("roll_back", "till-2", 5).rule("R6")
        assert result.points == pytest.approx(14 * (0.5 * 0.5 + 0.5), abs=0.01)
        assert "5 min 00 s of root-cause work came before it, from 14:04 on" in result.reason

    def test_digging_in_logs_is_triage_until_the_move_is_plain(self):
        before = (
            outage()
            .at(4)
            .does("look", "till", 2, source="logs")
            .at(6)
            .sees("diff")
            .does("roll_back", "till-2", 6)
        )
        assert points(before, "R6") == 14
        after = outage(to=20).at(4).sees("diff").does("look", "till", 1, source="logs", by="ana")
        after.does("look", "till", 2, source="traces")
        assert points(after.at(6).does("roll_back", "till-2", 6), "R6") == pytest.approx(
            14 * (0.5 * 0.8 + 0.5), abs=0.01
        )

    def test_one_look_into_the_logs_to_make_sure_is_free(self):
        sure = outage(to=20).at(4).sees("diff").does("look", "till", 2, source="logs")
        assert points(sure.at(6).does("roll_back", "till-2", 6), "R6") == 14

    def test_the_second_hint_makes_the_move_plain(self):
        play = outage(to=30).at(4).sees("hint-1").at(5).sees("hint-2").at(7).does("roll_back", "till-2", 6)
        assert "2 min 00 s after “Second hint” pointed to it" in play.rule("R6").reason

    def test_quick_by_luck(self):
        assert points(outage().at(4).does("roll_back", "till-2", 5), "R6") == pytest.approx(14 * 0.75)

    def test_nothing_that_helps(self):
        result = outage(to=60).at(4).sees("diff").does("restart", "till").rule("R6")
        assert result.points == 0
        assert "although “A bug in the diff” pointed to one" in result.reason

    def test_a_right_move_that_something_worse_outweighs(self):
        play = outage("migration", to=60).at(4).sees("diff").does("flag_off", "new-sums")
        assert points(play, "R6") == pytest.approx(14 * 0.2)


class TestWorkaround:
    def test_not_scored_where_a_rollback_is_right(self):
        assert rolled_back().rule("R7").points is None

    def test_the_flag_that_the_diff_pointed_to(self):
        play = outage("migration").at(4).sees("diff").does("flag_off", "new-sums", 8)
        assert points(play, "R7") == 6

    def test_by_luck(self):
        assert points(outage("migration").at(4).does("flag_off", "new-sums", 8), "R7") == 3

    def test_one_that_cannot_help_and_none(self):
        assert points(outage("migration", to=60).at(4).does("restart", "till"), "R7") == pytest.approx(1.5)
        assert points(outage("migration", to=60), "R7") == 0
        assert points(outage("migration", to=60).at(4).does("roll_back", "till-2"), "R7") == 0


class TestDebugElsewhere:
    def test_debugging_on_production_although_staging_shows_it(self):
        result = outage().at(4).does("debug_in_production", "till", 6).rule("R8")
        assert result.points == 0
        assert "debugged for 6 min 00 s from 14:04" in result.reason

    def test_called_off_within_a_minute(self):
        assert points(outage().at(4).does("debug_in_production", "till", 0.5, ends="dropped"), "R8") == 3

    def test_staging(self):
        assert points(rolled_back().at(20).does("reproduce_in_staging", "till", 7, by="ana"), "R8") == 6

    def test_none_at_all_counts_only_if_the_incident_was_worked(self):
        assert points(rolled_back(), "R8") == 6
        assert points(outage(), "R8") is None

    def test_not_scored_where_staging_cannot_show_it(self):
        assert points(outage("provider").at(4).does("debug_in_production", "till", 6), "R8") is None


class TestFixCalmly:
    def test_reviewed_monitored_and_after_the_mitigation(self):
        play = rolled_back().at(30).does("ship_fix", "till-2", 8, path="reviewed", monitored=True)
        assert points(play, "R9") == 6

    def test_unmonitored(self):
        play = rolled_back().at(30).does("ship_fix", "till-2", 8, path="reviewed", monitored=False)
        assert points(play, "R9") == pytest.approx(6 * 0.7)

    def test_while_users_are_hurt(self):
        play = outage(to=30).at(20).does("ship_fix", "till-2", 10, path="reviewed", monitored=True)
        assert points(play, "R9") == pytest.approx(6 * 0.6)

    def test_straight_to_production(self):
        play = rolled_back().at(30).does("ship_fix", "till-2", 1, path="straight", monitored=True)
        assert points(play, "R9") == 0

    def test_the_worst_of_several_counts(self):
        play = rolled_back().at(20).does("ship_fix", "till-2", 8, path="reviewed", monitored=True)
        assert points(play.at(40).does("ship_fix", "till-2", 1, path="straight", monitored=True), "R9") == 0

    def test_no_fix_after_a_rollback_is_not_scored(self):
        assert rolled_back().rule("R9").points is None

    def test_no_fix_behind_a_workaround(self):
        play = outage("migration").at(4).sees("diff").does("flag_off", "new-sums", 8)
        assert points(play, "R9") == 3
        assert points(play.at(20).does("prepare_fix", "till-2", 12, by="ana"), "R9") == pytest.approx(4.5)

    def test_a_providers_fault_is_not_ours_to_fix(self):
        assert points(outage("provider").at(4).sees("logs").does("flag_off", "live-tax", 8), "R9") == 6


class TestUsersAreWell:
    def test_after_it_has_held(self):
        result = rolled_back().at(15).says("mitigated").rule("R10")
        assert result.points == 8
        assert result.reason == "“Mitigated” was declared at 14:15, after users had been well for 3 min 00 s."

    def test_too_soon(self):
        assert points(rolled_back().at(13).says("mitigated"), "R10") == pytest.approx(8 * (0.3 + 0.7 * 0.5))

    def test_while_users_were_hurt(self):
        assert points(rolled_back().at(10).says("mitigated").at(15).says("mitigated"), "R10") == 0

    def test_too_late(self):
        assert points(rolled_back().at(32).says("mitigated"), "R10") == pytest.approx(8 * (1 - 0.75 * 0.5))
        assert points(rolled_back().at(59).says("mitigated"), "R10") == pytest.approx(8 * 0.25)

    def test_never(self):
        assert points(rolled_back(), "R10") == 0
        assert points(outage(to=60), "R10") is None


class TestPostmortem:
    def test_complete(self):
        result = rolled_back().at(20).schedules(24).writes().rule("R11")
        assert result.points == 6
        assert result.reason == "Scheduled in time and complete."

    def test_scheduled_only(self):
        result = rolled_back().at(20).schedules(24).rule("R11")
        assert result.points == pytest.approx(6 * 3 / 13, abs=0.01)
        assert result.reason == "To add: the written draft."

    def test_too_late(self):
        result = rolled_back().at(20).schedules(72).writes().rule("R11")
        assert result.points == pytest.approx(6 * 10 / 13, abs=0.01)
        assert "a meeting within 48 h rather than 72 h 08 min" in result.reason

    @pytest.mark.parametrize(
        ("draft", "lost"),
        [
            ({"cause": "shelf-9"}, 2),
            ({"summary": " "}, 1),
            ({"went_well": []}, 1),
            ({"went_badly": None}, 1),
            ({"timeline": []}, 2),
            ({"timeline": ["09:02 a", "14:03 b", "14:04 c"]}, 2 / 3),
            ({"timeline": ["a", "b", "c"]}, 1),
            ({"actions": []}, 3),
            ({"actions": [{"what": "Test"}, {"what": "Watch", "owner_role": "ops", "due_days": 3}]}, 1.5),
        ],
    )
    def test_each_part_counts(self, draft, lost):
        result = rolled_back().at(20).schedules(24).writes(**draft).rule("R11")
        assert result.points == pytest.approx(6 * (13 - lost) / 13, abs=0.01)

    def test_blame_costs_half_and_is_quoted(self):
        result = (
            rolled_back().at(20).schedules(24).writes(went_badly=["It was human error, by Ana."]).rule("R11")
        )
        assert result.points == 3
        assert "“human error”, “Ana”" in result.reason

    def test_a_name_in_the_timeline_is_no_blame(self):
        lines = ["14:02 errors began", "14:08 Ana rolled back", "14:12 users were well"]
        assert points(rolled_back().at(20).schedules(24).writes(timeline=lines), "R11") == 6

    def test_not_scored_while_the_incident_goes_on(self):
        assert points(outage(to=60), "R11") is None
        assert points(rolled_back(), "R11") == 0


class TestHandsFree:
    def test_delegated(self):
        assert points(rolled_back(), "R12") == 4

    def test_worked_by_hand_in_command(self):
        play = outage().at(4).sees("diff").at(6).does("roll_back", "till-2", 2)
        result = play.rule("R12")
        assert result.points == pytest.approx(4 * 0.5 * (1 - 2 / 5))
        assert "You held command and worked by hand for 2 min 00 s, first at 14:06" in result.reason

    def test_command_was_handed_over_first(self):
        play = outage().at(4).sees("diff").hands_command_to("ana").at(6).does("roll_back", "till-2", 6)
        assert points(play, "R12") == 4

    def test_the_new_commander_is_held_to_it_too(self):
        play = outage().at(4).hands_command_to("ana").at(6).does("roll_back", "till-2", 6, by="ana")
        assert "Ana held command and worked by hand" in play.rule("R12").reason

    def test_reading_a_dashboard_is_no_work_by_hand(self):
        play = outage().at(4).does("look", "till", 1, source="dashboard").sees("diff")
        assert points(play.at(6).does("roll_back", "till-2", 6, by="ana"), "R12") == 4

    def test_inaction_is_not_scored(self):
        assert points(outage(to=60), "R12") is None


def test_a_reason_and_its_points_always_agree():
    for play in (rolled_back(), outage(), outage("migration", to=60), outage("provider", to=15), Play()):
        for result in play.score().rules:
            assert result.reason.startswith("Not scored, because ") is (result.points is None)
            assert result.possible == default_playbook().rules[result.id].weight
            assert result.evidence == tuple(sorted(set(result.evidence)))
