"""Proof by play that a scenario is worth playing, for its author.

Loading a file already proves that it is well formed. This plays every variant over several seeds: it must
be solvable from visible evidence, worth solving, open alike in every variant, impossible to win blindly,
and bit-repeatable.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from simulator.moves import SEAT
from simulator.policies.base import MakePlayer, play
from simulator.policies.blind import BLIND, OneAct
from simulator.policies.by_the_book import ByTheBook
from simulator.policies.do_nothing import DoNothing
from simulator.scenario.model import Mitigation, Scenario
from simulator.trace import Trace

SEEDS = (0, 1, 2)
"""Seeds played per variant."""
WORTH_IT = 0.7
"""By-the-book may lose at most this share of the user-minutes that doing nothing loses."""
WORSE = 1.02
"""How many times as much an act must cost to count as making it worse."""
ALIKE_MS = 60_000
"""How long after the page the variants must look alike."""
ALIKE_SHARE = 0.02
"""By how much the users affected may differ meanwhile, as a share."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked."""

    ok: bool
    what: str
    """The claim, as a sentence."""
    detail: str = ""
    """What was measured, or where it fails."""


def check(scenario: Scenario, seeds: Sequence[int] = SEEDS) -> Iterator[Finding]:
    """Check a scenario by play; findings come as they are made, a few seconds in all."""
    runs = {key: {seed: _Run(scenario.only(key), seed) for seed in seeds} for key in scenario.variants}
    for key, by_seed in runs.items():
        yield from _solvable(key, by_seed)
        yield from _worse(key, by_seed)
    yield from _blind(scenario, runs)
    yield from _alike(runs)
    yield _repeatable(runs)


class _Run:
    """One variant and seed, played by the book and not at all."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self.scenario, self.seed = scenario, seed
        self.book = play(scenario, seed, ByTheBook)
        self._idle = play(scenario, seed, DoNothing).trace
        self.nothing = lost(self._idle)

    def lost(self, make: MakePlayer) -> float:
        """User-minutes that a player loses here."""
        return lost(play(self.scenario, self.seed, make).trace)

    def worsened_by(self, way: Mitigation) -> bool:
        """Whether this act alone costs more user-minutes, or more records, than no act at all."""
        trace = play(self.scenario, self.seed, partial(OneAct, way=way)).trace
        columns = ("user_minutes", "records_at_risk")
        return any(trace.impact[name][-1] > WORSE * self._idle.impact[name][-1] for name in columns)


def lost(trace: Trace) -> float:
    """User-minutes lost in a whole drill."""
    return trace.impact["user_minutes"][-1]


Seeds = dict[int, _Run]
Runs = dict[str, Seeds]


def _solvable(variant: str, by_seed: dict[int, _Run]) -> Iterator[Finding]:
    paged = [seed for seed, run in by_seed.items() if not _events(run.book.trace, "page", SEAT)]
    yield Finding(not paged, f"{variant}: somebody is paged", _seeds(paged))
    open_still = [seed for seed, run in by_seed.items() if not _recovered(run)]
    yield Finding(
        not open_still, f"{variant}: by-the-book restores service from visible evidence", _seeds(open_still)
    )
    shares = [lost(run.book.trace) / run.nothing if run.nothing else 1.0 for run in by_seed.values()]
    measured = (
        f"by-the-book loses {max(shares):.0%} of the user-minutes that doing nothing loses, "
        f"at most {WORTH_IT:.0%}"
    )
    yield Finding(max(shares) <= WORTH_IT, f"{variant}: doing nothing is worse", measured)


def _worse(variant: str, by_seed: Seeds) -> Iterator[Finding]:
    """The acts that the author calls wrong are: more user-minutes or more records than doing nothing."""
    for way in next(iter(by_seed.values())).scenario.variants[variant].wrong_moves:
        good = [seed for seed, run in by_seed.items() if not run.worsened_by(way)]
        yield Finding(
            not good, f"{variant}: {way.verb} {way.target} makes it worse than doing nothing", _seeds(good)
        )


def _recovered(run: _Run) -> bool:
    impact = run.book.trace.impact
    well = impact["users_affected"][-1] < run.scenario.severity.sev3 * impact["users"][-1]
    return well and bool(_events(run.book.trace, "declared", "mitigated"))


def _events(trace: Trace, kind: str, subject: str) -> list[int]:
    return [event.at_ms for event in trace.events if event.kind == kind and event.subject == subject]


def _seeds(failing: Sequence[int]) -> str:
    return f"not with seed {', '.join(map(str, failing))}" if failing else ""


def _blind(scenario: Scenario, runs: Runs) -> Iterator[Finding]:
    for name, make in BLIND.items():
        beaten = [key for key, by_seed in runs.items() if _beats(by_seed, make)]
        everywhere = len(beaten) == len(runs)
        detail = f"it does as well as by-the-book in {', '.join(beaten)}" if beaten else ""
        yield Finding(not everywhere, f"{name} does not win everywhere", detail)


def _beats(by_seed: dict[int, _Run], make: MakePlayer) -> bool:
    return all(run.lost(make) <= lost(run.book.trace) for run in by_seed.values())


def _alike(runs: Runs) -> Iterator[Finding]:
    if len(runs) < 2:
        return
    seed = next(iter(next(iter(runs.values()))))
    traces = {key: play(by_seed[seed].scenario, seed, DoNothing).trace for key, by_seed in runs.items()}
    first_key, first = next(iter(traces.items()))
    for key, trace in list(traces.items())[1:]:
        difference = _difference(first, trace)
        yield Finding(not difference, f"{key} opens like {first_key}", difference)


def _difference(one: Trace, other: Trace) -> str:
    """What a seat could tell two openings apart by, or nothing."""
    page = next((event.at_ms for event in one.events if event.kind == "page"), 0)
    until = page + ALIKE_MS
    seen = [_visible(trace, until) for trace in (one, other)]
    for left, right in zip(*seen, strict=False):
        if left != right:
            return f"{_in_words(left)} against {_in_words(right)}"
    if len(seen[0]) != len(seen[1]):
        return "one has more events than the other"
    columns = [trace.impact["users_affected"] for trace in (one, other)]
    for at_ms, left, right in zip(one.impact["at_ms"], *columns, strict=True):
        if page <= at_ms <= until and abs(left - right) > ALIKE_SHARE * max(left, right):
            return f"{left:.0f} users affected against {right:.0f} at {at_ms / 1000:g} s"
    return ""


def _in_words(event: tuple[int, str, str]) -> str:
    at_ms, kind, subject = event
    return f"'{kind} {subject}' at {at_ms / 1000:g} s"


def _visible(trace: Trace, until_ms: int) -> list[tuple[int, str, str]]:
    return [
        (event.at_ms, event.kind, event.subject)
        for event in trace.events
        if not event.hidden and event.at_ms <= until_ms
    ]


def _repeatable(runs: Runs) -> Finding:
    by_seed = next(iter(runs.values()))
    run = next(iter(by_seed.values()))
    again = play(run.scenario, run.seed, ByTheBook).trace
    return Finding(again.to_bytes() == run.book.trace.to_bytes(), "the same play gives the same bytes")
