"""Every verb: what it says when it cannot be done, what it does, and what stopping it puts back."""

from typing import Any

import pytest

from simulator import MOVES, SEAT, Scenario, Session, Trace, load, simulate
from simulator.moves import GROUPS, Move, options
from simulator.moves.fix import WATCHED_REGRESSION_S
from simulator.moves.investigate import LOOKS_S
from tests.drills import (
    EVERYTHING,
    Told,
    affected,
    levels,
    log,
    mitigation,
    reasons,
    refusal,
    story,
    work,
    workers,
)

SCENARIO = load("api-500s-after-deploy")
CLEAN, UNSAFE, FAILING = (
    SCENARIO.only(variant) for variant in ("clean-rollback", "unsafe-rollback", "failing-provider")
)
CREW = [(66, "page", {"who": "priya"}), (67, "page", {"who": "tomas"})]
"""Seat 7's Priya is here from 139 s on, Tomas from 179 s on."""

# -- the table -----------------------------------------------------------------------------------------

EXAMPLES: dict[str, dict[str, Any]] = {
    "acknowledge": {},
    "page": {"who": "priya"},
    "escalate": {"who": "priya"},
    "stand_down": {"who": "priya"},
    "assign_role": {"role": "scribe", "to": "priya"},
    "stop_work": {"work": "d1"},
    "triage": {"rollback": "yes"},
    "declare": {"level": 2},
    "look": {"source": "logs", "about": "orders-api"},
    "reproduce_in_staging": {"target": "orders-2.31"},
    "debug_in_production": {"target": "orders-api"},
    "roll_back": {"change": "orders-2.31"},
    "roll_forward": {"change": "orders-2.31"},
    "flag_off": {"flag": "express-totals"},
    "flag_on": {"flag": "express-totals"},
    "shed": {"share": 0.3},
    "restart": {"service": "orders-api"},
    "scale": {"service": "shop", "factor": 2},
    "fail_over": {"service": "web", "zone": "south"},
    "bypass_cache": {"service": "shop"},
    "stop_automation": {"automation": "rollout"},
    "restore": {"service": "db"},
    "run_procedure": {"procedure": "renew"},
    "hold_for_provider": {"provider": "pay"},
    "post_update": {"channel": "status_page"},
    "prepare_fix": {"target": "orders-2.31"},
    "ship_fix": {"target": "orders-2.31", "path": "reviewed"},
    "declare_mitigated": {},
    "declare_resolved": {},
    "schedule_postmortem": {"in_hours": 24},
    "write_postmortem": {"cause": "orders-2.31"},
}


RELIEF = (
    "scale",
    "fail_over",
    "bypass_cache",
    "stop_automation",
    "restore",
    "run_procedure",
    "hold_for_provider",
)
"""Those of the shop that has everything; the others are of the worked case."""


def test_every_move_has_an_example_here():
    assert list(EXAMPLES) == list(MOVES)


@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES)
def test_every_move_says_what_it_is_and_takes_time(move: Move):
    args, scenario = EXAMPLES[move.verb], EVERYTHING if move.verb in RELIEF else SCENARIO
    assert move.verb == move.verb.lower().replace(" ", "_")
    assert move.group in GROUPS
    assert move.title[0].isupper()
    assert 20 < len(move.help) < 260
    assert move.help.endswith(".")
    assert 1 <= move.median_s(scenario, args) <= 900
    assert "{" not in move.label(scenario, args)
    assert len(move.label(scenario, args)) > 5
    assert {arg.name for arg in move.args if arg.required} <= set(args) <= {arg.name for arg in move.args}
    assert not move.production or move.hands_on(args)
    for arg in move.args:
        known = options(arg, scenario)
        assert arg.title
        assert arg.kind not in ("choice", "choices") or list(known or {}) == list(arg.choices)
        assert known is None or (known and all(known.values()))
    if move.about:
        assert move.about in {arg.name for arg in move.args}


def test_moves_by_hand_can_be_given_to_somebody_else():
    """Or a commander could not keep their hands off."""
    by_hand = [move.verb for move in MOVES.values() if move.hands_on(EXAMPLES[move.verb])]
    assert len(by_hand) > 8
    assert all("by" in MOVES[verb].names for verb in by_hand)


def test_reading_is_no_work_by_hand_and_searching_is():
    by_hand = {source for source in LOOKS_S if MOVES["look"].hands_on({"source": source})}
    assert by_hand == {"logs", "traces"}


# -- refusals ------------------------------------------------------------------------------------------

CDN = "Config catalog images cached for 24 h instead of 6 h"
MITIGATED = (400, "declare_mitigated", {})
PRESENT = [*CREW, (250, "triage", {"rollback": "no"})]

REFUSED: list[tuple[Told, str, dict[str, Any], str]] = [
    ([], "acknowledge", {}, "You have acknowledged already."),
    ([*CREW], "page", {"who": "priya"}, "Priya has been paged already."),
    ([(66, "page", {"who": "all-hands"})], "page", {"who": "all-hands"}, "Everybody has been paged."),
    ([(66, "page", {"who": "all-hands"})], "page", {"who": "ruth"}, "Ruth has been paged already."),
    ([], "escalate", {"who": "priya"}, "Priya has not been paged."),
    ([*CREW], "escalate", {"who": "priya"}, "Priya has answered."),
    ([(490, "page", {"who": "ruth"})], "escalate", {"who": "ruth"}, "There is nobody left to page."),
    ([], "stand_down", {"who": "priya"}, "Priya is not here."),
    ([], "stand_down", {"who": "ruth"}, "Ruth is not here."),
    (
        [*PRESENT, (495, "reproduce_in_staging", {"target": "orders-2.31", "by": "priya"})],
        "stand_down",
        {"who": "priya"},
        "Priya is busy: Reproduce in staging: Deploy orders-api 2.31.0.",
    ),
    ([], "assign_role", {"role": "scribe", "to": "tomas"}, "Tomas is not here: page them first."),
    ([], "assign_role", {"role": "incident_commander", "to": SEAT}, "commander holds that role already."),
    (
        [*PRESENT, (400, "assign_role", {"role": "scribe", "to": "tomas"})],
        "assign_role",
        {"role": "scribe", "to": "tomas"},
        "Tomas holds that role already.",
    ),
    ([], "stop_work", {"work": "d1"}, "That work is not under way."),
    ([], "stop_work", {"work": "d99"}, "That work is not under way."),
    ([(400, "declare", {"level": 2})], "declare", {"level": 2}, "It is a SEV-2 already."),
    ([], "look", {"source": "logs"}, "Say which: logs of a service."),
    ([], "look", {"source": "logs", "about": "orders-2.31"}, "Say which: logs of a service."),
    ([], "look", {"source": "traces"}, "Say which: traces of a service."),
    ([], "look", {"source": "diff"}, "Say which: diff of a change."),
    ([], "look", {"source": "diff", "about": "orders-api"}, "Say which: diff of a change."),
    ([], "look", {"source": "provider_status"}, "Say which: provider status of a provider."),
    (
        [],
        "look",
        {"source": "provider_status", "about": "orders-api"},
        "Orders API is our own: it has a dashboard, not a provider's status page.",
    ),
    ([], "look", {"source": "dashboard", "by": "priya"}, "Priya is not here: page them first."),
    (
        [(499, "reproduce_in_staging", {"target": "orders-api"})],
        "reproduce_in_staging",
        {"target": "orders-api"},
        "Already under way: Reproduce in staging: Orders API.",
    ),
    (
        [(499, "debug_in_production", {"target": "orders-api"})],
        "debug_in_production",
        {"target": "orders-api"},
        "Already under way: Debug in production: Orders API.",
    ),
    ([], "roll_back", {"change": "db-reindex"}, "Index rebuild on the orders database has no way back."),
    (
        [(70, "roll_back", {"change": "cdn-ttl"})],
        "roll_back",
        {"change": "cdn-ttl"},
        CDN + " has been rolled back already.",
    ),
    (
        [(495, "roll_back", {"change": "orders-2.31"})],
        "roll_back",
        {"change": "orders-2.31"},
        "Already under way: Roll back Deploy orders-api 2.31.0.",
    ),
    ([], "roll_forward", {"change": "cdn-ttl"}, CDN + " has not been rolled back."),
    (
        [(70, "roll_back", {"change": "cdn-ttl"}), (495, "roll_forward", {"change": "cdn-ttl"})],
        "roll_forward",
        {"change": "cdn-ttl"},
        f"Already under way: Roll forward {CDN}.",
    ),
    (
        [(70, "flag_off", {"flag": "live-tax-quotes"})],
        "flag_off",
        {"flag": "live-tax-quotes"},
        "Live tax quotes (off = table of standard rates) is off already.",
    ),
    (
        [(498, "flag_off", {"flag": "express-totals"})],
        "flag_off",
        {"flag": "express-totals"},
        "Already under way: Flag off: Express totals (new price calculation).",
    ),
    ([], "flag_on", {"flag": "express-totals"}, "Express totals (new price calculation) is on already."),
    (
        [(495, "restart", {"service": "orders-api"})],
        "restart",
        {"service": "orders-api"},
        "Already under way: Restart Orders API.",
    ),
    (
        [(450, "prepare_fix", {"target": "orders-2.31"})],
        "prepare_fix",
        {"target": "orders-2.31"},
        "Already under way: Prepare a fix: Deploy orders-api 2.31.0.",
    ),
    (
        [],
        "ship_fix",
        {"target": "orders-2.31", "path": "reviewed"},
        "No fix is ready for Deploy orders-api 2.31.0.",
    ),
    ([MITIGATED, (420, "declare_resolved", {})], "declare_mitigated", {}, "It has been declared resolved."),
    ([], "declare_resolved", {}, "Declare mitigated before you declare it resolved."),
    (
        [MITIGATED, (420, "declare_resolved", {})],
        "declare_resolved",
        {},
        "It has been declared resolved already.",
    ),
    ([], "schedule_postmortem", {"in_hours": 24}, "Declare mitigated before you schedule the postmortem."),
    ([], "write_postmortem", {"cause": "taxwise"}, "Declare mitigated before you write the postmortem."),
]

RELIEF_REFUSED: list[tuple[Told, str, dict[str, Any], str]] = [
    (
        [(495, "scale", {"service": "shop", "factor": 2})],
        "scale",
        {"service": "shop", "factor": 3},
        "Already under way: Scale Shop.",
    ),
    (
        [],
        "fail_over",
        {"service": "web", "zone": "east"},
        "Web does not run in east: it runs in north, south.",
    ),
    (
        [(495, "fail_over", {"service": "web", "zone": "south"})],
        "fail_over",
        {"service": "web", "zone": "north"},
        "Already under way: Fail over Web.",
    ),
    (
        [(70, "fail_over", {"service": "web", "zone": "south"})],
        "fail_over",
        {"service": "web", "zone": "south"},
        "Web has left south already.",
    ),
    (
        [(495, "bypass_cache", {"service": "shop"})],
        "bypass_cache",
        {"service": "shop", "again": True},
        "Already under way: Bypass the cache of Shop.",
    ),
    (
        [(70, "stop_automation", {"automation": "rollout"})],
        "stop_automation",
        {"automation": "rollout"},
        "Rollout of shop 9 has been stopped.",
    ),
    (
        [(495, "stop_automation", {"automation": "scaler"})],
        "stop_automation",
        {"automation": "scaler"},
        "Already under way: Stop Autoscaler of the shop.",
    ),
    (
        [(495, "restore", {"service": "db"})],
        "restore",
        {"service": "db"},
        "Already under way: Restore Database.",
    ),
    (
        [(70, "restore", {"service": "db"})],
        "restore",
        {"service": "db"},
        "Database has been restored already.",
    ),
    (
        [(70, "run_procedure", {"procedure": "flush"})],
        "run_procedure",
        {"procedure": "flush"},
        "Flush and restart the shop has been done.",
    ),
    (
        [(495, "run_procedure", {"procedure": "renew"})],
        "run_procedure",
        {"procedure": "renew"},
        "Already under way: Renew the certificate.",
    ),
    (
        [(70, "hold_for_provider", {"provider": "pay"})],
        "hold_for_provider",
        {"provider": "pay"},
        "Payments (provider) has our case already.",
    ),
    (
        [(495, "hold_for_provider", {"provider": "pay"})],
        "hold_for_provider",
        {"provider": "pay"},
        "Already under way: Open a case with Payments (provider).",
    ),
    (
        [],
        "post_update",
        {"channel": "status_page"},
        "The status page is down: it needs Web. Tell stakeholders directly.",
    ),
]
"""In the shop that has everything, whose certificate has expired."""
CASES = [(CLEAN, *case) for case in REFUSED]
CASES += [(EVERYTHING.only("certificate"), *case) for case in RELIEF_REFUSED]


@pytest.mark.parametrize(
    ("scenario", "before", "verb", "args", "reason"), CASES, ids=[f"{r[2]}-{r[4][:24]}" for r in CASES]
)
def test_why_it_cannot_be_done(
    scenario: Scenario, before: Told, verb: str, args: dict[str, Any], reason: str
):
    assert refusal(scenario, before, verb, args, 500) == reason
    # Told as a decision, it is refused for the same reason and nothing else comes of it.
    plain = simulate(scenario, 7, log(*before))
    tried = simulate(scenario, 7, log(*before, (500, verb, args)))
    assert list(reasons(tried).values())[-1] == reason
    assert len(tried.events) == len(plain.events) + 1
    assert tried.impact == plain.impact


ALWAYS_POSSIBLE = {"triage", "shed"}


def test_every_move_that_can_be_refused_is_refused_above():
    assert {case[2] for case in CASES} | ALWAYS_POSSIBLE == set(MOVES)


def test_the_way_back_is_open_again_once_a_flag_is_off():
    before: Told = [(70, "flag_off", {"flag": "express-totals"})]
    assert refusal(CLEAN, before, "flag_on", {"flag": "express-totals"}, 500) is None
    both: Told = [*before, (200, "flag_on", {"flag": "express-totals"})]
    assert refusal(CLEAN, both, "flag_off", {"flag": "express-totals"}, 500) is None
    assert "is on already" in str(refusal(CLEAN, both, "flag_on", {"flag": "express-totals"}, 500))


def test_a_flag_that_is_off_from_the_start_can_be_turned_on_and_off_again():
    dark = CLEAN.flags["express-totals"].model_copy(update={"on": False})
    scenario = CLEAN.model_copy(update={"flags": {**CLEAN.flags, "express-totals": dark}})
    flag = {"flag": "express-totals"}
    assert "is off already" in str(refusal(scenario, [], "flag_off", flag, 500))
    turned_on: Told = [(70, "flag_on", flag)]
    assert "is on already" in str(refusal(scenario, turned_on, "flag_on", flag, 500))
    assert refusal(scenario, turned_on, "flag_off", flag, 500) is None
    turned_off: Told = [*turned_on, (200, "flag_off", flag)]
    assert "is off already" in str(refusal(scenario, turned_off, "flag_off", flag, 500))


# -- time, hands and queues ----------------------------------------------------------------------------


def test_a_busy_seat_does_one_thing_after_the_other_in_the_order_decided():
    trace = simulate(
        CLEAN,
        7,
        log(
            (66, "look", {"source": "logs", "about": "orders-api"}),
            (67, "declare", {"level": 2}),
            (68, "page", {"who": "priya"}),
        ),
    )
    seen = work(trace, "d2", "d3", "d4")
    assert [(decision, state) for _, decision, state in seen] == [
        ("d2", "started"),
        ("d3", "waiting"),
        ("d4", "waiting"),
        ("d2", "done"),
        ("d3", "started"),
        ("d3", "done"),
        ("d4", "started"),
        ("d4", "done"),
    ]
    assert seen[0][0] == 66.0
    assert [seen[1][0], seen[2][0]] == [67.0, 68.0]
    assert seen[3][0] == seen[4][0] == 113.372
    assert seen[5][0] == seen[6][0] == 116.079
    assert seen[7][0] == 122.871


def test_two_people_work_at_the_same_time():
    look = {"source": "logs", "about": "orders-api", "by": "priya"}
    trace = simulate(CLEAN, 7, log(*CREW, (300, "look", look), (300, "look", {"source": "changes"})))
    ours = [line for line in work(trace, "d4", "d5") if line[2] != "done"]
    assert ours == [(300.0, "d4", "started"), (300.0, "d5", "started")]


def test_work_that_has_become_impossible_while_it_waited_is_let_go_with_a_word():
    trace = simulate(
        CLEAN,
        7,
        log(
            (66, "restart", {"service": "catalog"}),
            (67, "declare", {"level": 2}),
            (68, "declare", {"level": 2}),
        ),
    )
    assert [(decision, state) for _, decision, state in work(trace, "d3", "d4")] == [
        ("d3", "waiting"),
        ("d4", "waiting"),
        ("d3", "started"),
        ("d3", "done"),
        ("d4", "dropped"),
    ]
    assert [e.detail["text"] for e in trace.events if e.detail.get("about") == "notice"] == [
        "It is a SEV-2 already."
    ]
    assert len(story(trace, "severity")) == 1


# -- what moves do: page and command -------------------------------------------------------------------


def test_whoever_acknowledges_first_takes_command():
    trace = simulate(CLEAN, 7, log())
    (taken,) = [e for e in trace.events if e.kind == "role"]
    assert (taken.at_ms, taken.subject, dict(taken.detail)) == (
        65_419,
        "incident_commander",
        {"holder": SEAT, "previous": None},
    )


def test_command_is_handed_over_aloud_and_lost_when_its_holder_stands_down():
    handed = log(
        *CREW,
        (300, "assign_role", {"role": "incident_commander", "to": "priya"}),
        (400, "stand_down", {"who": "priya"}),
        (500, "assign_role", {"role": "incident_commander", "to": SEAT}),
    )
    session = Session(CLEAN, 7, handed)
    assert session.observe().roles == {}
    session.advance(600_000)
    assert session.observe().roles == {"incident_commander": SEAT}
    trace = session.finish()
    assert [(e.detail["holder"], e.detail["previous"]) for e in trace.events if e.kind == "role"] == [
        (SEAT, None),
        ("priya", SEAT),
        (None, "priya"),
        (SEAT, None),
    ]
    assert "I have incident commander." in [
        e.detail["text"] for e in trace.events if e.subject == "priya" and e.kind == "message"
    ]


def test_nobody_is_given_a_role_after_they_have_stood_down():
    trace = simulate(
        CLEAN,
        7,
        log(
            *CREW,
            (300, "stand_down", {"who": "priya"}),
            (301, "assign_role", {"role": "operations_lead", "to": "priya"}),
        ),
    )
    assert [state for _, _, state in work(trace, "d5")] == ["waiting", "dropped"]
    assert [line[2] for line in story(trace, "role")] == ["incident_commander"]


def test_nobody_stands_down_in_the_middle_of_work_given_meanwhile():
    trace = simulate(
        CLEAN,
        7,
        log(
            *CREW, (300, "stand_down", {"who": "priya"}), (301, "look", {"source": "changes", "by": "priya"})
        ),
    )
    assert [state for _, _, state in work(trace, "d5")] == ["started", "done"]
    assert "stood_down" not in [e.detail["state"] for e in trace.events if e.kind == "page"]
    assert "Priya is busy: Look at changes." in [e.detail.get("text") for e in trace.events]


# -- stopping work ---------------------------------------------------------------------------------------


def test_stopping_a_restart_gives_its_workers_back():
    session = Session(CLEAN, 7, log(*CREW, (300, "restart", {"service": "orders-api", "by": "priya"})))
    assert workers(session, "orders-api") == pytest.approx(0.6 * 160)
    session.decide("stop_work", {"work": "d4"})
    session.advance(310_000)
    assert workers(session, "orders-api") == 160
    trace = session.finish()
    assert work(trace, "d4") == [(300.0, "d4", "started"), (302.137, "d4", "dropped")]
    assert [e.detail["state"] for e in trace.events if e.kind == "production"] == ["begun"]


def test_stopping_a_debugger_gives_users_back_what_it_took():
    debug = (300, "debug_in_production", {"target": "orders-api", "by": "priya"})
    stopped = simulate(CLEAN, 7, log(*CREW, debug, (400, "stop_work", {"work": "d4"})))
    untouched = simulate(CLEAN, 7, log(*CREW))
    assert affected(stopped, 395) > affected(untouched, 395) + 0.01
    assert affected(stopped, 500) == pytest.approx(affected(untouched, 500), rel=1e-3)
    assert "production-guest" not in [e.subject for e in stopped.events if e.kind == "evidence"]


def test_ones_own_work_can_be_stopped_without_waiting_for_its_end():
    roll_back = (100, "roll_back", {"change": "orders-2.31"})
    trace = simulate(
        UNSAFE, 7, log(roll_back, (110, "declare", {"level": 2}), (120, "stop_work", {"work": "d2"}))
    )
    assert work(trace, "d2", "d3", "d4") == [
        (100.0, "d2", "started"),
        (110.0, "d3", "waiting"),
        (120.0, "d4", "started"),
        (122.717, "d2", "dropped"),
        (122.717, "d4", "done"),
        (122.717, "d3", "started"),
        (125.424, "d3", "done"),
    ]
    assert not [e for e in trace.events if e.kind == "truth.fault" and e.subject == "old-code-new-schema"]
    assert (
        refusal(
            UNSAFE,
            [roll_back, (120, "stop_work", {"work": "d2"})],
            "roll_back",
            {"change": "orders-2.31"},
            130,
        )
        is None
    )


def test_work_that_still_waits_can_be_stopped():
    session = Session(
        CLEAN, 7, log((100, "roll_back", {"change": "orders-2.31"}), (101, "restart", {"service": "catalog"}))
    )
    session.decide("stop_work", {"work": "d3"})
    session.advance(110_000)
    assert [w.decision for w in session.observe().work] == ["d2"]
    assert workers(session, "catalog") == 120
    assert [state for _, _, state in work(session.finish(), "d3")] == ["waiting", "dropped"]


def test_stopping_what_is_done_by_the_time_it_is_said_does_no_harm():
    """The declaration ends while the seat says stop; and two stops of one thing stop it once."""
    session = Session(CLEAN, 7, log((100, "declare", {"level": 2})))
    session.decide("stop_work", {"work": "d2"})
    session.decide("stop_work", {"work": "d2"})
    trace = session.finish()
    assert sorted(state for _, _, state in work(trace, "d2")) in (["done", "started"], ["dropped", "started"])
    late = [e.detail["text"] for e in trace.events if e.detail.get("about") == "notice"]
    assert late == ["Too late to stop that: it is done."] * len(late)
    assert late
    assert [state for _, _, state in work(trace, "d3", "d4")].count("done") == 2


# -- what moves do: mitigate -----------------------------------------------------------------------------


def test_a_clean_rollback_ends_it():
    trace = simulate(CLEAN, 7, log((100, "roll_back", {"change": "orders-2.31"})))
    assert mitigation(trace) == [
        (100.0, "orders-2.31", "roll_back", "begun"),
        (194.744, "orders-2.31", "roll_back", "done"),
    ]
    assert affected(trace, 190) > 0.1
    assert affected(trace, 210) < CLEAN.severity.sev4
    assert levels(trace)[-1][1] is None
    assert [(e.at_ms / 1000, e.detail["present"]) for e in trace.events if e.kind == "truth.cause"] == [
        (0.0, True),
        (194.744, False),
    ]


def test_rolling_back_over_the_migration_loses_data():
    trace = simulate(UNSAFE, 7, log((100, "roll_back", {"change": "orders-2.31"})))
    broken = [(e.at_ms / 1000, dict(e.detail)) for e in trace.events if e.subject == "old-code-new-schema"]
    assert broken == [(194.744, {"state": "on", "loses_data": True})]
    assert levels(trace)[-1] == (194.744, 1)
    assert affected(trace, 300) > 2 * affected(trace, 190)
    assert affected(trace, 3600) > 0.3


def test_rolling_forward_again_stops_the_loss_and_brings_the_first_fault_back():
    change = {"change": "orders-2.31"}
    trace = simulate(UNSAFE, 7, log((100, "roll_back", change), (500, "roll_forward", change)))
    (_, back, _, forward) = mitigation(trace)
    assert (back[0], forward[1:]) == (194.744, ("orders-2.31", "roll_forward", "done"))
    assert [at for at, level in levels(trace) if level == 1] == [back[0]]
    assert levels(trace)[-1][1] == 2
    assert next(at for at, _ in levels(trace) if at > back[0]) == forward[0]
    assert [
        (e.at_ms / 1000, e.subject, e.detail["state"]) for e in trace.events if e.kind == "truth.fault"
    ] == [
        (15.0, "express-rounding", "on"),
        (back[0], "old-code-new-schema", "on"),
        (back[0], "express-rounding", "off"),
        (forward[0], "express-rounding", "on"),
        (forward[0], "old-code-new-schema", "off"),
    ]
    session = Session(UNSAFE, 7, log((100, "roll_back", change), (500, "roll_forward", change)))
    session.advance(1_200_000)
    assert session.refusal("roll_back", change) is None


def test_a_fix_shipped_after_a_wrong_rollback_ends_both_faults():
    change = {"change": "orders-2.31"}
    fixed = log((100, "roll_back", change), (300, "prepare_fix", {"target": "orders-2.31"}), ship("reviewed"))
    trace = simulate(UNSAFE, 7, fixed)
    assert affected(trace, 1490) > 0.3
    assert affected(trace, 3600) < UNSAFE.severity.sev4
    assert levels(trace)[-1][1] is None


def test_the_flag_of_the_new_code_ends_it_where_a_rollback_would_not():
    trace = simulate(UNSAFE, 7, log((100, "flag_off", {"flag": "express-totals"})))
    assert mitigation(trace)[-1] == (123.686, "express-totals", "flag_off", "done")
    assert affected(trace, 140) < UNSAFE.severity.sev4
    assert [e.detail["present"] for e in trace.events if e.kind == "truth.cause"] == [
        True
    ]  # worked around, not removed
    again = simulate(
        UNSAFE,
        7,
        log((100, "flag_off", {"flag": "express-totals"}), (300, "flag_on", {"flag": "express-totals"})),
    )
    assert affected(again, 500) > 0.1


def test_without_live_quotes_the_provider_hurts_nobody_and_a_rollback_does_not_help():
    flag = simulate(FAILING, 7, log((100, "flag_off", {"flag": "live-tax-quotes"})))
    assert affected(flag, 140) < FAILING.severity.sev4
    rolled_back = simulate(FAILING, 7, log((100, "roll_back", {"change": "orders-2.31"})))
    assert affected(rolled_back, 300) == pytest.approx(affected(simulate(FAILING, 7), 300), rel=0.01)


def test_shedding_turns_users_away_and_lets_them_in_again():
    shed = log(
        (100, "shed", {"share": 1, "journey": "browse"}), (400, "shed", {"share": 0, "journey": "browse"})
    )
    trace = simulate(CLEAN, 7, shed)
    row = trace.impact["at_ms"].index(300_000)
    assert trace.impact["browse.users_failed"][row] == pytest.approx(trace.impact["browse.users"][row])
    row = trace.impact["at_ms"].index(600_000)
    assert trace.impact["browse.users_failed"][row] < 0.01 * trace.impact["browse.users"][row]
    said = [e.detail["text"] for e in trace.events if e.kind == "message" and e.subject == SEAT]
    assert said == ["Turning away 100% of requests.", "All requests are let in again."]


def test_a_restart_costs_capacity_and_ends():
    session = Session(CLEAN, 7, log((100, "restart", {"service": "orders-api"})))
    assert workers(session, "orders-api") == pytest.approx(96)
    session.advance(600_000)
    assert workers(session, "orders-api") == 160
    assert affected(session.finish(), 600) > 0.1  # it cures nothing that is in the code


# -- what moves do: investigate --------------------------------------------------------------------------


def found(trace: Trace) -> list[tuple[str, str]]:
    return [(e.subject, e.detail["by"]) for e in trace.events if e.kind == "evidence"]


def test_what_a_responder_finds_they_say_in_the_channel():
    trace = simulate(
        CLEAN,
        7,
        log(
            *CREW,
            (300, "look", {"source": "logs", "about": "orders-api", "by": "priya"}),
            (300, "look", {"source": "diff", "about": "orders-2.31"}),
        ),
    )
    assert found(trace) == [("diff-clean", SEAT), ("logs-guest", "priya")]
    reports = [e for e in trace.events if e.kind == "message" and e.detail["about"] == "report"]
    assert [(e.subject, e.detail["text"]) for e in reports] == [
        (
            "priya",
            (
                "Errors begin with version 2.31.0. All 500s come from hosts on 2.31.0, from its "
                "first minute on: "
                "AttributeError in totals()."
            ),
        )
    ]


def test_traces_carry_the_steps_of_a_request_and_other_evidence_has_none():
    looks = [(100, "look", {"source": source, "about": "orders-api"}) for source in ("traces", "logs")]
    session = Session(CLEAN, 7, log(*looks))
    trace = session.finish()
    traces, logs = [e for e in trace.events if e.kind == "evidence"]
    assert traces.detail["spans"] == [
        {
            "service": "orders-api",
            "name": "POST /v1/orders",
            "depth": 0,
            "start_ms": 0.0,
            "length_ms": 4.0,
            "status": "error",
        },
        {
            "service": "orders-api",
            "name": "totals()",
            "depth": 1,
            "start_ms": 3.0,
            "length_ms": 1.0,
            "status": "error",
        },
    ]
    assert "spans" not in logs.detail
    seen = {found.id: found.spans for found in session.observe().evidence}
    assert [(span.name, span.depth, span.status) for span in seen["traces-guest"]] == [
        ("POST /v1/orders", 0, "error"),
        ("totals()", 1, "error"),
    ]
    assert seen["logs-guest"] == ()


def test_looking_where_nothing_is_says_so():
    trace = simulate(CLEAN, 7, log((100, "look", {"source": "traces", "about": "catalog"})))
    (nothing,) = [e for e in trace.events if e.kind == "evidence"]
    assert (nothing.subject, nothing.detail["title"], nothing.detail["text"]) == (
        "traces.catalog",
        "Traces of Catalog",
        "Nothing stands out.",
    )
    assert nothing.detail["implicates"] == nothing.detail["clears"] == []


def test_the_change_list_shows_the_newest_first_and_whether_it_can_be_undone():
    trace = simulate(CLEAN, 7, log((100, "look", {"source": "changes"})))
    (changes,) = [e.detail["text"] for e in trace.events if e.kind == "evidence"]
    assert changes.splitlines() == [
        "13:58  Deploy orders-api 2.31.0 (Orders team, can be rolled back)",
        "13:18  Config catalog images cached for 24 h instead of 6 h (Storefront team, can be rolled back)",
        "11:45  Index rebuild on the orders database (Data platform team, no way back)",
    ]


def test_a_dashboard_shows_the_present():
    looks = [(at, "look", {"source": "dashboard"}) for at in (100, 900)]
    trace = simulate(CLEAN, 7, log((110, "roll_back", {"change": "orders-2.31"}), *looks[1:]))
    (after,) = [e.detail["text"] for e in trace.events if e.kind == "evidence"]
    trace = simulate(CLEAN, 7, log(looks[0]))
    (before,) = [e.detail["text"] for e in trace.events if e.kind == "evidence"]
    assert before.splitlines()[2] == "Check out: 4,244 users, 38% failing, 0% slow"
    assert after.splitlines()[2].endswith("users, 0% failing, 0% slow")


def test_a_dashboard_of_a_journey_that_nobody_is_on():
    nobody = {"browse": CLEAN.journeys["browse"].model_copy(update={"share": 0.0})}
    everybody = {"checkout": CLEAN.journeys["checkout"].model_copy(update={"share": 1.0})}
    empty = CLEAN.model_copy(update={"journeys": {**nobody, **everybody}})
    trace = simulate(empty, 7, log((100, "look", {"source": "dashboard"})))
    (text,) = [e.detail["text"] for e in trace.events if e.kind == "evidence"]
    assert "Browse the shop: 0 users, 0% failing, 0% slow" in text


def test_the_status_page_of_the_provider_lags_behind_the_truth():
    looks = [(at, "look", {"source": "provider_status", "about": "taxwise"}) for at in (600, 1500, 2800)]
    assert [evidence for evidence, _ in found(simulate(FAILING, 7, log(*looks)))] == [
        "status-taxwise-green",
        "status-taxwise-red",
        "status-taxwise-over",
    ]


@pytest.mark.parametrize(
    ("scenario", "evidence"),
    [(CLEAN, "staging-guest"), (UNSAFE, "staging-express"), (FAILING, "staging.orders-2.31")],
)
def test_staging_reproduces_our_own_bugs_and_not_the_providers(scenario: Scenario, evidence: str):
    trace = simulate(scenario, 7, log((100, "reproduce_in_staging", {"target": "orders-2.31"})))
    assert found(trace) == [(evidence, SEAT)]
    assert trace.impact == simulate(scenario, 7).impact  # and touches no user


def test_debugging_in_production_hurts_while_it_lasts():
    trace = simulate(CLEAN, 7, log((300, "debug_in_production", {"target": "orders-api"})))
    plain = simulate(CLEAN, 7)
    (began, *_), (ended, *_) = mitigation(trace)
    assert (began, ended) == (300.0, 513.175)
    assert affected(trace, 400) > affected(plain, 400) + 0.01
    assert affected(trace, 600) == pytest.approx(affected(plain, 600), rel=1e-3)
    assert trace.impact["user_minutes"][-1] > plain.impact["user_minutes"][-1] + 100
    assert found(trace) == [("production-guest", SEAT)]


# -- what moves do: communicate, fix, close --------------------------------------------------------------


def test_an_update_says_what_is_broken_for_whom_and_when_the_next_one_comes():
    update = {
        "channel": "status_page",
        "stage": "identified",
        "broken": ["checkout"],
        "affected": "some",
        "next_update_min": 15,
        "text": "We know the cause.",
    }
    trace = simulate(CLEAN, 7, log((100, "post_update", update)))
    (posted,) = [e for e in trace.events if e.kind == "update"]
    assert (posted.subject, dict(posted.detail)) == (
        "status_page",
        {key: value for key, value in update.items() if key != "channel"} | {"by": SEAT, "decision": "d2"},
    )
    assert [e.detail["text"] for e in trace.events if e.detail.get("about") == "update"] == [
        (
            "Posted to the status page: identified. Broken: Check out. Affected: some. Next "
            "update in 15 min. "
            "We know the cause."
        )
    ]


FIX: Told = [(100, "prepare_fix", {"target": "orders-2.31"})]


def ship(path: str, **more: Any) -> tuple[float, str, dict[str, Any]]:
    return (1500, "ship_fix", {"target": "orders-2.31", "path": path, **more})


def test_a_fix_is_found_only_for_the_guilty():
    assert [
        (e.subject, e.detail["state"]) for e in simulate(CLEAN, 7, log(*FIX)).events if e.kind == "fix"
    ] == [("orders-2.31", "ready")]
    for scenario, target in ((CLEAN, "orders-db"), (FAILING, "orders-2.31"), (FAILING, "taxwise")):
        trace = simulate(scenario, 7, log((100, "prepare_fix", {"target": target})))
        assert [(e.subject, e.detail["state"]) for e in trace.events if e.kind == "fix"] == [
            (target, "not_found")
        ]


def test_a_reviewed_fix_takes_long_and_removes_the_cause():
    trace = simulate(CLEAN, 7, log(*FIX, ship("reviewed")))
    began, done = (line for line in mitigation(trace))
    assert (began[0], began[3], done[3]) == (1500.0, "begun", "done")
    assert done[0] - began[0] > 180
    assert [(e.subject, e.detail.get("state")) for e in trace.events if e.kind in ("fix", "truth.cause")] == [
        ("orders-2.31", None),
        ("orders-2.31", "ready"),
        ("orders-2.31", None),
        ("orders-2.31", "shipped"),
    ]
    shipped = next(e for e in trace.events if e.detail.get("state") == "shipped")
    assert (shipped.detail["path"], shipped.detail["monitored"]) == (
        "reviewed",
        True,
    )  # unless told otherwise
    assert affected(trace, 3600) < CLEAN.severity.sev4
    session = Session(CLEAN, 7, log(*FIX, ship("reviewed")))
    session.advance(3_000_000)
    assert session.refusal("ship_fix", {"target": "orders-2.31", "path": "reviewed"}) == (
        "The fix for Deploy orders-api 2.31.0 has shipped."
    )
    assert session.refusal("prepare_fix", {"target": "orders-2.31"}) == "That fix is ready already."


def hot(seed: int, path: str, **more: Any) -> Trace:
    return simulate(CLEAN, seed, log(*FIX, (2400, *ship(path, **more)[1:])))


def relapses(trace: Trace) -> bool:
    """Whether something new broke; if so, it hurts."""
    broke = [e.at_ms for e in trace.events if e.kind == "truth.fault" and e.subject == "hot-fix:d3"]
    assert not broke or max(trace.impact["users_failed"][broke[0] // 5000 :]) > 1000
    return bool(broke)


def test_a_hot_fix_sometimes_breaks_something_else_and_a_reviewed_one_never():
    seeds = range(12)
    broke = [relapses(hot(seed, "straight", monitored=False)) for seed in seeds]
    assert 3 <= sum(broke) <= 11, broke
    assert not any(relapses(hot(seed, "reviewed")) for seed in seeds)


def test_monitoring_takes_a_bad_hot_fix_out_again():
    bad = next(seed for seed in range(20) if relapses(hot(seed, "straight", monitored=False)))
    assert affected(hot(bad, "straight", monitored=False), 3600) > 0.1
    watched = hot(bad, "straight", monitored=True)
    assert affected(watched, 3600) < CLEAN.severity.sev4
    hurt = [(e.at_ms, e.detail["state"]) for e in watched.events if e.subject == "hot-fix:d3"]
    assert [state for _, state in hurt] == ["on", "off"]
    assert hurt[1][0] - hurt[0][0] <= 1000 * WATCHED_REGRESSION_S


def test_closing_in_order():
    session = Session(CLEAN, 7, log((400, "declare_mitigated", {}), (420, "declare_resolved", {})))
    session.advance(500_000)
    session.decide("schedule_postmortem", {"in_hours": 24})
    actions = [{"what": "Test it", "owner_role": "service owner", "due_days": 7, "kind": "prevent"}]
    session.decide(
        "write_postmortem", {"cause": "orders-2.31", "went_well": ["We talked."], "actions": actions}
    )
    trace = session.finish()
    assert [line[1:] for line in story(trace, "declared", "postmortem")] == [
        ("declared", "mitigated"),
        ("declared", "resolved"),
        ("postmortem", SEAT),
        ("postmortem", SEAT),
    ]
    scheduled, written = [dict(e.detail) for e in trace.events if e.kind == "postmortem"]
    assert scheduled == {"state": "scheduled", "in_hours": 24, "decision": "d4"}
    assert written == {
        "state": "written",
        "decision": "d5",
        "cause": "orders-2.31",
        "went_well": ["We talked."],
        "actions": actions,
    }
    after = session.observe()
    assert (after.postmortem_in_hours, after.postmortem_written, after.closed) == (24, True, True)


def test_mitigation_can_be_declared_again_after_a_relapse():
    twice = log((400, "declare_mitigated", {}), (900, "declare_mitigated", {}))
    assert story(simulate(CLEAN, 7, twice), "declared") == [
        (402.961, "declared", "mitigated"),
        (902.707, "declared", "mitigated"),
    ]
