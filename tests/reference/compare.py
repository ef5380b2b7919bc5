"""Play the world where every request has been played, and print how far apart they are.

python -m tests.reference.compare [NAME...]    prints Markdown tables
python -m tests.reference.compare --page       writes them anew into docs/world.md
"""

# ruff: noqa: T201  (tables are printed)

import math
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import fmean
from typing import Any

from simulator.scenario.model import Scenario
from simulator.world import World
from tests.reference.record import NAMES, recorded
from tests.reference.systems import ENDLESS, SERIES, SLOW_30_S, Case, metastable_cells, one_service

PAGE = Path(__file__).parents[2] / "docs" / "world.md"
BIN_MS = 10_000
SAMPLES = 10
"""How often the world is looked at in a bin."""
GONE = 0.01
"""A queue shorter than this share of its longest counts as gone."""


def world_of(scenario: Scenario) -> World:
    return World(scenario, scenario.variants["v"], 1)


# One service -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Steady:
    """One service at rest, as one side has it; times are those of all requests let in."""

    success: float
    attempts: float
    mean_s: float
    median_s: float


def steady(row: dict[str, Any]) -> tuple[Steady, Steady]:
    """A recorded cell: every request, and the world."""
    world = world_of(one_service(row["rho"], row["retries"], row["queue"], workers=row["workers"]))
    world.advance(600_000)
    impact, reading = world.impact(), world.reading("a")
    offered = 10.0 * row["workers"] * row["rho"]
    return (
        Steady(row["success"], row["attempts"], row.get("mean_s", math.nan), row.get("median_s", math.nan)),
        Steady(
            impact.users_served / impact.users,
            impact.requests_per_s / offered,
            reading.latency_s,
            reading.latency_p50_s,
        ),
    )


def down_in_the_world(rho: float, retries: int, queue: int) -> bool:
    """Whether the world serves less than half five minutes after a slow spell."""
    world = world_of(one_service(rho, retries, queue, SLOW_30_S))
    world.advance(345_000)
    one = world.impact().journeys["j"]
    return one.users_served < 0.5 * one.users


def metastable() -> Iterator[tuple[tuple[float, int, int], int, bool]]:
    """Each cell, how many of the runs of every request are down in it, and whether the world is."""
    rows = recorded("metastable")["rows"]
    for cell, row in zip(metastable_cells(), rows, strict=True):
        assert cell == (row["rho"], row["retries"], row["queue"])
        yield cell, row["down"], down_in_the_world(*cell)


# Systems over time -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Series:
    """A system over time, as one side has it: shares of users in bins of 10 s, all journeys together."""

    served: list[float]
    slow: list[float]
    lost: float
    """Requests of users not served."""
    queue: list[float]
    """Its length at the end of each bin, if it is recorded."""

    def gone_s(self) -> float:
        """When the queue has gone for good after it was longest, in s."""
        longest = max(self.queue)
        return 10.0 * (1 + max(b for b, length in enumerate(self.queue) if length > GONE * longest) + 1)

    def slow_share(self) -> float:
        """Share of users served late over the whole time."""
        return fmean(self.slow)


def over_time(case: Case, row: dict[str, Any]) -> tuple[Series, Series]:
    """A recorded case: every request, and the world."""
    journeys = row["journeys"]
    served, slow, queue = _play_world(case)
    theirs = {what: {name: one[what] for name, one in journeys.items()} for what in ("served", "slow")}
    begun = {name: one["begun"] for name, one in journeys.items()}
    seeds = len(row["seeds"])
    return (
        _series(theirs["served"], theirs["slow"], begun, seeds, row.get("queue", [])),
        _series(served, slow, begun, seeds, queue),
    )


def mean_difference(ours: list[float], theirs: list[float]) -> float:
    return fmean(abs(a - b) for a, b in zip(ours, theirs, strict=True))


Shares = dict[str, list[float]]


def _series(served: Shares, slow: Shares, begun: dict[str, list[int]], seeds: int, queue) -> Series:
    """Journeys put together, each weighing as much as it has requests."""

    def together(shares: Shares) -> list[float]:
        wholes = [sum(counts) for counts in zip(*begun.values(), strict=True)]
        parts = [[s * n for s, n in zip(shares[name], begun[name], strict=True)] for name in begun]
        return [math.fsum(part) / whole for part, whole in zip(zip(*parts, strict=True), wholes, strict=True)]

    lost = math.fsum((1.0 - s) * n for name in begun for s, n in zip(served[name], begun[name], strict=True))
    return Series(together(served), together(slow), lost / seeds, queue)


def _play_world(case: Case) -> tuple[Shares, Shares, list[float]]:
    """By journey, shares of users served and served late in means over each bin; and the queue."""
    world = world_of(case.scenario)
    switches = _switches(world, case)
    served: Shares = {name: [] for name in case.scenario.journeys}
    slow: Shares = {name: [] for name in case.scenario.journeys}
    queue = []
    for b in range(case.bins):
        looks = []
        for sample in range(SAMPLES):
            _advance(world, b * BIN_MS + (2 * sample + 1) * BIN_MS // (2 * SAMPLES), switches)
            looks.append(world.impact().journeys)
        for name in served:
            served[name].append(fmean(look[name].users_served / look[name].users for look in looks))
            slow[name].append(fmean(look[name].users_slow / look[name].users for look in looks))
        if case.queue is not None:
            _advance(world, (b + 1) * BIN_MS, switches)
            queue.append(world.reading(case.queue).queue)
    return served, slow, queue


def _switches(world: World, case: Case) -> list[tuple[int, Callable[[], None]]]:
    """What is done to the world, the last first."""
    switches = [(round(1000 * at_s), partial(world.shed, share)) for at_s, share in case.shed]
    switches += [(round(1000 * at_s), partial(world.restart, service)) for at_s, service in case.restarts]
    return sorted(switches, key=lambda switch: switch[0], reverse=True)


def _advance(world: World, to_ms: int, switches: list[tuple[int, Callable[[], None]]]) -> None:
    while switches and switches[-1][0] <= to_ms:
        at_ms, act = switches.pop()
        world.advance(at_ms)
        act()
    world.advance(to_ms)


# Tables ------------------------------------------------------------------------------------------------


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    heads = list(heads)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (heads, ["---"] * len(heads), *rows))


def one_service_table() -> str:
    heads = ["workers", "load", "retries", "queue", "served", "attempts"]
    heads += ["mean response, s", "apart", "median, s", "apart"]
    return table(heads, (_steady_cells(row) for row in recorded("one-service")["rows"]))


def _steady_cells(row: dict[str, Any]) -> list[str]:
    theirs, ours = steady(row)
    cells = [str(row["workers"]), f"{row['rho']:g}", str(row["retries"]), _queue(row["queue"])]
    cells += [f"{theirs.success:.3f} / {ours.success:.3f}", f"{theirs.attempts:.2f} / {ours.attempts:.2f}"]
    for one, other in ((theirs.mean_s, ours.mean_s), (theirs.median_s, ours.median_s)):
        if math.isnan(one):
            cells += ["–", ""]
        else:
            cells += [f"{one:.3f} / {other:.3f}", f"{100.0 * (other / one - 1.0):+.1f} %"]
    return cells


def metastable_table() -> str:
    """The count of cells that agree, and the cells that do not."""
    cells = list(metastable())
    apart = [(cell, down, ours) for cell, down, ours in cells if (down > 3) != ours]
    by_chance = sum(0 < down < 6 for _, down, _ in cells)
    told = f"{len(cells) - len(apart)} of {len(cells)} cells agree; {by_chance} are a matter of chance."
    rows = [
        (f"{rho:g}", str(retries), _queue(queue), f"{down} of 6 / {'down' if ours else 'up'}")
        for (rho, retries, queue), down, ours in apart
    ]
    return "\n\n".join([told, *([table(("load", "retries", "queue", "down"), rows)] if rows else [])])


def series_table(name: str) -> str:
    heads = ["case", "served, mean error", "slow, mean error", "requests lost", "apart", "in single runs"]
    cases = recorded(name)["cases"]
    backlog = any(case.queue is not None for case in SERIES[name].values())
    if backlog:
        heads += ["queue gone, s", "share slow"]
    return table(heads, (_series_cells(title, case, cases[title]) for title, case in SERIES[name].items()))


def _series_cells(title: str, case: Case, row: dict[str, Any]) -> list[str]:
    theirs, ours = over_time(case, row)
    lost = [sum(counts) for counts in zip(*(one["lost"] for one in row["journeys"].values()), strict=True)]
    cells = [title]
    cells += [f"{mean_difference(getattr(ours, w), getattr(theirs, w)):.3f}" for w in ("served", "slow")]
    cells += [f"{theirs.lost:,.0f} / {ours.lost:,.0f}"]
    cells += [f"{100.0 * (ours.lost / theirs.lost - 1.0):+.1f} %" if theirs.lost > 100 else ""]
    cells += [f"{min(lost):,}–{max(lost):,}"]
    if case.queue is not None:
        cells += [f"{theirs.gone_s():.0f} / {ours.gone_s():.0f}"]
        cells += [f"{theirs.slow_share():.3f} / {ours.slow_share():.3f}"]
    return cells


def _queue(bound: int) -> str:
    return "∞" if bound == ENDLESS else str(bound)


def table_of(name: str) -> str:
    """The table of a family."""
    tables = {"one-service": one_service_table, "metastable": metastable_table}
    return tables[name]() if name in tables else series_table(name)


def page() -> str:
    """docs/world.md with every table after a `<!-- table: NAME -->` made anew."""
    return re.sub(
        r"(<!-- table: ([\w-]+) -->\n)(?:\|.*\n)*",
        lambda found: f"{found[1]}{table_of(found[2])}\n",
        PAGE.read_text(encoding="utf-8"),
    )


def main(names: list[str]) -> None:
    if names == ["--page"]:
        PAGE.write_text(page(), encoding="utf-8")
        return
    for name in names:
        print(f"**{name}** (every request / the world)\n\n{table_of(name)}\n", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:] or list(NAMES))
