"""Laws that hold for any drill, and what the reference players come to."""

import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring import RULES, ScoreError, default_playbook, score
from scoring.report import debrief
from simulator import MOVES, SEAT, Decision, load, simulate
from simulator.drill import pick_variant
from simulator.moves import options
from simulator.policies import PLAYERS, play
from tests.scoring_builders import Play

WORKED_CASE = "api-500s-after-deploy"
SCENARIO = load(WORKED_CASE)
TEXTS = ("", "Fixed in 5 minutes.", "Priya made a mistake; human error.", "14:05 we rolled back", "$5 & <b>")


def values(arg):
    names = options(arg, SCENARIO)
    if arg.kind == "level":
        return st.integers(1, 4)
    if arg.kind in ("journeys", "choices"):
        return st.lists(st.sampled_from(sorted(names)), max_size=3, unique=True)
    if names is not None:
        return st.sampled_from(sorted(names))
    return {
        "minutes": st.floats(0.5, 1440),
        "hours": st.floats(0.5, 720),
        "share": st.floats(0, 1),
        "times": st.floats(0.1, 20),
        "switch": st.booleans(),
        "text": st.sampled_from(TEXTS),
        "lines": st.lists(st.sampled_from(TEXTS), max_size=4),
        "decision": st.sampled_from([f"d{n}" for n in range(1, 30)]),
        "actions": st.lists(
            st.fixed_dictionaries(
                {"what": st.sampled_from(TEXTS)},
                optional={"owner_role": st.sampled_from(["", "ops"]), "due_days": st.integers(0, 30)},
            ),
            max_size=3,
        ),
    }[arg.kind]


OFFERED = sorted(
    verb
    for verb, move in MOVES.items()
    if all(options(arg, SCENARIO) is None or options(arg, SCENARIO) for arg in move.args if arg.required)
)
"""Moves for which the scenario has something to do them to."""


@st.composite
def decision(draw):
    move = MOVES[draw(st.sampled_from(OFFERED))]
    required = {arg.name: values(arg) for arg in move.args if arg.required}
    optional = {arg.name: values(arg) for arg in move.args if not arg.required}
    args = draw(st.fixed_dictionaries(required, optional=optional))
    if move.verb == "triage" and not args:
        args = {"impact": "degraded"}
    return draw(st.integers(0, 3600)), move.verb, args


@st.composite
def logs(draw):
    """A page acknowledged (usually), then anything at all."""
    wanted = sorted(draw(st.lists(decision(), max_size=25)), key=lambda item: item[0])
    if draw(st.booleans()):
        wanted = sorted(
            [(70, "acknowledge", {}), (75, "page", {"who": "all-hands"}), *wanted], key=lambda i: i[0]
        )
    return [
        Decision(f"d{n}", 1000 * at_s, SEAT, verb, args) for n, (at_s, verb, args) in enumerate(wanted, 1)
    ]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(log=logs(), seed=st.integers(0, 40))
def test_no_rule_leaves_its_range_whatever_is_decided(log, seed):
    trace = simulate(SCENARIO, seed, log)
    card = score(SCENARIO, trace)
    weights = default_playbook().rules
    for result in card.rules:
        assert result.possible == weights[result.id].weight
        assert result.points is None or 0 <= result.points <= result.possible
        assert result.reason.startswith("Not scored, because ") is (result.points is None)
        assert all(0 <= seq < len(trace.events) for seq in result.evidence)
    assert card.total is None or 0 <= card.total <= 100
    assert all(metric.value is None or metric.value >= 0 for metric in card.metrics)
    assert score(SCENARIO, trace) == card


MINUTE = st.floats(0, 60)
DEEDS = st.sampled_from(
    [
        lambda play: play.paged(),
        lambda play: play.acknowledges(),
        lambda play: play.declares(1),
        lambda play: play.declares(3),
        lambda play: play.pages("ana", "eve"),
        lambda play: play.answers(impact="degraded", changed="till-2", rollback="yes"),
        lambda play: play.sees("diff" if play.variant.staging_reproduces else "logs"),
        lambda play: play.sees_changes(),
        lambda play: play.posts(),
        lambda play: play.posts(affected="none", broken=[], next_update_min=None, text="Back in 5 minutes."),
        lambda play: play.does("roll_back", "till-2", by="ana"),
        lambda play: play.does("roll_back", "shelf-9", ends="dropped"),
        lambda play: play.does("flag_off", "live-tax"),
        lambda play: play.does("flag_off", "new-sums", ends="never"),
        lambda play: play.does("debug_in_production", "till", 6),
        lambda play: play.does("look", "till", source="logs"),
        lambda play: play.does("prepare_fix", "till-2", 12),
        lambda play: play.does("ship_fix", "till-2", 2, path="straight", monitored=False),
        lambda play: play.says("mitigated"),
        lambda play: play.says("resolved"),
        lambda play: play.schedules(72),
        lambda play: play.writes(went_badly=["Human error by Ana"], actions=[{"what": ""}]),
    ]
)


@settings(max_examples=300, deadline=None)
@given(
    variant=st.sampled_from(["deploy", "migration", "provider"]),
    outages=st.lists(st.tuples(MINUTE, MINUTE, st.sampled_from([0.002, 0.02, 0.4, 1.0])), max_size=3),
    deeds=st.lists(st.tuples(MINUTE, DEEDS), max_size=20),
)
def test_no_rule_leaves_its_range_even_in_orders_that_no_drill_allows(variant, outages, deeds):
    play = Play(variant)
    for from_min, to_min, share in outages:
        play.hurting(min(from_min, to_min), max(from_min, to_min), share, share)
    for minute, deed in deeds:
        deed(play.at(minute))
    card = play.score()
    assert all(result.points is None or 0 <= result.points <= result.possible for result in card.rules)
    assert all(metric.value is None or metric.value >= 0 for metric in card.metrics)
    assert debrief(play.scenario, play.trace()).text


def test_the_total_leaves_out_what_was_not_scored():
    card = Play().hurting(2, 12).at(3).paged().score()
    scored = [result for result in card.rules if result.scored]
    assert len(scored) < len(RULES)
    assert card.total == round(100 * sum(r.points for r in scored) / sum(r.possible for r in scored), 1)


def test_the_score_as_json_has_no_surprises():
    card = Play().hurting(2, 12).at(3).paged().score()
    told = card.as_json()
    assert told["total"] == card.total
    assert told["metrics"]["time_to_resolve"] == {"value": None, "unit": "s"}
    assert [rule["id"] for rule in told["rules"]] == list(RULES)


def test_a_trace_of_something_else_is_refused():
    trace = Play().trace()
    with pytest.raises(ScoreError, match="it is of scenario 'small-shop'"):
        score(SCENARIO, trace)
    changed = Play().scenario.model_copy(update={"title": "Another title"})
    with pytest.raises(ScoreError, match="another state of 'small-shop'"):
        score(changed, trace)
    with pytest.raises(ScoreError, match="unknown variant 'deploy'"):
        score(Play().scenario.only("provider"), trace)


def test_rules_are_read_only():
    with pytest.raises(TypeError):
        RULES["R1"] = None


def seed_of(variant):
    return next(seed for seed in range(1000) if pick_variant(SCENARIO, seed) == variant)


@pytest.fixture(scope="module")
def totals():
    """Total by variant and reference player."""
    return {
        (variant, name): score(SCENARIO, play(SCENARIO, seed_of(variant), make).trace).total
        for variant in SCENARIO.variants
        for name, make in PLAYERS.items()
    }


@pytest.mark.parametrize("variant", SCENARIO.variants)
def test_reference_players_are_told_apart(totals, variant):
    best = totals[variant, "by-the-book"]
    assert best >= 90
    assert totals[variant, "hero-debugger"] <= 45
    assert totals[variant, "do-nothing"] <= 15
    assert totals[variant, "do-nothing"] <= totals[variant, "rollback-first"] < best - 30


def test_an_unsafe_rollback_scores_below_a_lucky_one(totals):
    assert totals["unsafe-rollback", "rollback-first"] < totals["clean-rollback", "rollback-first"] - 20


def test_scoring_loads_no_rim():
    heavy = "pandas", "matplotlib", "ipywidgets", "sqlalchemy", "numpy"
    code = f"import sys, scoring; print([name for name in {heavy} if name in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
