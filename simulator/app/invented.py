"""Invented trainees, for demonstrations and scale: reference players with gaps in what they know.

Everything that they play is marked as simulated, in the trainee's row and in the drill's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.app.keeping import keep_score
from simulator.observe import Observation
from simulator.policies import MakePlayer, Player, Wish, play
from simulator.policies.ablations import ABLATIONS
from simulator.policies.by_the_book import ByTheBook
from simulator.rand import uniform
from simulator.scenario.load import library
from simulator.scenario.model import Scenario
from simulator.store import Store, StoredDrill, Terms, Trainee

COHORTS = ("spring", "autumn")
SLOWEST_MS = 120_000
"""How long the least skilled needs from seeing to deciding."""
LEARNT = 0.7
"""Of a bad habit, what is left after another drill with a debrief."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How somebody plays."""

    skill: float
    """0 to 1: how quickly they decide and how rarely they slip."""
    slip: tuple[tuple[str, float], ...]
    """Rule to the chance that a drill breaks it."""


def habits_of(seed: int, nth: int) -> Habits:
    """The habits of the `nth` invented trainee: skill, and the few rules that they tend to break."""
    skill = uniform(seed, "skill", nth)
    weak = [rule for rule in ABLATIONS if uniform(seed, f"weak:{rule}", nth) < 0.5 * (1 - skill) + 0.1]
    return Habits(skill, tuple((rule, 0.3 + 0.6 * uniform(seed, f"slip:{rule}", nth)) for rule in weak))


class Hesitant:
    """Decides as another player does, but later: what it wants to do waits until it has thought it over.

    Args:
        inner: decides.
        wait_ms: how long each decision takes to be carried out, in ms of drill time.
    """

    def __init__(self, inner: Player, wait_ms: int) -> None:
        self._inner, self._wait_ms = inner, wait_ms
        self._waiting: list[tuple[int, Wish]] = []

    def decide(self, seen: Observation) -> Sequence[Wish]:
        """What was thought over by now."""
        self._waiting += [(seen.at_ms + self._wait_ms, wish) for wish in self._inner.decide(seen)]
        due = [wish for at_ms, wish in self._waiting if at_ms <= seen.at_ms]
        self._waiting = [(at_ms, wish) for at_ms, wish in self._waiting if at_ms > seen.at_ms]
        return due


def player_of(habits: Habits, seed: int, drill: int) -> MakePlayer:
    """The player of somebody's `drill`-th drill, counted from 0: habits wear off, thinking gets quicker."""
    left = LEARNT**drill
    broken = [rule for rule, chance in habits.slip if uniform(seed, f"breaks:{rule}", drill) < chance * left]
    kinds: list[Any] = [ABLATIONS[rule] for rule in broken] or [ByTheBook]
    made = (
        kinds[0] if len(kinds) == 1 else type("Invented", tuple(kinds), {})
    )  # all of its bad habits at once
    wait_ms = round(SLOWEST_MS * (1 - habits.skill) * (0.4 + 0.6 * left))
    return lambda scenario: Hesitant(made(scenario), wait_ms)


def invent(
    store: Store, trainees: int, drills_each: int, seed: int, scenarios: Sequence[Scenario] = ()
) -> Iterator[StoredDrill]:
    """Let invented trainees play, and store and score what they played.

    Args:
        store: where to.
        trainees: how many.
        drills_each: how many drills each of them plays.
        seed: equal seeds give equal play.
        scenarios: what they play, in turn; the library without its tutorials if left out.

    Raises:
        StoreError: the store did not take it.
    """
    played = list(scenarios) or [scenario for scenario in library().values() if not scenario.guide]
    for nth in range(trainees):
        name = f"Simulated trainee {seed}-{nth + 1}"
        trainee = store.trainee(name, f"simulated {COHORTS[nth % len(COHORTS)]}", simulated=True)
        habits = habits_of(seed, nth)
        for drill in range(drills_each):
            scenario = played[(nth + drill) % len(played)]
            number = int(uniform(seed, f"seed:{nth}", drill) * 2**31)
            yield _play(store, trainee, scenario, number, player_of(habits, number, drill))


def _play(store: Store, trainee: Trainee, scenario: Scenario, seed: int, make: MakePlayer) -> StoredDrill:
    log, trace = play(scenario, seed, make)
    drill = store.add_drill(scenario, seed, trainee, Terms(origin="simulated"), log.decisions)
    store.finish(drill, trace)
    keep_score(store, drill, scenario, trace)
    return store.drill(drill.id)
