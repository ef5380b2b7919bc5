"""Every rule is seen by its own score: twelve players that break one rule each, over the whole library.

Seeds 0 to 9 of every variant, on all cores. With `--regold` the table in the docs is written anew.
"""

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path

import pytest

from scoring import RULES
from scoring.ablation import COUPLING, TIED, ablate, as_markdown
from simulator.policies.ablations import ABLATIONS
from simulator.policies.by_the_book import ByTheBook
from simulator.scenario.load import library, load

pytestmark = pytest.mark.thorough

SEEDS = range(10)
DOCS = Path(__file__).parents[1] / "docs" / "ablation.md"
BEGIN, END = "<!-- table: begin -->\n", "<!-- table: end -->\n"
LEAST_FALL = 0.05
"""Least share of its points that the broken rule loses."""


def one(drill):
    scenario, variant, seed = drill
    return ablate(load(scenario), variant, seed)


@cache
def drills_of(key, seeds):
    """Every drill of a scenario, played once, on all cores."""
    wanted = [(key, variant, seed) for variant in library()[key].variants for seed in seeds]
    with ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("spawn")) as pool:
        return tuple(pool.map(one, wanted))


@pytest.fixture(params=sorted(library()), scope="module")
def drills(request):
    return drills_of(request.param, SEEDS)


def named(drill):
    return drill.scenario, drill.variant, drill.seed


def test_there_is_a_player_for_every_rule():
    assert list(ABLATIONS) == list(RULES)
    assert all(issubclass(make, ByTheBook) for make in ABLATIONS.values())
    for rule, make in ABLATIONS.items():
        assert make.__doc__.startswith(f"{rule}: ")


@pytest.mark.parametrize("rule", RULES)
def test_breaking_a_rule_costs_its_own_points_and_lowers_the_total(drills, rule):
    for drill in (drill for drill in drills if drill.had_a_chance(rule)):
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


def test_every_rule_can_be_broken_somewhere():
    for rule in RULES:
        assert any(d.had_a_chance(rule) for d in drills_of("api-500s-after-deploy", SEEDS)), rule


def measured_on():
    names = ", ".join(f"{key} {scenario.version}" for key, scenario in sorted(library().items()))
    return f"Measured on {names}; seeds 0 to {max(SEEDS)}.\n"


@pytest.mark.checkout
def test_the_table_in_the_docs_is_of_the_library_as_it_is(regold):
    text = DOCS.read_text(encoding="utf-8")
    if regold:
        drills = [drill for key in sorted(library()) for drill in drills_of(key, SEEDS)]
        table = f"{BEGIN}{as_markdown(drills)}\n{measured_on()}{END}"
        text = text[: text.index(BEGIN)] + table + text[text.index(END) + len(END) :]
        DOCS.write_text(text, encoding="utf-8")
    assert measured_on() in text, "write the table anew: pytest tests/test_scoring_ablation.py --regold"
    table = text[text.index(BEGIN) : text.index(END)]
    for place, rule in enumerate(RULES, 2):
        row = next(line for line in table.splitlines() if line.startswith(f"| **{rule}** "))
        cells = [cell.strip() for cell in row.split("|")]
        assert float(cells[place].strip("*")) <= -100 * LEAST_FALL
        assert float(cells[-2]) < 0
