"""The compiled equations are the same equations: every bit of every number, in every world and drill."""

import hashlib
import importlib
import os
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import Scenario, load
from simulator.errors import MissingExtraError
from simulator.policies import PLAYERS, play
from simulator.world import World, fast
from tests.drills import EVERYTHING
from tests.reference.systems import cached, five_services, herd, on_cores, pooled, with_breaker, with_jobs
from tests.test_world_laws import law, scenarios, switches

ROOT = Path(__file__).parent.parent
WORKED_CASE = load("api-500s-after-deploy")
needs_numba = pytest.mark.skipif(
    importlib.util.find_spec("numba") is None, reason="the extra is not installed"
)


@contextmanager
def compiled() -> Iterator[None]:
    fast.enable()
    try:
        yield
    finally:
        fast.disable()


def eventful() -> Iterator[tuple[Scenario, dict[int, str]]]:
    """Systems of every kind in trouble, and the service restarted at moments in ms."""
    yield five_services(6.0), {100_000: "cart"}
    yield cached(), {60_000: "web"}
    yield pooled(10), {}
    yield on_cores(4, 3.0), {}
    yield with_breaker("hard", {"open_s": 20.0}, 2), {}
    yield with_jobs("errors", 0.5), {90_000: "mail"}
    yield herd(0.8, 15, "slowdown", 3.0), {200_000: "a"}
    yield from (
        (EVERYTHING.only(variant), {150_000: "shop", 240_000: "db"}) for variant in EVERYTHING.variants
    )


def digest() -> str:
    """Every number that these show over six minutes, to the last bit."""
    numbers = hashlib.sha256()
    for scenario, restarts in eventful():
        world = World(scenario, next(iter(scenario.variants.values())), seed=7)
        for at_ms in range(0, 360_001, 5_000):
            world.advance(at_ms)
            if at_ms in restarts:
                world.restart(restarts[at_ms])
            row = [*world.sample(), *world.watched(), world.records_at_risk()]
            for name in scenario.services:
                seen = world.reading(name)
                row += [seen.error_rate, seen.latency_p99_s, seen.queue, seen.busy_share]
            numbers.update(struct.pack(f"<{len(row)}d", *row))
    return numbers.hexdigest()


@needs_numba
def test_compiled_worlds_are_the_same_to_the_last_bit() -> None:
    plain = digest()
    with compiled():
        assert digest() == plain


@needs_numba
@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("scenario", [WORKED_CASE, EVERYTHING], ids=["worked case", "everything"])
def test_compiled_drills_are_the_same_to_the_last_byte(scenario: Scenario, seed: int) -> None:
    plain = play(scenario, seed, PLAYERS["by-the-book"]).trace
    with compiled():
        assert play(scenario, seed, PLAYERS["by-the-book"]).trace.to_bytes() == plain.to_bytes()


@needs_numba
@law(60)
@given(data=st.data())
def test_any_world_whatever_is_done_to_it_is_the_same_compiled(data) -> None:
    scenario = data.draw(scenarios())
    plain = World(scenario, scenario.variants["v"], seed=3)
    with compiled():
        quick = World(scenario, scenario.variants["v"], seed=3)
    for _ in range(data.draw(st.integers(1, 5))):
        to_ms = plain.now_ms + data.draw(st.sampled_from([1, 50, 5_000, 61_000, 300_000]))
        _, deed = data.draw(switches(scenario))
        for world in (plain, quick):
            world.advance(to_ms)
            deed(world)
        assert plain.sample() == quick.sample()
        assert plain.watched() == quick.watched()
        assert plain._plant.state() == quick._plant.state()


@needs_numba
def test_the_same_bits_in_other_processes_and_under_other_hash_seeds() -> None:
    show = "from simulator.world import fast\nfrom tests.test_world_fast import digest\n"
    show += "plain = digest(); fast.enable(); print(plain, digest())"
    seen = set()
    for hash_seed in ("0", "4242"):
        env = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", show]
        shown = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=True)
        seen |= set(shown.stdout.split())
    assert seen == {digest()}


@needs_numba
def test_enabling_loads_every_equation_so_that_the_first_drill_need_not() -> None:
    show = "from simulator.world import fast\nfrom tests.test_world_fast import digest\nfast.enable()\n"
    show += "known = {name: len(f.signatures) for name, f in fast.Compiled.play.items()}\n"
    show += "digest(); print(known == {name: len(f.signatures) for name, f in fast.Compiled.play.items()})"
    shown = subprocess.run(
        [sys.executable, "-c", show],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout.strip() == "True"


@needs_numba
def test_worlds_made_before_and_after_keep_to_their_own_engine() -> None:
    before = World(pooled(10), pooled(10).variants["v"], seed=1)
    with compiled():
        during = World(pooled(10), pooled(10).variants["v"], seed=1)
    after = World(pooled(10), pooled(10).variants["v"], seed=1)
    engines = [type(world._plant._engine).__name__ for world in (before, during, after)]
    assert engines == ["Plain", "Compiled", "Plain"]


def test_without_numba_one_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'sevdrill\[fast\]'"):
        fast.enable()
    world = World(pooled(10), pooled(10).variants["v"], seed=1)
    assert type(world._plant._engine).__name__ == "Plain"
