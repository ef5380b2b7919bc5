"""What must hold in any world, whatever its graph, faults and switches."""

import hashlib
import math
import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from simulator.scenario.model import Fault, Scenario
from simulator.world import World, stepping
from simulator.world import layout as at
from simulator.world.plant import Inputs, JourneySpec, Plan, Plant, ServiceSpec
from tests.reference.systems import system, two_tiers

ROOT = Path(__file__).parent.parent
NAMES = ("front", "cart", "search", "db", "pay")
shares = st.one_of(st.just(0.0), st.just(1.0), st.floats(0.0, 1.0))
seconds = st.floats(0.0, 400.0)


KINDS = (
    "errors",
    "slowdown",
    "capacity_loss",
    "crash",
    "leak",
    "lost_calls",
    "corruption",
    "expiry",
    "partition",
    "quota",
    "blind",
)
ZONES = ("east", "west")
CONDITIONS = {
    "live": "c",
    "undone": "c",
    "flag_on": "beta",
    "flag_off": "beta",
    "running": "rollout",
    "not_done": "renew",
    "not_restored": NAMES[0],
    "unfixed": NAMES[0],
}
amounts = {
    "slowdown": st.floats(0.001, 100.0),
    "leak": st.floats(1.0, 400.0),
    "quota": st.floats(0.01, 1e5),
}
"""Of faults whose amount is no share."""


@st.composite
def faults(draw, services: dict[str, dict[str, object]]) -> dict[str, object]:
    names = sorted(services)
    kind = draw(st.sampled_from([k for k in KINDS if k != "lost_calls" or any(callees(services).values())]))
    callers = [name for name in names if callees(services)[name]]
    service = draw(st.sampled_from(callers if kind == "lost_calls" else names))
    begins = draw(st.one_of(seconds, st.floats(-400.0, 0.0)))
    kept = draw(st.sets(st.sampled_from(sorted(CONDITIONS)), max_size=1))
    drawn = {
        "kind": kind,
        "service": service,
        "amount": draw(amounts.get(kind, shares)),
        "at_s": begins,
        "until_s": draw(st.one_of(st.none(), st.floats(0.0, 400.0))),
        "spread_by": draw(st.sampled_from([None, "rollout"])),
        "loses_data": draw(st.booleans()),
        "when": {name: CONDITIONS[name] for name in kept},
    }
    if kind == "partition":
        drawn |= {"service": None, "zone": draw(st.sampled_from(ZONES))}
    elif services[service]["zones"]:
        drawn["zone"] = draw(st.sampled_from([None, *ZONES]))
    if kind == "lost_calls":
        drawn["to"] = draw(st.sampled_from(callees(services)[service]))
    if draw(st.booleans()):
        drawn["ramp_s"] = draw(st.one_of(st.just(0.0), seconds))
    else:
        at_s = sorted(draw(st.lists(seconds, min_size=1, max_size=4, unique=True)))
        drawn["curve"] = tuple((at, draw(shares)) for at in at_s)
    return drawn


def callees(services: dict[str, dict[str, object]]) -> dict[str, list[str]]:
    return {name: sorted(spec["depends"]) for name, spec in services.items()}


@st.composite
def caches(draw, names: tuple[str, ...]) -> dict[str, object]:
    return {
        "hit_ratio": draw(st.floats(0.0, 0.99)),
        "entries": draw(st.floats(1.0, 1e6)),
        "ttl_s": draw(st.one_of(st.none(), st.floats(0.1, 4000.0))),
        "kept_in": draw(st.sampled_from([None, *names])),
    }


@st.composite
def dependencies(draw, names: tuple[str, ...]) -> dict[str, object]:
    kind = draw(st.sampled_from(["hard", "soft", "job"]))
    return {
        "calls": draw(st.floats(0.05, 4.0)),
        "timeout_s": draw(st.floats(0.01, 10.0)),
        "retries": draw(st.integers(0, 3)),
        "backoff_s": draw(st.floats(0.0, 5.0)),
        "retry_budget": draw(st.one_of(st.none(), st.floats(0.0, 1.0))),
        "kind": kind,
        "flag": draw(st.sampled_from([None, "beta"])),
        "connections": draw(st.sampled_from([None, None, 1, 10, 1000])) if kind != "job" else None,
        "cache": draw(st.one_of(st.none(), caches(names))) if kind != "job" else None,
        "breaker": draw(st.sampled_from([None, {}, {"opens_above": 0.0, "open_s": 1.0}]))
        if kind != "job"
        else None,
    }


@st.composite
def services_of(draw, names: tuple[str, ...]) -> dict[str, dict[str, object]]:
    """A random graph without circles: each service may call those after it."""
    services = {}
    for i, name in enumerate(names):
        called = draw(st.lists(st.sampled_from(names[i + 1 :]), unique=True)) if names[i + 1 :] else []
        east = draw(st.floats(0.0, 1.0))
        services[name] = {
            "workers": draw(st.integers(1, 500)),
            "latency_s": draw(st.floats(0.001, 2.0)),
            "queue": draw(st.sampled_from([0, 1, 20, 1000, 10**6])),
            "error_rate": draw(st.sampled_from([0.0, 0.01])),
            "cores": draw(st.sampled_from([None, None, 1, 20])),
            "quota_per_s": draw(st.sampled_from([None, None, 0.5, 100.0])),
            "restart_s": draw(st.floats(1.0, 200.0)),
            "warmup_s": draw(st.one_of(st.just(0.0), seconds)),
            "cold_factor": draw(st.floats(1.0, 50.0)),
            "zones": draw(st.sampled_from([{}, {"east": east, "west": 1.0 - east}])),
            "replication_lag_s": draw(seconds),
            "backup_age_s": draw(seconds),
            "depends": {other: draw(dependencies(names)) for other in called},
        }
    return services


@st.composite
def journeys_of(draw, services: dict[str, dict[str, object]]) -> dict[str, dict[str, object]]:
    journeys = {}
    count = draw(st.integers(1, 2))
    split = draw(st.floats(0.0, 1.0))
    for n in range(count):
        path = tuple(draw(st.lists(st.sampled_from(sorted(services)), min_size=1, max_size=3)))
        jobs = [to for name in path for to, one in services[name]["depends"].items() if one["kind"] == "job"]
        journeys[f"j{n}"] = {
            "share": 1.0 if count == 1 else (split, 1.0 - split)[n],
            "path": path,
            "timeout_s": draw(st.floats(0.1, 20.0)),
            "retries": draw(st.integers(0, 4)),
            "backoff_s": draw(st.floats(0.0, 5.0)),
            "slow_after_s": draw(st.floats(0.05, 10.0)),
            "returns": draw(shares),
            "returns_after_s": draw(st.floats(0.1, 400.0)),
            "job": draw(st.sampled_from([None, *jobs])),
            "job_slow_after_s": draw(st.floats(0.1, 100.0)),
        }
    return journeys


@st.composite
def scenarios(draw) -> Scenario:
    names = NAMES[: draw(st.integers(1, len(NAMES)))]
    services = draw(services_of(names))
    users = draw(
        st.one_of(
            st.floats(0.1, 1e5),
            st.lists(st.tuples(seconds, st.floats(0.0, 1e5)), min_size=1, max_size=4).map(
                lambda p: tuple(sorted(p))
            ),
        )
    )
    drawn = {f"f{n}": draw(faults(services)) for n in range(draw(st.integers(1, 4)))}
    scenario = system(
        services,
        draw(journeys_of(services)),
        users,
        drawn,
        noise=draw(st.sampled_from([0.0, 0.01, 0.5])),
        flags=("beta",),
    )
    scaler = {
        "service": draw(st.sampled_from(names)),
        "target_busy": draw(st.floats(0.05, 0.95)),
        "most": draw(st.integers(1, 1000)),
        "every_s": draw(st.floats(5.0, 120.0)),
        "delay_s": draw(seconds),
    }
    procedure = {"title": "-", "service": draw(st.sampled_from(names)), "restarts": draw(st.booleans())}
    daily = {"busiest_h": draw(st.floats(0.0, 23.9)), "swing": draw(st.floats(0.0, 0.99))}
    more = {
        "automations": {
            "rollout": {"title": "-"},
            "hpa": {"title": "-", "scaler": draw(st.sampled_from([None, scaler]))},
        },
        "procedures": {"renew": procedure},
        "monitoring": draw(st.sampled_from([None, *names])),
        "status_page": draw(st.sampled_from([None, *names])),
        "traffic": {**scenario.traffic.model_dump(), "daily": draw(st.sampled_from([None, daily]))},
    }
    return Scenario.model_validate({**scenario.model_dump(), **more})


@st.composite
def switches(draw, scenario: Scenario):
    """The name of something that a drill may do to a world, and the deed."""
    service = draw(st.sampled_from(sorted(scenario.services)))
    share = draw(shares)
    journey = draw(st.sampled_from([None, *scenario.journeys]))
    yes = draw(st.booleans())
    zones = [name for name, spec in scenario.services.items() if spec.zones]
    specs = {name: {"zones": spec.zones, "depends": spec.depends} for name, spec in scenario.services.items()}
    begun = Fault.model_validate(draw(faults(specs)))
    deeds = {
        "undo_change": lambda world: world.undo_change("c"),
        "redo_change": lambda world: world.redo_change("c"),
        "fix": lambda world: world.fix("c"),
        "fix_service": lambda world: world.fix(service),
        "set_flag": lambda world: world.set_flag("beta", yes),
        "shed": lambda world: world.shed(share, journey),
        "scale": lambda world: world.scale(service, 5 * share),
        "limit": lambda world: world.limit(service, "x", share),
        "restart": lambda world: world.restart(service),
        "degrade": lambda world: world.degrade(service, "x", share),
        "bypass_cache": lambda world: world.bypass_cache(service, yes),
        "stop_automation": lambda world: world.stop_automation("rollout" if yes else "hpa"),
        "restore": lambda world: world.restore(service),
        "run_procedure": lambda world: world.run_procedure("renew"),
        "begin_fault": lambda world: world.begin_fault("hot-fix", begun),
    }
    if zones:
        left = draw(st.sampled_from(zones))
        deeds["fail_over"] = lambda world: world.fail_over(left, "east" if yes else "west")
    name = draw(st.sampled_from(sorted(deeds)))
    return name, deeds[name]


def check(world: World, scenario: Scenario) -> None:
    """All laws at this moment."""
    impact = world.impact()
    for one in (impact, *impact.journeys.values()):
        numbers = (one.users, one.users_served, one.users_failed, one.users_slow)
        assert all(math.isfinite(x) and x >= 0.0 for x in numbers), one
        assert one.users_served + one.users_failed == pytest.approx(one.users, rel=1e-9)
        assert one.users_slow <= one.users_served * (1 + 1e-9)
    assert 0.0 <= impact.requests_failed_per_s <= impact.requests_per_s * (1 + 1e-9) < math.inf
    for name, journey in scenario.journeys.items():
        counters = world.counters(name)
        accounted = counters.served + counters.lost + counters.in_retry
        assert min(counters.served, counters.lost, counters.in_retry) >= 0.0
        assert accounted == pytest.approx(counters.offered, rel=1e-9)
        assert impact.journeys[name].users == pytest.approx(impact.users * journey.share, rel=1e-9) or (
            sum(other.share for other in scenario.journeys.values()) > 1
        )
    for name, service in scenario.services.items():
        reading = world.reading(name)
        assert 0.0 <= reading.error_rate <= 1.0
        assert 0.0 <= reading.busy_share <= 1.0
        assert 0.0 < reading.latency_s < math.inf
        assert 0.0 <= reading.latency_p50_s <= reading.latency_p99_s < math.inf
        assert 0.0 <= reading.requests_per_s < math.inf
        # With u < 1 some of the c + K in the system wait although the last worker is not quite busy.
        assert 0.0 <= reading.queue <= service.queue + reading.workers
        assert reading.workers > 0.0
        for callee, dependency in service.depends.items():
            top = dependency.cache.hit_ratio if dependency.cache else 0.0
            assert 0.0 <= world.hit_ratio(name, callee) <= top * (1 + 1e-9)
            pool = world.connections(name, callee)
            assert pool is None or (pool.workers == dependency.connections and pool.busy_share <= 1.0)
    assert all(math.isfinite(value) and value >= 0.0 for value in world.watched())


TIMES = int(os.environ.get("TIMES", "1"))
"""TIMES=20 tries twenty times as many worlds, other ones each time; SHRINK=1 seeks a smaller failing one."""


def law(examples: int) -> settings:
    return settings(
        max_examples=examples * TIMES,
        derandomize=TIMES == 1,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate, *([Phase.shrink] if os.environ.get("SHRINK") else [])],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


@law(120)
@given(data=st.data())
def test_laws(data) -> None:
    scenario = data.draw(scenarios())
    world = World(scenario, scenario.variants["v"], seed=data.draw(st.integers(0, 3)))
    check(world, scenario)
    lost = rotten = 0.0
    for _ in range(data.draw(st.integers(1, 8))):
        world.advance(world.now_ms + data.draw(st.sampled_from([1, 50, 5_000, 61_000, 300_000])))
        check(world, scenario)
        assert lost <= world.impact().user_minutes < math.inf
        assert rotten * (1 - 1e-9) <= world.records_at_risk() < math.inf
        lost, rotten = world.impact().user_minutes, world.records_at_risk()
        counted = {name: world.counters(name) for name in scenario.journeys}
        name, deed = data.draw(switches(scenario))
        deed(world)
        check(world, scenario)
        assert world.impact().user_minutes == lost  # a switch takes no time
        assert {name: world.counters(name) for name in scenario.journeys} == counted
        if name != "restore":  # records at risk only fall by a restore
            assert world.records_at_risk() >= rotten * (1 - 1e-9)
        rotten = world.records_at_risk()
    assert world._plant.steps < 20_000


# What holds in simpler worlds ---------------------------------------------------------------------------


@law(40)
@given(data=st.data())
def test_what_arrives_is_turned_away_or_let_in_and_what_is_let_in_is_done_or_there(data) -> None:
    """Counted step by step, in tenths of a second, along a path of services that call nobody."""
    names = NAMES[: data.draw(st.integers(1, 3))]
    services = {
        name: ServiceSpec(
            workers=data.draw(st.floats(1.0, 50.0)),
            queue=float(data.draw(st.sampled_from([0, 5, 100, 10**6]))),
            work_s=data.draw(st.floats(0.01, 2.0)),
        )
        for name in names
    }
    journey = JourneySpec(names, data.draw(st.floats(0.1, 10.0)), data.draw(st.integers(0, 3)), 0.5, 3.0)
    plant = Plant(Plan(services, [], {"j": journey}))
    for name, spec in services.items():
        wrong = data.draw(shares), data.draw(shares)
        plant.set_service(name, Inputs(spec.workers, spec.work_s, *wrong))
        plant.set_quota(name, data.draw(st.sampled_from([1e9, 1.0, 20.0])))
    plant.offering({"j": 1.0})(
        data.draw(st.floats(0.1, 200.0)),
        data.draw(st.floats(-0.5, 5.0).map(lambda x: max(0.0, x))),
    )
    plant.poke()
    came = dict.fromkeys(names, 0.0)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"CALM": -1.0, "STILL": -1.0, "TOO_MUCH": math.inf}.items():
            patch.setattr(stepping, name, value)
        for _ in range(300):
            plant.advance(0.1)
            for name in names:
                row = plant._services[name]
                assert (
                    0.0
                    <= row[at.LET_IN]
                    <= min(row[at.ARRIVALS] * (1.0 - row[at.REFUSE]), row[at.QUOTA]) + 1e-9
                )
                assert 0.0 <= row[at.REJECTED] <= 1.0
                came[name] += 0.1 * row[at.ARRIVALS] * (1.0 - row[at.REJECTED])
    for name, spec in services.items():
        here = plant._services[name][at.L]
        assert here <= (spec.workers + spec.queue) * (1 + 1e-9)
        # A full queue is met to 1e-5 in each step (`station.CLOSE`), and cut there.
        assert plant.done(name) + here == pytest.approx(came[name], rel=5e-4, abs=1e-6)


def at_rest(workers: int, back: int, spec: dict[str, object], load: float) -> float:
    """Share of users who fail for good, half an hour after the opening."""
    latency_s = spec["latency_s"]
    services = {
        "front": {"workers": workers, "latency_s": latency_s, "queue": spec["queue"]},
        "back": {"workers": back, "latency_s": latency_s, "queue": spec["queue"]},
    }
    if spec["calls"]:
        services["front"] |= {"depends": {"back": {"timeout_s": spec["patience_s"]}}}
    journey = {"share": 1.0, "path": ("front",), "timeout_s": 2 * spec["patience_s"]}
    quiet = {"f": {"kind": "errors", "service": "front", "amount": 0.1}}
    world = play_out(system(services, {"j": journey}, 10.0 * load, quiet), 1800)
    return world.impact().users_failed / world.impact().users


def play_out(scenario: Scenario, until_s: int) -> World:
    world = World(scenario, scenario.variants["v"], seed=1)
    world.advance(1000 * until_s)
    return world


@law(60)
@given(data=st.data())
def test_more_workers_never_hurt_where_nobody_tries_again(data) -> None:
    """More of the last service on the way: more callers could drown what they call."""
    calls = data.draw(st.booleans())
    spec = {
        "calls": calls,
        "latency_s": data.draw(st.floats(0.01, 1.0)),
        "patience_s": data.draw(st.floats(0.05, 10.0)),
        "queue": data.draw(st.sampled_from([0, 10, 1000, 10**6])),
    }
    few = data.draw(st.integers(1, 100))
    more = few + data.draw(st.integers(1, 100))
    load = data.draw(st.floats(0.2, 1.5)) * few / spec["latency_s"]
    others = data.draw(st.integers(1, 300))
    failing = [at_rest(others, n, spec, load) if calls else at_rest(n, 1, spec, load) for n in (few, more)]
    assert failing[1] <= failing[0] + 2e-3


@law(60)
@given(data=st.data())
def test_once_every_fault_is_gone_service_comes_back_where_no_storm_can_feed_itself(data) -> None:
    """(1+R) attempts of everybody there could ever be fit into four fifths of the capacity."""
    retries, returns = data.draw(st.integers(0, 3)), data.draw(st.floats(0.0, 0.8))
    workers, latency_s = data.draw(st.integers(1, 100)), data.draw(st.floats(0.01, 1.0))
    load = 0.8 * workers / latency_s * (1.0 - returns) / (1 + retries)
    service = {
        "workers": workers,
        "latency_s": latency_s,
        "queue": data.draw(st.sampled_from([0, 10, 1000, 10**6])),
        "restart_s": data.draw(st.floats(1.0, 200.0)),
        "warmup_s": data.draw(st.floats(0.0, 200.0)),
    }
    journey = {
        "share": 1.0,
        "path": ("front",),
        "timeout_s": max(1.0, 50.0 * latency_s),
        "retries": retries,
        "slow_after_s": 60.0,
        "returns": returns,
        "returns_after_s": data.draw(st.floats(1.0, 300.0)),
    }
    kinds = ("errors", "slowdown", "capacity_loss", "crash", "leak", "expiry", "quota")
    faults = {
        f"f{n}": {
            "kind": (kind := data.draw(st.sampled_from(kinds))),
            "service": "front",
            "amount": data.draw(amounts.get(kind, shares)),
            "at_s": data.draw(seconds),
            "until_s": 600.0,
        }
        for n in range(data.draw(st.integers(1, 3)))
    }
    quiet = {"f": {"kind": "errors", "service": "front", "amount": 0.0}}
    parts = {"front": service}, {"j": journey}, 10.0 * load
    well, after = (play_out(system(*parts, wrong), 6 * 3600).impact() for wrong in (quiet, faults))
    assert after.users_failed <= well.users_failed + 1e-3 * after.users


def digest() -> str:
    """Every number that an eventful drill shows, to the last bit."""
    scenario = two_tiers()
    scenario = scenario.model_copy(update={"traffic": scenario.traffic.model_copy(update={"noise": 0.02})})
    world = World(scenario, scenario.variants["v"], seed=7)
    numbers = hashlib.sha256()
    for at_ms in range(0, 400_001, 5_000):
        world.advance(at_ms)
        if at_ms == 100_000:
            world.limit("front", "restart", 0.5)
        if at_ms == 150_000:
            world.shed(0.3)
        one, back = world.impact(), world.reading("back")
        numbers.update(struct.pack("<3d", one.users_failed, one.users_slow, one.user_minutes))
        numbers.update(struct.pack("<3d", back.error_rate, back.latency_p99_s, back.queue))
    return numbers.hexdigest()


def test_the_same_bits_under_any_hash_seed() -> None:
    show = "from tests.test_world_laws import digest; print(digest())"
    seen = {digest()}
    for hash_seed in ("0", "123"):
        env = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", show]
        shown = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=True)
        seen.add(shown.stdout.strip())
    assert len(seen) == 1
