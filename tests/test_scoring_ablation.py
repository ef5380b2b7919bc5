"""Every rule is seen by its own score: twelve players that break one rule each, over the whole library.

Seeds 0 to 9 of every variant, played once by thirteen players on all cores; the docs show this run's table.
"""

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from scoring import RULES
from scoring.ablation import COUPLING, TIED, ablate, as_markdown
from simulator.policies.ablations import ABLATIONS
from simulator.policies.by_the_book import ByTheBook
from simulator.scenario.load import library, load

SEEDS = range(10)
DOCS = Path(__file__).parents[1] / "docs" / "ablation.md"
BEGIN, END = "<!-- table: begin -->\n", "<!-- table: end -->\n"
LEAST_FALL = 0.05
"""Least share of its points that the broken rule loses."""


def one(drill):
    scenario, variant, seed = drill
    return ablate(load(scenario), variant, seed)


@pytest.fixture(scope="module")
def drills():
    wanted = [
        (key, v, seed) for key, scenario in library().items() for v in scenario.variants for seed in SEEDS
    ]
    with ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("spawn")) as pool:
        return list(pool.map(one, wanted))


def named(drill):
    return drill.scenario, drill.variant, drill.seed


def test_there_is_a_player_for_every_rule():
    assert list(ABLATIONS) == list(RULES)
    assert all(issubclass(make, ByTheBook) for make in ABLATIONS.values())
    for rule, make in ABLATIONS.items():
        assert make.__doc__.startswith(f"{rule}: ")


@pytest.mark.parametrize("rule", RULES)
def test_breaking_a_rule_costs_its_own_points_and_lowers_the_total(drills, rule):
    chances = [drill for drill in drills if drill.had_a_chance(rule)]
    assert chances
    for drill in chances:
        assert drill.fall(rule, rule) >= LEAST_FALL, (named(drill), drill.broken[rule].rule(rule))
        assert drill.total_fall(rule) > 0, named(drill)


@pytest.mark.parametrize("rule", RULES)
def test_breaking_a_rule_leaves_unrelated_rules_alone(drills, rule):
    moved = [
        (*named(drill), other, fall)
        for drill in drills
        for other in RULES
        if other != rule and other not in TIED.get(rule, ())
        if (fall := drill.fall(rule, other)) is not None and abs(fall) > COUPLING
    ]
    assert moved == []


@pytest.mark.parametrize("rule", RULES)
def test_without_a_chance_to_break_a_rule_its_player_does_as_well_as_by_the_book(drills, rule):
    for drill in drills:
        if not drill.had_a_chance(rule):
            assert drill.broken[rule].rule(rule).points == drill.book.rule(rule).points, named(drill)


@pytest.mark.checkout
def test_the_table_in_the_docs_is_this_one(drills, regold):
    text = DOCS.read_text(encoding="utf-8")
    before, after = text[: text.index(BEGIN)], text[text.index(END) + len(END) :]
    fresh = f"{before}{BEGIN}{as_markdown(drills)}{END}{after}"
    if regold:
        DOCS.write_text(fresh, encoding="utf-8")
    assert fresh == text or regold
