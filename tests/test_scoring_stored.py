"""Stored drills: traces read back, and `sevdrill score` by any playbook."""

import json
from importlib import resources

import pytest

from scoring import score
from scoring.stored import TraceError, decisions_of, read_trace
from simulator import load, simulate
from simulator.policies import PLAYERS, play
from tests.test_cli import sevdrill  # noqa: F401 - a fixture

SCENARIO = load("api-500s-after-deploy")
PLAYBOOK = (resources.files("scoring") / "playbook.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def trace():
    return play(SCENARIO, 4, PLAYERS["rollback-first"]).trace


def raw(trace):
    return json.loads(trace.to_bytes())


def test_a_stored_trace_is_the_same_trace(trace):
    again = read_trace(raw(trace), "stored.json")
    assert again.digest == trace.digest
    assert score(SCENARIO, again) == score(SCENARIO, trace)


def test_the_decisions_of_a_trace_play_it_again(trace):
    again = simulate(SCENARIO, trace.header.seed, decisions_of(trace))
    assert again.digest == trace.digest


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (
            lambda t: [],
            "stored.json: it is a list; expected a stored trace, an object with header, events, impact",
        ),
        (
            lambda t: {**t, "evnts": 1},
            "unknown key 'evnts'; expected one of header, events, impact; did you mean",
        ),
        (
            lambda t: {**t, "header": {**t["header"], "format": 9}},
            "trace format 9 is newer than this sevdrill knows",
        ),
        (
            lambda t: {**t, "header": {**t["header"], "engine": 99}},
            "it is of engine 99; expected an engine up to",
        ),
        (lambda t: {**t, "header": {**t["header"], "seed": "x"}}, "stored.json, header: 'seed' is 'x'"),
        (lambda t: {**t, "events": t["events"][1:]}, "stored.json, event 0: its seq is 1; expected 0"),
        (
            lambda t: {**t, "events": [{**t["events"][0], "kind": "opend"}]},
            "event 0: unknown kind 'opend'; expected one of opened",
        ),
        (lambda t: {**t, "impact": {"at_ms": [1], "users": []}}, "its columns are not equally long"),
    ],
)
def test_a_spoilt_trace_is_told_where_and_what(trace, spoil, message):
    with pytest.raises(TraceError) as told:
        read_trace(spoil(raw(trace)), "stored.json")
    assert message in str(told.value)


@pytest.fixture
def stored(sevdrill, tmp_path):  # noqa: F811
    """A decision log and a trace of the same drill."""
    log, trace = tmp_path / "log.json", tmp_path / "trace.json"
    arguments = ("play", SCENARIO.id, "--seed", 4, "--player", "rollback-first", "--json", "--trace", trace)
    log.write_text(sevdrill(*arguments)[1])
    return log, trace


def test_log_and_trace_score_alike(sevdrill, stored):  # noqa: F811
    status, out, err = sevdrill("score", *stored, "--json")
    log, trace = (json.loads(line) for line in out.splitlines())
    assert (status, err) == (0, "")
    assert [log.pop("drill"), trace.pop("drill")] == [str(path) for path in stored]
    assert log == trace


def test_a_playbook_of_our_own(sevdrill, stored, tmp_path):  # noqa: F811
    ours = tmp_path / "ours.yaml"
    text = PLAYBOOK.replace("id: sevdrill", "id: ours")
    ours.write_text(text.replace("weight: 14", "weight: 4").replace("weight: 12", "weight: 22"))
    usual = json.loads(sevdrill("score", stored[0], "--json")[1])
    other = json.loads(sevdrill("score", stored[0], "--playbook", ours, "--json")[1])
    assert (usual["playbook"], other["playbook"]) == ("sevdrill", "ours")
    assert [r["possible"] for r in other["rules"] if r["id"] in ("R2", "R6")] == [22, 4]
    assert usual["total"] != other["total"]


def test_one_drill_in_full_and_several_in_a_table(sevdrill, stored):  # noqa: F811
    _, one, _ = sevdrill("score", stored[0])
    _, several, _ = sevdrill("score", *stored)
    assert "playbook sevdrill 1" in " ".join(one.split())  # a long path lets the line break
    assert "out of 100" in one
    assert several.splitlines()[0].split() == [
        "Drill",
        "Scenario",
        "Variant",
        "Seed",
        "User-minutes",
        "Total",
        "Rating",
    ]
    assert len(several.splitlines()) >= 3


def test_mistakes_are_one_line(sevdrill, tmp_path):  # noqa: F811
    nameless = tmp_path / "nameless.json"
    nameless.write_text("[]")
    seedless = tmp_path / "seedless.json"
    seedless.write_text(json.dumps({"scenario": SCENARIO.id, "decisions": []}))
    for file, message in (
        (nameless, "it names no scenario"),
        (seedless, "it names no seed"),
        (tmp_path / "none.json", "there is no such file"),
    ):
        status, _, err = sevdrill("score", file)
        assert status == 2
        assert err.startswith("sevdrill: ")
        assert err.count("\n") == 1
        assert message in err
