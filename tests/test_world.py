"""The world as a drill sees it: faults hurt, switches help, readings change nothing."""

import math

import pytest

from simulator.scenario.model import Fault
from simulator.world import Impact, World
from simulator.world import stepping as equations
from tests.reference.systems import ENDLESS, QUIET, SLOW_30_S, one_service, system, two_tiers


def world_of(scenario, seed=1) -> World:
    return World(scenario, scenario.variants["v"], seed)


def shop(faults, retries=0, **front) -> World:
    """2,000 users (200 requests/s) on two front services, `cart` and `search`, both on one roomy database."""
    to_db = {"db": {"timeout_s": 1.0}}
    return world_of(
        system(
            {
                "cart": {"workers": 50, "latency_s": 0.02, "depends": to_db, **front},
                "search": {"workers": 50, "latency_s": 0.02, "depends": to_db},
                "db": {"workers": 100, "latency_s": 0.02},
            },
            {
                "buy": {"share": 0.4, "path": ("cart",), "retries": retries, "backoff_s": 0.5},
                "find": {"share": 0.6, "path": ("search",), "retries": retries},
            },
            2000.0,
            faults,
            flags=("beta",),
        )
    )


def failed_share(world: World, journey: str) -> float:
    one = world.impact().journeys[journey]
    return one.users_failed / one.users


def errors(amount=0.35, **fields) -> dict[str, object]:
    return {"kind": "errors", "service": "cart", "amount": amount, **fields}


# What faults do to users -------------------------------------------------------------------------------


def test_a_quiet_world_serves_everybody() -> None:
    world = shop({"f": errors(0.0)})
    world.advance(600_000)
    impact = world.impact()
    assert impact.users == 2000.0
    assert impact.users_served == pytest.approx(2000.0, abs=0.01)
    assert impact.users_affected == pytest.approx(0.0, abs=0.01)
    assert impact.requests_per_s == pytest.approx(200.0, rel=1e-6)
    assert world.reading("db").requests_per_s == pytest.approx(200.0, rel=1e-3)


def test_an_error_fault_fails_its_share_of_the_journeys_users_and_nobody_else() -> None:
    world = shop({"f": errors(0.35)})
    assert failed_share(world, "buy") == pytest.approx(0.35, abs=1e-6)
    world.advance(600_000)
    impact = world.impact()
    assert impact.journeys["buy"].users_failed == pytest.approx(0.35 * 800, abs=0.01)
    assert impact.journeys["find"].users_failed == pytest.approx(0.0, abs=0.01)
    assert impact.users_affected == pytest.approx(280.0, abs=0.02)
    assert impact.user_minutes == pytest.approx(2800.0, abs=0.2)
    assert world.reading("cart").error_rate == pytest.approx(0.35, abs=1e-5)
    assert world.reading("db").error_rate == pytest.approx(0.0, abs=1e-5)


@pytest.mark.parametrize("retries", [1, 2, 3])
def test_client_retries_turn_a_share_f_into_its_power_and_add_load(retries: int) -> None:
    world = shop({"f": errors(0.35)}, retries=retries)
    world.advance(300_000)
    assert failed_share(world, "buy") == pytest.approx(0.35 ** (retries + 1), abs=1e-4)
    attempts = math.fsum(0.35**k for k in range(retries + 1))
    assert world.reading("cart").requests_per_s == pytest.approx(80.0 * attempts, rel=1e-3)


def test_service_retries_do_the_same_to_a_dependencys_errors() -> None:
    depends = {"db": {"timeout_s": 1.0, "retries": 2, "backoff_s": 0.01}}
    world = shop({"f": {**errors(0.2), "service": "db"}}, depends=depends)
    world.advance(300_000)
    assert failed_share(world, "buy") == pytest.approx(0.2**3, abs=1e-4)
    assert failed_share(world, "find") == pytest.approx(0.2, abs=1e-4)  # `search` makes one attempt


def test_a_retry_budget_caps_the_attempts() -> None:
    depends = {"db": {"timeout_s": 1.0, "retries": 3, "backoff_s": 0.01, "retry_budget": 0.1}}
    world = shop({"f": {**errors(0.5), "service": "db"}}, depends=depends)
    world.advance(300_000)
    assert world.reading("db").requests_per_s == pytest.approx(1.1 * 80 + 120, rel=1e-3)


def test_errors_compose() -> None:
    world = shop({"f": errors(0.2), "g": errors(0.5)}, error_rate=0.1)
    world.degrade("cart", "debugger", 0.25)
    world.degrade("cart", "shell", 0.5)
    assert failed_share(world, "buy") == pytest.approx(1 - 0.9 * 0.8 * 0.5 * 0.75 * 0.5, abs=1e-5)
    world.degrade("cart", "shell", 0.0)
    world.degrade("cart", "debugger", 0.0)
    assert failed_share(world, "buy") == pytest.approx(1 - 0.9 * 0.8 * 0.5, abs=1e-5)


def test_a_path_must_succeed_everywhere_and_stops_at_the_first_failure() -> None:
    services = {name: {"workers": 50, "latency_s": 0.01} for name in ("cart", "pay")}
    faults = {"f": errors(0.2), "g": {**errors(0.5), "service": "pay"}}
    world = world_of(system(services, {"buy": {"share": 1.0, "path": ("cart", "pay")}}, 600.0, faults))
    world.advance(60_000)
    assert failed_share(world, "buy") == pytest.approx(1 - 0.8 * 0.5, abs=1e-5)
    assert world.reading("pay").requests_per_s == pytest.approx(0.8 * 60.0, rel=1e-3)


def test_a_soft_dependency_costs_time_but_not_success() -> None:
    depends = {"db": {"timeout_s": 1.0, "kind": "soft"}}
    world = shop({"f": {**errors(1.0), "service": "db"}}, depends=depends)
    world.advance(60_000)
    assert failed_share(world, "buy") == pytest.approx(0.0, abs=1e-5)
    assert failed_share(world, "find") == pytest.approx(1.0, abs=1e-5)
    assert world.reading("cart").latency_s == pytest.approx(0.04, rel=0.01)


def test_a_slowdown_makes_answers_slow_before_it_makes_them_fail() -> None:
    world = shop({"f": {**errors(), "kind": "slowdown", "amount": 100.0}}, workers=1000)
    world.advance(120_000)
    buy = world.impact().journeys["buy"]
    assert world.reading("cart").latency_s == pytest.approx(2.02, rel=0.02)
    too_late, slow = 800 * math.exp(-8 / 2.02), 800 * math.exp(-3 / 2.02)  # an exponential's tails
    assert buy.users_failed == pytest.approx(too_late, rel=0.1)
    assert buy.users_slow == pytest.approx(slow - too_late, rel=0.02)


def test_a_loss_of_capacity_fails_what_no_longer_fits() -> None:
    world = shop({"f": {**errors(), "kind": "capacity_loss", "amount": 0.98}})  # 1 of 50: 25/s for 80/s
    world.advance(600_000)
    assert world.reading("cart").workers == pytest.approx(1.0)
    assert world.reading("cart").busy_share > 0.99
    assert failed_share(world, "buy") > 0.99  # a queue of 1000 before 25/s is 40 s long; clients wait for 8
    gone = shop({"f": {**errors(), "kind": "capacity_loss", "amount": 1.0}})
    gone.advance(600_000)
    assert failed_share(gone, "buy") == pytest.approx(1.0)


def test_waiting_for_a_slow_provider_exhausts_the_callers_workers() -> None:
    """Only 3 in 10 requests call the provider; with a long timeout it takes the other 7 down, too."""

    def served(timeout_s: float) -> tuple[float, float]:
        pay = {"pay": {"calls": 0.3, "timeout_s": timeout_s, "kind": "soft"}}
        world = world_of(
            system(
                {
                    "web": {"workers": 50, "latency_s": 0.02, "depends": pay},
                    "pay": {"workers": 10_000, "latency_s": 0.1, "provider": True},
                },
                {"buy": {"share": 1.0, "path": ("web",), "slow_after_s": 5.0}},
                1000.0,
                {"f": {"kind": "slowdown", "service": "pay", "amount": 1000.0, "at_s": 60.0}},
            )
        )
        world.advance(59_000)
        assert world.impact().users_affected < 1
        world.advance(600_000)
        return 1 - world.impact().users_affected / 1000, world.reading("web").busy_share

    good, busy = served(timeout_s=0.5)
    assert good > 0.99
    assert busy < 0.5
    good, busy = served(timeout_s=10.0)  # 0.3 x 10 s x 100/s = 300 workers wanted, 50 there
    assert good < 0.2
    assert busy > 0.99


# Retry storms ------------------------------------------------------------------------------------------


def storm(shed: float | None) -> Impact:
    """rho 0.6, 2 retries, an endless queue; a slow spell of 30 s, and five minutes later perhaps shedding."""
    world = world_of(one_service(0.6, 2, ENDLESS, SLOW_30_S))
    world.advance(25_000)
    assert failed_share(world, "j") < 1e-3
    world.advance(300_000)
    assert world.active_faults() == ()
    assert failed_share(world, "j") > 0.99  # the trigger is long gone, the storm feeds itself
    if shed is not None:
        world.shed(shed)
        world.advance(600_000)
        world.shed(0.0)
    world.advance(1_200_000)
    return world.impact()


def test_a_retry_storm_outlives_its_trigger() -> None:
    assert storm(None).users_failed == pytest.approx(600.0, rel=1e-3)


def test_shedding_enough_ends_a_retry_storm_for_good() -> None:
    assert storm(0.9).users_failed < 1.0


def test_shedding_too_little_does_not() -> None:
    assert storm(0.2).users_failed > 590.0


def test_a_bounded_queue_lets_the_same_storm_pass() -> None:
    world = world_of(one_service(0.6, 2, 50, SLOW_30_S))
    world.advance(50_000)
    assert failed_share(world, "j") > 0.1
    world.advance(120_000)
    assert failed_share(world, "j") < 1e-3


# When faults act ---------------------------------------------------------------------------------------


def test_a_rollback_ends_a_live_fault_and_begins_an_undone_one() -> None:
    faults = {
        "bug": errors(0.35, when={"live": "c"}),
        "lost-carts": errors(0.8, when={"undone": "c"}, loses_data=True),
    }
    world = shop(faults)
    world.advance(60_000)
    assert (world.active_faults(), world.losing_data(), world.cause_present()) == (("bug",), False, True)
    world.undo_change("d")  # somebody else's change
    assert world.active_faults() == ("bug",)
    world.undo_change("c")
    assert (world.active_faults(), world.losing_data(), world.cause_present()) == (
        ("lost-carts",),
        True,
        False,
    )
    assert failed_share(world, "buy") == pytest.approx(0.8, abs=1e-5)


def test_a_fix_ends_a_live_fault_and_begins_no_undone_one() -> None:
    world = shop({"bug": errors(when={"live": "c"}), "trap": errors(when={"undone": "c"})})
    world.fix("c")
    assert world.active_faults() == ()
    assert not world.cause_present()


def test_a_flag_moves_users_away_from_a_fault_but_not_the_cause() -> None:
    world = shop({"on": errors(when={"flag_on": "beta"}), "off": errors(0.1, when={"flag_off": "beta"})})
    assert world.active_faults() == ("on",)
    world.set_flag("beta", False)
    assert (world.active_faults(), world.cause_present()) == (("off",), True)
    world.set_flag("beta", True)
    assert world.active_faults() == ("on",)


def test_a_flag_off_makes_no_calls() -> None:
    gated = {"db": {"timeout_s": 1.0, "flag": "beta"}}
    world = shop({"f": {**errors(1.0), "service": "db"}}, depends=gated)
    world.advance(60_000)
    assert failed_share(world, "buy") == pytest.approx(1.0, abs=1e-6)
    world.set_flag("beta", False)
    world.advance(120_000)
    assert failed_share(world, "buy") == pytest.approx(0.0, abs=1e-6)
    assert world.reading("db").requests_per_s == pytest.approx(120.0, rel=1e-3)  # from `search` alone
    world.set_flag("beta", True)
    world.advance(180_000)
    assert failed_share(world, "buy") == pytest.approx(1.0, abs=1e-6)


def test_a_ramp_is_a_straight_line_from_when_its_conditions_hold() -> None:
    world = shop({"f": errors(0.4, at_s=10.0, ramp_s=100.0, when={"undone": "c"})})
    world.advance(200_000)
    assert world.active_faults() == ()
    world.undo_change("c")
    for after_s, share in (
        (0, 0.0),
        (25, 0.1),
        (37.25, 0.149),
        (50, 0.2),
        (99, 0.396),
        (100, 0.4),
        (400, 0.4),
    ):
        world.advance(200_000 + int(1000 * after_s))
        assert failed_share(world, "buy") == pytest.approx(share, abs=0.002)
    assert world.impact().user_minutes == pytest.approx(800 * 0.4 * (50 + 300) / 60, rel=0.01)


def test_a_fault_has_a_first_and_a_last_moment() -> None:
    world = shop({"f": errors(at_s=10.0, until_s=20.0)})
    seen = {}
    for at_ms in (0, 9_999, 10_000, 19_999, 20_000):
        world.advance(at_ms)
        seen[at_ms] = world.active_faults()
    assert seen == {0: (), 9_999: (), 10_000: ("f",), 19_999: ("f",), 20_000: ()}


def test_a_provider_is_the_cause_while_its_fault_acts() -> None:
    scenario = two_tiers()
    variant = scenario.variants["v"]
    cause = variant.cause.model_copy(update={"kind": "provider", "id": "back"})
    world = World(scenario, variant.model_copy(update={"cause": cause}), 1)
    present = []
    for at_ms in (59_000, 61_000, 121_000):
        world.advance(at_ms)
        present.append(world.cause_present())
    assert present == [False, True, False]


def test_a_fault_begun_in_play_counts_from_now() -> None:
    world = shop({"f": errors(0.0)})
    world.advance(100_000)
    world.begin_fault("hot-fix", Fault.model_validate(errors(0.5, at_s=10.0, until_s=20.0)))
    seen = []
    for at_ms in (109_999, 110_000, 119_999, 120_000):
        world.advance(at_ms)
        seen.append(world.active_faults())
    assert seen == [("f",), ("f", "hot-fix"), ("f", "hot-fix"), ("f",)]


# Switches ----------------------------------------------------------------------------------------------


def test_shedding_turns_users_away_at_the_door() -> None:
    world = shop({"f": errors(0.2)})
    world.shed(0.5, "buy")
    world.advance(60_000)
    assert failed_share(world, "buy") == pytest.approx(0.5 + 0.5 * 0.2, abs=1e-5)
    assert failed_share(world, "find") == pytest.approx(0.0, abs=1e-5)
    assert world.reading("cart").requests_per_s == pytest.approx(40.0, rel=1e-3)
    world.shed(1.0)
    assert world.impact().users_failed == pytest.approx(2000.0)
    world.shed(0.0)
    assert failed_share(world, "buy") == pytest.approx(0.2, abs=1e-5)


def test_scaling_ends_an_overload() -> None:
    world = shop({"f": {**errors(), "kind": "slowdown", "amount": 50.0}}, queue=50)
    world.advance(120_000)
    assert failed_share(world, "buy") > 0.3
    world.scale("cart", 3.0)
    world.advance(240_000)
    assert world.reading("cart").workers == 150.0
    assert failed_share(world, "buy") < 0.02


def test_limits_multiply_and_lift() -> None:
    world = shop({"f": errors(0.0)})
    world.limit("cart", "restart", 0.5)
    world.limit("cart", "debugger", 0.2)
    assert world.reading("cart").workers == pytest.approx(5.0)
    world.limit("cart", "restart", 1.0)
    world.limit("cart", "debugger", 1.0)
    assert world.reading("cart").workers == 50.0


def test_dropping_a_queue_spares_the_wait() -> None:
    def cured(*, drop: bool) -> float:
        world = world_of(one_service(0.6, 0, ENDLESS, SLOW_30_S))
        world.advance(60_000)
        assert world.reading("a").queue > 500
        if drop:
            world.restart("a")
        world.advance(63_000)
        return failed_share(world, "j")

    assert cured(drop=False) > 0.99
    assert cured(drop=True) < 0.01


def test_jobs_stay_in_their_queue_when_their_workers_restart() -> None:
    """100 jobs/s for workers who do 80: 20 more wait every second, whoever restarts."""
    front = {"workers": 100, "latency_s": 0.01, "depends": {"sender": {"kind": "job"}}}
    sender = {"workers": 8, "latency_s": 0.1, "queue": 100_000}
    scenario = system(
        {"front": front, "sender": sender},
        {"j": {"share": 1.0, "path": ("front",), "job": "sender"}},
        1000.0,
        {"f": errors(service="front", amount=0.0)},
    )
    world = world_of(scenario)
    world.advance(60_000)
    waiting = world.reading("sender").queue
    assert waiting > 1000
    world.restart("sender")
    assert world.reading("sender").queue == pytest.approx(waiting)


def test_unknown_names_are_programming_errors() -> None:
    world = shop({"f": errors()})
    for switch in (
        lambda: world.undo_change("x"),
        lambda: world.fix("x"),
        lambda: world.set_flag("x", False),
        lambda: world.shed(0.5, "x"),
        lambda: world.scale("x", 2.0),
        lambda: world.limit("x", "y", 0.5),
        lambda: world.restart("x"),
        lambda: world.degrade("x", "y", 0.5),
        lambda: world.reading("x"),
        lambda: world.begin_fault("x", Fault.model_validate({**errors(), "service": "x"})),
    ):
        with pytest.raises(KeyError):
            switch()


def test_services_that_call_each_other_in_a_circle_are_refused() -> None:
    services = {
        "a": {"workers": 1, "latency_s": 0.1, "depends": {"b": {}}},
        "b": {"workers": 1, "latency_s": 0.1, "depends": {"a": {}}},
    }
    with pytest.raises(ValueError, match="in a circle, among: a, b"):
        world_of(system(services, {"j": {"share": 1.0, "path": ("a",)}}, 1.0, QUIET))


# Traffic -----------------------------------------------------------------------------------------------


def crowd(users, noise=0.0, seed=1) -> World:
    services = {"a": {"workers": 500, "latency_s": 0.01}}
    journeys = {"j": {"share": 0.5, "path": ("a",)}}
    return world_of(system(services, journeys, users, QUIET, noise=noise), seed)


def users_at(world: World, *at_s: float) -> list[float]:
    seen = []
    for at in at_s:
        world.advance(int(1000 * at))
        seen.append(world.impact().users)
    return seen


def test_users_follow_the_authors_points() -> None:
    world = crowd(((10.0, 100.0), (30.0, 300.0), (30.0, 1000.0), (100.0, 1000.0)))
    assert users_at(world, 0, 10, 15, 20, 29.999, 30, 50, 500) == pytest.approx(
        [100.0, 100.0, 150.0, 200.0, 299.99, 1000.0, 1000.0, 1000.0]
    )
    impact = world.impact()
    assert impact.journeys["j"].users == pytest.approx(500.0)
    assert impact.users_served == pytest.approx(1000.0)  # those on no journey are not hurt


def test_noise_is_the_seeds_and_lasts_a_minute() -> None:
    minutes = [60.0 * i for i in range(200)]
    users = users_at(crowd(1000.0, 0.02), *minutes)
    assert users == users_at(crowd(1000.0, 0.02), *minutes)
    assert users != users_at(crowd(1000.0, 0.02, seed=2), *minutes)
    mean = math.fsum(users) / 200
    deviation = math.sqrt(math.fsum((one - mean) ** 2 for one in users) / 200)
    assert mean == pytest.approx(1000.0, abs=6.0)
    assert deviation == pytest.approx(20.0, rel=0.2)
    start, middle, end = users_at(crowd(1000.0, 0.02), 60, 90, 120)
    assert middle == pytest.approx((start + end) / 2)


def test_a_switch_moves_no_users() -> None:
    plain, switched = (
        crowd(((0.0, 100.0), (1000.0, 2000.0)), 0.05),
        crowd(((0.0, 100.0), (1000.0, 2000.0)), 0.05),
    )
    for at_ms in range(0, 300_000, 7_000):
        plain.advance(at_ms)
        switched.advance(at_ms)
        switched.limit("a", f"placebo at {at_ms}", 1.0)
        assert plain.impact().users == switched.impact().users


# Reading and stepping ----------------------------------------------------------------------------------


def test_reading_changes_nothing() -> None:
    read, unread = world_of(two_tiers()), world_of(two_tiers())
    for at_ms in range(0, 200_000, 5_000):
        for world in (read, unread):
            world.advance(at_ms)
        read.impact()
        for name in ("front", "back"):
            read.reading(name)
        read.counters("j")
        read.active_faults()
        read.losing_data()
        read.cause_present()
    assert read._plant.state() == unread._plant.state()
    assert read.impact() == unread.impact()


def test_advancing_to_now_does_nothing() -> None:
    world = world_of(two_tiers())
    world.advance(70_000)
    before = world._plant.state()
    world.advance(70_000)
    assert world._plant.state() == before


@pytest.mark.parametrize("amount", [3.0, 4.0, 8.0])
def test_steps_as_long_as_they_like_agree_with_tiny_ones(amount: float, monkeypatch) -> None:
    def lost_and_steps() -> tuple[float, int]:
        world = world_of(two_tiers(amount=amount))
        for at_ms in range(0, 200_001, 5_000):
            world.advance(at_ms)
        return world.impact().user_minutes, world._plant.steps

    lost, steps = lost_and_steps()
    assert steps < 200
    for name, value in {"MIN_STEP": 0.05, "MAX_STEP": 0.05, "CALM": -1.0, "STILL": -1.0}.items():
        monkeypatch.setattr(equations, name, value)
    lost_in_tiny_steps, tiny_steps = lost_and_steps()
    assert tiny_steps >= 4000
    assert lost == pytest.approx(lost_in_tiny_steps, rel=0.01)


def test_how_often_one_looks_hardly_matters() -> None:
    def lost(every_ms: int) -> float:
        world = world_of(two_tiers())
        for at_ms in range(0, 300_001, every_ms):
            world.advance(at_ms)
        return world.impact().user_minutes

    assert lost(1_000) == pytest.approx(lost(300_000), rel=0.01)
    assert lost(5_000) == pytest.approx(lost(300_000), rel=0.01)


def test_a_steady_world_costs_no_steps() -> None:
    world = shop({"f": errors(at_s=600.0)})
    for at_ms in range(0, 3_600_001, 5_000):
        world.advance(at_ms)
    assert world._plant.steps < 40


def test_an_hour_of_noise_and_outage_costs_few_steps() -> None:
    scenario = two_tiers()
    traffic = scenario.traffic.model_copy(update={"noise": 0.01})
    world = world_of(scenario.model_copy(update={"traffic": traffic}))
    for at_ms in range(0, 3_600_001, 5_000):
        world.advance(at_ms)
    assert world._plant.steps < 500
