"""The reference players: their order on every variant and seed, and that they see only what a seat may see.

The whole tournament (3 variants x 20 seeds x 4 players) is played once, on all cores.
"""

import multiprocessing
import os
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import pytest

from scoring import score
from simulator import Scenario, Session, Trace, UnknownNameError, load
from simulator.observe import Observation
from simulator.policies import PLAYERS, Wish, play, player
from simulator.policies.base import STEP_MS, public

pytestmark = pytest.mark.thorough

SCENARIO = load("api-500s-after-deploy")
VARIANTS = tuple(SCENARIO.variants)
ROLLBACK_IS_WRONG = tuple(
    key
    for key, variant in SCENARIO.variants.items()
    if all(move.verb != "roll_back" for move in variant.right_moves)
)
SEEDS = range(20)


@dataclass(frozen=True)
class Result:
    lost: float
    points: float | None
    decided: int


@pytest.fixture(scope="module")
def tournament() -> Mapping[tuple[str, int, str], Result]:
    drills = [(variant, seed, name) for variant in VARIANTS for seed in SEEDS for name in PLAYERS]
    with ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("spawn")) as pool:
        return dict(zip(drills, pool.map(result, drills, chunksize=10), strict=True))


def result(drill: tuple[str, int, str]) -> Result:
    variant, seed, name = drill
    scenario = load(SCENARIO.id).only(variant)
    played = play(scenario, seed, PLAYERS[name])
    card = score(scenario, played.trace)
    return Result(played.trace.impact["user_minutes"][-1], card.total, len(played.log.decisions))


# -- the order -----------------------------------------------------------------------------------------


def test_the_variants_in_which_a_rollback_is_wrong():
    assert ROLLBACK_IS_WRONG == ("unsafe-rollback", "failing-provider")


@pytest.mark.parametrize("variant", VARIANTS)
def test_by_the_book_saves_more_users_than_heroes_and_sleepers(tournament, variant: str):
    for seed in SEEDS:
        lost = {name: tournament[variant, seed, name].lost for name in PLAYERS}
        assert lost["by-the-book"] < 0.7 * lost["hero-debugger"], (seed, lost)
        assert lost["by-the-book"] < 0.4 * lost["do-nothing"], (seed, lost)


@pytest.mark.parametrize("variant", ROLLBACK_IS_WRONG)
def test_by_the_book_saves_more_users_than_a_rash_rollback(tournament, variant: str):
    for seed in SEEDS:
        lost = {name: tournament[variant, seed, name].lost for name in PLAYERS}
        assert lost["by-the-book"] < 0.9 * lost["rollback-first"], (seed, lost)
        if variant == "unsafe-rollback":
            assert lost["rollback-first"] > lost["do-nothing"], (seed, lost)


@pytest.mark.parametrize("variant", VARIANTS)
def test_by_the_book_scores_best_and_doing_nothing_worst(tournament, variant: str):
    for seed in SEEDS:
        points = {name: tournament[variant, seed, name].points for name in PLAYERS}
        assert points["by-the-book"] == max(points.values()), (seed, points)
        assert list(points.values()).count(points["by-the-book"]) == 1, (seed, points)
        assert points["by-the-book"] > 80, (seed, points)
        assert max(points["hero-debugger"], points["do-nothing"]) < 40, (seed, points)


def test_every_player_but_one_decides_something(tournament):
    decided = {name: {tournament[variant, 7, name].decided for variant in VARIANTS} for name in PLAYERS}
    assert decided.pop("do-nothing") == {0}
    assert all(min(counts) >= 3 for counts in decided.values()), decided


# -- what they see -------------------------------------------------------------------------------------


class Spy:
    """Keeps everything that a player is given."""

    scenarios: list[Scenario]
    seen: list[Observation]

    def __init__(self) -> None:
        self.scenarios, self.seen = [], []

    def __call__(self, scenario: Scenario) -> "Spy":
        self.scenarios.append(scenario)
        return self

    def decide(self, seen: Observation) -> tuple[Wish, ...]:
        self.seen.append(seen)
        return (Wish("acknowledge"),) if seen.acknowledged_ms is None else ()


def test_a_player_gets_the_public_part_of_the_scenario_and_looks_every_five_seconds():
    spy = Spy()
    played = play(SCENARIO, 7, spy)
    (given,) = spy.scenarios
    assert given == public(SCENARIO)
    assert (given.variants, given.evidence, given.injects, given.debrief.teaches) == ({}, (), (), ())
    assert (given.changes, given.services, given.alerts) == (
        SCENARIO.changes,
        SCENARIO.services,
        SCENARIO.alerts,
    )
    told = given.model_dump_json()
    for variant in SCENARIO.variants.values():
        for secret in (
            variant.title,
            variant.cause.text,
            *variant.faults,
            *(item.text for item in variant.evidence),
        ):
            assert secret not in told
    assert [seen.at_ms for seen in spy.seen] == list(range(0, SCENARIO.length_ms, STEP_MS))
    assert all(seen.seat == "commander" for seen in spy.seen)
    assert played.log.decisions[0].at_ms == 0  # refused: nothing has paged anybody yet
    assert [e.detail["outcome"] for e in played.trace.events if e.kind == "decision"].count("accepted") == 1


def test_what_a_player_sees_is_what_the_seat_could_see_then():
    """Nothing from the future: the same observation as a session that has only come so far."""
    spy = Spy()
    played = play(SCENARIO, 7, spy)
    for seen in spy.seen[::97]:
        session = Session(SCENARIO, 7, [d for d in played.log.decisions if d.at_ms < seen.at_ms])
        session.advance(seen.at_ms)
        assert session.observe() == seen


@pytest.mark.parametrize("name", PLAYERS)
def test_a_played_log_gives_the_same_trace_again(name: str):
    played = play(SCENARIO, 3, PLAYERS[name])
    session = Session(SCENARIO, 3, played.log.decisions)
    assert session.log == played.log
    assert session.finish().digest == played.trace.digest
    assert kinds(played.trace)[-1] == "closed"


def kinds(trace: Trace) -> list[str]:
    return [event.kind for event in trace.events]


def test_players_are_found_by_name():
    assert list(PLAYERS) == ["by-the-book", "rollback-first", "hero-debugger", "do-nothing"]
    assert player("by-the-book") is PLAYERS["by-the-book"]
    with pytest.raises(UnknownNameError) as raised:
        player("hero")
    assert str(raised.value) == (
        "player: there is no player 'hero'; expected one of by-the-book, rollback-first, hero-debugger, "
        "do-nothing; did you mean 'hero-debugger'?"
    )
