"""Luck-free standing: a drill's decisions and the reference players over many seeds of the same truth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import comb, floor
from statistics import median

from scoring.edits import is_act
from scoring.references import NOBODY, PAR, lost_in, share_avoided
from scoring.replay import Impossible, Replayed, accepted, replay
from simulator.moves import SEAT
from simulator.policies import PLAYERS, play
from simulator.scenario.model import Scenario
from simulator.trace import Trace

SEEDS = range(20)
"""Seeds that are played unless others are asked for."""
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Middle:
    """The middle of a sample, and between which of its values the true median lies."""

    median: float
    low: float | None
    """None where there are too few values for the confidence asked for."""
    high: float | None
    count: int


@dataclass(frozen=True)
class Standing:
    """User-minutes lost over many seeds of one truth."""

    variant: str
    lost: Mapping[str, Mapping[int, float]]
    """Who (`MINE` or a reference player) to seed to user-minutes; seeds that cannot be replayed left out."""
    left_out: tuple[tuple[int, Impossible], ...]
    """Seeds on which an act of the drill was impossible, and why."""

    def middle(self, who: str) -> Middle | None:
        """The median of somebody's user-minutes; None if no seed could be replayed."""
        values = list(self.lost[who].values())
        return middle(values) if values else None

    @property
    def avoided(self) -> Middle | None:
        """The median, over seeds, of the share of the user-minutes from nobody to par that was avoided."""
        nobody, par = self.lost[NOBODY], self.lost[PAR]
        shares = (share_avoided(lost, nobody[s], par[s]) for s, lost in self.lost[MINE].items())
        values = [share for share in shares if share is not None]
        return middle(values) if values else None

    @property
    def beaten(self) -> int:
        """On how many seeds the drill lost less than par."""
        return sum(lost < self.lost[PAR][seed] for seed, lost in self.lost[MINE].items())


MINE = "this drill"


def standing(scenario: Scenario, trace: Trace, seeds: Sequence[int] = SEEDS) -> Standing:
    """Where a drill stands once luck is taken out. Plays every reference player on every seed: seconds.

    Args:
        scenario: what was played.
        trace: the drill.
        seeds: on which the same truth is played with other luck.
    """
    alone = scenario.only(trace.header.variant)
    paged_ms = next((e.at_ms for e in trace.events if e.kind == "page" and e.subject == SEAT), 0)
    log = accepted(trace)
    played = [replay(alone, seed, log, paged_ms) for seed in seeds]
    lost = {
        name: {seed: lost_in(play(alone, seed, make).trace) for seed in seeds}
        for name, make in PLAYERS.items()
    }
    mine = {each.seed: lost_in(each.trace) for each in played if _missing(each) is None}
    left_out = tuple((each.seed, missing) for each in played if (missing := _missing(each)) is not None)
    return Standing(trace.header.variant, {MINE: mine, **lost}, left_out)


def _missing(played: Replayed) -> Impossible | None:
    """The first act that could not be made: without it the replay says nothing of the drill."""
    return next((each for each in played.impossible if is_act(each.decision)), None)


def middle(values: Sequence[float], confidence: float = CONFIDENCE) -> Middle:
    """A sample's median with the interval between two of its values that holds whatever the distribution.

    The k-th smallest and k-th largest of n values enclose the true median with a chance of
    1 - 2 P(Binomial(n, 1/2) < k); k is the largest for which that is at least `confidence` (David and
    Nagaraja, "Order Statistics", 2003, section 7.1).
    """
    ordered, count = sorted(values), len(values)
    place = _place(count, confidence)
    if place == 0:
        return Middle(median(ordered), None, None, count)
    return Middle(median(ordered), ordered[place - 1], ordered[count - place], count)


@cache
def _place(count: int, confidence: float) -> int:
    """The k of `middle` for so many values; 0 if there is none."""
    # In whole numbers, of 2**count ways in all: exact. From the middle outwards: k is near it.
    needed = 2**count - floor(Fraction(1 - confidence) * 2**count)
    place = (count + 1) // 2
    ways = comb(count, place)
    inside = 0 if count % 2 else ways
    while inside < needed:
        place -= 1
        ways = ways * (place + 1) // (count - place)
        inside += 2 * ways
    return place
