"""Work with a time box: it ends when it is done or when the box is over, whichever comes first."""

import pytest

from simulator import MOVES, SEAT, DecisionError, Session, load, simulate
from tests.drills import Told, log, story, work

SCENARIO = load("api-500s-after-deploy").only("clean-rollback")
CREW: Told = [(66, "page", {"who": "priya"}), (67, "page", {"who": "tomas"})]
DEBUG = {"target": "orders-api", "by": "priya"}
OVER = "Time is up after 2 min and I am not done: Debug in production: Orders API. I stop."


def reports(trace, who="priya"):  # type: ignore[no-untyped-def]
    told = (e for e in trace.events if e.kind == "message" and e.subject == who and e.at_ms >= 300_000)
    return [(e.at_ms / 1000, e.detail["text"]) for e in told]


def test_work_that_has_no_certain_end_can_have_a_time_box():
    boxed = [verb for verb, move in MOVES.items() if any(arg.name == "time_box_min" for arg in move.args)]
    assert boxed == ["look", "reproduce_in_staging", "debug_in_production", "prepare_fix"]
    assert all("by" in MOVES[verb].names for verb in boxed)


def test_when_the_box_is_over_they_stop_report_and_take_up_the_next_thing():
    logs = {"source": "logs", "about": "orders-api", "by": "priya"}
    told: Told = [
        *CREW,
        (300, "debug_in_production", {**DEBUG, "time_box_min": 2}),
        (310, "look", logs),
    ]
    trace = simulate(SCENARIO, 7, log(*told))
    assert work(trace, "d4", "d5") == [
        (300.0, "d4", "started"),
        (310.0, "d5", "waiting"),
        (420.0, "d4", "dropped"),
        (420.0, "d5", "started"),
        (477.282, "d5", "done"),
    ]
    assert reports(trace)[0] == (420.0, OVER)
    assert story(trace, "evidence") == [(477.282, "evidence", "logs-guest")], "it found nothing in production"


def test_what_the_work_began_is_put_back():
    trace = simulate(SCENARIO, 7, log(*CREW, (300, "debug_in_production", {**DEBUG, "time_box_min": 2})))
    plain = simulate(SCENARIO, 7, log(*CREW))
    column = trace.impact["users_failed"]
    hurt = [
        at / 1000
        for at, with_it, without in zip(
            trace.impact["at_ms"], column, plain.impact["users_failed"], strict=True
        )
        if with_it > without + 1
    ]
    assert (min(hurt), max(hurt)) == (300.0, 415.0), "samples, every five seconds"


def test_work_that_is_done_in_time_is_as_without_a_box():
    logs = {"source": "logs", "about": "orders-api", "by": "priya"}
    boxed = simulate(SCENARIO, 7, log(*CREW, (300, "look", {**logs, "time_box_min": 5})))
    free = simulate(SCENARIO, 7, log(*CREW, (300, "look", logs)))
    assert story(boxed, "work", "evidence", "message") == story(free, "work", "evidence", "message")
    states = [e.detail for e in boxed.events if e.kind == "work" and e.detail["decision"] == "d4"]
    assert [(detail["state"], detail["time_box_ms"]) for detail in states] == [
        ("started", 300_000),
        ("done", 300_000),
    ]
    assert not any("time_box_ms" in e.detail for e in free.events)


def test_the_box_begins_with_the_work_not_with_the_order():
    told: Told = [
        *CREW,
        (300, "reproduce_in_staging", {"target": "orders-2.31", "by": "priya", "time_box_min": 1}),
        (301, "prepare_fix", {"target": "orders-2.31", "by": "priya", "time_box_min": 1.5}),
    ]
    trace = simulate(SCENARIO, 7, log(*told))
    assert work(trace, "d4", "d5")[-3:] == [
        (360.0, "d4", "dropped"),
        (360.0, "d5", "started"),
        (450.0, "d5", "dropped"),
    ]
    assert [text for _, text in reports(trace)] == [
        "Time is up after 1 min and I am not done: Reproduce in staging: Deploy orders-api 2.31.0. I stop.",
        "Time is up after 1.5 min and I am not done: Prepare a fix: Deploy orders-api 2.31.0. I stop.",
    ]


def test_the_trainee_can_box_their_own_work():
    trace = simulate(
        SCENARIO, 7, log((100, "debug_in_production", {"target": "orders-api", "time_box_min": 2}))
    )
    assert work(trace, "d2") == [(100.0, "d2", "started"), (220.0, "d2", "dropped")]
    (line,) = [e for e in trace.events if e.kind == "message" and e.subject == SEAT]
    assert (line.at_ms, line.detail["text"]) == (220_000, OVER)


def test_work_that_was_stopped_before_says_nothing_when_the_box_is_over():
    session = Session(SCENARIO, 7, log(*CREW, (300, "debug_in_production", {**DEBUG, "time_box_min": 2})))
    session.advance(330_000)
    (boxed,) = session.observe().work
    assert (boxed.decision, boxed.time_box_ms) == ("d4", 120_000)
    session.decide("stop_work", {"work": "d4"})
    trace = session.finish()
    assert [state for _, _, state in work(trace, "d4")] == ["started", "dropped"]
    assert OVER not in [text for _, text in reports(trace)]


@pytest.mark.parametrize("minutes", [0, -1, 1441, "5", True])
def test_a_box_is_a_length_of_time(minutes):
    with pytest.raises(DecisionError, match="minutes, above 0 and at most 1440"):
        simulate(SCENARIO, 7, log((100, "prepare_fix", {"target": "orders-2.31", "time_box_min": minutes})))
