"""The world's equations against the request-level simulation of `world_reference`, in its printed numbers."""

import math

import pytest

from simulator.world import World
from tests.world_reference import (
    CASCADE_SYSTEMS,
    CASCADES,
    ENDLESS,
    METASTABLE,
    ONE_SERVICE,
    SLOW_30_S,
    one_service,
    play,
)


def world_of(scenario) -> World:
    return World(scenario, scenario.variants["v"], 1)


def served_and_slow(world: World, bins: int) -> tuple[list[float], list[float]]:
    """Shares of users served, and served late, in means over 10 s."""
    served, slow = [], []
    for b in range(bins):
        seen = []
        for second in range(10):
            world.advance(10_000 * b + 1_000 * second + 500)
            one = world.impact().journeys["j"]
            seen.append((one.users_served / one.users, one.users_slow / one.users))
        served.append(math.fsum(a for a, _ in seen) / 10)
        slow.append(math.fsum(b for _, b in seen) / 10)
    return served, slow


def mean_difference(ours: list[float], theirs: list[float]) -> float:
    return math.fsum(abs(a - b) for a, b in zip(ours, theirs, strict=True)) / len(ours)


@pytest.mark.parametrize(("rho", "retries", "queue"), ONE_SERVICE)
def test_one_service(rho: float, retries: int, queue: int) -> None:
    served, attempts, latency, median = ONE_SERVICE[rho, retries, queue]
    world = world_of(one_service(rho, retries, queue))
    world.advance(600_000)
    one, reading = world.impact().journeys["j"], world.reading("a")
    assert one.users_served / one.users == pytest.approx(served, abs=0.016)
    assert one.requests_per_s / (100 * rho) == pytest.approx(attempts, rel=0.12)
    if queue < ENDLESS or rho < 1:  # else the queue only grows, and all answers come too late
        worst = 0.25 if rho in {0.95, 1.1} else 0.08  # a queue that is barely full is too long by up to 23 %
        assert reading.latency_s == pytest.approx(latency, rel=worst)
        assert reading.latency_p50_s == pytest.approx(median, rel=worst)


def test_the_printed_numbers_are_what_the_reference_plays() -> None:
    """One short run: the reference still works, and plays the cell it says it does."""
    outcome = play(one_service(1.5, 2, 50), 100.0, seed=99)
    share = sum(outcome.served[2:9]) / sum(outcome.begun[2:9])
    assert share == pytest.approx(ONE_SERVICE[1.5, 2, 50][0], abs=0.02)


@pytest.mark.parametrize("name", CASCADE_SYSTEMS)
def test_cascades(name: str) -> None:
    """Shares of users over time, and users lost in all, in systems whose callers' workers run out."""
    served, slow = ([int(x) / 1000 for x in row.split()] for row in CASCADES[name])
    ours_served, ours_slow = served_and_slow(world_of(CASCADE_SYSTEMS[name]), len(served))
    assert mean_difference(ours_served, served) < 0.02
    assert mean_difference(ours_slow, slow) < 0.02
    lost, ours_lost = (math.fsum(1 - share for share in shares) for shares in (served, ours_served))
    worst = 0.2 if name == "small front" else 0.13
    assert ours_lost == pytest.approx(lost, rel=worst)
    assert ours_served[-1] == pytest.approx(served[-1], abs=0.02)  # and the same one recovers


def test_the_metastable_region() -> None:
    """Which systems stay down after a spell of 30 s at a third of their speed."""
    agree = 0
    for (rho, retries, queue), runs_down in METASTABLE.items():
        world = world_of(one_service(rho, retries, queue, SLOW_30_S))
        world.advance(345_000)
        one = world.impact().journeys["j"]
        agree += (one.users_served < 0.5 * one.users) == (runs_down > 1)
    assert len(METASTABLE) == 60
    assert agree >= 59
