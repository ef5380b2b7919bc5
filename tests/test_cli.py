"""The command line as a user meets it: what it prints, what it refuses, with which exit status."""

import json

import pytest

from simulator import load, simulate
from simulator.app.cli import main
from simulator.decisions import read_decisions
from simulator.scenario.load import library

SCENARIO = "api-500s-after-deploy"


@pytest.fixture
def sevdrill(monkeypatch, capsys):
    """Runs the command; returns exit status, standard output and standard error."""

    def run(*args):
        monkeypatch.setattr("sys.argv", ["sevdrill", *map(str, args)])
        monkeypatch.setenv("COLUMNS", "120")
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return ended.value.code or 0, out, err

    return run


def test_list_names_every_scenario_of_the_library(sevdrill):
    status, out, err = sevdrill("list")
    heading, *lines = out.splitlines()
    assert (status, err) == (0, "")
    assert heading.split() == ["Scenario", "Title", "Level", "Minutes", "Trains"]
    named = [line.split()[0] for line in lines if line[:1].strip()]
    assert named == sorted(library())
    assert "starter" in lines[named.index(SCENARIO)]


def test_play_tells_the_drill_and_ends_with_the_total(sevdrill):
    status, out, _ = sevdrill("play", SCENARIO, "--player", "by-the-book", "--seed", "2")
    lines = out.splitlines()
    assert status == 0
    assert lines[0] == "HTTP 500s after a deploy · by-the-book · seed 2"
    assert lines[1] == "The deploy is guilty and rolls back cleanly"
    assert "14:01  The pager wakes you." in lines
    assert lines[-1].endswith("out of 100 · performed")


def test_play_json_is_one_object_and_nothing_else(sevdrill):
    status, out, err = sevdrill("play", SCENARIO, "--seed", "7", "--player", "hero-debugger", "--json")
    played = json.loads(out)
    assert (status, err, out.count("\n")) == (0, "", 1)
    assert (played["scenario"], played["version"], played["seed"]) == (SCENARIO, load(SCENARIO).version, 7)
    assert played["player"] == "hero-debugger"
    assert [rule["id"] for rule in played["score"]["rules"]] == [f"R{number}" for number in range(1, 13)]
    for rule in played["score"]["rules"]:
        assert {"id", "points", "possible", "reason", "evidence"} <= set(rule)
        assert all(0 <= seq < len(played["timeline"]) for seq in rule["evidence"])
    assert played["metrics"]["user_minutes_lost"] > 0
    assert None in played["metrics"].values()
    trace = simulate(load(SCENARIO), 7, read_decisions(played, "out"))
    assert trace.digest == played["digest"]
    assert [event.as_json() for event in trace.events] == played["timeline"]


def test_a_stored_log_plays_the_same_drill_again(sevdrill, tmp_path):
    _, first, _ = sevdrill("play", SCENARIO, "--seed", "4", "--json")
    stored = tmp_path / "drill.json"
    stored.write_text(first)
    status, again, _ = sevdrill("play", SCENARIO, "--decisions", stored, "--json")
    one, other = json.loads(first), json.loads(again)
    assert (status, other["player"]) == (0, None)
    assert {**one, "player": None} == other


def test_check_passes_the_library(sevdrill):
    status, out, err = sevdrill("check", SCENARIO)
    assert (status, err) == (0, "")
    assert out.splitlines()[-1] == "Worth playing."
    assert "FAIL" not in out


def test_check_reports_a_scenario_that_a_reflex_wins(sevdrill, tmp_path):
    only = load(SCENARIO).only("clean-rollback")
    file = tmp_path / "reflex.yaml"
    file.write_text(only.model_dump_json(exclude_none=True))
    status, out, _ = sevdrill("check", file)
    assert status == 1
    assert "FAIL rolling back everything does not win everywhere" in out
    assert out.splitlines()[-1] == "1 to mend."


MISTAKES = {
    "api-500s-after-deplyo": (
        "scenario: there is no scenario 'api-500s-after-deplyo'; "
        f"expected one of {', '.join(sorted(library()))}; did you mean 'api-500s-after-deploy'?"
    ),
    f"{SCENARIO} --player hero": (
        "player: there is no player 'hero'; expected one of by-the-book, rollback-first, hero-debugger, "
        "do-nothing; did you mean 'hero-debugger'?"
    ),
    f"{SCENARIO} --seed seven": (
        "--seed: it is 'seven'; expected a whole number from 0 to 9223372036854775807"
    ),
    f"{SCENARIO} --decisions nowhere.json": "nowhere.json: there is no such file",
    "nowhere.yaml": "nowhere.yaml: there is no such file",
}


@pytest.mark.parametrize("args", MISTAKES)
def test_a_mistake_gets_one_line_and_status_2(sevdrill, args):
    assert sevdrill("play", *args.split()) == (2, "", f"sevdrill: {MISTAKES[args]}\n")


LATE = [
    {"at_ms": 70000, "seat": "commander", "verb": "acknowledge"},
    {"at_ms": 69999, "seat": "commander", "verb": "look", "args": {"source": "changes"}},
]


@pytest.mark.parametrize(
    ("stored", "message"),
    [
        ("{", "line 1: not valid JSON"),
        ("3", "decisions are a int; expected a list of decisions"),
        ('{"format": 2, "decisions": []}', "decision log format 2 is newer than this sevdrill knows"),
        (
            '{"scenario": "x", "decisions": []}',
            "it is a log of scenario 'x'; expected scenario 'api-500",
        ),
        (
            '{"version": 9, "decisions": []}',
            f"it is a log of version 9; expected version {load(SCENARIO).version}",
        ),
        ('{"seed": "x", "decisions": []}', "seed: it is 'x'; expected a whole number from 0 to"),
        (json.dumps(LATE), "decision 2: at_ms 69999 is before the decision above it (70000)"),
    ],
)
def test_a_faulty_log_names_the_decision(sevdrill, tmp_path, stored, message):
    file = tmp_path / "log.json"
    file.write_text(stored)
    status, out, err = sevdrill("play", SCENARIO, "--decisions", file)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"sevdrill: {file}")
    assert message in err


def test_a_decision_that_cannot_be_played_names_its_number_and_the_nearest_match(sevdrill, tmp_path):
    file = tmp_path / "log.json"
    file.write_text(json.dumps([{"at_ms": 70000, "seat": "commander", "verb": "rollback"}]))
    status, out, err = sevdrill("play", SCENARIO, "--decisions", file)
    assert (status, out) == (2, "")
    assert err.startswith("sevdrill: decision 1: unknown verb 'rollback'; expected one of acknowledge, ")
    assert err.endswith("did you mean 'roll_back'?\n")
