"""What must hold in any world, whatever its graph, faults and switches."""

import hashlib
import math
import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.scenario.model import Fault, Scenario
from simulator.world import World
from tests.reference.systems import system, two_tiers

ROOT = Path(__file__).parent.parent
NAMES = ("front", "cart", "search", "db", "pay")
shares = st.one_of(st.just(0.0), st.just(1.0), st.floats(0.0, 1.0))
seconds = st.floats(0.0, 400.0)


@st.composite
def faults(draw, names) -> dict[str, object]:
    kind = draw(st.sampled_from(["errors", "slowdown", "capacity_loss"]))
    begins = draw(seconds)
    conditions = {"live": "c", "undone": "c", "flag_on": "beta", "flag_off": "beta"}
    kept = draw(st.sets(st.sampled_from(sorted(conditions)), max_size=1))
    return {
        "kind": kind,
        "service": draw(st.sampled_from(names)),
        "amount": draw(st.floats(0.0, 100.0)) if kind == "slowdown" else draw(shares),
        "at_s": begins,
        "ramp_s": draw(st.one_of(st.just(0.0), seconds)),
        "until_s": draw(st.one_of(st.none(), st.floats(0.0, 400.0).map(lambda more: begins + more))),
        "when": {name: conditions[name] for name in kept},
    }


@st.composite
def dependencies(draw) -> dict[str, object]:
    return {
        "calls": draw(st.floats(0.05, 4.0)),
        "timeout_s": draw(st.floats(0.01, 10.0)),
        "retries": draw(st.integers(0, 3)),
        "backoff_s": draw(st.floats(0.0, 5.0)),
        "retry_budget": draw(st.one_of(st.none(), st.floats(0.0, 1.0))),
        "kind": draw(st.sampled_from(["hard", "soft"])),
        "flag": draw(st.sampled_from([None, "beta"])),
    }


@st.composite
def scenarios(draw) -> Scenario:
    """A random graph without circles: each service may call those after it."""
    names = NAMES[: draw(st.integers(1, len(NAMES)))]
    services = {}
    for i, name in enumerate(names):
        called = draw(st.lists(st.sampled_from(names[i + 1 :]), unique=True)) if names[i + 1 :] else []
        services[name] = {
            "workers": draw(st.integers(1, 500)),
            "latency_s": draw(st.floats(0.001, 2.0)),
            "queue": draw(st.sampled_from([0, 1, 20, 1000, 10**6])),
            "error_rate": draw(st.sampled_from([0.0, 0.01])),
            "depends": {other: draw(dependencies()) for other in called},
        }
    journeys = {
        f"j{n}": {
            "share": draw(st.floats(0.0, 1.0)),
            "path": tuple(draw(st.lists(st.sampled_from(names), min_size=1, max_size=3))),
            "timeout_s": draw(st.floats(0.1, 20.0)),
            "retries": draw(st.integers(0, 4)),
            "backoff_s": draw(st.floats(0.0, 5.0)),
            "slow_after_s": draw(st.floats(0.05, 10.0)),
        }
        for n in range(draw(st.integers(1, 2)))
    }
    users = draw(
        st.one_of(
            st.floats(0.1, 1e5),
            st.lists(st.tuples(seconds, st.floats(0.0, 1e5)), min_size=1, max_size=4).map(
                lambda p: tuple(sorted(p))
            ),
        )
    )
    drawn = {f"f{n}": draw(faults(names)) for n in range(draw(st.integers(1, 3)))}
    return system(
        services, journeys, users, drawn, noise=draw(st.sampled_from([0.0, 0.01, 0.5])), flags=("beta",)
    )


@st.composite
def switches(draw, scenario: Scenario):
    """Something that a drill may do to a world."""
    service = draw(st.sampled_from(sorted(scenario.services)))
    share = draw(shares)
    journey = draw(st.sampled_from([None, *scenario.journeys]))
    flag_on = draw(st.booleans())
    begun = Fault.model_validate(draw(faults(sorted(scenario.services))))
    return draw(
        st.sampled_from(
            [
                lambda world: world.undo_change("c"),
                lambda world: world.fix("c"),
                lambda world: world.set_flag("beta", flag_on),
                lambda world: world.shed(share, journey),
                lambda world: world.scale(service, 5 * share),
                lambda world: world.limit(service, "x", share),
                lambda world: world.restart(service),
                lambda world: world.degrade(service, "x", share),
                lambda world: world.begin_fault("hot-fix", begun),
            ]
        )
    )


def check(world: World, scenario: Scenario) -> None:
    """All laws at this moment."""
    impact = world.impact()
    for one in (impact, *impact.journeys.values()):
        numbers = (one.users, one.users_served, one.users_failed, one.users_slow)
        numbers += (one.requests_per_s, one.requests_failed_per_s)
        assert all(math.isfinite(x) and x >= 0.0 for x in numbers), one
        assert one.users_served + one.users_failed == pytest.approx(one.users, rel=1e-9)
        assert one.users_slow <= one.users_served * (1 + 1e-9)
        assert one.requests_failed_per_s <= one.requests_per_s * (1 + 1e-9)
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


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_laws(data) -> None:
    scenario = data.draw(scenarios())
    world = World(scenario, scenario.variants["v"], seed=data.draw(st.integers(0, 3)))
    check(world, scenario)
    lost = 0.0
    for _ in range(data.draw(st.integers(1, 8))):
        world.advance(world.now_ms + data.draw(st.sampled_from([1, 50, 5_000, 61_000, 300_000])))
        check(world, scenario)
        assert lost <= world.impact().user_minutes < math.inf
        lost = world.impact().user_minutes
        data.draw(switches(scenario))(world)
        check(world, scenario)
        assert world.impact().user_minutes == lost  # a switch takes no time
    assert world._plant.steps < 20_000


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
