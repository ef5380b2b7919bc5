"""Draws the figures of `docs/world.md`: `python -m benchmarks.figures`.

Every request of the recorded reference as dots, the world as lines.
"""

from collections.abc import Iterator
from math import sqrt
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from simulator.world.station import solve
from tests.reference.compare import over_time
from tests.reference.record import recorded
from tests.reference.systems import CACHES, CASCADES, JOBS, SHOP, STORMS, Case

IMAGES = Path(__file__).parents[1] / "docs" / "images"
BLUE, VERMILION, GREY = "#0072B2", "#D55E00", "#666666"  # Okabe and Ito's, told apart by the colour-blind


def main() -> None:
    """Draw all."""
    queues().savefig(IMAGES / "world-queue.png", dpi=110)
    families = {
        "storms": ("Retry storms", STORMS),
        "caches": ("Cold caches", CACHES),
        "cascades": ("Cascades", {**dict(list(CASCADES.items())[:4]), **dict(list(CASCADES.items())[-2:])}),
    }
    for name, (title, cases) in families.items():
        small_multiples(title, name, cases).savefig(IMAGES / f"world-{name}.png", dpi=110)
    small_multiples("Ten services", "shop", SHOP).savefig(IMAGES / "world-shop.png", dpi=110)
    small_multiples("Jobs waiting", "jobs", JOBS, "queue").savefig(IMAGES / "world-jobs.png", dpi=110)


def figure(rows: int, columns: int, height: float) -> tuple[Figure, list[Axes]]:
    """An empty figure with panels."""
    drawn = Figure(figsize=(10.5, height), layout="constrained")
    FigureCanvasAgg(drawn)
    return drawn, [drawn.add_subplot(rows, columns, n + 1) for n in range(rows * columns)]


def small_multiples(title: str, name: str, cases: dict[str, Case], what: str = "served") -> Figure:
    """Every request against the world, over time: one panel per case of a family."""
    rows = -(-len(cases) // 3)
    drawn, axes = figure(rows, 3, 0.9 + 2.1 * rows)
    for panel in axes[len(cases) :]:
        panel.set_visible(False)
    for panel, (case_title, case) in zip(axes, cases.items(), strict=False):
        theirs, ours = (getattr(one, what) for one in over_time(case, recorded(name)["cases"][case_title]))
        minutes = [(n + 0.5) / 6 for n in range(len(ours))]
        panel.plot(minutes, theirs, "o", ms=4, color=VERMILION, mfc="none", label="every request")
        panel.plot(minutes, ours, "-", color=BLUE, label="the world")
        panel.set_title(case_title, fontsize=9)
        if what == "served":
            panel.set_ylim(-0.04, 1.06)
        panel.tick_params(labelsize=8)
        panel.set_xlabel("minutes", fontsize=8)
        panel.grid(alpha=0.3)
    drawn.legend(*axes[0].get_legend_handles_labels(), fontsize=8, loc="outside lower center", ncols=2)
    drawn.suptitle(f"{title}: share of users served" if what == "served" else title, fontsize=12)
    return drawn


def queues() -> Figure:
    """One queue at rest against M/M/c/K: mean response time, and share let in."""
    drawn, (times, shares) = figure(1, 2, 3.4)
    loads = [0.3 + 0.02 * n for n in range(66)]
    for c, bound, dashes in ((1, 10, ":"), (4, 20, "--"), (10, 50, "-"), (40, 200, "-.")):
        exact, ours = zip(*(_at_rest(c, bound, rho) for rho in loads), strict=True)
        label = f"{c} workers, {bound} may wait"
        for panel, which in ((times, 0), (shares, 1)):
            panel.plot(loads, [one[which] for one in ours], dashes, color=BLUE, label=label)
            dots = [one[which] for one in exact]
            panel.plot(loads[::4], dots[::4], "o", ms=4, color=VERMILION, mfc="none")
    times.set_ylabel("mean response time, in times of work")
    times.set_yscale("log")
    shares.set_ylabel("share let in")
    for panel in (times, shares):
        panel.set_xlabel("load")
        panel.grid(alpha=0.3)
    times.plot([], [], "o", color=VERMILION, mfc="none", label="exact law")
    times.legend(fontsize=8)
    drawn.suptitle("One queue with a bound, against the exact law M/M/c/K", fontsize=12)
    return drawn


def _at_rest(c: int, bound: int, rho: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """(mean response time, share let in) by the exact law, and by equation (3)."""
    weights = list(_weights(c, bound, rho))
    here = sum(n * weight for n, weight in enumerate(weights)) / sum(weights)
    let_in = 1.0 - weights[-1] / sum(weights)
    level, tilt, u, full = here, 0.0, 0.0, 0.0
    step = 2.0 * (sqrt(bound) + 1.0)
    for _ in range(400):
        tilt, u, full, _, _ = solve(
            float(c), float(bound), level + step * rho * c, step * c, step * rho * c, tilt
        )
        level += step * rho * c * (1.0 - full) - step * c * u
    return (here / (rho * let_in * c), let_in), (level / (u * c), 1.0 - full)


def _weights(c: int, bound: int, rho: float) -> Iterator[float]:
    weight = 1.0
    yield weight
    for n in range(1, c + bound + 1):
        weight *= c * rho / min(n, c)
        yield weight


if __name__ == "__main__":
    main()
