"""Decisions and logs of them: for each mistake one error that names the decision's number and the remedy."""

from typing import Any

import pytest

from simulator import (
    MOVES,
    SEAT,
    Decision,
    DecisionError,
    DecisionLog,
    Session,
    load,
    read_decisions,
    simulate,
)
from simulator.moves import check

SCENARIO = load("api-500s-after-deploy")
VERBS = ", ".join(sorted(MOVES))


def stored(**changes: Any) -> dict[str, Any]:
    """A stored decision, with some of its keys changed; `...` leaves one out."""
    whole = {
        "id": "d2",
        "at_ms": 70_000,
        "seat": "commander",
        "verb": "declare",
        "args": {"level": 2},
    } | changes
    return {key: value for key, value in whole.items() if value is not ...}


ACKNOWLEDGE = stored(id="d1", at_ms=61_000, verb="acknowledge", args={})


def error(raw: Any) -> str:
    with pytest.raises(DecisionError) as raised:
        read_decisions(raw, "log.json")
    return str(raised.value)


# -- reading -------------------------------------------------------------------------------------------


def test_a_log_is_read_as_it_was_written():
    log = DecisionLog(SCENARIO.id, 1, 7, read_decisions([ACKNOWLEDGE, stored()], "log.json"))
    assert log.decisions == (
        Decision("d1", 61_000, SEAT, "acknowledge", {}),
        Decision("d2", 70_000, SEAT, "declare", {"level": 2}),
    )
    assert read_decisions(log.as_json(), "log.json") == log.decisions
    # The output of `play --json` has more in it, and a list may leave ids and empty arguments out.
    assert read_decisions({**log.as_json(), "player": None, "score": {}}, "out.json") == log.decisions
    bare = [{"at_ms": 61_000, "seat": SEAT, "verb": "acknowledge"}, stored(id=...)]
    assert read_decisions(bare, "bare.json") == log.decisions


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (7, "log.json: decisions are a int; expected a list of decisions"),
        ({"decisions": {}}, "log.json: decisions are a dict; expected a list of decisions"),
        (
            {"format": 1},
            "log.json: no 'decisions' in it; expected a decision log or the output of play --json",
        ),
        (
            {"format": 2, "decisions": []},
            "log.json: decision log format 2 is newer than this sevdrill knows; expected format 1",
        ),
        ({"format": "1", "decisions": []}, "log.json: format is '1'; expected a whole number from 1 to 1"),
        ({"format": True, "decisions": []}, "log.json: format is True; expected a whole number from 1 to 1"),
        ({"format": 0, "decisions": []}, "log.json: format is 0; expected a whole number from 1 to 1"),
    ],
)
def test_what_is_no_log(raw: Any, message: str):
    assert error(raw) == message


@pytest.mark.parametrize(
    ("second", "message"),
    [
        ("declare", "it is a str; expected an object with at_ms, seat, verb, args"),
        (
            stored(agrs={}),
            "unknown key 'agrs'; expected one of args, at_ms, id, seat, verb; did you mean 'args'?",
        ),
        (
            stored(at_ms="70"),
            "at_ms is '70'; expected whole milliseconds since the scenario opened, 0 or more",
        ),
        (
            stored(at_ms=70.5),
            "at_ms is 70.5; expected whole milliseconds since the scenario opened, 0 or more",
        ),
        (
            stored(at_ms=True),
            "at_ms is True; expected whole milliseconds since the scenario opened, 0 or more",
        ),
        (stored(at_ms=-1), "at_ms is -1; expected whole milliseconds since the scenario opened, 0 or more"),
        (
            stored(at_ms=...),
            "at_ms is None; expected whole milliseconds since the scenario opened, 0 or more",
        ),
        (stored(seat=...), "seat is None; expected a name"),
        (stored(verb=3), "verb is 3; expected a name"),
        (stored(args=["level", 2]), "args is a list; expected an object"),
        (stored(args=None), "args is a NoneType; expected an object"),
        (stored(id=2), "id is 2; expected a name such as 'd7'"),
        (stored(id=""), "id is ''; expected a name such as 'd7'"),
        (stored(id="\ud800"), "id is '\\ud800'; expected a name such as 'd7'"),
        (stored(id="d1"), "id 'd1' is used twice; expected one id each"),
        (
            stored(at_ms=60_999),
            "at_ms 60999 is before the decision above it (61000); expected times that never go back",
        ),
    ],
)
def test_a_mistake_in_a_stored_decision_names_its_number(second: Any, message: str):
    assert error([ACKNOWLEDGE, second]) == f"log.json, decision 2: {message}"


# -- playing -------------------------------------------------------------------------------------------

RESPONDERS = "commander, priya, tomas, ines"
SOURCES = "dashboard, changes, diff, customer_reports, runbook, provider_status, logs, traces"

UNPLAYABLE: list[tuple[str, dict[str, Any], str]] = [
    ("rollback", {}, f": unknown verb 'rollback'; expected one of {VERBS}; did you mean 'roll_back'?"),
    ("declare", {}, ": declare lacks 'level'; expected a severity from 1 to 4"),
    ("declare", {"level": 0}, ", declare.level: it is 0; expected a severity from 1 to 4"),
    ("declare", {"level": "2"}, ", declare.level: it is '2'; expected a severity from 1 to 4"),
    ("declare", {"level": True}, ", declare.level: it is True; expected a severity from 1 to 4"),
    ("declare", {"level": 2.0}, ", declare.level: it is 2.0; expected a severity from 1 to 4"),
    ("declare", {"level": [2]}, ", declare.level: it is [2]; expected a severity from 1 to 4"),
    (
        "declare",
        {"level": 2, "lvl": 2},
        ": declare has no argument 'lvl'; expected one of level; did you mean 'level'?",
    ),
    ("acknowledge", {"by": "priya"}, ": acknowledge has no argument 'by'; expected no arguments"),
    (
        "page",
        {"who": "pria"},
        (
            ", page.who: unknown target 'pria'; expected one of priya, tomas, ines, ruth, "
            "all-hands; did you mean 'priya'?"
        ),
    ),
    (
        "page",
        {"who": "kofi"},
        ", page.who: unknown target 'kofi'; expected one of priya, tomas, ines, ruth, all-hands",
    ),
    ("page", {"who": 3}, ", page.who: it is 3; expected one of priya, tomas, ines, ruth, all-hands"),
    (
        "assign_role",
        {"role": "commander", "to": "priya"},
        (
            ", assign_role.role: unknown target 'commander'; expected one of "
            "incident_commander, operations_lead, "
            "communications_lead, scribe; did you mean 'incident_commander'?"
        ),
    ),
    (
        "assign_role",
        {"role": "scribe", "to": "ruth"},
        f", assign_role.to: unknown target 'ruth'; expected one of {RESPONDERS}",
    ),
    (
        "look",
        {"source": "log"},
        f", look.source: unknown target 'log'; expected one of {SOURCES}; did you mean 'logs'?",
    ),
    (
        "look",
        {"source": "logs", "about": "orders"},
        (
            ", look.about: unknown target 'orders'; expected one of catalog, orders-api, orders-db, taxwise, "
            "orders-2.31, cdn-ttl, db-reindex; did you mean 'orders-db'?"
        ),
    ),
    (
        "look",
        {"source": "changes", "by": "priyanka"},
        f", look.by: unknown target 'priyanka'; expected one of {RESPONDERS}; did you mean 'priya'?",
    ),
    (
        "roll_back",
        {"change": "orders-2.30"},
        (
            ", roll_back.change: unknown target 'orders-2.30'; expected one of orders-2.31, "
            "cdn-ttl, db-reindex; "
            "did you mean 'orders-2.31'?"
        ),
    ),
    (
        "restart",
        {"service": "taxwise"},
        ", restart.service: unknown target 'taxwise'; expected one of catalog, orders-api, orders-db",
    ),
    (
        "flag_off",
        {"flag": "express"},
        (
            ", flag_off.flag: unknown target 'express'; expected one of express-totals, live-tax-quotes; "
            "did you mean 'express-totals'?"
        ),
    ),
    ("shed", {"share": 30}, ", shed.share: it is 30; expected a share from 0 to 1"),
    ("shed", {"share": float("nan")}, ", shed.share: it is nan; expected a share from 0 to 1"),
    ("shed", {"share": False}, ", shed.share: it is False; expected a share from 0 to 1"),
    (
        "post_update",
        {"channel": "status_page", "broken": "checkout"},
        ", post_update.broken: it is 'checkout'; expected one of browse, checkout",
    ),
    (
        "post_update",
        {"channel": "status_page", "broken": ["login"]},
        ", post_update.broken: unknown target 'login'; expected one of browse, checkout",
    ),
    (
        "post_update",
        {"channel": "status_page", "next_update_min": 0},
        ", post_update.next_update_min: it is 0; expected minutes, above 0 and at most 1440",
    ),
    (
        "post_update",
        {"channel": "status_page", "next_update_min": float("inf")},
        ", post_update.next_update_min: it is inf; expected minutes, above 0 and at most 1440",
    ),
    (
        "post_update",
        {"channel": "status_page", "text": ["hi"]},
        ", post_update.text: it is ['hi']; expected text",
    ),
    (
        "post_update",
        {"channel": "status_page", "text": "\ud83d"},  # half a character, which no file can hold
        ", post_update.text: it is '\\ud83d'; expected text",
    ),
    (
        "ship_fix",
        {"target": "orders-2.31", "path": "reviewed", "monitored": "yes"},
        ", ship_fix.monitored: it is 'yes'; expected true or false",
    ),
    ("stop_work", {"work": 3}, ", stop_work.work: it is 3; expected the id of a decision"),
    (
        "schedule_postmortem",
        {"in_hours": 721},
        ", schedule_postmortem.in_hours: it is 721; expected hours, above 0 and at most 720",
    ),
    (
        "write_postmortem",
        {"cause": "taxwise", "timeline": ["14:00 it broke", 7]},
        ", write_postmortem.timeline: it is ['14:00 it broke', 7]; expected a list of texts",
    ),
    (
        "write_postmortem",
        {"cause": "taxwise", "actions": [{"what": "Test", "who": "Bob"}]},
        (
            ", write_postmortem.actions: it is [{'what': 'Test', 'who': 'Bob'}]; expected a "
            "list of objects with what, "
            "owner_role, due_days, kind"
        ),
    ),
    (
        "write_postmortem",
        {"cause": "taxwise", "actions": [{"what": "Test", "due_days": float("nan")}]},
        (
            ", write_postmortem.actions: it is [{'what': 'Test', 'due_days': nan}]; expected "
            "a list of objects with "
            "what, owner_role, due_days, kind"
        ),
    ),
    ("triage", {}, ": triage answers no question; expected one of impact, changed, rollback"),
    ("triage", {"impact": None}, ": triage answers no question; expected one of impact, changed, rollback"),
    (
        "triage",
        {"changed": "orders"},
        (
            ", triage.changed: unknown target 'orders'; expected one of orders-2.31, "
            "cdn-ttl, db-reindex, nothing, unclear; "
            "did you mean 'orders-2.31'?"
        ),
    ),
]


@pytest.mark.parametrize(
    ("verb", "args", "message"), UNPLAYABLE, ids=[f"{c[0]}-{n}" for n, c in enumerate(UNPLAYABLE)]
)
def test_a_decision_that_can_never_be_played_is_named_by_its_number(
    verb: str, args: dict[str, Any], message: str
):
    log = [Decision("d1", 61_000, SEAT, "acknowledge"), Decision("x", 70_000, SEAT, verb, args)]
    for start in (simulate, Session):
        with pytest.raises(DecisionError) as raised:
            start(SCENARIO, 7, log)
        assert str(raised.value) == f"decision 2{message}"


def test_a_seat_that_may_not_decide():
    with pytest.raises(DecisionError) as raised:
        simulate(SCENARIO, 7, [Decision("d1", 61_000, "comander", "acknowledge")])
    assert str(raised.value) == (
        "decision 1: seat 'comander' may not decide here; expected one of commander; did "
        "you mean 'commander'?"
    )


def test_a_target_of_a_kind_that_the_scenario_has_none_of():
    bare = SCENARIO.model_copy(update={"flags": {}})
    with pytest.raises(DecisionError) as raised:
        check(Decision("d1", 61_000, SEAT, "flag_off", {"flag": "x"}), MOVES, bare, "decision 1")
    assert str(raised.value) == (
        "decision 1, flag_off.flag: unknown target 'x'; expected a flag, but this scenario has none"
    )
