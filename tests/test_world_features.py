"""What a system is made of, each part in a story: limits, caches, breakers, jobs, herds, scalers, the day."""

import math

import pytest

from tests.reference.systems import cached, herd, metered, on_cores, pooled, with_breaker, with_jobs
from tests.worlds import QUIET, failed, one_way, over, played, slow

# Cores, quotas, connections ----------------------------------------------------------------------------


def test_workers_who_share_cores_do_no_more_than_the_cores_can() -> None:
    """150 requests/s of 30 ms on 4 cores that can do 133: one in nine is lost, with workers to spare."""
    spec = {"workers": 40, "latency_s": 0.03, "queue": 10}
    assert failed(one_way({"web": spec}, 1500.0)) < 1e-6
    world = one_way({"web": {**spec, "cores": 4}}, 1500.0)
    world.advance(300_000)
    assert failed(world) == pytest.approx(1 - 4 / 0.03 / 150, abs=0.005)
    assert world.reading("web").latency_s > 0.3  # 40 at work at once, on 4 cores, and 10 waiting
    world.scale("web", 2.0)  # brings cores, too
    world.advance(400_000)
    assert failed(world) < 1e-3


def test_waiting_for_others_needs_no_cores() -> None:
    """The calls of 0.1 s hold workers, not cores: 15 of 40 workers are busy, and 3 of 4 cores."""
    world = played(on_cores(4, 1.0))
    world.advance(30_000)
    assert failed(world) < 1e-3
    assert world.reading("web").busy_share > 150 * 0.12 / 40 - 1e-3
    assert world._plant.reading("web/cores").busy_share == pytest.approx(150 * 0.02 / 4, rel=1e-3)


def test_a_quota_refuses_the_surplus_at_once_and_lets_the_rest_through_unharmed() -> None:
    world = played(metered(None, 50.0, client_retries=0))
    before = world.reading("api")
    world.advance(100_000)
    cut = world.reading("api")
    assert failed(world) == pytest.approx(30 / 80, abs=1e-3)
    assert cut.error_rate == pytest.approx(30 / 80, abs=1e-3)
    assert (cut.requests_per_s, before.requests_per_s) == pytest.approx((80.0, 80.0), rel=1e-3)
    assert cut.busy_share == pytest.approx(before.busy_share * 50 / 80, rel=1e-2)  # refusals cost no work
    assert cut.latency_s == pytest.approx(before.latency_s, rel=1e-3)
    world.advance(160_000)
    assert failed(world) < 1e-3


def test_retries_against_a_quota_win_nothing() -> None:
    """50 of 80 a second get in, whoever asks again: retries only add refusals."""
    world = played(metered(None, 50.0, retries=2, client_retries=0))
    world.advance(140_000)
    assert failed(world) == pytest.approx(30 / 80, abs=0.01)
    assert world.reading("api").requests_per_s > 1.7 * 80


def test_a_quota_of_ones_own_and_a_cut_one_leave_the_smaller() -> None:
    spec = {"web": {"workers": 100, "latency_s": 0.01, "quota_per_s": 40}}
    faults = {
        "more": {"kind": "quota", "service": "web", "amount": 50.0},
        "less": {"kind": "quota", "service": "web", "amount": 20.0, "at_s": 60.0},
    }
    assert over(one_way(spec, 600.0, faults), 30, 90) == pytest.approx([20 / 60, 40 / 60], abs=1e-3)


def test_a_connection_pool_makes_callers_wait_and_spares_the_database() -> None:
    """200 calls/s to a slow database would keep 20 of its workers busy; ten connections let 100/s through."""
    world, free = played(pooled(10)), played(pooled(None))
    for one in (world, free):
        one.advance(140_000)
    pool = world.connections("web", "db")
    assert pool is not None
    assert (pool.workers, pool.busy_share) == pytest.approx((10, 1.0), rel=1e-3)
    assert pool.queue > 30  # web's 50 workers stand in line
    assert world.reading("web").busy_share > 0.99
    assert failed(world) > 0.3
    assert world.reading("db").requests_per_s == pytest.approx(100.0, rel=0.02)
    assert world.reading("db").busy_share == pytest.approx(0.1, rel=0.02)
    assert free.reading("db").busy_share == pytest.approx(0.2, rel=0.02)
    assert failed(free) < 1e-3
    assert free.connections("web", "db") is None
    world.advance(300_000)
    assert failed(world) < 1e-3
    assert world.reading("db").requests_per_s == pytest.approx(200.0, rel=1e-3)


# Caches ------------------------------------------------------------------------------------------------

CACHED = {
    "web": {"workers": 100, "latency_s": 0.01, "depends": {"db": {}}},
    "db": {"workers": 400, "latency_s": 0.05},
}


def caching(users=2000.0, faults=None, **cache):
    """200 requests/s, of which a warm cache answers nine in ten."""
    call = {"timeout_s": 1.0, "cache": {"hit_ratio": 0.9, "entries": 2000.0, **cache}}
    services = {
        **CACHED,
        "web": {**CACHED["web"], "depends": {"db": call}},
        "store": {"workers": 1, "latency_s": 0.001},
    }
    return one_way(services, users, faults)


def test_a_warm_cache_leaves_a_tenth_of_the_calls() -> None:
    world = caching()
    assert world.hit_ratio("web", "db") == pytest.approx(0.9)
    assert world.reading("db").requests_per_s == pytest.approx(20.0, rel=1e-3)
    assert world.reading("web").latency_s == pytest.approx(0.01 + 0.1 * 0.05, rel=1e-3)


def test_a_restart_empties_the_cache_and_successes_fill_it_again() -> None:
    """2,000 entries filled by 200 calls/s, of which nine in ten ask for what can be kept: 11 s."""
    world = caching()
    world.advance(60_000)
    world.restart("web")
    assert world.hit_ratio("web", "db") == 0.0
    assert world.reading("db").requests_per_s < 25  # the calls themselves take a moment
    for after_s in (5, 2000 / 180, 30):
        world.advance(60_000 + round(1000 * after_s))
        warm = 0.9 * (1 - math.exp(-after_s * 180 / 2000))
        assert world.hit_ratio("web", "db") == pytest.approx(warm, rel=0.05)
        assert world.reading("db").requests_per_s == pytest.approx(
            200 * (1 - world.hit_ratio("web", "db")), rel=0.1
        )
    world.advance(600_000)
    assert world.hit_ratio("web", "db") == pytest.approx(0.9, rel=1e-2)


def test_failed_calls_warm_nothing() -> None:
    faults = {"f": {"kind": "errors", "service": "db", "amount": 1.0, "until_s": 100.0}}
    world = caching(faults=faults)
    world.restart("web")
    assert over(world, 50, 99, see=lambda w: w.hit_ratio("web", "db")) == [0.0, 0.0]
    assert failed(world) == pytest.approx(1.0)
    assert over(world, 160, see=lambda w: w.hit_ratio("web", "db"))[0] > 0.85


def test_what_users_still_find_in_the_cache_a_dead_database_does_not_take_from_them() -> None:
    world = caching(faults={"f": {"kind": "errors", "service": "db", "amount": 1.0, "at_s": 30.0}})
    world.advance(600_000)
    assert failed(world) == pytest.approx(0.1, abs=1e-3)
    assert world.hit_ratio("web", "db") == pytest.approx(0.9)


def test_only_the_restart_of_whoever_keeps_the_cache_empties_it() -> None:
    world = caching(kept_in="store")
    world.restart("web")
    assert world.hit_ratio("web", "db") == pytest.approx(0.9)
    world.restart("store")
    assert world.hit_ratio("web", "db") == 0.0


def test_entries_that_expire_leave_a_balance_of_filling_and_expiry() -> None:
    filling, expiry = 200 * 0.9 / 2000, 1 / 60
    balance = 0.9 * filling / (filling + expiry)
    world = caching(ttl_s=60.0)
    assert world.hit_ratio("web", "db") == pytest.approx(balance, abs=0.002)
    assert over(world, 600, see=lambda w: w.hit_ratio("web", "db"))[0] == pytest.approx(balance, abs=0.002)
    quieter = caching(200.0, ttl_s=60.0)  # a tenth of the traffic keeps fewer entries fresh
    assert quieter.hit_ratio("web", "db") == pytest.approx(0.9 * filling / (filling + 10 * expiry), abs=0.002)


def test_past_the_cache_every_call_is_made_until_it_is_used_again_and_warms() -> None:
    world = caching()
    world.bypass_cache("web", on=True)
    assert over(world, 60, see=lambda w: w.reading("db").requests_per_s)[0] == pytest.approx(200.0, rel=1e-3)
    world.restart("web")
    world.advance(120_000)
    assert world.hit_ratio("web", "db") == 0.0  # a restart brings no bypassed cache back
    world.bypass_cache("web", on=False)
    assert world.hit_ratio("web", "db") == 0.0
    assert over(world, 300, see=lambda w: w.hit_ratio("web", "db"))[0] == pytest.approx(0.9, rel=1e-2)


def test_a_cold_cache_before_a_small_database_is_an_outage_that_lasts() -> None:
    """Retries and a deep queue let the database work for callers who have left, so nothing warms."""
    world = played(cached())
    world.advance(60_000)
    world.restart("web")
    world.advance(600_000)
    assert failed(world) > 0.5
    assert world.hit_ratio("web", "db") < 0.2
    world.shed(0.8)
    world.advance(720_000)
    world.shed(0.0)
    world.advance(900_000)
    assert failed(world) < 1e-3


# Breakers ----------------------------------------------------------------------------------------------


def arrivals_at_back(world) -> float:
    return world.reading("back").requests_per_s


def test_a_breaker_opens_tries_and_closes() -> None:
    """Back fails 80 % from 60 s to 180 s; the breaker looks every 5 s and tries every 30 s with a tenth."""
    world = played(with_breaker("hard", {}, 0, "errors", 0.8))
    seen = dict.fromkeys((59, 64, 69, 94, 98, 103, 163, 198, 203, 210))
    for at_s in seen:
        seen[at_s] = round(over(world, at_s, see=arrivals_at_back)[0])
    assert seen == {59: 200, 64: 200, 69: 0, 94: 0, 98: 20, 103: 0, 163: 0, 198: 0, 203: 20, 210: 200}
    assert failed(world) < 1e-6


def test_an_open_breaker_fails_users_at_once_instead_of_late() -> None:
    world = played(with_breaker("hard", {}))
    without = played(with_breaker("hard", None))
    for one in (world, without):
        one.advance(90_000)
    assert failed(world) == pytest.approx(1.0)
    assert world.reading("web").busy_share < 0.1
    assert without.reading("web").busy_share > 0.99


def test_a_breaker_before_a_soft_dependency_saves_the_caller() -> None:
    assert over(played(with_breaker("soft", None)), 90)[0] > 0.5
    assert over(played(with_breaker("soft", {})), 90)[0] < 0.01


def test_a_breaker_stays_closed_below_its_share() -> None:
    world = played(with_breaker("hard", {}, 0, "errors", 0.3))
    assert over(world, 90, 150) == pytest.approx([0.3, 0.3], abs=1e-3)
    eager = played(with_breaker("hard", {"opens_above": 0.2}, 0, "errors", 0.3))
    assert over(eager, 90) == pytest.approx([1.0])


# Jobs ---------------------------------------------------------------------------------------------------


def waiting(world) -> float:
    return world.reading("mail").queue


def test_jobs_pile_up_and_drain_at_the_rate_that_the_spare_capacity_allows() -> None:
    """100 jobs/s for workers who do 150, and 30 from 60 s to 360 s: 70 more wait a second, then 50 fewer."""
    world = played(with_jobs())
    assert over(world, 59, 160, 360, see=waiting) == pytest.approx([0, 7000, 21_000], rel=0.01, abs=10)
    assert failed(world) < 1e-6
    assert slow(world) > 0.99  # everybody's mail comes after more than a minute
    assert over(world, 570, 750, see=waiting) == pytest.approx([10_500, 1500], rel=0.02, abs=50)
    assert world.reading("mail").wait_s == pytest.approx(1500 / 150, rel=0.1)
    assert over(world, 830, see=waiting)[0] < 20
    assert slow(world) < 1e-3


def test_more_workers_drain_the_backlog_sooner() -> None:
    world = played(with_jobs())
    world.advance(360_000)
    world.scale("mail", 2.0)  # 300 a second: 200 to spare
    assert over(world, 410, see=waiting)[0] == pytest.approx(21_000 - 50 * 200, rel=0.02)


def test_users_do_not_wait_for_their_jobs_to_have_their_page() -> None:
    world = played(with_jobs())
    world.advance(360_000)
    assert world.reading("shop").latency_s == pytest.approx(0.02, rel=1e-3)
    assert world.reading("shop").error_rate < 1e-6


def test_a_full_queue_loses_jobs_and_their_users_fail() -> None:
    world = played(with_jobs(queue=6000))
    assert over(world, 100, 300) == pytest.approx([0.0, 0.7], abs=0.01)  # full from 146 s on
    assert waiting(world) == pytest.approx(6000, rel=0.01)


def test_failed_jobs_are_done_again_and_cost_their_workers_as_much() -> None:
    """Half fail and have two further tries: of 150 done a second, 3 in 7 are put back to 100 new ones."""
    world = played(with_jobs("errors", 0.5))
    world.advance(70_000)
    early = waiting(world)
    world.advance(170_000)
    assert waiting(world) - early == pytest.approx(100 * (100 + 150 * 3 / 7 - 150), rel=0.03)
    assert failed(world) == pytest.approx(0.125, abs=0.02)  # those that fail three times


# Users who come back --------------------------------------------------------------------------------------


def test_those_who_gave_up_come_back_as_a_herd() -> None:
    """100 requests/s fail for two minutes; four in five come back in about a minute, and may fail again."""
    world = played(herd(0.8, 60))
    gone = 0.8 * 100 * 60 / 0.2 * (1 - math.exp(-120 * 0.2 / 60))
    # From 180 s on they are served when they come: the herd falls by a good third a minute.
    for at_s in (190, 250):
        here = over(world, at_s, see=lambda w: w.impact().requests_per_s)[0]
        assert here == pytest.approx(100 + gone / 60 * math.exp(-(at_s - 180) / 60), rel=0.05)
    assert over(world, 900, see=lambda w: w.impact().requests_per_s)[0] == pytest.approx(100, rel=0.01)


def test_a_herd_keeps_a_service_down_that_would_have_been_well() -> None:
    alone, mobbed = played(herd(0.0, 15)), played(herd(0.8, 15))
    assert over(alone, 190)[0] < 1e-3
    assert over(mobbed, 190, 230)[1] > 0.1
    assert over(mobbed, 900)[0] < 1e-3
    assert mobbed.impact().user_minutes > 1.1 * alone.impact().user_minutes


# Autoscalers ----------------------------------------------------------------------------------------------


def scaled(users, faults=None, services=None, **scaler):
    """60 requests/s of 0.1 s keep ten workers busy to 60 %; the autoscaler wants 62 %."""
    spec = {
        "service": "web",
        "target_busy": 0.62,
        "least": 5,
        "most": 30,
        "every_s": 60.0,
        "delay_s": 120.0,
        **scaler,
    }
    services = services or {"web": {"workers": 10, "latency_s": 0.1, "queue": 50}}
    return one_way(services, users, faults, automations={"hpa": {"title": "-", "scaler": spec}})


def workers(world) -> float:
    return world.reading("web").workers


RUSH = ((0.0, 600.0), (100.0, 600.0), (100.0, 1200.0), (1000.0, 1200.0), (1000.0, 600.0), (3600.0, 600.0))


def test_an_autoscaler_leaves_a_service_at_its_target_alone() -> None:
    assert over(scaled(600.0), 60, 600, 3600, see=workers) == [10, 10, 10]


def test_an_autoscaler_brings_workers_after_its_delay_and_lets_them_go_at_once() -> None:
    """The load doubles at 100 s. At 120 s all are busy: 17 are asked for (10 / 0.62) and serve at 240 s."""
    world = scaled(RUSH)
    assert over(world, 230)[0] > 0.1
    assert over(world, 239.9, 240.1, see=workers) == [10, 17]
    # 12 busy of 17 are 71 %: at 300 s it asks for 20, who serve at 420 s and are busy to 60 %.
    assert over(world, 419, 421, 999, see=workers) == [17, 20, 20]
    assert failed(world) < 1e-3
    assert over(world, 1019, 1021, see=workers) == [20, 10]  # at 1,020 s it sees 30 %


def test_an_autoscaler_stops_at_its_ceiling() -> None:
    world = scaled(RUSH, most=11)
    assert over(world, 239, 300, 900, see=workers) == [10, 11, 11]
    assert failed(world) == pytest.approx(1 - 110 / 120, abs=0.02)


def test_a_stopped_autoscaler_does_nothing_more() -> None:
    world = scaled(RUSH)
    world.advance(110_000)
    world.stop_automation("hpa")
    assert over(world, 900, see=workers) == [10]
    late = scaled(RUSH)
    late.advance(130_000)
    late.stop_automation("hpa")  # what it has asked for comes all the same
    assert over(late, 250, 900, see=workers) == [17, 17]


def test_workers_scaled_by_hand_are_where_an_autoscaler_goes_on() -> None:
    world = scaled(600.0)
    world.scale("web", 2.0)
    assert over(world, 30, 61, see=workers) == [20, 10]


def test_an_autoscaler_is_misled_by_an_outage_in_front_of_it() -> None:
    """Nobody gets through, so it lets workers go; then the crowd is let in, and meets a small service."""
    services = {
        "front": {"workers": 200, "latency_s": 0.001, "queue": 10},
        "web": {"workers": 10, "latency_s": 0.1, "queue": 20},
    }
    faults = {"f": {"kind": "expiry", "service": "front", "amount": 1.0, "at_s": 30.0, "until_s": 600.0}}

    def crowd(least: int):
        spec = {"service": "web", "least": least, "most": 30}
        automations = {"hpa": {"title": "-", "scaler": spec}}
        return one_way(services, 600.0, faults, path=("front", "web"), automations=automations)

    small, kept = crowd(2), crowd(10)
    assert over(small, 590, see=workers) == [2]
    assert over(kept, 590, see=workers) == [10]
    assert over(small, 650)[0] > 0.5
    assert over(kept, 650)[0] < 1e-3
    assert over(small, 1200)[0] < 0.01  # it learns, a few minutes late


def test_an_autoscaler_that_takes_waiting_for_work_adds_workers_in_vain() -> None:
    """The database is what is slow; three times the callers only stand in line there."""
    services = {
        "web": {"workers": 10, "latency_s": 0.05, "queue": 20, "depends": {"db": {"timeout_s": 5.0}}},
        "db": {"workers": 3, "latency_s": 0.03, "queue": 1000},
    }
    faults = {"f": {"kind": "slowdown", "service": "db", "amount": 4.0, "at_s": 30.0}}  # 25/s of 60
    fixed, growing = one_way(services, 600.0, faults), scaled(600.0, faults, services)
    assert over(growing, 1200, see=workers) == [30]
    assert over(fixed, 1200)[0] == pytest.approx(failed(growing), abs=0.03)
    assert failed(growing) == pytest.approx(1 - 25 / 60, abs=0.03)


# Time of day ----------------------------------------------------------------------------------------------


def users(world) -> float:
    return world.impact().users


def test_traffic_follows_the_day() -> None:
    """It opens at 14:00 with the users given; six hours later is the peak, eighteen hours later the low."""
    daily = {"busiest_h": 20.0, "swing": 0.3}
    world = one_way({"web": {"workers": 500, "latency_s": 0.01}}, 1000.0, daily=daily)
    # 14:00 is a quarter of a turn from the peak, where the wave crosses its mean.
    seen = over(world, 0, 3 * 3600, 6 * 3600, 12 * 3600, 18 * 3600, 24 * 3600, see=users)
    assert seen == pytest.approx([1000, 1000 * (1 + 0.3 * math.sqrt(0.5)), 1300, 1000, 700, 1000])
    assert over(world, 24 * 3600, see=lambda w: w.reading("web").requests_per_s) == pytest.approx(
        [100], rel=1e-3
    )


def test_opening_at_the_peak_the_day_only_gets_quieter() -> None:
    daily = {"busiest_h": 14.0, "swing": 0.5}
    world = one_way({"web": {"workers": 500, "latency_s": 0.01}}, 1500.0, daily=daily)
    seen = over(world, 0, 600, 3600, 12 * 3600, see=users)
    assert seen[0] == 1500
    assert seen == sorted(seen, reverse=True)
    assert seen[-1] == pytest.approx(500)


def test_the_authors_points_and_the_day_multiply() -> None:
    daily = {"busiest_h": 20.0, "swing": 0.3}
    points = ((0.0, 1000.0), (21_600.0, 2000.0))
    world = one_way({"web": {"workers": 500, "latency_s": 0.01}}, points, daily=daily)
    assert over(world, 21_600, see=users) == pytest.approx([2000 * 1.3])


def test_the_usual_is_what_a_quiet_day_shows_at_that_hour_and_its_range_the_whole_days() -> None:
    services = {"web": {"workers": 500, "latency_s": 0.01}}
    world = one_way(
        services, 1000.0, {"f": {"kind": "errors", "service": "web", "amount": 0.9}}, daily={"swing": 0.3}
    )
    assert world.usual("web").error_rate == 0.0
    low, high = world.usual_range("web")
    seen = low.requests_per_s, world.usual("web").requests_per_s, high.requests_per_s
    assert seen == pytest.approx((70, 100, 130), rel=1e-3)
    assert one_way(services, 1000.0, QUIET).usual_range("web") is None
