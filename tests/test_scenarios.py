"""Every scenario of the library: well told, solvable from what can be seen, and proved by play."""

from importlib import resources

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from simulator import Scenario, simulate
from simulator.moves import SEAT
from simulator.moves.investigate import LOOKS_S
from simulator.scenario.check import check
from simulator.scenario.load import library
from simulator.scenario.model import Evidence, Variant
from tests.strategies import logs

LIBRARY = library()
VARIANTS = [(scenario, variant) for scenario in LIBRARY.values() for variant in scenario.variants]
NAMES = [f"{scenario.id}-{variant}" for scenario, variant in VARIANTS]

in_every_variant = pytest.mark.parametrize(("scenario", "key"), VARIANTS, ids=NAMES)
in_every_scenario = pytest.mark.parametrize("scenario", LIBRARY.values(), ids=LIBRARY)


def to_be_found(scenario: Scenario, variant: Variant) -> list[Evidence]:
    return [*scenario.evidence, *variant.evidence]


def test_files_are_named_by_their_scenarios_id():
    files = {entry.name for entry in resources.files("scenarios").iterdir() if entry.name.endswith(".yaml")}
    assert files == {f"{name}.yaml" for name in LIBRARY}
    assert "api-500s-after-deploy" in LIBRARY


@in_every_scenario
def test_it_says_what_it_is_without_giving_it_away(scenario: Scenario):
    assert scenario.sources
    assert scenario.skills
    assert scenario.debrief.teaches
    assert len(scenario.variants) >= 2
    told = f"{scenario.title} {scenario.summary} {scenario.brief.text}"
    assert not [v.title for v in scenario.variants.values() if v.title in told or v.cause.text in told]


@in_every_variant
def test_the_cause_can_be_found_and_so_can_the_way_out(scenario: Scenario, key: str):
    variant = scenario.variants[key]
    strong = [
        item for item in to_be_found(scenario, variant) if item.strength == "strong" and not item.herring
    ]
    early = [item for item in strong if item.from_s == 0 and item.source in LOOKS_S]
    assert any(variant.cause.id in item.implicates for item in early)
    assert not [item.id for item in strong if variant.cause.id in item.clears and item.from_s == 0]
    for move in variant.right_moves:
        if move.verb == "roll_back":
            assert scenario.changes[move.target].undo_s is not None
            assert move.target not in variant.unsafe_to_undo
        else:
            ways = [(way.verb, way.target, way.zone) for item in early for way in item.workaround]
            assert (move.verb, move.target, move.zone) in ways
    for change in variant.unsafe_to_undo:
        assert any(change in item.unsafe for item in early if item.source == "diff")
    assert {variant.cause.id, "nothing"} & set(variant.triage.changed)


@in_every_scenario
def test_something_plausible_makes_it_worse(scenario: Scenario):
    """`check` proves each of them by play; the first drill has a rollback that no author need name."""
    wrong = [move for variant in scenario.variants.values() for move in variant.wrong_moves]
    assert wrong or any(variant.unsafe_to_undo for variant in scenario.variants.values())


@in_every_variant
def test_it_has_a_red_herring_and_says_why_it_misleads(scenario: Scenario, key: str):
    variant = scenario.variants[key]
    herrings = [item for item in variant.evidence if item.herring]
    assert len(herrings) == 1
    assert herrings[0].strength == "hint"
    assert variant.cause.id not in herrings[0].implicates
    assert len(herrings[0].herring or "") > 60


@in_every_variant
def test_logs_tell_the_variants_apart(scenario: Scenario, key: str):
    """Somebody who searches the logs of the alerting service reads something else in each variant."""
    alerting = scenario.alerts[scenario.brief.alert].of
    texts = {
        other: [e.text for e in variant.evidence if (e.source, e.about) == ("logs", alerting)]
        for other, variant in scenario.variants.items()
    }
    assert texts[key]
    assert not [other for other in texts if other != key and texts[other] == texts[key]]


@in_every_scenario
def test_it_passes_the_authors_check(scenario: Scenario):
    findings = list(check(scenario, seeds=(0, 1)))
    assert len(findings) > 10
    assert [f"{finding.what}: {finding.detail}" for finding in findings if not finding.ok] == []


@in_every_scenario
def test_any_log_plays_to_the_end(scenario: Scenario):
    @settings(
        max_examples=10,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(logs(scenario), st.integers(0, 2**32))
    def plays(log, seed):
        trace = simulate(scenario, seed, log)
        assert trace.events[-1].kind == "closed"
        assert [e.at_ms for e in trace.events if e.kind == "page" and e.subject == SEAT][:1] <= [120_000]

    plays()
