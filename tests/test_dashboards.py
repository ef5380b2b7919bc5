"""The dashboards of a live session: what they show, to whom, and that recording them changes nothing."""

import re
from dataclasses import asdict
from pathlib import Path

import pytest

from simulator import SEAT, Decision, Session, load, simulate
from simulator.board import Board
from simulator.dashboards import Dashboards
from simulator.drill import Drill
from simulator.scenario.model import Fault, Scenario
from simulator.world import METRICS, World, quiet_history

SCENARIO = load("api-500s-after-deploy")
FAILING = SCENARIO.only("failing-provider")
BROKEN = SCENARIO.only("clean-rollback")
LOG = [
    Decision("d1", 61_000, SEAT, "acknowledge", {}),
    Decision("d2", 70_000, SEAT, "look", {"source": "dashboard", "about": "orders-api"}),
    Decision("d3", 200_000, SEAT, "look", {"source": "dashboard", "about": "taxwise"}),
]
LATE_MS = 400_000


def live(scenario: Scenario = FAILING, decisions: list[Decision] = LOG) -> Session:
    session = Session(scenario, 7, decisions, dashboards=True)
    session.advance(LATE_MS)
    return session


def test_a_dashboard_is_seen_once_it_has_been_looked_at_and_live_from_then_on() -> None:
    session = Session(FAILING, 7, LOG[:1], dashboards=True)
    session.advance(70_000)
    assert session.observe().dashboards == {}
    session.decide("look", {"source": "dashboard", "about": "orders-api"})
    session.advance(72_000)
    assert session.observe().dashboards == {}  # the look takes its time
    session.advance(150_000)
    (orders,) = session.observe().dashboards.values()
    assert orders.at_ms == tuple(range(0, 150_000, 5_000))  # from the opening on, as monitoring recorded it
    assert orders.signals["error_rate"][0] == pytest.approx(0.0, abs=1e-6)
    assert orders.signals["error_rate"][-1] == pytest.approx(0.38, abs=0.05)
    session.advance(155_001)
    assert session.observe().dashboards["orders-api"].at_ms[-1] == 155_000


def test_responders_open_dashboards_too_and_other_looks_open_none() -> None:
    told = [
        ("page", {"who": "priya"}),
        ("look", {"source": "dashboard", "about": "orders-db", "by": "priya"}),
        ("look", {"source": "dashboard"}),
        ("look", {"source": "logs", "about": "catalog"}),
        ("look", {"source": "provider_status", "about": "taxwise"}),
    ]
    session = Session(FAILING, 7, LOG[:1], dashboards=True)
    session.advance(70_000)
    for verb, args in told[:1]:
        assert session.decide(verb, args).refused is None
    session.advance(600_000)
    for verb, args in told[1:]:
        assert session.decide(verb, args).refused is None
    session.advance(1_600_000)
    seen = session.observe()
    assert {found.source for found in seen.evidence} >= {"dashboard", "logs", "provider_status"}
    assert list(seen.dashboards) == ["orders-db"]


def test_the_signals_are_what_a_look_reads_at_that_moment() -> None:
    session = live()
    world = session._drill.world
    assert world.now_ms == 395_000
    for name, dashboard in session.observe().dashboards.items():
        reading = world.reading(name)
        last = {metric: values[-1] for metric, values in dashboard.signals.items()}
        assert last == {metric: getattr(reading, metric) for metric in METRICS}


def test_the_signals_do_not_depend_on_how_time_passes_or_who_looks_when() -> None:
    jump = live().observe().dashboards
    ticking = Session(FAILING, 7, dashboards=True)
    pending = list(LOG)
    for at_ms in range(0, LATE_MS + 1, 250):
        ticking.advance(at_ms)
        while pending and pending[0].at_ms == at_ms:
            decision = pending.pop(0)
            ticking.decide(decision.verb, decision.args)
        ticking.observe()
    assert ticking.observe().dashboards == jump


def test_resume_branch_rewind_and_a_late_decision_show_the_same_curves() -> None:
    whole = live()
    whole.advance(900_000)
    seen = whole.observe().dashboards
    resumed = Session(FAILING, 7, whole.decisions, dashboards=True)
    resumed.advance(900_000)
    assert resumed.observe().dashboards == seen
    back = whole.branch(500_000)
    assert back.observe().dashboards == live_at(500_000)
    back.advance(900_000)
    assert back.observe().dashboards == seen
    late = Session(FAILING, 7, LOG[:2], dashboards=True)
    late.advance(900_000)
    late.insert(LOG[2])
    assert late.observe().dashboards == seen


def live_at(at_ms: int) -> dict[str, object]:
    session = live()
    session.advance(at_ms)
    return dict(session.observe().dashboards)


def test_a_session_that_did_not_keep_them_can_begin_to() -> None:
    session = Session(FAILING, 7, LOG)
    session.advance(LATE_MS)
    assert session.observe().dashboards == {}
    session.keep_dashboards()
    assert (session.now_ms, session.observe()) == (LATE_MS, live().observe())
    trace = session.finish()
    assert trace.digest == simulate(FAILING, 7, LOG).digest
    over = Session(FAILING, 7, LOG)
    over.finish()
    over.keep_dashboards()
    assert over.observe() == session.observe()
    assert over.observe().closed


@pytest.mark.parametrize("variant", sorted(SCENARIO.variants))
def test_recording_changes_nothing_that_happens(variant: str) -> None:
    scenario = SCENARIO.only(variant)
    session = live(scenario)
    assert session.observe().dashboards
    assert session.finish().digest == simulate(scenario, 7, LOG).digest


def test_batch_runs_record_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def record(*_: object) -> None:
        raise AssertionError("a batch run recorded dashboards")

    monkeypatch.setattr(Dashboards, "__init__", record)
    simulate(FAILING, 7, LOG)
    assert Drill(FAILING, 7).dashboards == {}
    with pytest.raises(AssertionError, match="recorded dashboards"):
        live()


def test_the_quiet_half_day_is_the_same_in_all_variants_and_ends_where_the_drill_begins() -> None:
    pasts = [live(SCENARIO.only(variant)).observe().dashboards["orders-api"] for variant in SCENARIO.variants]
    assert len(pasts) == 3
    assert all((seen.past_at_s, seen.past) == (pasts[0].past_at_s, pasts[0].past) for seen in pasts)
    assert pasts[0].past == quiet_history(SCENARIO, 7).services["orders-api"]
    assert (pasts[0].past_at_s[0], pasts[0].past_at_s[-1], len(pasts[0].past_at_s)) == (-43_200, 0, 721)
    for metric in ("requests_per_s", "latency_p99_s", "busy_share"):
        opening = pasts[0].signals[metric][0]
        assert pasts[0].past[metric][-1] == pytest.approx(opening, rel=0.1)


def test_where_monitoring_is_blind_there_is_a_gap() -> None:
    variant = BROKEN.variants["clean-rollback"]
    blind = Fault(kind="blind", service="orders-api", at_s=200.0, until_s=300.0)
    faults = {**variant.faults, "blind": blind}
    scenario = BROKEN.model_copy(
        update={"variants": {"clean-rollback": variant.model_copy(update={"faults": faults})}}
    )
    session = Session(scenario, 7, LOG[:2], dashboards=True)
    session.advance(250_001)
    orders = session.observe().dashboards["orders-api"]
    assert orders.blind_since_ms == 195_000  # monitoring writes down every 15 s
    gap = [at_ms for at_ms, value in zip(orders.at_ms, orders.signals["queue"], strict=True) if value is None]
    assert gap == list(range(200_000, 250_001, 5_000))
    session.advance(310_000)
    orders = session.observe().dashboards["orders-api"]
    assert orders.blind_since_ms is None
    assert orders.signals["queue"][-1] is not None
    assert orders.signals["queue"][50] is None  # what was not seen stays unknown


def test_nothing_is_made_anew_until_there_is_a_new_sample() -> None:
    world = World(FAILING, FAILING.variants["failing-provider"], 7)
    kept, board = Dashboards(FAILING, 7, world), Board()
    assert kept.seen_by(board) == {}
    session = live()
    before = session.observe().dashboards["orders-api"]
    session.advance(LATE_MS + 1)  # a sample is due there
    after = session.observe().dashboards["orders-api"]
    assert after is not before
    session.advance(LATE_MS + 4_000)
    assert session.observe().dashboards["orders-api"] is after


def test_a_dashboard_is_made_of_numbers_alone() -> None:
    for dashboard in live().observe().dashboards.values():
        kept = asdict(dashboard)
        assert set(kept.pop("signals")) == set(kept.pop("past")) == set(METRICS)
        assert set(kept) == {"at_ms", "blind_since_ms", "past_at_s"}
        assert {type(value) for part in dashboard.signals.values() for value in part} == {float}


@pytest.mark.checkout
def test_the_example_in_the_docs_works(capsys: pytest.CaptureFixture[str]) -> None:
    text = (Path(__file__).parent.parent / "docs" / "trace.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    exec(example, {"Session": Session, "load": load})
    errors, usual = map(float, capsys.readouterr().out.split())
    assert (errors, usual) == (pytest.approx(0.38, abs=0.01), pytest.approx(0.0, abs=1e-6))
