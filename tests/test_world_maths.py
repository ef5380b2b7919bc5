"""The formulas that the world's equations stand on, against the exact laws they approximate."""

import ast
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.world import flow, maths, respond, station, stepping
from simulator.world.maths import cube_root, gamma_cdf, gamma_quantile, normal_cdf, power
from simulator.world.station import busy, chain, solve

RHOS = [i / 100 for i in range(5, 100, 5)]


def erlang_c(c: int, rho: float) -> float:
    """Probability of waiting in M/M/c, by the Erlang B recursion."""
    offered, blocked = c * rho, 1.0
    for k in range(1, c + 1):
        blocked = offered * blocked / (k + offered * blocked)
    return blocked / (1.0 - rho * (1.0 - blocked))


def exact_gamma_cdf(shape: float, x: float) -> float:
    """P(X < x) at scale 1, by its power series."""
    term = total = 1.0 / shape
    n = shape
    while term > total * 1e-17:
        n += 1.0
        term *= x / n
        total += term
    return total * math.exp(-x + shape * math.log(x) - math.lgamma(shape))


def mmck(c: int, bound: int, rho: float) -> tuple[float, float, float]:
    """M/M/c, at most `bound` waiting, from its stationary law: requests in it, share let in, P(all busy)."""
    weights = [1.0]
    for n in range(1, c + bound + 1):
        weights.append(weights[-1] * c * rho / min(n, c))
    total = math.fsum(weights)
    here = math.fsum(n * weight for n, weight in enumerate(weights)) / total
    return here, 1.0 - weights[-1] / total, math.fsum(weights[c:]) / total


@pytest.mark.parametrize(
    ("c", "worst"),
    [(1, 1e-6), (2, 0.045), (3, 0.033), (4, 0.027), (8, 0.018), (10, 0.016), (50, 0.006), (400, 0.003)],
)
def test_mean_queue_agrees_with_erlang_c(c: int, worst: float) -> None:
    """Formula (3): requests in the system, against M/M/c. c = 2 is the worst case there is."""
    for rho in RHOS:
        exact = c * rho + erlang_c(c, rho) * rho / (1.0 - rho)
        u = busy(c, c, exact, math.sqrt(2.0 * (c + 1.0)), 0.5)
        p = math.sqrt(2.0 * (c + 1.0))
        n, part = int(p), p - int(p)
        formula = c * rho + power(rho, n) * (1.0 - part + part * rho) / (1.0 - rho)
        assert formula == pytest.approx(exact, rel=worst)
        assert u == pytest.approx(rho, rel=worst)  # and so is its inverse


@pytest.mark.parametrize("c", [1, 2, 4, 10, 50, 200])
@pytest.mark.parametrize("bound", [5, 20, 50, 200])
def test_a_bounded_queue_agrees_with_the_exact_law(c: int, bound: int) -> None:
    """(3), (10): the chain of states at rest, against M/M/c/K, from half load to three times too much."""
    for rho in (0.5, 0.8, 0.9, 0.95, 1.0, 1.05, 1.1, 1.5, 3.0):
        here, let_in, all_busy = mmck(c, bound, rho)
        level, tilt, full = here, 0.0, 0.0
        for _ in range(400):
            came, could_leave = 5.0 * c * rho, 5.0 * c
            tilt, u, full, waits, _ = solve(c, bound, level + came, could_leave, came, tilt)
            level += came * (1.0 - full) - could_leave * u
        assert level == pytest.approx(here, rel=0.045 if c < 10 else 0.02)
        assert 1.0 - full == pytest.approx(let_in, abs=0.006 if bound > 5 else 0.02)
        assert waits == pytest.approx(all_busy, abs=0.06)


@given(
    c=st.floats(1e-3, 1e5), faster=st.floats(0.0, 1e4), here=st.floats(0.0, 1e8), guess=st.floats(0.0, 0.999)
)
def test_busy_solves_its_equation(c: float, faster: float, here: float, guess: float) -> None:
    a = c + faster
    p = math.sqrt(2.0 * (c + 1.0))
    u = busy(c, a, here, p, guess)
    assert 0.0 <= u < 1.0
    n, part = int(p), p - int(p)
    left = a * u + power(u, n) * (1.0 - part + part * u) / (1.0 - u)
    assert left == pytest.approx(here, rel=1e-4, abs=1e-4 * a + 1e-5)


@given(
    c=st.floats(1e-3, 1e4),
    bound=st.one_of(st.integers(0, 30), st.integers(31, 10**6)),
    level=st.floats(0.0, 1.0),
    out=st.floats(0.0, 1e6),
    into=st.floats(0.0, 1e6),
    guess=st.floats(-1.0, 1.0),
)
def test_a_step_of_a_queue_neither_loses_nor_makes_requests(c, bound, level, out, into, guess) -> None:
    """(10): what was there and came is there, has left, or found the queue full; any load, any step."""
    total = level * (c + bound) + into
    tilt, u, full, all_busy, even = solve(c, float(bound), total, out, into, guess)
    assert -1.0 <= tilt <= 1.0
    assert 0.0 <= u <= 1.0
    assert 0.0 <= full <= 1.0
    assert 0.0 <= all_busy <= 1.0 + 1e-12
    assert even >= 1.0 - 1e-9
    here = total - out * u - into * full
    slack = 1e-3 * (1.0 + total)
    assert -slack <= here <= c + bound + slack


@given(c=st.floats(1.0, 500.0), bound=st.integers(0, 3000))
def test_more_tilt_is_more_of_everything(c: float, bound: int) -> None:
    q = math.sqrt(2.0 * (c + 1.0)) - 1.0
    before = (-1.0,) * 4
    for step in range(-50, 51):
        now = chain(float(bound), q, 0.999 * step / 50)[:4]
        assert all(new >= old - 1e-7 * (1.0 + old) for new, old in zip(now, before, strict=True)), step
        before = now


def test_normal_cdf_is_as_good_as_the_handbook_says() -> None:
    for i in range(-600, 601):
        z = i / 100
        assert normal_cdf(z) == pytest.approx(0.5 * math.erfc(-z / math.sqrt(2.0)), abs=1.5e-7)


@pytest.mark.parametrize(
    ("shape", "worst"), [(0.5, 0.05), (1.0, 0.013), (2.0, 0.004), (10.0, 0.001), (60.0, 2e-4)]
)
def test_gamma_cdf_agrees_with_its_series(shape: float, worst: float) -> None:
    for i in range(1, 400):
        x = shape * i / 50
        assert gamma_cdf(x, shape, shape) == pytest.approx(exact_gamma_cdf(shape, x), abs=worst)


@given(st.floats(0.3, 500.0), st.floats(-2.0, 3.0))
def test_gamma_quantile_undoes_gamma_cdf(shape: float, z: float) -> None:
    value = gamma_quantile(z, 1.0, 1.0 / shape)
    if value > 0.0:
        assert gamma_cdf(value, 1.0, 1.0 / shape) == pytest.approx(normal_cdf(z), abs=2e-6)


@given(st.floats(1e-9, 1e9))
def test_cube_root(x: float) -> None:
    assert cube_root(x) == pytest.approx(x ** (1 / 3), rel=1e-7)


@given(st.floats(0.0, 2.0), st.integers(0, 300))
def test_power(base: float, exponent: int) -> None:
    assert power(base, exponent) == pytest.approx(base**exponent, rel=1e-12)


@pytest.mark.parametrize("module", [maths, station, respond, flow, stepping])
def test_the_core_uses_exact_arithmetic_only(module) -> None:
    """exp, log and pow differ between processors; float sums between versions; sets between runs."""
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    imported = [
        name.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for name in node.names
    ]
    assert not any(isinstance(node, ast.Pow | ast.Set | ast.SetComp | ast.Import) for node in ast.walk(tree))
    assert not {"exp", "log", "pow", "sin", "fsum"} & set(imported)
    called = {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not {"sum", "pow", "set", "frozenset", "round", "divmod"} & called
