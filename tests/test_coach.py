"""The coach: each question at its moment and at no other, from what the seat sees alone."""

import re
from dataclasses import replace
from typing import Any

import pytest

from scoring.playbook import default_playbook
from scoring.selfcheck import self_check
from simulator import Session, load
from simulator.board import Applied, Found, Update, Work
from simulator.coach import FAILURES, Check, Coach, check, checks
from simulator.coach.coach import BETWEEN_S, STUCK_S
from simulator.coach.stations import STATIONS, next_station
from simulator.conduct import Conduct, Hint
from simulator.observe import ImpactView, Observation
from simulator.policies import PLAYERS, Wish
from simulator.policies.base import STEP_MS, public
from simulator.scenario.load import library
from tests.scoring_builders import Play

SCENARIO = load("api-500s-after-deploy")
NOW_MS = 600_000
ANSWERED = {"impact": "degraded", "changed": "orders-2.31", "rollback": "yes"}
IN_COMMAND = {"incident_commander": "commander"}
OPEN_LOGS = {"source": "logs", "about": "orders-api"}


def impact(*shares: float) -> ImpactView:
    """Users affected, as shares of 10,000, sampled every 5 s up to now."""
    n = len(shares)
    at_ms = tuple(NOW_MS - 5000 * (n - 1 - i) for i in range(n))
    affected = tuple(10_000 * share for share in shares)
    return ImpactView(at_ms, (10_000.0,) * n, affected, (0.0,) * n, {})


HURT, WELL, JUST_WELL = impact(0.13), impact(*[0.0] * 60), impact(0.13, *[0.0] * 9)


def seen(**more: Any) -> Observation:
    """A commander in an incident that hurts 13 % of users, who has done what comes first."""
    given = {
        "at_ms": NOW_MS, "paged_ms": 60_000, "acknowledged_ms": 65_000, "severity": 2, "triage": ANSWERED,
        "roles": IN_COMMAND, "impact": HURT, "evidence": (found(),), "updates": (update(),),
        "next_update_due_ms": NOW_MS + 600_000,
    }  # fmt: skip
    return replace(Session(SCENARIO, 2).observe(), **{**given, **more})


def found(**more: Any) -> Found:
    given = {
        "seq": 12, "at_ms": 90_000, "id": "diff-x", "source": "diff", "about": "orders-2.31",
        "title": "The diff", "text": "", "by": "commander", "implicates": ("orders-2.31",), "clears": (),
        "unsafe": (), "workaround": (), "strength": "strong",
    }  # fmt: skip
    return Found(**{**given, **more})


def update(at_ms: int = NOW_MS - 60_000) -> Update:
    return Update(9, at_ms, "status_page", "commander", "investigating", (), "some", 15, "")


def work(verb: str, by: str = "priya") -> Work:
    return Work("d9", by, verb, verb, None, NOW_MS - 5000, NOW_MS - 5000, 60_000)


def done(verb: str, target: str, at_ms: int = NOW_MS - 300_000) -> dict[tuple[str, str], Applied]:
    return {(verb, target): Applied(at_ms, "priya", {})}


CLEARING = found(id="logs-x", seq=20, title="The logs", implicates=("taxwise",), clears=("orders-2.31",))
UNSAFE = found(unsafe=("orders-2.31",))
STAGING_KNOWS = found(id="staging-x", source="staging")
STAGING_BEHAVES = found(id="staging.orders-api", source="staging", implicates=())
BY_PRIYA = {"by": "priya"}
BACK_TO_NORMAL = found(id="s", seq=20, source="provider_status", implicates=(), clears=("taxwise",))
CHANGES = found(source="changes", implicates=())
RESTART = Wish("restart", {"service": "orders-db", **BY_PRIYA})
HOLD = Wish("hold_for_provider", {"provider": "taxwise"})
DEBUG = Wish("debug_in_production", {"target": "orders-api", **BY_PRIYA})
SUSPECT = Wish("triage", {"changed": "orders-2.31"})
ROLL_BACK = Wish("roll_back", {"change": "orders-2.31", **BY_PRIYA})
FIX = Wish("prepare_fix", {"target": "orders-2.31", **BY_PRIYA})
POST = Wish("post_update", {"channel": "status_page"})


def post(text: str, **more: str) -> Wish:
    return Wish("post_update", {**POST.args, "text": text, **more})


def ship(path: str) -> Wish:
    return Wish("ship_fix", {"target": "orders-2.31", "path": path, **BY_PRIYA})


def page(who: str) -> Wish:
    return Wish("page", {"who": who})


ASKED = [
    ("acting_first", seen(triage={}), ROLL_BACK, "what users feel, what changed or whether it rolls back"),
    ("acting_first", seen(triage={"impact": "total"}), ROLL_BACK, "said what changed or whether"),
    ("fixing_first", seen(), FIX, "1,300 users are affected right now, and nothing under way"),
    ("fixing_first", seen(applied=done("roll_back", "orders-2.31")), FIX, "nothing under way"),
    ("debugging_on_users", seen(), Wish("debug_in_production", {"target": "orders-api"}), "not been tried"),
    (
        "debugging_on_users",
        seen(evidence=(STAGING_KNOWS,)),
        DEBUG,
        "Staging has shown the fault",
    ),
    ("promising", seen(), post("Fixed in 20 minutes."), "“Fixed in 20 minutes”"),
    ("naming", seen(), post("Ines broke it."), "“Ines”"),
    (
        "naming",
        seen(impact=WELL, mitigated_ms=1),
        Wish("write_postmortem", {"cause": "orders-2.31", "summary": "It was human error."}),
        "“human error”",
    ),
    (
        "guessing",
        seen(evidence=()),
        RESTART,
        "“Orders database”",
    ),
    ("guessing", seen(), Wish("flag_off", {"flag": "express-totals", **BY_PRIYA}), "“Express totals"),
    ("guessing", seen(), Wish("shed", {"share": 0.3, **BY_PRIYA}), "points to all traffic"),
    ("guessing", seen(evidence=()), SUSPECT, "“Deploy orders-api 2.31.0”"),
    (
        "guessing",
        seen(impact=WELL, mitigated_ms=1),
        Wish("write_postmortem", {"cause": "orders-db"}),
        "“Orders database”",
    ),
    ("anchoring", seen(evidence=(found(), CLEARING)), ROLL_BACK, "“The logs”. Read it again: .* the cause"),
    ("anchoring", seen(evidence=(UNSAFE,)), ROLL_BACK, "“The diff”. Read it again: .* safe to roll back"),
    (
        "anchoring",
        seen(evidence=(found(), CLEARING), impact=WELL, mitigated_ms=1),
        Wish("write_postmortem", {"cause": "orders-2.31"}),
        "“The logs”",
    ),
    ("victory", seen(), Wish("declare_mitigated"), "1,300 users are affected right now"),
    ("victory", seen(impact=JUST_WELL), Wish("declare_resolved"), "well for only 44 s"),
    ("victory", seen(), post("All good.", stage="resolved"), "1,300 users"),
    ("adrenaline", seen(impact=WELL), ship("straight"), "no review and no stages"),
    ("adrenaline", seen(), ship("reviewed"), "1,300 users are affected"),
    ("hands_on", seen(), Wish("look", OPEN_LOGS), "You hold command"),
    (
        "hands_on",
        seen(roles={"incident_commander": "priya"}),
        Wish("look", {**OPEN_LOGS, **BY_PRIYA}),
        "Priya holds command",
    ),
    ("waking", seen(), page("all-hands"), "This is a SEV-2; all hands are for a SEV-1"),
    ("waking", seen(severity=None), page("ruth"), "No severity is declared yet, and Ruth"),
    ("waking", seen(), page("ines"), "This is a SEV-2, and Ines"),
    ("waking", seen(severity=3), page("ruth"), "This is a SEV-3, and Ruth"),
    ("waking", seen(severity=4), page("priya"), "This is a SEV-4, and Priya"),
]


@pytest.mark.parametrize(("key", "at", "wish", "why"), ASKED)
def test_a_risky_move_is_asked_about(key: str, at: Observation, wish: Wish, why: str) -> None:
    asked = check(SCENARIO, at, wish)
    assert asked is not None
    assert asked.id == key
    assert (asked.title, asked.question) == FAILURES[key]
    assert re.search(why, asked.why), asked.why


LET_PASS = [
    ("triage is answered and evidence points to it", seen(), ROLL_BACK),
    ("the answers are being given", seen(triage={}, work=(work("triage"),)), ROLL_BACK),
    ("holding changes nothing", seen(triage={}, evidence=(CLEARING,)), HOLD),
    ("a mitigation is under way", seen(work=(work("roll_back"),)), FIX),
    ("a mitigation may still help", seen(applied=done("roll_back", "orders-2.31", NOW_MS - 60_000)), FIX),
    ("users are well", seen(impact=WELL), FIX),
    ("staging cannot show it", seen(evidence=(STAGING_BEHAVES,)), DEBUG),
    ("only the next update is promised", seen(), post("Next update in 20 minutes.")),
    ("a system is named", seen(), post("The new release fails for guests.")),
    ("letting users in again claims nothing", seen(), Wish("shed", {"share": 0, **BY_PRIYA})),
    ("not clear yet claims nothing", seen(evidence=()), Wish("triage", {"changed": "unclear"})),
    ("somebody has looked", seen(evidence=(CHANGES,)), SUSPECT),
    ("later evidence takes its side again", seen(evidence=(CLEARING, found(seq=30))), ROLL_BACK),
    (
        "a provider that is well again is no alibi",
        seen(evidence=(found(implicates=("taxwise",)), BACK_TO_NORMAL)),
        HOLD,
    ),
    ("it has held", seen(impact=WELL), Wish("declare_mitigated")),
    ("reviewed, and users are well", seen(impact=WELL), ship("reviewed")),
    ("somebody else does it", seen(), Wish("look", {**OPEN_LOGS, **BY_PRIYA})),
    ("a quick look is not by hand", seen(), Wish("look", {"source": "dashboard"})),
    ("command is elsewhere", seen(roles={"incident_commander": "priya"}), Wish("look", OPEN_LOGS)),
    ("a SEV-1 wakes everybody", seen(severity=1), page("all-hands")),
    ("a SEV-2 wakes the manager", seen(), page("ruth")),
    ("those on call may be woken before", seen(severity=None), page("priya")),
    ("the severity is being declared", seen(severity=None, work=(work("declare"),)), page("ruth")),
    ("evidence names what they know", seen(evidence=(found(implicates=("orders-db",)),)), page("ines")),
]


@pytest.mark.parametrize(("why", "at", "wish"), LET_PASS, ids=[why for why, _, _ in LET_PASS])
def test_a_sound_move_is_not(why: str, at: Observation, wish: Wish) -> None:
    assert check(SCENARIO, at, wish) is None


def test_every_failure_mode_has_a_check_and_every_check_a_failure_mode() -> None:
    assert {key for key, *_ in ASKED} | {"going_silent"} == set(FAILURES)
    assert set(checks._MOVE_CHECKS) | {"going_silent"} == set(FAILURES)
    assert [failure.id for failure in self_check(Play().case())] == list(FAILURES)
    assert all(mode.question.endswith(("?", ".")) for mode in FAILURES.values())


# -- silence -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "why"),
    [
        (seen(next_update_due_ms=NOW_MS + 30_000), "due in half a minute"),
        (seen(next_update_due_ms=NOW_MS), "overdue"),
        (seen(updates=(), next_update_due_ms=None, at_ms=660_000), "overdue"),  # SEV-2: ten minutes
        (seen(updates=(), next_update_due_ms=None, at_ms=640_000), "due in half a minute"),
        (seen(updates=(), next_update_due_ms=None, severity=None, at_ms=660_000), "overdue"),
        (seen(updates=(update(0),), next_update_due_ms=None, at_ms=1_200_000), "overdue"),  # every 20 minutes
        (seen(next_update_due_ms=NOW_MS - 1, mitigated_ms=1, impact=WELL), "overdue"),
    ],
)
def test_silence_is_asked_about_when_a_word_is_due(at: Observation, why: str) -> None:
    asked = check(SCENARIO, at)
    assert asked is not None
    assert (asked.id, asked.verb) == ("going_silent", "post_update")
    assert why in asked.why


@pytest.mark.parametrize(
    "at",
    [
        seen(next_update_due_ms=NOW_MS + 31_000),
        seen(next_update_due_ms=NOW_MS - 1, work=(work("post_update"),)),
        seen(next_update_due_ms=NOW_MS - 1, resolved_ms=1),
        seen(next_update_due_ms=NOW_MS - 1, acknowledged_ms=None),
        seen(updates=(), next_update_due_ms=None, severity=4),
        seen(updates=(), next_update_due_ms=None, severity=None, impact=WELL),
        seen(updates=(), next_update_due_ms=None, at_ms=629_000),
        seen(updates=(update(0),), next_update_due_ms=None, mitigated_ms=1, at_ms=2_000_000),
    ],
)
def test_and_not_otherwise(at: Observation) -> None:
    assert check(SCENARIO, at) is None


def test_deadlines_are_those_of_the_playbook() -> None:
    levels = default_playbook().severities
    first = {level: levels[level].first_update_min for level in (1, 2, 3)}
    cadence = {level: levels[level].cadence_min for level in (1, 2, 3)}
    assert (first, cadence) == (checks.FIRST_UPDATE_MIN, checks.CADENCE_MIN)
    assert levels[4].first_update_min is None
    assert default_playbook().timing.verify_s * 1000 == checks.HELD_MS


# -- whole drills ------------------------------------------------------------------------------------------


def asked_of(scenario, seed: int, name: str) -> list[str]:
    """What a player is asked in a drill that asks every time; the truth makes no difference."""
    session, player, asked = Session(scenario, seed), PLAYERS[name](public(scenario)), []
    while not session.ended:
        at = session.observe()
        asked += [f"silent {found.occasion}" for found in [check(public(scenario), at)] if found]
        for wish in player.decide(at):
            if session.refusal(wish.verb, wish.args) is None:
                found_now = check(public(scenario), at, wish)
                assert found_now == check(scenario, at, wish)
                asked += [found_now.id] if found_now else []
            session.decide(wish.verb, wish.args)
            at = session.observe()
        session.advance(session.now_ms + STEP_MS)
    return asked


def test_by_the_book_is_hardly_ever_asked() -> None:
    played = [
        asked_of(scenario.only(variant), 3, "by-the-book")
        for scenario in library().values()
        if scenario.id in ("api-500s-after-deploy", "home-screen-timeouts", "tutorial-lunch-orders")
        for variant in scenario.variants
    ]
    assert sorted(played) == [[], [], [], [], [], [], ["anchoring"]]


def test_a_hero_is_asked_again_and_again() -> None:
    asked = asked_of(SCENARIO.only("clean-rollback"), 3, "hero-debugger")
    assert [key for key in asked if not key.startswith("silent")] == [
        "hands_on",
        "debugging_on_users",
        "fixing_first",
        "adrenaline",
        "victory",
        "victory",
    ]
    assert len({key for key in asked if key.startswith("silent")}) == 2


# -- when it speaks ----------------------------------------------------------------------------------------


def test_at_most_one_prompt_a_minute() -> None:
    coach = Coach(SCENARIO, "coached")
    wishes = [page("all-hands"), page("ines"), Wish("look", OPEN_LOGS)]
    assert coach.before(seen(), wishes[0]) is not None
    coach.pass_time(BETWEEN_S - 1, playing=False)
    assert coach.before(seen(), wishes[1]) is None
    coach.pass_time(1, playing=False)
    assert coach.before(seen(), wishes[1]) is not None
    assert coach.before(seen(), wishes[2]) is None


def test_never_twice_on_one_occasion() -> None:
    coach = Coach(SCENARIO, "coached")
    at = seen(next_update_due_ms=NOW_MS + 1000)
    heard = []
    for at_ms in range(NOW_MS, NOW_MS + 10_000, 1000):
        coach.pass_time(BETWEEN_S, playing=False)
        heard.append(coach.meanwhile(replace(at, at_ms=at_ms)))
    assert [n for n, found in enumerate(heard) if found] == [0, 1]  # nearly due, then overdue


@pytest.mark.parametrize("at", [case[1] for case in ASKED])
def test_an_exam_is_silent(at: Observation) -> None:
    coach = Coach(SCENARIO, "exam")
    coach.pass_time(10_000, playing=True)
    assert [coach.before(at, wish) for _, _, wish, _ in ASKED] == [None] * len(ASKED)
    assert coach.meanwhile(replace(at, next_update_due_ms=0)) is None


def test_somebody_who_is_stuck_is_shown_the_next_station() -> None:
    coach = Coach(SCENARIO, "coached")
    at = seen(triage={}, severity=None)
    coach.pass_time(STUCK_S - 1, playing=True)
    assert coach.meanwhile(at) is None
    coach.decided()
    coach.pass_time(STUCK_S, playing=False)  # a pause is for thinking
    assert coach.meanwhile(at) is None
    coach.pass_time(STUCK_S, playing=True)
    nudge = coach.meanwhile(at)
    assert nudge is not None
    assert (nudge.id, nudge.title, nudge.verb) == ("stuck", "The next station: Triage", "look")
    assert (nudge.why, nudge.question) == (STATIONS[1].advice, "")


@pytest.mark.parametrize("mode", ["standard", "exam"])
def test_only_a_coach_nudges(mode: str) -> None:
    coach = Coach(SCENARIO, mode)
    coach.pass_time(10 * STUCK_S, playing=True)
    assert coach.meanwhile(seen(triage={})) is None


def test_nobody_is_nudged_before_the_page_or_at_the_end() -> None:
    coach = Coach(SCENARIO, "coached")
    coach.pass_time(STUCK_S, playing=True)
    assert coach.meanwhile(Session(SCENARIO, 2).observe()) is None
    over = seen(impact=WELL, mitigated_ms=1, resolved_ms=1, postmortem_written=True)
    assert next_station(SCENARIO, over) is None
    assert coach.meanwhile(over) is None


def test_advice_gives_no_answer_away() -> None:
    for scenario in library().values():
        titles = [thing.title for table in (scenario.changes, scenario.flags) for thing in table.values()]
        for station in STATIONS:
            assert not [title for title in titles if title in station.advice]


# -- how it was played -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("conduct", "told"),
    [
        (Conduct(), "Standard: never paused."),
        (Conduct("coached"), "Coached: no question asked; never paused."),
        (Conduct("exam", (), ((0, 10),), 60_000), "Exam: never paused; mostly at 10x."),
        (
            Conduct(
                "coached",
                (
                    Hint(1, "waking", "thought_again"),
                    Hint(2, "naming", "went_on"),
                    Hint(3, "stuck", "shown"),
                ),
                ((0, 10), (50_000, 0), (50_000, 60), (70_000, 0)),
                70_000,
            ),
            "Coached: 2 questions asked, 1 reconsidered; 1 nudge given; paused 2 times; mostly at 10x.",
        ),
        (
            Conduct("standard", (Hint(1, "waking", "shown"),), ((0, 1), (10_000, 60)), 60_000),
            "Standard: 1 warning shown; never paused; mostly at 60x.",
        ),
    ],
)
def test_how_it_was_played_in_one_line(conduct: Conduct, told: str) -> None:
    assert conduct.told == told


def test_a_check_is_plain_data() -> None:
    asked = check(SCENARIO, seen(), page("ines"))
    assert asked == Check(
        "waking",
        "Waking people without need",
        "This is a SEV-2, and Ines (database engineer, off duty) is not among those it wakes.",
        "Whom does this severity need, and who may sleep?",
        "page [('who', 'ines')]",
    )
