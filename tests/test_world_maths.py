"""The formulas that the world's equations stand on, against the exact laws they approximate."""

import ast
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.world import kernel, maths
from simulator.world.kernel import busy
from simulator.world.maths import cube_root, gamma_cdf, gamma_quantile, normal_cdf, power

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


def served_by_bounded_queue(c: int, bound: int, rho: float) -> float:
    """Share of arrivals let in by M/M/c with at most `bound` waiting, from its stationary law."""
    weights = [1.0]
    for n in range(1, c + bound + 1):
        weights.append(weights[-1] * c * rho / min(n, c))
    return 1.0 - weights[-1] / math.fsum(weights)


@pytest.mark.parametrize(
    ("c", "worst"),
    [(1, 1e-6), (2, 0.045), (3, 0.033), (4, 0.027), (8, 0.018), (10, 0.016), (50, 0.006), (400, 0.003)],
)
def test_mean_queue_agrees_with_erlang_c(c: int, worst: float) -> None:
    """Formula (3): requests in the system, against M/M/c. c = 2 is the worst case there is."""
    for rho in RHOS:
        exact = c * rho + erlang_c(c, rho) * rho / (1.0 - rho)
        u = busy(c, c, exact, 0.5)
        p = math.sqrt(2.0 * (c + 1.0))
        n, part = int(p), p - int(p)
        formula = c * rho + power(rho, n) * (1.0 - part + part * rho) / (1.0 - rho)
        assert formula == pytest.approx(exact, rel=worst)
        assert u == pytest.approx(rho, rel=worst)  # and so is its inverse


@pytest.mark.parametrize("c", [4, 10, 50, 200])
@pytest.mark.parametrize("bound", [20, 50, 200])
def test_overflow_of_a_bounded_queue_agrees_with_the_exact_law(c: int, bound: int) -> None:
    """(10) clips a queue at its bound; what goes through is mu * u(c + K), at most 3 points off M/M/c/K."""
    through = busy(c, c, float(c + bound), 0.5)
    for rho in (0.8, 0.9, 1.0, 1.1, 1.5, 3.0):
        assert min(1.0, through / rho) == pytest.approx(served_by_bounded_queue(c, bound, rho), abs=0.03)


@given(
    c=st.floats(1e-3, 1e5),
    faster=st.floats(0.0, 1e4),
    here=st.floats(0.0, 1e8),
    guess=st.floats(0.0, 0.999),
)
def test_busy_solves_its_equation(c: float, faster: float, here: float, guess: float) -> None:
    a = c + faster
    u = busy(c, a, here, guess)
    assert 0.0 <= u < 1.0
    p = math.sqrt(2.0 * (c + 1.0))
    n, part = int(p), p - int(p)
    left = a * u + power(u, n) * (1.0 - part + part * u) / (1.0 - u)
    assert left == pytest.approx(here, rel=1e-4, abs=1e-4 * a + 1e-5)


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


@pytest.mark.parametrize("module", [kernel, maths])
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
