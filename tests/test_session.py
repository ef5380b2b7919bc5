"""Live play: what a session answers at each moment, and what it refuses to take."""

import pickle
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from simulator import MOVES, SEAT, Decision, DecisionError, Session, load, simulate

SCENARIO = load("api-500s-after-deploy")
FAILING = SCENARIO.only("failing-provider")
VERBS = ", ".join(sorted(MOVES))


def at(seconds: float, session: Session) -> Session:
    session.advance(round(1000 * seconds))
    return session


def acknowledged(seed: int = 7) -> Session:
    session = at(61, Session(FAILING, seed))
    assert session.decide("acknowledge").refused is None
    return at(70, session)


def test_time_moves_forward_only_and_stops_at_the_end():
    session = Session(FAILING, 7)
    assert (session.now_ms, session.ended) == (0, False)
    session.advance(10_000)
    session.advance(4_000)
    assert session.now_ms == 10_000
    session.advance(10_000.9)  # a wall clock's fraction of a millisecond is no part of drill time
    assert session.now_ms == 10_000
    session.advance(10**9)
    assert (session.now_ms, session.ended) == (3_600_000, True)


def test_the_first_page_can_be_asked_for_at_any_time():
    session = acknowledged()
    events = len(session._drill.events)
    assert session.first_page_ms() == 60_000
    assert len(session._drill.events) == events
    quiet = FAILING.alerts["orders-5xx"].model_copy(update={"above": 1.0})
    never = FAILING.model_copy(update={"alerts": {"orders-5xx": quiet}, "length_s": 600})
    assert Session(never, 7).first_page_ms() == 600_000


def test_decisions_get_ids_in_turn_and_enter_the_log_accepted_or_not():
    session = acknowledged()
    refused = session.decide("declare_resolved")
    assert refused.refused == "Declare mitigated before you declare it resolved."
    accepted = session.decide("declare", {"level": 2})
    assert accepted.refused is None
    assert accepted.decision == Decision("d3", 70_000, SEAT, "declare", {"level": 2})
    assert [d.id for d in session.decisions] == ["d1", "d2", "d3"]
    assert session.log.as_json() == {
        "format": 1,
        "scenario": "api-500s-after-deploy",
        "version": SCENARIO.version,
        "seed": 7,
        "decisions": [
            {"id": "d1", "at_ms": 61_000, "seat": "commander", "verb": "acknowledge", "args": {}},
            {"id": "d2", "at_ms": 70_000, "seat": "commander", "verb": "declare_resolved", "args": {}},
            {"id": "d3", "at_ms": 70_000, "seat": "commander", "verb": "declare", "args": {"level": 2}},
        ],
    }


def test_new_ids_keep_clear_of_those_in_a_log_taken_up():
    log = [
        Decision("d7", 61_000, SEAT, "acknowledge"),
        Decision("from-tablet", 70_000, SEAT, "triage", {"rollback": "no"}),
    ]
    session = Session(FAILING, 7, log)
    assert session.now_ms == 70_000
    assert session.decide("declare", {"level": 2}).decision.id == "d8"


def test_a_decision_that_can_never_be_played_leaves_no_trace():
    session = acknowledged()
    before = (session.decisions, len(session._drill.events))
    for verb, args in (("reboot", {}), ("roll_back", {"change": "orders-2.32"}), ("declare", {"level": 5})):
        for ask in (session.decide, session.refusal):
            with pytest.raises(DecisionError, match=r"^decision 2"):
                ask(verb, args)
    with pytest.raises(DecisionError, match=r"^decision 2: seat 'driver' may not decide here"):
        session.decide("declare", {"level": 1}, seat="driver")
    assert (session.decisions, len(session._drill.events)) == before


def test_asking_why_not_changes_nothing():
    session = acknowledged()
    before = (session.observe(), len(session._drill.events), session.decisions)
    assert session.refusal("declare", {"level": 2}) is None
    assert session.refusal("ship_fix", {"target": "orders-2.31", "path": "straight"}) == (
        "No fix is ready for Deploy orders-api 2.31.0."
    )
    assert (session.observe(), len(session._drill.events), session.decisions) == before


def test_the_log_keeps_what_was_decided_whatever_the_caller_does_with_the_arguments():
    session = acknowledged()
    args: dict[str, Any] = {"channel": "status_page", "broken": ["checkout"]}
    session.decide("post_update", args)
    args["broken"].append("browse")
    args["channel"] = "stakeholders"
    assert session.decisions[-1].args == {"channel": "status_page", "broken": ["checkout"]}
    assert session.finish().digest == simulate(FAILING, 7, session.decisions).digest


def test_after_the_drill_was_finished_nothing_is_added_to_it():
    session = acknowledged()
    trace = session.finish()
    assert session.decide("declare", {"level": 2}).refused == "The drill is over."
    assert [d.verb for d in session.decisions] == ["acknowledge"]
    assert session.finish().digest == trace.digest == simulate(FAILING, 7, session.decisions).digest


# -- late decisions and branches -----------------------------------------------------------------------


def test_a_late_decision_is_taken_in_at_its_time():
    session = at(200, acknowledged())
    session.insert(Decision("tablet-1", 90_000, SEAT, "declare", {"level": 2}))
    assert session.now_ms == 200_000
    assert [d.id for d in session.decisions] == ["d1", "tablet-1"]
    assert session.observe().severity == 2


def test_of_two_decisions_at_one_moment_the_late_one_acts_second():
    session = acknowledged()
    session.decide("triage", {"rollback": "yes"})
    session.insert(Decision("late", 70_000, SEAT, "triage", {"rollback": "no"}))
    assert [d.id for d in session.decisions] == ["d1", "d2", "late"]
    assert at(200, session).observe().triage == {"rollback": "no"}


@pytest.mark.parametrize(
    ("late", "message"),
    [
        (
            Decision("x", 70_001, SEAT, "triage", {"rollback": "no"}),
            "decision 'x': at_ms 70001 is still to come; expected at most 70000",
        ),
        (
            Decision("x", -1, SEAT, "triage", {"rollback": "no"}),
            "decision 'x': at_ms -1 is before the opening; expected 0 or more",
        ),
        (
            Decision("d1", 65_000, SEAT, "triage", {"rollback": "no"}),
            "decision 'd1': that id is used already; expected one id each",
        ),
        (
            Decision("x", 65_000, SEAT, "triagee"),
            f"decision 'x': unknown verb 'triagee'; expected one of {VERBS}; did you mean 'triage'?",
        ),
    ],
)
def test_late_decisions_that_are_not_taken_in(late: Decision, message: str):
    session = acknowledged()
    seen = session.observe()
    with pytest.raises(DecisionError) as refused:
        session.insert(late)
    assert str(refused.value) == message
    assert session.observe() == seen
    assert len(session.decisions) == 1


def test_a_branch_leaves_out_what_was_decided_from_its_moment_on():
    session = acknowledged()
    session.decide("declare", {"level": 2})
    session = at(120, session)
    branch = session.branch(70_000)
    assert ([d.id for d in branch.decisions], branch.now_ms, branch.branched_from_ms) == (
        ["d1"],
        70_000,
        70_000,
    )
    assert branch.decide("declare", {"level": 1}).decision.id == "d2"
    assert (at(120, branch).observe().severity, session.observe().severity) == (1, 2)
    assert (session.branched_from_ms, session.branch(300_000).now_ms) == (None, 300_000)


# -- what a seat sees ----------------------------------------------------------------------------------


def test_what_the_seat_sees_from_the_opening_to_the_page():
    session = Session(FAILING, 7)
    opening = session.observe()
    assert (opening.at_ms, opening.length_ms, opening.starts) == (0, 3_600_000, "2026-03-10T14:00:00")
    assert (opening.title, opening.brief, opening.paged_ms) == ("HTTP 500s after a deploy", None, None)
    assert [(p.id, p.role, p.on_call, p.can_be_paged, p.presence) for p in opening.people] == [
        ("priya", "operations", True, True, "away"),
        ("tomas", "communications", True, True, "away"),
        ("ines", "specialist", False, True, "away"),
        ("ruth", "manager", True, True, "away"),
        ("kofi", "stakeholder", False, False, "away"),
        ("yuki", "stakeholder", False, False, "away"),
    ]
    assert (opening.impact.affected_now, opening.impact.users_now, opening.impact.lost) == (0.0, 0.0, 0.0)

    at(60, session)
    assert session.observe().brief is None  # the moment itself has not yet passed
    assert session.observe().impact.at_ms[-1] == 55_000

    paged = at(60.001, session).observe()
    assert (paged.paged_ms, paged.acknowledged_ms, paged.brief) == (60_000, None, FAILING.brief.text)
    assert [(alert.id, alert.firing, alert.since_ms) for alert in paged.alerts] == [
        ("orders-5xx", True, 60_000)
    ]
    assert [(m.author, m.about) for m in paged.channel] == [("pager", "page")]
    assert paged.impact.at_ms == tuple(range(0, 60_001, 5_000))
    assert 0.1 < paged.impact.affected_now / paged.impact.users_now < 0.2
    assert set(paged.impact.by_journey) == set(FAILING.journeys)


def test_what_the_seat_sees_of_work_roles_and_promises():
    session = acknowledged()
    assert session.observe().roles == {"incident_commander": SEAT}
    session.decide("look", {"source": "dashboard"})
    session.decide("post_update", {"channel": "status_page", "next_update_min": 10})
    seen = session.observe()
    assert [(w.decision, w.actor, w.label, w.started_ms, w.expected_ms) for w in seen.work] == [
        ("d2", SEAT, "Look at dashboard", 70_000, 20_000),
        ("d3", SEAT, "Post update: status page", None, 30_000),
    ]
    assert seen.next_update_due_ms is None
    later = at(240, session).observe()
    (update,) = later.updates
    assert later.work == ()
    assert later.next_update_due_ms == update.at_ms + 600_000
    assert [found.id for found in later.evidence] == ["dashboard.journeys"]


def test_an_observation_holds_nothing_of_the_truth():
    secret = {
        *SCENARIO.variants,
        *(variant.title for variant in SCENARIO.variants.values()),
        *(variant.cause.text for variant in SCENARIO.variants.values()),
        *(fault for variant in SCENARIO.variants.values() for fault in variant.faults),
        *(
            item.herring
            for variant in SCENARIO.variants.values()
            for item in variant.evidence
            if item.herring
        ),
        *(item.text for variant in SCENARIO.variants.values() for item in variant.evidence),
        "truth.",
    }
    for variant in SCENARIO.variants:
        session = Session(SCENARIO.only(variant), 7)
        at(61, session).decide("acknowledge")
        texts = set(every_text(at(1800, session).observe()))
        assert len(texts) > 30
        assert not {text for text in texts if any(word in text for word in secret)}
        hidden = {event.subject for event in session._drill.events if event.hidden}
        assert hidden - {SCENARIO.id, "orders-2.31", "taxwise"} <= secret


def test_an_observation_holds_the_visible_timeline_up_to_its_moment():
    session = acknowledged()
    seen = session.observe().timeline
    assert [(event.kind, event.subject) for event in seen] == [
        ("opened", SCENARIO.id),
        ("alert", "orders-5xx"),
        ("page", SEAT),
        ("message", "pager"),
        ("decision", SEAT),
        ("work", SEAT),
        ("page", SEAT),
        ("role", "incident_commander"),
        ("work", SEAT),
    ]
    length = len(seen)
    copy = pickle.loads(pickle.dumps(seen))
    later = at(900, session).observe().timeline
    assert len(later) > length == len(seen), "what comes later does not show in an earlier look"
    assert copy == seen != later
    assert list(seen) == later[:length]
    assert (seen[-1], seen[-2:]) == (later[length - 1], list(later)[length - 2 : length])
    with pytest.raises(IndexError):
        seen[length]
    hidden = [event for event in session._drill.events if event.hidden]
    assert hidden
    assert list(later) == [event for event in session._drill.events if not event.hidden]


def every_text(part: object) -> list[str]:
    """Every string anywhere inside."""
    if isinstance(part, str):
        return [part]
    if is_dataclass(part):
        return [text for field in fields(part) for text in every_text(getattr(part, field.name))]
    if isinstance(part, dict):
        return [text for item in part.items() for text in every_text(item)]
    if isinstance(part, Sequence | set | frozenset):
        return [text for item in part for text in every_text(item)]
    return []
