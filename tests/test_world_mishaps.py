"""What goes wrong and what helps, each in a story: leaks, zones, lost calls, rotten records, blindness."""

import pytest

from simulator.world import World
from tests.reference.systems import ENDLESS, one_service, unanswered
from tests.worlds import failed, one_way, over, played, slow

WEB = {"web": {"workers": 20, "latency_s": 0.1, "queue": 100}}
"""60 requests/s keep 6 of 20 workers busy."""


def latency(world: World) -> float:
    return world.reading("web").latency_s


def workers(world: World) -> float:
    return world.reading("web").workers


def rotten(world: World) -> float:
    return world.records_at_risk()


def fault(kind: str, amount: float = 1.0, service: str | None = "web", **more: object) -> dict[str, object]:
    return {"f": {"kind": kind, "amount": amount, "service": service, **more}}


# Restarts, crashes and leaks -----------------------------------------------------------------------------


def test_after_a_restart_work_is_slow_until_it_is_warm() -> None:
    world = one_way({"web": {**WEB["web"], "workers": 100, "warmup_s": 60.0, "cold_factor": 3.0}})
    assert over(world, 59, see=latency) == pytest.approx([0.1], rel=1e-3)
    world.restart("web")
    assert over(world, 59, 74, 89, 104, 119, 300, see=latency) == pytest.approx(
        [0.3, 0.25, 0.2, 0.15, 0.1, 0.1], rel=0.01
    )


def test_a_crash_fails_everybody_until_the_workers_are_back() -> None:
    world = one_way({"web": {**WEB["web"], "restart_s": 45.0}}, faults=fault("crash", at_s=60.0))
    assert over(world, 59, 61, 104, 106, 600) == pytest.approx([0, 1, 1, 0, 0], abs=0.01)


def test_a_crashed_keeper_of_a_cache_leaves_every_call_to_be_made_until_it_is_back() -> None:
    call = {"timeout_s": 1.0, "cache": {"hit_ratio": 0.9, "entries": 100.0, "kept_in": "store"}}
    services = {
        "web": {"workers": 100, "latency_s": 0.01, "depends": {"db": call}},
        "db": {"workers": 100, "latency_s": 0.01},
        "store": {"workers": 1, "latency_s": 0.001, "restart_s": 30.0},
    }
    world = one_way(services, 600.0, fault("crash", service="store", at_s=60.0))
    seen = over(world, 59, 70, 89, 300, see=lambda w: w.reading("db").requests_per_s)
    assert seen == pytest.approx([6, 60, 60, 6], rel=0.05)


def test_a_leak_slows_kills_restarts_and_relapses() -> None:
    """Memory lasts 300 s. From 240 s on work slows, up to four times; at 300 s all workers die, for 60 s."""
    world = one_way({"web": {**WEB["web"], "restart_s": 60.0, "workers": 60}}, faults=fault("leak", 300.0))
    assert over(world, 239, 270, 299, see=latency) == pytest.approx([0.1, 0.25, 0.395], rel=0.02)
    assert over(world, 299, 301, 359, 361) == pytest.approx([0, 1, 1, 0], abs=0.01)
    # Back at 360 s with empty memory: dead again at 660 s, back at 720 s.
    assert over(world, 599, 630, see=latency) == pytest.approx([0.1, 0.25], rel=0.02)
    assert over(world, 659, 661, 719, 721) == pytest.approx([0, 1, 1, 0], abs=0.01)
    assert world.active_faults() == ("f",)


def test_a_restart_buys_a_leak_time_but_does_not_end_it() -> None:
    world = one_way({"web": {**WEB["web"], "restart_s": 60.0, "workers": 60}}, faults=fault("leak", 300.0))
    world.advance(290_000)
    assert latency(world) > 0.3
    world.restart("web")
    assert over(world, 290, 301, 529, see=latency) == pytest.approx([0.1, 0.1, 0.1], rel=0.01)
    assert over(world, 589, 591) == pytest.approx([0, 1], abs=0.01)


def test_a_restart_by_hand_brings_killed_workers_back_at_once() -> None:
    world = one_way({"web": {**WEB["web"], "restart_s": 300.0}}, faults=fault("leak", 100.0))
    assert over(world, 110) == pytest.approx([1])
    world.restart("web")
    assert over(world, 115, 180) == pytest.approx([0, 0], abs=1e-3)


def test_a_fixed_leak_leaks_no_more() -> None:
    world = one_way(WEB, faults=fault("leak", 300.0, when={"unfixed": "web"}))
    world.advance(100_000)
    world.fix("web")
    assert over(world, 290, 310, 3600) == pytest.approx([0, 0, 0], abs=1e-3)


# Zones ----------------------------------------------------------------------------------------------------

ZONED = {"web": {**WEB["web"], "zones": {"a": 0.5, "b": 0.3, "c": 0.2}}}


def test_a_fault_in_a_zone_hurts_its_share_and_a_failover_takes_it_out() -> None:
    world = one_way(ZONED, faults=fault("errors", zone="b"))
    assert over(world, 60) == pytest.approx([0.3], abs=1e-4)
    world.fail_over("web", "b")
    assert over(world, 61) == pytest.approx([0.0], abs=1e-4)
    assert workers(world) == pytest.approx(0.7 * 20)
    assert world.active_faults() == ("f",)  # it is still there, and comes back with the zone
    world.fail_over("web", "c")
    assert over(world, 120) == pytest.approx([0.3 / 0.8], abs=1e-4)
    assert workers(world) == pytest.approx(0.8 * 20)


@pytest.mark.parametrize(
    ("kind", "amount", "share_left", "times_slow"),
    [("capacity_loss", 1.0, 0.7, 1.0), ("slowdown", 3.0, 1.0, 1.6)],
)
def test_in_one_zone_workers_are_lost_and_work_is_slow_by_its_share(
    kind, amount, share_left, times_slow
) -> None:
    world = one_way(ZONED, 100.0, faults=fault(kind, amount, zone="b"))
    world.advance(60_000)
    assert workers(world) == pytest.approx(20 * share_left)
    assert latency(world) == pytest.approx(0.1 * times_slow, rel=1e-3)


def test_a_failover_into_too_small_a_rest_is_worse_than_the_fault() -> None:
    """150 requests/s for 200: without half of its workers, the service can do 100."""
    services = {"web": {**WEB["web"], "zones": {"a": 0.5, "b": 0.5}}}
    world = one_way(services, 1500.0, faults=fault("errors", 0.2, zone="b"))
    assert over(world, 60) == pytest.approx([0.1], abs=1e-3)
    world.fail_over("web", "b")
    assert over(world, 180) == pytest.approx([1 / 3], abs=0.01)
    world.scale("web", 2.0)
    assert over(world, 300) == pytest.approx([0.0], abs=1e-3)


def test_a_failover_loses_the_records_that_had_not_been_copied() -> None:
    services = {"web": {**ZONED["web"], "replication_lag_s": 30.0}}
    world = one_way(services, faults=fault("errors", zone="b"))
    world.advance(60_000)
    assert rotten(world) == 0.0
    world.fail_over("web", "b")
    assert rotten(world) == pytest.approx(30 * 60, rel=1e-3)
    assert over(world, 600, see=rotten) == pytest.approx([30 * 60], rel=1e-3)


def parted(caller: dict[str, float], callee: dict[str, float]) -> World:
    """60 requests/s, each with one call; callers to spare; zone `c` is cut off from 60 s on."""
    services = {
        "web": {"workers": 2000, "latency_s": 0.01, "zones": caller, "depends": {"db": {"timeout_s": 1.0}}},
        "db": {"workers": 50, "latency_s": 0.01, "zones": callee},
    }
    return one_way(services, faults=fault("partition", service=None, zone="c", at_s=60.0))


@pytest.mark.parametrize(
    ("caller", "callee", "crossing"),
    [
        ({"a": 0.5, "c": 0.5}, {"a": 0.5, "c": 0.5}, 0.5),
        ({"a": 0.5, "b": 0.3, "c": 0.2}, {"a": 0.5, "b": 0.3, "c": 0.2}, 2 * 0.2 * 0.8),
        ({"a": 1.0}, {"a": 0.6, "c": 0.4}, 0.4),
        ({"a": 0.5, "c": 0.5}, {}, 0.5),
        ({"a": 0.5, "b": 0.5}, {"a": 0.1, "b": 0.9}, 0.0),
    ],
    ids=["halves", "thirds", "a caller outside", "a callee without zones", "nobody in the zone"],
)
def test_a_partition_hurts_exactly_the_calls_that_cross_it(caller, callee, crossing) -> None:
    assert over(parted(caller, callee), 59, 120) == pytest.approx([0.0, crossing], abs=1e-3)


def test_a_partition_hurts_nobody_once_all_have_left_the_severed_zone() -> None:
    thirds = {"a": 0.5, "b": 0.3, "c": 0.2}
    world = parted(thirds, thirds)
    world.advance(120_000)
    world.fail_over("web", "c")
    assert over(world, 180) == pytest.approx([0.2], abs=1e-3)  # all call from outside, a fifth into it
    world.fail_over("db", "c")
    assert over(world, 240) == pytest.approx([0.0], abs=1e-3)


# Calls and certificates -----------------------------------------------------------------------------------


def test_lost_calls_cost_their_callers_the_whole_timeout() -> None:
    world = played(unanswered(0.5, workers=1000))  # one retry after 0.1 s, a client's retry after 1 s
    world.advance(59_000)
    assert latency(world) == pytest.approx(0.07, rel=0.01)
    world.advance(140_000)
    # Half are answered at once, a quarter at the second attempt, a quarter never.
    assert latency(world) == pytest.approx(0.02 + 0.75 * 0.05 + 0.5 * 1.1 + 0.25 * 1.0, rel=0.02)
    assert failed(world) == pytest.approx(0.25**2, abs=0.005)
    assert world.reading("back").latency_s == pytest.approx(0.05, rel=0.01)  # who answers knows of nothing


def test_lost_calls_exhaust_callers_that_can_be_spared_by_none() -> None:
    """The same with 60 workers: 235 requests/s that hold them for 0.86 s each want 200."""
    world = played(unanswered(0.5, workers=60))
    world.advance(140_000)
    assert failed(world) > 0.5
    assert world.reading("web").busy_share > 0.99


def test_an_expired_certificate_refuses_before_any_work() -> None:
    world = one_way(WEB, faults=fault("expiry", 0.5, at_s=60.0))
    world.advance(59_000)
    before = world.reading("web")
    world.advance(120_000)
    after = world.reading("web")
    assert failed(world) == pytest.approx(0.5, abs=1e-4)
    assert (after.requests_per_s, after.error_rate) == pytest.approx((60, 0.5), rel=1e-3)
    assert after.busy_share == pytest.approx(0.5 * before.busy_share, rel=1e-2)


def test_errors_come_after_the_work_has_been_done() -> None:
    world = one_way(WEB, faults=fault("errors", 0.5, at_s=60.0))
    assert over(world, 59, 120, see=lambda w: w.reading("web").busy_share) == pytest.approx(
        [0.3, 0.3], rel=1e-3
    )


# Records ---------------------------------------------------------------------------------------------------


def test_corrupted_records_grow_until_stopped_while_no_user_notices() -> None:
    """60 writes a second, a tenth of them bad from 60 s on, until the change is rolled back at 160 s."""
    world = one_way(WEB, faults=fault("corruption", 0.1, at_s=60.0, when={"live": "c"}))
    assert over(world, 59, 60, 110, 160, see=rotten) == pytest.approx([0, 0, 300, 600], abs=0.1)
    assert (world.losing_data(), world.impact().users_affected < 1e-6) == (True, True)
    world.undo_change("c")
    assert over(world, 3600, see=rotten) == pytest.approx([600], abs=0.1)  # rolling back mends no record
    assert not world.losing_data()
    assert world.impact().user_minutes < 1e-3


def test_corruption_that_spreads_harms_more_and_more() -> None:
    world = one_way(WEB, faults=fault("corruption", 0.5, ramp_s=100.0))
    assert over(world, 60, 100, 200, see=rotten) == pytest.approx(
        [60 * 0.5 * 0.3 * 60, 60 * 0.5 * 0.5 * 100, 60 * 0.5 * 150], rel=1e-3
    )


def test_two_faults_that_harm_the_same_records_harm_no_record_twice() -> None:
    faults = {
        "a": {"kind": "corruption", "service": "web", "amount": 0.5},
        "b": {"kind": "corruption", "service": "web", "amount": 0.4, "at_s": 100.0, "until_s": 200.0},
    }
    seen = over(one_way(WEB, faults=faults), 100, 200, 300, see=rotten)
    assert seen == pytest.approx([3000, 3000 + 100 * 60 * 0.7, 3000 + 4200 + 3000], rel=1e-3)


def test_other_faults_may_lose_data_too() -> None:
    world = one_way(WEB, faults=fault("errors", 0.25, loses_data=True))
    assert over(world, 100, see=rotten) == pytest.approx([60 * 0.25 * 100], rel=1e-3)
    assert failed(world) == pytest.approx(0.25, abs=1e-4)


@pytest.mark.parametrize("at_s", [100, 600, 1200])
def test_a_restore_makes_records_good_and_loses_those_since_the_backup(at_s: int) -> None:
    """The backup is ten minutes old: 600 s of 60 writes, whether before or after the opening."""
    rot = {**fault("corruption", 0.1, when={"not_restored": "web"})}
    world = one_way({"web": {**WEB["web"], "backup_age_s": 600.0}}, faults=rot)
    assert over(world, at_s, see=rotten) == pytest.approx([6 * at_s], rel=1e-3)
    world.restore("web")
    assert rotten(world) == pytest.approx(600 * 60, rel=1e-3)
    assert not world.losing_data()
    assert over(world, 3600, see=rotten) == pytest.approx([600 * 60], rel=1e-3)


def test_restoring_while_the_rot_goes_on_starts_it_anew() -> None:
    world = one_way({"web": {**WEB["web"], "backup_age_s": 10.0}}, faults=fault("corruption", 0.1))
    world.advance(300_000)
    world.restore("web")
    assert rotten(world) == pytest.approx(600, rel=1e-3)
    assert over(world, 400, see=rotten) == pytest.approx([600 + 600], rel=1e-3)


# How a fault grows, and when -----------------------------------------------------------------------------


def test_stopping_what_spreads_a_fault_freezes_it_and_does_not_undo_it() -> None:
    spread = fault("errors", 0.8, ramp_s=100.0, spread_by="rollout", when={"live": "c"})
    world = one_way(WEB, faults=spread, automations={"rollout": {"title": "-"}, "other": {"title": "-"}})
    world.advance(25_000)
    world.stop_automation("other")
    assert over(world, 25, 50) == pytest.approx([0.2, 0.4], abs=1e-3)
    world.stop_automation("rollout")
    assert over(world, 51, 100, 3600) == pytest.approx([0.4, 0.4, 0.4], abs=1e-3)
    world.undo_change("c")
    assert failed(world) == pytest.approx(0.0, abs=1e-3)


def test_a_fault_follows_its_curve() -> None:
    curve = ((0.0, 0.0), (60.0, 1.0), (120.0, 0.5), (180.0, 0.5), (240.0, 0.0))
    world = one_way(WEB, faults=fault("errors", 0.8, at_s=60.0, curve=curve))
    assert over(world, 60, 90, 120, 150, 200, 270, 300, 900) == pytest.approx(
        [0, 0.4, 0.8, 0.6, 0.4, 0.2, 0, 0], abs=2e-3
    )


@pytest.mark.parametrize(
    ("grows", "at_opening", "after_30_s"),
    [
        ({"ramp_s": 100.0}, 0.2, 0.32),
        ({"ramp_s": 20.0}, 0.4, 0.4),
        ({"curve": ((0.0, 1.0), (100.0, 0.0))}, 0.2, 0.08),
    ],
)
def test_what_began_before_the_opening_has_come_as_far(grows, at_opening, after_30_s) -> None:
    world = one_way(WEB, faults=fault("errors", 0.4, at_s=-50.0, **grows))
    assert over(world, 0, 30) == pytest.approx([at_opening, after_30_s], abs=1e-3)


def test_a_leak_from_before_the_opening_kills_so_much_sooner() -> None:
    world = one_way({"web": {**WEB["web"], "workers": 60}}, faults=fault("leak", 300.0, at_s=-200.0))
    assert over(world, 99, 101) == pytest.approx([0, 1], abs=0.01)


CONDITIONS = {
    "running": ("rollout", lambda world: world.stop_automation("rollout")),
    "not_done": ("renew", lambda world: world.run_procedure("renew")),
    "not_restored": ("web", lambda world: world.restore("web")),
    "unfixed": ("web", lambda world: world.fix("web")),
    "live": ("c", lambda world: world.fix("c")),
    "flag_on": ("beta", lambda world: world.set_flag("beta", on=False)),
}


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_fault_acts_while_its_condition_holds(condition: str) -> None:
    target, switch = CONDITIONS[condition]
    world = one_way(
        {"web": {**WEB["web"], "backup_age_s": 0.0}},
        faults=fault("errors", 0.4, when={condition: target}),
        flag_names=("beta",),
        automations={"rollout": {"title": "-"}},
        procedures={"renew": {"title": "-", "service": "web"}},
    )
    assert over(world, 60) == pytest.approx([0.4], abs=1e-4)
    switch(world)
    assert world.active_faults() == ()
    assert over(world, 61, 600) == pytest.approx([0.0, 0.0], abs=1e-4)


def test_a_procedure_that_restarts_empties_memory_and_one_that_does_not_leaves_it() -> None:
    def at_100_s(*, restarts: bool) -> float:
        procedures = {"clean": {"title": "-", "service": "web", "restarts": restarts}}
        world = one_way(WEB, faults=fault("leak", 120.0), procedures=procedures)
        world.advance(110_000)
        world.run_procedure("clean")
        return over(world, 125)[0]

    assert (at_100_s(restarts=True), at_100_s(restarts=False)) == pytest.approx((0, 1), abs=1e-3)


# Blindness -------------------------------------------------------------------------------------------------

TWO = {
    "web": {"workers": 20, "latency_s": 0.1, "depends": {"db": {"timeout_s": 1.0}}},
    "db": {"workers": 20, "latency_s": 0.01},
}
WATCH = {
    "web-errors": {"title": "-", "metric": "error_rate", "of": "web", "above": 0.1},
    "db-errors": {"title": "-", "metric": "error_rate", "of": "db", "above": 0.1},
    "db-load": {"title": "-", "metric": "requests_per_s", "of": "db", "above": 100.0},
    "users": {"title": "-", "metric": "users_affected_share", "of": "j", "above": 0.1},
}


def test_blind_monitoring_stands_still_and_so_do_its_alerts() -> None:
    faults = {
        "blind": {"kind": "blind", "service": "db", "at_s": 50.0, "until_s": 150.0},
        "bug": {"kind": "errors", "service": "db", "amount": 0.5, "at_s": 100.0},
    }
    world = one_way(TWO, faults=faults, alerts=WATCH, brief={"alert": "users", "text": "-"})
    world.advance(49_000)
    before = world.reading("db")
    assert world.blind_since_ms("db") is None
    world.advance(140_000)
    assert world.blind_since_ms("db") == 45_000  # monitoring writes down every 15 s
    assert world.reading("db") == before
    assert world.blind_since_ms("web") is None
    assert world.watched() == pytest.approx([0.5, 0.0, 60.0, 0.5], abs=1e-3)  # users are real, whoever looks
    world.advance(160_000)
    assert (world.blind_since_ms("db"), world.reading("db").error_rate) == (
        None,
        pytest.approx(0.5, abs=1e-3),
    )
    assert world.watched() == pytest.approx([0.5, 0.5, 60.0, 0.5], abs=1e-3)


def test_monitoring_that_needs_what_is_down_sees_nothing_at_all() -> None:
    faults = {"bug": {"kind": "errors", "service": "db", "amount": 0.6, "at_s": 100.0, "until_s": 200.0}}
    world = one_way(TWO, faults=faults, monitoring="db")
    assert [world.blind_since_ms(name) for name in TWO] == [None, None]
    world.advance(150_000)
    assert [world.blind_since_ms(name) for name in TWO] == [90_000, 90_000]
    assert [world.reading(name).error_rate for name in TWO] == pytest.approx([0, 0], abs=1e-6)
    assert failed(world) == pytest.approx(0.6, abs=1e-3)
    world.advance(210_000)
    assert [world.blind_since_ms(name) for name in TWO] == [None, None]


def test_monitoring_and_status_page_bear_a_service_that_fails_less_than_half() -> None:
    faults = {"bug": {"kind": "errors", "service": "db", "amount": 0.4}}
    world = one_way(TWO, faults=faults, monitoring="db", status_page="db")
    world.advance(60_000)
    assert (world.blind_since_ms("web"), world.status_page_up()) == (None, True)


def test_the_status_page_is_down_while_what_it_needs_fails_most_requests() -> None:
    faults = {"bug": {"kind": "expiry", "service": "db", "amount": 0.6, "at_s": 100.0, "until_s": 200.0}}
    world = one_way(TWO, faults=faults, status_page="db")
    assert over(world, 90, 110, 190, 210, see=World.status_page_up) == [True, False, False, True]
    assert one_way(TWO, faults=faults).status_page_up()


# What helps, and what does not ---------------------------------------------------------------------------


def test_scaling_the_wrong_tier_helps_nobody() -> None:
    """The database can do 50 of 60 requests/s, however many callers stand in line before it."""
    services = {
        "web": {"workers": 200, "latency_s": 0.01, "queue": 200, "depends": {"db": {"timeout_s": 2.0}}},
        "db": {"workers": 5, "latency_s": 0.05, "queue": 50},
    }
    world = one_way(services, faults=fault("slowdown", 2.0, "db", at_s=30.0))
    before = over(world, 300)[0]
    assert before == pytest.approx(1 / 6, abs=0.02)
    world.scale("web", 3.0)
    assert over(world, 600)[0] == pytest.approx(before, abs=0.002)
    world.scale("db", 2.0)
    assert over(world, 900)[0] < 1e-3


def test_more_callers_drown_what_they_call() -> None:
    """A database with a queue as deep as its callers are many: answers come after they have given up."""
    services = {
        "web": {"workers": 25, "latency_s": 0.01, "queue": 20, "depends": {"db": {"timeout_s": 0.5}}},
        "db": {"workers": 5, "latency_s": 0.1, "queue": 1000},
    }
    world = one_way(services, 600.0, faults=fault("errors", 0.0))
    few = over(world, 300)[0]
    world.scale("web", 10.0)
    assert over(world, 600)[0] > few + 0.3


def test_shedding_ends_a_retry_storm_and_a_restart_alone_does_not() -> None:
    """rho 0.6, three further tries: after a slow spell the service works for clients who have left."""
    spell = {"f": {"kind": "slowdown", "service": "a", "amount": 3.0, "at_s": 30.0, "until_s": 60.0}}

    def storm() -> World:
        world = played(one_service(0.6, 3, ENDLESS, spell))
        assert over(world, 29, 300) == pytest.approx([0.0, 1.0], abs=0.01)
        return world

    restarted, shed = storm(), storm()
    restarted.restart("a")
    assert over(restarted, 900)[0] > 0.99
    shed.shed(0.9)
    shed.advance(900_000)  # 34,000 wait; 76 of them fewer each second
    shed.shed(0.0)
    assert over(shed, 1200)[0] < 1e-3
    both = storm()
    both.shed(0.5)
    both.restart("a")
    both.advance(310_000)
    both.shed(0.0)
    assert over(both, 900)[0] < 1e-3  # with the queue gone, ten seconds of half the users are enough


def test_slow_is_not_failed_and_counts_as_affected() -> None:
    world = one_way(
        {"web": {**WEB["web"], "workers": 400}}, faults=fault("slowdown", 40.0), journey={"timeout_s": 60.0}
    )
    world.advance(300_000)
    assert failed(world) < 1e-3
    assert slow(world) == pytest.approx(0.472, abs=0.02)  # exp(-3 s / 4 s)
    impact = world.impact()
    assert impact.users_affected == impact.users_failed + impact.users_slow
