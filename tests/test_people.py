"""Simulated people: how they answer a page, how long work takes them, and when they lose patience."""

import itertools
from statistics import median
from typing import Any

import pytest

from simulator import MOVES, SEAT, Decision, Scenario, Session, Trace, load, simulate
from simulator.people import expected_s
from simulator.rand import human_time_ms, noise, uniform

SCENARIO = load("api-500s-after-deploy")
FAILING = SCENARIO.only("failing-provider")
CLEAN = SCENARIO.only("clean-rollback")


def log(*decided: tuple[float, str, dict[str, Any]]) -> list[Decision]:
    opening = [(61.0, "acknowledge", {}), *decided]
    return [
        Decision(f"d{n}", round(1000 * at), SEAT, verb, args) for n, (at, verb, args) in enumerate(opening, 1)
    ]


def pages(trace: Trace, who: str) -> list[tuple[int, str]]:
    return [(e.at_ms, e.detail["state"]) for e in trace.events if e.kind == "page" and e.subject == who]


def questions(trace: Trace) -> list[tuple[int, str, int]]:
    return [(e.at_ms // 1000, e.subject, e.detail["nth"]) for e in trace.events if e.kind == "question"]


# -- pages ---------------------------------------------------------------------------------------------


def test_from_page_to_join_all_hands():
    trace = simulate(FAILING, 7, log((70, "page", {"who": "all-hands"})))
    assert pages(trace, SEAT) == [(60_000, "sent"), (65_419, "acknowledged")]
    assert pages(trace, "priya") == [(72_961, "sent"), (119_210, "acknowledged"), (145_038, "joined")]
    assert pages(trace, "tomas") == [(72_961, "sent"), (142_228, "acknowledged"), (184_285, "joined")]
    assert pages(trace, "ines") == [(72_961, "sent"), (140_321, "acknowledged"), (244_558, "joined")]
    assert pages(trace, "ruth") == [(72_961, "sent"), (136_789, "acknowledged"), (326_781, "joined")]
    said = [(e.at_ms, e.subject, e.detail["text"]) for e in trace.events if e.detail.get("about") == "page"]
    assert said[1:] == [
        (145_038, "priya", "Here. What do you need?"),
        (184_285, "tomas", "Here. What do you need?"),
        (244_558, "ines", "Here. What do you need?"),
        (326_781, "ruth", "Here. I will keep the executives off your back."),
    ]


def test_how_long_somebody_takes_to_come_hangs_on_nothing_but_seed_person_and_which_page_it_is():
    alone = simulate(FAILING, 7, log((170, "page", {"who": "priya"})))
    busy = simulate(
        CLEAN,
        7,
        log(
            (66, "page", {"who": "tomas"}),
            (160, "declare", {"level": 2}),
            (170, "page", {"who": "priya"}),
            (171, "look", {"source": "changes"}),
        ),
    )
    waits = [
        [b - a for (a, _), (b, _) in itertools.pairwise(p)]
        for p in (pages(alone, "priya"), pages(busy, "priya"))
    ]
    assert waits[0] == waits[1] == [46_249, 25_828]


def test_paged_again_after_standing_down_they_come_again_in_another_time():
    trace = simulate(
        FAILING,
        7,
        log(
            (70, "page", {"who": "priya"}),
            (200, "stand_down", {"who": "priya"}),
            (300, "page", {"who": "priya"}),
            (600, "look", {"source": "logs", "about": "orders-api", "by": "priya"}),
        ),
    )
    assert [state for _, state in pages(trace, "priya")] == [
        *("sent", "acknowledged", "joined", "stood_down"),
        *("sent", "acknowledged", "joined"),
    ]
    times = [at for at, _ in pages(trace, "priya")]
    assert times[1] - times[0] == 46_249
    assert times[5] - times[4] == human_time_ms(50, 7, "page:priya:1", 0) != 46_249
    assert [e.subject for e in trace.events if e.kind == "evidence"] == ["logs-taxwise"]


def test_people_in_a_hundred_drills_take_about_as_long_as_the_scenario_says():
    waits = []
    for seed in range(400):
        wait = human_time_ms(50, seed, "page:priya:0", 0)
        assert 5_000 < wait < 500_000
        waits.append(wait)
    waits.sort()
    assert median(waits) == pytest.approx(50_000, rel=0.1)
    assert waits[20] == pytest.approx(0.48 * 50_000, rel=0.15)
    assert waits[-20] == pytest.approx(2.1 * 50_000, rel=0.2)


def test_draws_are_pinned_for_ever():
    """Stored drills are played again from their logs: these may never change within an engine version."""
    assert uniform(7, "variant") == 0.8515217477650823
    assert uniform(7, "variant", 1) == 0.5713439156462896
    assert [human_time_ms(60, 7, "act:d1", n) for n in range(3)] == [88382, 49059, 54018]
    assert noise(7, "traffic", 3) == -1.660765255874943
    assert all(0 < uniform(seed, "x") < 1 for seed in range(1000))


# -- work ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verb", "args", "actor", "seconds"),
    [
        ("look", {"source": "logs", "about": "orders-api"}, SEAT, 80.0),
        ("look", {"source": "logs", "about": "orders-api"}, "priya", 80 * 0.67),  # operations, and knows it
        ("look", {"source": "logs", "about": "catalog"}, "priya", 80.0),
        ("look", {"source": "logs", "about": "orders-api"}, "tomas", 160.0),  # out of role
        ("look", {"source": "logs", "about": "orders-api"}, "ines", 160.0),
        (
            "look",
            {"source": "logs", "about": "orders-db"},
            "ines",
            80 * 0.67,
        ),  # not her role, but she knows it
        (
            "look",
            {"source": "diff", "about": "orders-2.31"},
            "priya",
            45 * 0.67,
        ),  # a change of a known service
        ("look", {"source": "dashboard"}, "tomas", 40.0),
        ("post_update", {"channel": "status_page"}, "tomas", 30.0),
        ("post_update", {"channel": "status_page"}, "priya", 60.0),
        ("roll_back", {"change": "orders-2.31"}, "priya", 160 * 0.67),
        ("restart", {"service": "orders-db"}, SEAT, 300.0),
        ("ship_fix", {"target": "orders-2.31", "path": "straight"}, "priya", 75 * 0.67),
    ],
)
def test_how_long_work_usually_takes(verb: str, args: dict[str, Any], actor: str, seconds: float):
    assert expected_s(MOVES[verb], SCENARIO, args, actor) == pytest.approx(seconds)


# -- stakeholders --------------------------------------------------------------------------------------


def test_told_nothing_stakeholders_ask_and_ask_again():
    """Patience counts from the page at 60 s: Kofi's is 420 s, Yuki's 900 s, Ruth's 1200 s.

    Kofi has three things to say, the others two; after that they ask half as often.
    """
    trace = simulate(CLEAN, 7)
    assert questions(trace) == [
        (480, "kofi", 0),
        (900, "kofi", 1),
        (960, "yuki", 0),
        (1260, "ruth", 0),
        (1320, "kofi", 2),
        (1860, "yuki", 1),
        (2160, "kofi", 3),
        (2460, "ruth", 1),
        (3000, "kofi", 4),
    ]
    asked = [e.detail["text"] for e in trace.events if e.kind == "question" and e.subject == "kofi"]
    lines = SCENARIO.stakeholders["kofi"].asks
    assert asked == [*lines, lines[-1], lines[-1]]
    in_channel = [e.detail["text"] for e in trace.events if e.kind == "message" and e.subject == "kofi"]
    assert in_channel == asked


def test_an_update_starts_their_patience_anew():
    trace = simulate(CLEAN, 7, log((400, "post_update", {"channel": "status_page"})))
    (told,) = [e for e in trace.events if e.kind == "update"]
    assert told.at_ms == 417_765
    assert questions(trace)[:4] == [(837, "kofi", 0), (1257, "kofi", 1), (1317, "yuki", 0), (1617, "ruth", 0)]
    assert next(e.at_ms for e in trace.events if e.kind == "question") == told.at_ms + 420_000


def test_told_in_time_they_never_ask():
    every_six_minutes = [(at, "post_update", {"channel": "status_page"}) for at in range(120, 3600, 300)]
    assert questions(simulate(CLEAN, 7, log(*every_six_minutes))) == []


def test_a_question_waits_on_the_board_until_the_next_update():
    session = Session(CLEAN, 7, log((500, "declare", {"level": 2})))
    (question,) = session.observe().questions
    assert (question.at_ms, question.who) == (480_000, "kofi")
    session.decide("post_update", {"channel": "incident_channel"})
    session.advance(620_000)
    assert session.observe().questions == ()


def test_they_keep_their_peace_once_mitigation_is_declared_and_users_are_well():
    fixed = log((70, "flag_off", {"flag": "live-tax-quotes"}), (400, "declare_mitigated", {}))
    assert questions(simulate(FAILING, 7, fixed)) == []
    only_well = log((70, "flag_off", {"flag": "live-tax-quotes"}))
    assert questions(simulate(FAILING, 7, only_well))[0] == (480, "kofi", 0)
    only_declared = log((400, "declare_mitigated", {}))
    assert questions(simulate(FAILING, 7, only_declared))[0] == (480, "kofi", 0)


def test_without_a_page_nobody_asks():
    quiet = SCENARIO.alerts["orders-5xx"].model_copy(update={"above": 1.0})
    silent: Scenario = CLEAN.model_copy(update={"alerts": {"orders-5xx": quiet}})
    trace = simulate(silent, 7)
    assert questions(trace) == []
    assert pages(trace, SEAT) == []
