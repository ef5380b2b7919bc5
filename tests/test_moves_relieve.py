"""The rarer mitigations, in a shop that has what they need: what they do, cost and leave behind."""

import pytest

from simulator import SEAT, Session, Trace, simulate
from tests.drills import EVERYTHING, affected, log, mitigation, refusal, story, work, workers

ROLLOUT, CERTIFICATE, ZONE = (EVERYTHING.only(name) for name in ("rollout", "certificate", "zone"))
PLAIN = {scenario.digest: simulate(scenario, 7, log()) for scenario in (ROLLOUT, CERTIFICATE, ZONE)}
"""What becomes of each truth when nobody does anything."""


def records_at_risk(trace: Trace, at_s: float) -> float:
    return trace.impact["records_at_risk"][trace.impact["at_ms"].index(round(1000 * at_s))]


def said(trace: Trace) -> list[str]:
    """What the seat reported."""
    return [e.detail["text"] for e in trace.events if e.kind == "message" and e.subject == SEAT]


def rate(session: Session, service: str) -> float:
    return session._drill.world.reading(service).requests_per_s


def test_scaling_gives_twice_the_workers_and_an_autoscaler_that_finds_them_idle_lets_them_go() -> None:
    session = Session(ROLLOUT, 7, log((100, "scale", {"service": "shop", "factor": 2})))
    assert workers(session, "shop") == 80  # the autoscaler's least: nothing is wrong with its load
    session.advance(200_000)
    assert workers(session, "shop") == 200
    session.advance(300_000)
    assert workers(session, "shop") == 80
    assert mitigation(session.finish()) == [
        (100.0, "shop", "scale", "begun"),
        (188.823, "shop", "scale", "done"),
    ]


def test_scaling_ends_when_its_autoscaler_is_stopped_first() -> None:
    decided = (
        (70, "stop_automation", {"automation": "scaler"}),
        (100, "scale", {"service": "shop", "factor": 2}),
    )
    session = Session(ROLLOUT, 7, log(*decided))
    session.advance(1_500_000)
    assert workers(session, "shop") == 200


def test_scaling_what_is_not_overloaded_helps_nobody() -> None:
    trace = simulate(ROLLOUT, 7, log((100, "scale", {"service": "shop", "factor": 2})))
    assert said(trace) == ["Shop has 2 times its workers."]
    assert affected(trace, 600) == pytest.approx(affected(PLAIN[ROLLOUT.digest], 600), abs=1e-6)


def test_failing_over_leaves_the_ill_zone_behind() -> None:
    trace = simulate(ZONE, 7, log((100, "fail_over", {"service": "web", "zone": "south"})))
    assert mitigation(trace)[-1] == (135.529, "web", "fail_over", "done")
    assert said(trace) == ["Web has left south."]
    assert affected(trace, 130) == affected(PLAIN[ZONE.digest], 130) > 0.1
    assert affected(trace, 200) < 1e-6
    again = Session(ZONE, 7, log((100, "fail_over", {"service": "web", "zone": "south"})))
    assert workers(again, "web") == 200
    again.advance(140_000)
    assert workers(again, "web") == 100  # half of it stood in the south


def test_failing_over_the_other_way_puts_everybody_into_the_ill_zone() -> None:
    trace = simulate(ZONE, 7, log((100, "fail_over", {"service": "web", "zone": "north"})))
    assert affected(trace, 200) > 2 * affected(PLAIN[ZONE.digest], 200)
    back = (
        (100, "fail_over", {"service": "web", "zone": "north"}),
        (300, "fail_over", {"service": "web", "zone": "south"}),
    )
    assert affected(simulate(ZONE, 7, log(*back)), 500) < 1e-6


def test_a_failover_loses_what_had_not_been_copied() -> None:
    trace = simulate(ZONE, 7, log((100, "fail_over", {"service": "db", "zone": "north"})))
    assert records_at_risk(trace, 135) == 0
    session = Session(ZONE, 7, log((100, "fail_over", {"service": "db", "zone": "north"})))
    session.advance(135_000)
    assert records_at_risk(trace, 140) == records_at_risk(trace, 3600)
    assert records_at_risk(trace, 140) == pytest.approx(
        5 * rate(session, "db"), rel=0.01
    )  # copies are 5 s behind


def test_past_the_cache_every_call_is_made_and_back_at_it_it_warms_anew() -> None:
    session = Session(ZONE, 7, log((100, "bypass_cache", {"service": "shop"})))
    warm = rate(session, "db")
    session.advance(130_000)
    assert rate(session, "db") == pytest.approx(2 * rate(session, "shop"), rel=1e-3)  # two calls a request
    assert rate(session, "db") > 7 * warm
    session.advance(400_000)
    session.decide("bypass_cache", {"service": "shop", "again": True})
    session.advance(425_000)
    cold = rate(session, "db")
    session.advance(700_000)
    assert warm < rate(session, "db") < 1.3 * warm < cold
    assert said(session.finish())[-2:] == [
        "Shop goes past its cache.",
        "Shop uses its cache again, empty as yet.",
    ]


def test_stopping_a_rollout_keeps_it_as_large_as_it_is_then() -> None:
    trace = simulate(ROLLOUT, 7, log((100, "stop_automation", {"automation": "rollout"})))
    assert (mitigation(trace)[-1], said(trace)) == (
        (117.765, "rollout", "stop_automation", "done"),
        ["Stopped: Rollout of shop 9."],
    )
    assert affected(trace, 115) == affected(PLAIN[ROLLOUT.digest], 115)
    assert affected(trace, 120) == pytest.approx(affected(trace, 3600), rel=1e-3)
    assert affected(PLAIN[ROLLOUT.digest], 3600) > 10 * affected(trace, 3600)


def test_a_rollout_that_is_stopped_and_rolled_back_hurts_nobody() -> None:
    decided = (100, "stop_automation", {"automation": "rollout"}), (150, "roll_back", {"change": "shop-9"})
    assert affected(simulate(ROLLOUT, 7, log(*decided)), 600) < 1e-6


def test_a_restore_serves_nobody_meanwhile_and_loses_what_was_written_since_the_backup() -> None:
    session = Session(ROLLOUT, 7, log((100, "restore", {"service": "db"})))
    usual = session._drill.world.usual("db").requests_per_s
    assert workers(session, "db") == 0.001
    session.advance(300_000)
    assert workers(session, "db") == 80
    trace = session.finish()
    assert (mitigation(trace)[-1], said(trace)) == (
        (277.646, "db", "restore", "done"),
        ["Restored from backup: Database."],
    )
    assert affected(trace, 200) > 5 * affected(PLAIN[ROLLOUT.digest], 200) > 0.5
    assert 0 < records_at_risk(trace, 275) < records_at_risk(PLAIN[ROLLOUT.digest], 275)  # no writes, no rot
    # The backup is ten minutes old: what was written in the 322 s before the opening, and in 100 s after it.
    assert records_at_risk(trace, 280) == records_at_risk(trace, 3600)
    assert records_at_risk(trace, 280) == pytest.approx((600 - 277.646 + 100) * usual, rel=0.05)


def test_a_restore_that_is_stopped_has_cost_its_time_and_cured_nothing() -> None:
    session = Session(
        ROLLOUT, 7, log((100, "restore", {"service": "db"}), (160, "stop_work", {"work": "d2"}))
    )
    session.advance(200_000)
    assert workers(session, "db") == 80
    trace = session.finish()
    assert [state for _, _, state in work(trace, "d2")] == ["started", "dropped"]
    assert records_at_risk(trace, 3600) > 10_000
    assert [e.subject for e in trace.events if e.kind == "truth.fault" and e.detail["state"] == "off"] == []


def test_a_procedure_removes_its_cause_and_brings_the_status_page_back() -> None:
    trace = simulate(CERTIFICATE, 7, log((100, "run_procedure", {"procedure": "renew"})))
    assert affected(trace, 170) > 0.8
    assert affected(trace, 200) < 1e-6
    assert story(trace, "status_page", "truth.cause") == [
        (0.0, "truth.cause", "web"),
        (5.0, "status_page", "web"),
        (171.058, "truth.cause", "web"),
        (175.0, "status_page", "web"),
    ]
    assert [e.detail["state"] for e in trace.events if e.kind == "status_page"] == ["down", "up"]
    assert said(trace) == ["Done: Renew the certificate."]


def test_a_procedure_may_end_in_a_restart() -> None:
    flush = (100, "run_procedure", {"procedure": "flush"})
    session = Session(ZONE, 7, log(flush))
    session.advance(134_000)
    before = session._drill.world.reading("shop").busy_share
    session.advance(141_000)
    cold = session._drill.world.reading("shop").busy_share
    session.advance(200_000)
    after = session._drill.world.reading("shop").busy_share
    assert cold > 1.5 * before  # its work is slow for a minute
    assert after == pytest.approx(before, rel=0.1)


def test_holding_for_a_provider_changes_nothing_and_is_on_the_record() -> None:
    trace = simulate(ZONE, 7, log((100, "hold_for_provider", {"provider": "pay"})))
    held = [(e.at_ms, e.subject, dict(e.detail)) for e in trace.events if e.kind == "hold"]
    assert held == [(135_529, "pay", {"decision": "d2", "by": SEAT})]
    assert trace.impact == PLAIN[ZONE.digest].impact
    session = Session(ZONE, 7, log((100, "hold_for_provider", {"provider": "pay"})))
    session.advance(140_000)
    assert session.observe().applied["hold_for_provider", "pay"].at_ms == 135_529


def test_while_the_status_page_is_down_one_can_post_everywhere_else() -> None:
    renewed = [(100, "run_procedure", {"procedure": "renew"})]
    down, elsewhere = {"channel": "status_page"}, {"channel": "stakeholders"}
    assert "The status page is down" in str(refusal(CERTIFICATE, [], "post_update", down, 120))
    assert refusal(CERTIFICATE, [], "post_update", elsewhere, 120) is None
    assert refusal(CERTIFICATE, renewed, "post_update", down, 180) is None
    session = Session(CERTIFICATE, 7, log(*renewed))
    assert not session.observe().status_page_up
    session.advance(180_000)
    assert session.observe().status_page_up


def test_a_post_that_waited_until_the_page_was_down_is_let_go_with_a_word() -> None:
    """The seat restores the database by hand; nobody is served meanwhile, and the page goes down, too."""
    trace = simulate(
        ROLLOUT, 7, log((100, "restore", {"service": "db"}), (102, "post_update", {"channel": "status_page"}))
    )
    assert work(trace, "d3") == [(102.0, "d3", "waiting"), (277.646, "d3", "dropped")]
    assert [e.detail["text"] for e in trace.events if e.detail.get("about") == "notice"] == [
        "The status page is down: it needs Web. Tell stakeholders directly."
    ]
    assert not story(trace, "update")


def test_applied_mitigations_are_on_the_board_with_what_was_said_of_them() -> None:
    decided = (
        (70, "fail_over", {"service": "web", "zone": "south"}),
        (200, "scale", {"service": "mail", "factor": 3}),
        (500, "shed", {"share": 0.2}),
        (600, "shed", {"share": 0.4, "journey": "buy"}),
    )
    session = Session(ZONE, 7, log(*decided))
    session.advance(700_000)
    applied = {key: one.detail for key, one in session.observe().applied.items()}
    assert set(applied) == {("fail_over", "web"), ("scale", "mail"), ("shed", "traffic"), ("shed", "buy")}
    assert applied["fail_over", "web"]["zone"] == "south"
    assert applied["scale", "mail"]["factor"] == 3
    assert (applied["shed", "traffic"]["share"], applied["shed", "buy"]["share"]) == (0.2, 0.4)
