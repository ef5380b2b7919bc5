"""Reference players order as they should on every scenario and variant; no blind strategy beats the book."""

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor

import pytest

from scoring import score
from simulator.policies import PLAYERS, Wish, play
from simulator.policies.blind import BLIND
from simulator.policies.by_the_book import ByTheBook
from simulator.scenario.load import library, load

pytestmark = pytest.mark.thorough

SEEDS = range(2)
SPAM_MS = 30_000


class Spammer(ByTheBook):
    """By the book, and the same update every half minute besides."""

    def steps(self, seen):
        yield from super().steps(seen)
        if seen.updates and seen.mitigated_ms is None:
            again = {"channel": "status_page", "affected": "some", "next_update_min": 15}
            yield f"spam {seen.at_ms // SPAM_MS}", Wish("post_update", again)


EVERY = {"by-the-book": ByTheBook, **PLAYERS, **BLIND, "spamming": Spammer}
DRILLS = [(key, variant, seed) for key, s in library().items() for variant in s.variants for seed in SEEDS]


def totals_of(drill):
    key, variant, seed = drill
    scenario = load(key).only(variant)
    return {
        name: score(scenario, play(scenario, seed, make).trace).total or 0.0 for name, make in EVERY.items()
    }


@pytest.fixture(scope="module")
def totals():
    with ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("spawn")) as pool:
        return dict(zip(DRILLS, pool.map(totals_of, DRILLS), strict=True))


@pytest.mark.parametrize("name", [name for name in EVERY if name != "by-the-book"])
def test_nobody_beats_the_book(totals, name):
    for drill, by_name in totals.items():
        assert by_name[name] < by_name["by-the-book"], drill


def test_doing_nothing_comes_last_of_the_reference_players(totals):
    for drill, by_name in totals.items():
        assert by_name["do-nothing"] == min(by_name[name] for name in PLAYERS), drill
