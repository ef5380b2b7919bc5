"""Thirteen short drills whose every rule and measure was worked out on paper; the working is in each
docstring.

The shop has 10,000 users, half of them at the till, 1,000 requests a second and an error budget of 0.1 % of
10,000 people times 43,200 min = 432,000 user-minutes. Where not said otherwise, 40 % of the people at the
till are hurt: 2,000 users, a fifth of all, SEV-2, 200 failing requests a second. SEV-2 asks for an update
within 10 min, then every 20, and for somebody on call and the duty manager. m:ss are minutes of the drill.
"""

import pytest

from scoring import METRICS, RULES
from tests.scoring_builders import Play

BUDGET = 432_000


def by_hand(play, rules, total, measures):
    """Compare every rule's points ('-': not scored), the total, and every measure; the rest have none."""
    card = play.score()
    points = dict(zip(RULES, rules.split(), strict=True))
    found = {r.id: "-" if r.points is None else f"{r.points:g}" for r in card.rules}
    assert found == points
    assert card.total == total
    values = {metric.name: metric.value for metric in card.metrics}
    assert values == {name: pytest.approx(measures[name]) if name in measures else None for name in values}
    assert len(values) == len(METRICS)


def users(minutes, affected=2000):
    """What that many minutes with that many users affected come to."""
    lost = minutes * affected
    return {
        "user_minutes_lost": lost,
        "peak_users_affected": affected,
        "requests_failed": 60 * minutes * affected / 10,
        "error_budget_burned": lost / BUDGET,
    }


NOBODY = {"people_woken": 0, "people_not_woken": 2, "people_needlessly_woken": 0}
FREE = {"commander_hands_on": 0, "wrong_guesses": 0, "over_declared": 0}


def test_nobody_answers_the_page():
    """Hurt 2:00 to 12:00, alert 2:30, page 3:00. Well again 9 min after the page, by themselves, so
    quickly.

    R1 no answers: 0. R2, R6 quickly: not scored. R3 never declared: 0. R4, R5 no update: 0. R7 a rollback
    is right. R8, R9, R12 the page was not taken. R10 nobody declared it: 0. R11 neither meeting nor draft:
    0. Detected 2:30 - 2:00 = 30 s; mitigated 12:00 - 2:00 = 600 s; undeclared 3:00 to 12:00 = 540 s. The
    first update was due at 13:00, after the end, so there was no rhythm to keep.
    """
    play = Play().hurting(2, 12).at(2.5).alert().at(3).paged()
    measures = {"time_to_detect": 30, "time_to_mitigate": 600, "under_declared": 540, "over_declared": 0}
    by_hand(play, "0 - 0 0 0 - - - - 0 0 -", 0.0, users(10) | NOBODY | measures | {"wrong_guesses": 0})


def test_by_the_book():
    """Paged 3:00, acknowledged 3:30, change list and diff 4:00, declared and paged 5:00, answered 6:00,
    rollback 8:00 to 12:00, update 9:00, mitigated 15:00, meeting set 16:00 for a day later, draft 20:00.

    R1 to R4 in full. R5 the next update was due at 9:00 + 15 + 1 min, after the end: not scored. R6 the
    rollback began 240 s after the diff: 14 (1/2 + 1/2 (1 - 60/1020)) = 13.59. R7, R9 not scored. R10 well
    for 180 s: 8. Possible 100 - 8 - 6 - 6 = 80; 79.59 of it is 99.5. Meeting 16:00 + 24 h after 12:00:
    86,640 s. Undeclared 3:00 to 5:00.
    """
    play = Play().cause(present=True).hurting(2, 12).at(2.5).alert().at(3).paged().at(3.5).acknowledges()
    play.at(4).sees_changes().sees("diff").at(5).declares(2).pages("ana", "max")
    play.at(6).answers(impact="degraded", changed="till-2", rollback="yes")
    play.at(8).does("roll_back", "till-2", 4, by="ana").at(9).posts().at(12).cause(present=False)
    play.at(15).says("mitigated").at(16).schedules(24).at(20).writes()
    times = {
        "time_to_detect": 30,
        "time_to_acknowledge": 30,
        "time_to_engage": 120,
        "time_to_command": 90,
        "time_to_declare": 180,
        "time_to_first_update": 360,
        "time_to_localise": 180,
        "time_to_localise_for_good": 180,
        "time_to_first_working_action": 360,
        "time_to_mitigate": 600,
        "time_to_postmortem": 86_640,
        "under_declared": 120,
    }
    woken = {"people_woken": 2, "people_not_woken": 0, "people_needlessly_woken": 0}
    by_hand(play, "10 12 10 10 - 13.59 - 6 - 8 6 4", 99.5, users(10) | FREE | woken | times)


def test_a_lucky_rollback_by_hand():
    """Rolled back from 4:00 to 8:00 with the commander's own hands, before anything was seen; well from
    8:00.

    R2 by luck 12 x 0.4 = 4.8. R6 by luck 14 (1/2 + 1/4) = 10.5. R8 worked to its end: 6. R9 the rollback
    took the cause out. R12 4 min by hand: 4 x 1/2 (1 - 4/5) = 0.4. The rest was not done: 0. Possible 100 -
    6 - 6 = 88; 21.7 is 24.7.
    """
    play = Play().hurting(2, 8).at(2.5).alert().at(3).paged().at(3.5).acknowledges()
    play.at(4).does("roll_back", "till-2", 4)
    times = {
        "time_to_detect": 30,
        "time_to_acknowledge": 30,
        "time_to_engage": 60,
        "time_to_command": 90,
        "time_to_localise": 60,
        "time_to_localise_for_good": 60,
        "time_to_first_working_action": 120,
        "time_to_mitigate": 360,
        "under_declared": 300,
    }
    by_hand(
        play,
        "0 4.8 0 0 0 10.5 - 6 - 0 0 0.4",
        24.7,
        users(6) | FREE | NOBODY | times | {"commander_hands_on": 240},
    )


def test_an_unsafe_rollback_against_a_warning():
    """A migration: the diff seen at 4:00 warns, the rollback at 5:00 is made all the same; users never
    recover.

    R2 unsafe: 0. R6, R7 nothing that helps: 0. R8 to R12 not worked to its end, nothing over: not scored.
    Possible 10 + 12 + 10 + 10 + 8 + 14 + 6 = 70; 0 of it. The change that was rolled back is the cause: no
    wrong guess. The first update was due at 13:00 and never came: adherence 0.
    """
    play = Play("migration").hurting(2, 60).at(3).paged().acknowledges().at(4).sees("diff")
    play.at(5).does("roll_back", "till-2", 2, by="ana")
    times = {
        "time_to_detect": 60,
        "time_to_acknowledge": 0,
        "time_to_engage": 120,
        "time_to_command": 60,
        "time_to_localise": 120,
        "time_to_localise_for_good": 120,
        "under_declared": 57 * 60,
        "update_adherence": 0,
    }
    by_hand(play, "0 0 0 0 0 0 0 - - - - -", 0.0, users(58) | FREE | NOBODY | times)


def test_a_workaround_declared_low_and_told_late():
    """The flag goes off from 6:00 to 12:00, 2 min after the diff; SEV-3 from 4:00; told at 14:00, due at
    13:00.

    R3 too low from 6:00 (3 min of grace) to 12:00 over at least 10 min: 10 x 0.6 (1 - 6/10) = 2.4, and
    nobody was paged. R4 1 min late of 10: 1 - 1/20 = 0.95, all parts true: 9.5. R5 over before the first
    was due. R9 the cause stays: 3. R10 well for 30 s: 8 (0.3 + 0.7/4) = 3.8. Possible 92; 12 + 2.4 + 9.5 +
    14 + 6 + 6 + 3 + 3.8 + 4 = 60.7 is 66.
    """
    play = Play("migration").hurting(2, 12).at(3).paged().acknowledges().at(4).sees("diff").declares(3)
    play.at(6).does("flag_off", "new-sums", 6, by="ana").at(12.5).says("mitigated")
    play.at(14).posts(stage="monitoring", broken=[], affected="none")
    times = {
        "time_to_detect": 60,
        "time_to_acknowledge": 0,
        "time_to_engage": 60,
        "time_to_command": 60,
        "time_to_declare": 120,
        "time_to_first_update": 660,
        "time_to_localise": 180,
        "time_to_localise_for_good": 180,
        "time_to_first_working_action": 240,
        "time_to_mitigate": 600,
        "under_declared": 540,
    }
    by_hand(play, "0 12 2.4 9.5 - 14 6 6 3 3.8 0 4", 66.0, users(10) | FREE | NOBODY | times)


def test_holding_for_a_provider():
    """Nothing of ours can help. Status page seen 4:00, declared, paged and held 5:00, answered 6:00, told
    8:00 and 20:00; the provider is back at 30:00; mitigated 34:00, resolved 35:00, meeting set 35:00 for
    three days later.

    R2, R6 (60 s), R7 in full. R5 the next was due at 24:00 and 36:00: in full. R8 staging cannot show it.
    R9 not ours to fix, nothing rushed: 6. R10 after 4 min: 8. R11 the meeting is 72 h 5 min after, and no
    draft: 0. Possible 94; 88 of it is 93.6.
    """
    play = (
        Play("outside").cause(present=True).hurting(2, 30).at(3).paged().acknowledges().at(4).sees("status")
    )
    play.at(5).declares(2).pages("ben", "max").does("hold_for_provider", "tax", 1)
    play.at(6).answers(impact="degraded", changed="nothing", rollback="no").at(8).posts().at(20).posts()
    play.at(30).cause(present=False).at(34).says("mitigated").at(35).says("resolved").schedules(72)
    times = {
        "time_to_detect": 60,
        "time_to_acknowledge": 0,
        "time_to_engage": 120,
        "time_to_command": 60,
        "time_to_declare": 180,
        "time_to_first_update": 300,
        "time_to_localise": 120,
        "time_to_localise_for_good": 120,
        "time_to_first_working_action": 180,
        "time_to_mitigate": 1680,
        "time_to_resolve": 1980,
        "time_to_postmortem": 72 * 3600 + 300,
        "under_declared": 120,
        "update_adherence": 1,
    }
    woken = {"people_woken": 2, "people_not_woken": 0, "people_needlessly_woken": 0}
    by_hand(play, "10 12 10 10 8 14 6 - 6 8 0 4", 93.6, users(28) | FREE | woken | times)


def test_spam_a_promise_and_everybody_awake():
    """SEV-1 at 4:00 and all hands; told at 5:00, with a promise, 6:00 and 7:00; nothing is done; well at
    20:00.

    R2, R6 well by themselves within 20 min. R3 one level too high from 6:00 to 20:00: 0.25 a minute of 14:
    0.75; Eve woken in vain: 0.66; 10 (0.6 x 0.75 + 0.4 x 0.66) = 7.14. R4 a promise: 5. R5 two of nothing
    new: 8 x 0.8 = 6.4. R10, R11 0. R8, R9, R12 nobody worked on it. Possible 52; 18.54 of it is 35.7.
    """
    play = (
        Play().hurting(2, 20).at(3).paged().acknowledges().at(4).declares(1).pages("ana", "ben", "max", "eve")
    )
    play.at(5).posts(text="Fixed in 5 minutes.").at(6).posts().at(7).posts()
    times = {
        "time_to_detect": 60,
        "time_to_acknowledge": 0,
        "time_to_engage": 60,
        "time_to_command": 60,
        "time_to_declare": 120,
        "time_to_first_update": 120,
        "time_to_mitigate": 1080,
        "under_declared": 60,
        "update_adherence": 1,
    }
    woken = {"people_woken": 4, "people_not_woken": 0, "people_needlessly_woken": 1}
    by_hand(
        play, "0 - 7.14 5 6.4 - - - - 0 0 -", 35.7, users(18) | FREE | woken | times | {"over_declared": 960}
    )


def test_a_hero():
    """Logs seen 4:00; debugged on production 5:00 to 10:00, fixed 10:00 to 22:00, shipped straight 28:00 to
    30:00, all by hand and in command; mitigated 30:30. Nobody was told, nothing declared.

    R2 a fix with a rollback at hand: 0. R6 17 min of root-cause work, 24 min after the logs: 0. R8, R9 0.
    R10 30 s: 3.8. R12 19 min: 0. Possible 94; 3.8 is 4.0. Localised when the fix was begun for the right
    change: 10:00 - 3:00.
    """
    play = Play().hurting(2, 30).at(2.5).alert().at(3).paged().acknowledges().at(4).sees("logs")
    play.at(5).does("debug_in_production", "till", 5).at(10).does("prepare_fix", "till-2", 12)
    play.at(28).does("ship_fix", "till-2", 2, path="straight", monitored=False).at(30.5).says("mitigated")
    times = {
        "time_to_detect": 30,
        "time_to_acknowledge": 0,
        "time_to_engage": 120,
        "time_to_command": 60,
        "time_to_localise": 420,
        "time_to_localise_for_good": 420,
        "time_to_first_working_action": 1560,
        "time_to_mitigate": 1680,
        "under_declared": 1620,
        "update_adherence": 0,
        "commander_hands_on": 1140,
    }
    by_hand(play, "0 0 0 0 0 0 - 0 0 3.8 0 0", 4.0, users(28) | FREE | NOBODY | times)


def test_losing_data_that_nobody_notices():
    """Users are hurt from 2:00 to 5:00 only, but records are lost until 20:00: SEV-1 to the end. SEV-2 at
    4:00, SEV-1 and all hands at 8:00, told at 6:00 (due 8:00), diff 9:00, rollback 10:00 to 20:00.

    R3 too low from 6:00 to 8:00 of 14 min: 10 (0.6 x 6/7 + 0.4) = 9.14. R4 "none" are affected, and that is
    true: 10. R5 the next due at 22:00, after the end. R10 not declared: 0. Possible 80; 55.14 of it is
    68.9.
    """
    play = Play().hurting(2, 5).losing_data(2, 20).at(3).paged().acknowledges().at(4).declares(2)
    play.at(6).posts(broken=[], affected="none").at(8).declares(1).pages("ana", "ben", "eve", "max")
    play.at(9).sees("diff").at(10).does("roll_back", "till-2", 10, by="ana")
    times = {
        "time_to_detect": 60,
        "time_to_acknowledge": 0,
        "time_to_engage": 60,
        "time_to_command": 60,
        "time_to_declare": 120,
        "time_to_first_update": 180,
        "time_to_localise": 420,
        "time_to_localise_for_good": 420,
        "time_to_first_working_action": 480,
        "time_to_mitigate": 1080,
        "under_declared": 300,
        "update_adherence": 1,
    }
    woken = {"people_woken": 4, "people_not_woken": 0, "people_needlessly_woken": 0}
    by_hand(play, "0 12 9.14 10 - 14 - 6 - 0 0 4", 68.9, users(3) | FREE | woken | times)


def test_a_wrong_move_a_relapse_and_victory_too_soon():
    """Diff 4:00; the shelf is rolled back at 5:00, the till from 12:00 to 14:00. Users are well from 8:00
    to 9:40 and hurt again until 14:00; "mitigated" at 9:00.

    R2 blind and put right: 12 (0.1 + 0.3) = 4.8. R6 480 s after the diff: 14 (1/2 + 1/2 (1 - 300/1020)) =
    11.94. R10 well for 60 s: 8 (0.3 + 0.7/2) = 5.2. Possible 88; 4.8 + 11.94 + 6 + 5.2 + 4 = 31.94 is 36.3.
    Hurt for 360 + 260 s. Mitigated only at 14:00: the lull was shorter than 150 s. One wrong guess: the
    shelf.
    """
    play = Play().hurting(2, 8).hurting(8 + 100 / 60, 14).at(3).paged().acknowledges().at(4).sees("diff")
    play.at(5).does("roll_back", "shelf-9", 1, by="ana").at(9).says("mitigated")
    play.at(12).does("roll_back", "till-2", 2, by="ana")
    times = {
        "time_to_detect": 60,
        "time_to_acknowledge": 0,
        "time_to_engage": 120,
        "time_to_command": 60,
        "time_to_localise": 540,
        "time_to_localise_for_good": 540,
        "time_to_first_working_action": 600,
        "time_to_mitigate": 720,
        "under_declared": 560,
        "update_adherence": 0,
        "wrong_guesses": 1,
    }
    by_hand(play, "0 4.8 0 0 0 11.94 - 6 - 5.2 0 4", 36.3, users(620 / 60) | FREE | NOBODY | times)


def test_something_cosmetic():
    """10 users are hurt from 2:00 to 10:00: a thousandth, SEV-4, and declared so at 4:00.

    R1 no answers: 0. R3 the right level, nobody to wake: 10. Nothing else is asked for at SEV-4. Possible
    20; half of it. Nothing is counted from an impact that never came.
    """
    play = Play().hurting(2, 10, 0.002).at(3).paged().acknowledges().at(4).declares(4)
    measures = {"time_to_acknowledge": 0, "time_to_engage": 60, "commander_hands_on": 0, "wrong_guesses": 0}
    woken = {"people_woken": 0, "people_not_woken": 0, "people_needlessly_woken": 0}
    by_hand(play, "0 - 10 - - - - - - - - -", 50.0, users(8, affected=10) | measures | woken)


def test_too_little_shed_then_scaled():
    """More people than the till can serve. Queue seen 4:00; 30 % shed at 5:00, where 40 % would help;
    scaled to twice the workers from 8:00 to 14:00; mitigated 17:00; a fix ready at 25:00. Never declared,
    never told.

    R2 reasoned and put right: 12 (0.3 + 0.3) = 7.2. R6 240 s after the queue: 13.59. R7 in full. R9 a fix
    is ready: 4.5. R10 180 s: 8. Possible 100; 7.2 + 13.59 + 6 + 6 + 4.5 + 8 + 4 = 49.29. One wrong guess:
    too little of the right thing.
    """
    play = Play("crowd").cause(present=True).hurting(2, 14).at(3).paged().acknowledges().at(4).sees("queue")
    play.at(5).does("shed", "checkout", 1, by="ana", share=0.3).at(8).does(
        "scale", "till", 6, by="ben", factor=2
    )
    play.at(17).says("mitigated").at(20).does("prepare_fix", "till", 5, by="ana")
    times = {
        "time_to_detect": 60,
        "time_to_acknowledge": 0,
        "time_to_engage": 120,
        "time_to_command": 60,
        "time_to_localise": 300,
        "time_to_localise_for_good": 300,
        "time_to_first_working_action": 360,
        "time_to_mitigate": 720,
        "under_declared": 660,
        "update_adherence": 0,
        "wrong_guesses": 1,
    }
    by_hand(play, "0 7.2 0 0 0 13.59 6 6 4.5 8 0 4", 49.3, users(12) | FREE | NOBODY | times)


def test_nobody_is_paged():
    """Users are hurt from 2:00 to 6:00 and nothing alerts: nobody can have kept or broken anything. They
    are well by themselves 4 min after it began.
    """
    by_hand(Play().hurting(2, 6), "- - - - - - - - - - - -", None, users(4) | {"time_to_mitigate": 240})
