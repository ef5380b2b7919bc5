"""What leaves the store: tables that read back the same, statements for learning systems, cohorts."""

import csv
import json
import re
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pandas as pd
import pytest

from scoring.metrics import METRICS
from scoring.rules import RULES
from simulator import Session
from simulator.app.invented import Hesitant, habits_of, invent
from simulator.app.keeping import keep_score
from simulator.conduct import Hint
from simulator.errors import InputError
from simulator.policies import Wish
from simulator.store import begin, open_store
from simulator.store.export import WRITERS, export_tables, read_table
from simulator.store.frames import COLUMNS, cohort, frame
from simulator.store.xapi import HOME, statements
from tests.stores import SCENARIO, TOLD, played, tell
from tests.test_cli import sevdrill

__all__ = ["sevdrill"]
TEXT = 'Comma, "quote"\nnew line; NaN ☃ é'


@pytest.fixture
def store(place):
    """One drill that is over, with hard text in it, one that goes on, and one that has hardly begun."""
    opened = open_store(place)
    over = played(opened, trainee=opened.trainee("Ada, the 1st", "autumn"))
    over.decide("post_update", {"channel": "status_page", "text": TEXT, "next_update_min": 12.5})
    over.note_pace(10)
    over.note_hint(Hint(over.now_ms, "promising", "thought_again"))
    keep_score(opened, over.drill, SCENARIO, over.finish())
    tell(begin(opened, SCENARIO, 2**63 - 1), TOLD[:2])
    begin(opened, SCENARIO, 0, mode="exam")
    yield opened
    opened.close()


def test_tables_have_the_columns_that_are_documented(store):
    for table, columns in COLUMNS.items():
        found = frame(store, table)
        assert list(found.columns) == list(columns)
        assert len(found) > 0
    assert len(frame(store, "drills")) == 3
    assert len(frame(store, "decisions")) == len(TOLD) + 1 + 2
    assert frame(store, "hints")[["hint", "answer"]].to_numpy().tolist() == [["promising", "thought_again"]]
    assert list(frame(store, "paces")["speed"]) == [10]
    assert list(frame(store, "metrics")["metric"]) == [metric.__name__ for metric in METRICS]
    assert list(frame(store, "rules")["rule"]) == list(RULES)
    texts = [json.loads(args).get("text") for args in frame(store, "decisions")["args"]]
    assert TEXT in texts
    with pytest.raises(InputError, match=r"there is no 'drill'.*did you mean 'drills'"):
        frame(store, "drill")


@pytest.mark.checkout
def test_the_manual_says_what_each_column_holds():
    manual = (Path(__file__).parents[1] / "docs" / "store.md").read_text()
    for table, columns in COLUMNS.items():
        assert f"**{table}**" in manual
        for name, holds in columns.items():
            assert f"| `{name}` | {holds} |" in manual


def test_no_table_names_anybody(store):
    for table in COLUMNS:
        assert "Ada" not in frame(store, table).to_csv()
    assert "Ada" not in json.dumps(list(statements(store)))
    assert "Ada" not in cohort(store).to_csv()


@pytest.mark.parametrize("kind", WRITERS)
def test_every_export_reads_back_as_the_same_frames(store, tmp_path, kind):
    made = export_tables(store, tmp_path / "out", kind)
    assert [path.name for path in made] == [*(f"{table}.{kind}" for table in COLUMNS), "columns.csv"]
    for path in made[:-1]:
        pd.testing.assert_frame_equal(read_table(path), frame(store, path.stem), check_exact=True)
    with made[-1].open() as file:
        documented = {(row["table"], row["column"]): row["holds"] for row in csv.DictReader(file)}
    assert documented == {(t, name): holds for t, names in COLUMNS.items() for name, holds in names.items()}


@pytest.mark.parametrize("kind", WRITERS)
def test_an_empty_store_is_exported_too(tmp_path, kind):
    empty = open_store(tmp_path / "empty.db")
    for path in export_tables(empty, tmp_path / "out", kind)[:-1]:
        pd.testing.assert_frame_equal(read_table(path), frame(empty, path.stem))
    assert list(statements(empty)) == []
    assert len(cohort(empty)) == 0


def test_exports_that_cannot_be(store, tmp_path, monkeypatch):
    with pytest.raises(InputError, match=r"there is no 'parket'.*did you mean 'parquet'"):
        export_tables(store, tmp_path, "parket")
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="cannot be written"):
        export_tables(store, tmp_path / "file", "csv")
    with pytest.raises(InputError, match="it is no exported table"):
        read_table(tmp_path / "file.csv")
    monkeypatch.setattr("simulator.store.export.find_spec", lambda _: None)
    with pytest.raises(InputError, match=r"pip install 'sevdrill\[parquet\]'"):
        export_tables(store, tmp_path, "parquet")


# What version 1.0.3 of the specification asks of each part (Part Two, 2.2 to 2.4 and 4).
IRI = re.compile(r"^[a-z][a-z0-9+.-]*:\S+$")
TOP = {"id", "actor", "verb", "object", "result", "context", "timestamp", "version", "stored", "authority"}
SECONDS = re.compile(r"^PT\d+(\.\d+)?S$")


def check_statement(raw: dict) -> None:
    assert {"actor", "verb", "object"} <= set(raw) <= TOP
    assert str(UUID(raw["id"])) == raw["id"]
    actor = raw["actor"]
    assert actor["objectType"] == "Agent"
    assert len({"mbox", "mbox_sha1sum", "openid", "account"} & set(actor)) == 1
    assert set(actor["account"]) == {"homePage", "name"}
    assert IRI.match(actor["account"]["homePage"])
    assert IRI.match(raw["verb"]["id"])
    assert raw["verb"]["display"]["en"]
    assert raw["object"]["objectType"] == "Activity"
    assert IRI.match(raw["object"]["id"])
    assert IRI.match(raw["object"]["definition"]["type"])
    score = raw["result"]["score"]
    assert -1 <= score["scaled"] <= 1
    assert score["min"] <= score["raw"] <= score["max"]
    assert isinstance(raw["result"]["completion"], bool)
    assert SECONDS.match(raw["result"]["duration"])
    assert str(UUID(raw["context"]["registration"])) == raw["context"]["registration"]
    for extensions in (raw["result"]["extensions"], raw["context"]["extensions"]):
        assert all(IRI.match(key) for key in extensions)
    assert datetime.fromisoformat(raw["timestamp"]).utcoffset() is not None
    assert raw["version"].startswith("1.0.")
    assert None not in _leaves(raw)


def _leaves(raw):
    inner = raw.values() if isinstance(raw, dict) else raw if isinstance(raw, list) else None
    return [raw] if inner is None else [leaf for item in inner for leaf in _leaves(item)]


def test_statements_are_what_the_specification_asks_for(store):
    (said,) = statements(store)
    check_statement(json.loads(json.dumps(said)))
    drill = store.drills(finished=True)[0]
    assert said["actor"]["account"]["name"] == drill.trainee
    assert said["result"]["score"]["raw"] == store.scores(drill)[0].total
    assert [statement["id"] for statement in statements(store)] == [said["id"]]


def test_the_command_writes_all_of_it(sevdrill, store, place, tmp_path):
    out, xapi = tmp_path / "out", tmp_path / "xapi.json"
    status, said, _ = sevdrill("export", "--store", place, "--tables", out, "--as", "jsonl", "--xapi", xapi)
    assert (status, said.splitlines()[0]) == (0, f"{out / 'drills.jsonl'}")
    assert json.loads(xapi.read_text()) == list(statements(store))
    status, _, err = sevdrill("export", "--store", place)
    assert (status, err) == (
        2,
        "sevdrill: export: it was not said what; expected a drill's id, --tables FOLDER or --xapi FILE\n",
    )


# -- cohorts and invented trainees ----------------------------------------------------------------------


def test_a_cohort_is_one_row_per_scored_drill(store):
    ada = store.find_trainee("Ada, the 1st")
    for seed in (3, 4):
        session = played(store, seed, trainee=ada)
        keep_score(store, session.drill, SCENARIO, session.finish())
    found = cohort(store)
    assert list(found["nth"]) == [1, 2, 3]
    assert set(found["trainee"]) == {ada.id}
    assert set(RULES) <= set(found.columns)
    assert {metric.__name__ for metric in METRICS} <= set(found.columns)
    assert found[list(RULES)].max().max() <= 1
    (score,) = store.scores(store.drill(found["drill"].iloc[0]))
    assert (found["total"].iloc[0], found["variant"].iloc[0]) == (score.total, score.variant)
    assert found["started_at"].is_monotonic_increasing
    assert len(cohort(store, "of another playbook")) == 0


def test_a_branch_is_practice_and_in_no_cohort(store):
    before = cohort(store)
    session = played(store, 3, trainee=store.find_trainee("Ada, the 1st"))
    branch = session.back_to(200_001)
    assert branch.conduct.told.startswith(
        "Standard: practice, in a branch that began 3 min 20 s into the drill;"
    )
    keep_score(store, branch.drill, SCENARIO, branch.finish())
    pd.testing.assert_frame_equal(cohort(store), before)
    assert list(frame(store, "drills")["parent"])[-1] == session.drill.id
    keep_score(store, session.drill, SCENARIO, session.finish())
    assert list(cohort(store)["nth"]) == [1, 2]


def test_invented_trainees_are_marked_everywhere_and_can_be_repeated(tmp_path):
    stores = [open_store(tmp_path / f"{name}.db") for name in "ab"]
    one, other = ([*invent(store, 3, 2, seed=5, scenarios=[SCENARIO])] for store in stores)
    assert [drill.trace_digest for drill in one] == [drill.trace_digest for drill in other]
    assert {drill.origin for drill in one} == {"simulated"}
    assert all(trainee.simulated and trainee.label.startswith("Sim") for trainee in stores[0].trainees())
    found = cohort(stores[0])
    assert (len(found), found["simulated"].all(), set(found["origin"])) == (6, True, {"simulated"})
    assert all(text.startswith("simulated") for text in found["cohort"])
    origins = [said["context"]["extensions"][f"{HOME}/extensions/origin"] for said in statements(stores[0])]
    assert origins == ["simulated"] * 6


def test_habits_differ_and_wear_off():
    habits = [habits_of(1, nth) for nth in range(40)]
    assert len({h.skill for h in habits}) == 40
    assert {rule for h in habits for rule, _ in h.slip} == set(RULES)


class Eager:
    def decide(self, seen):
        return [Wish("acknowledge")] if seen.at_ms == 0 else []


def test_who_hesitates_decides_the_same_later():
    player, session = Hesitant(Eager(), 10_000), Session(SCENARIO, 7)
    said = []
    for at_ms in (0, 5_000, 10_000, 15_000):
        session.advance(at_ms)
        said.append([wish.verb for wish in player.decide(session.observe())])
    assert said == [[], [], ["acknowledge"], []]


def test_the_command_invents_drills(sevdrill, tmp_path):
    place = tmp_path / "drills.db"
    status, out, _ = sevdrill("invent", "--trainees", 2, "--drills", 1, "--store", place)
    assert (status, out) == (0, "2 simulated drills by 2 invented trainees.\n")
    assert sevdrill("verify", "--store", place)[0] == 0


def test_the_command_reports_on_a_cohort_and_names_nobody(sevdrill, store, place, tmp_path):
    ada = store.find_trainee("Ada, the 1st")
    for seed in (3, 4, 5):
        session = played(store, seed, trainee=ada)
        keep_score(store, session.drill, SCENARIO, session.finish())
    status, out, _ = sevdrill("cohort", "--store", place)
    assert status == 0
    assert out.splitlines()[0].strip("# ") == "Cohort: 4 drills by 1 trainee"
    file = tmp_path / "cohort.html"
    only = ("--cohort", "autumn", "--mode", "standard", "--scenario", SCENARIO.id, "--since", "2020-01-01")
    assert sevdrill("cohort", "--store", place, "--html", file, *only) == (0, "", "")
    assert "Cohort: 4 drills by 1 trainee" in file.read_text()
    assert "Ada" not in out + file.read_text()
    for none in (("--cohort", "spring"), ("--mode", "exam"), ("--since", "2999-01-01")):
        status, _, err = sevdrill("cohort", "--store", place, *none)
        assert (status, err.split(";")[0]) == (2, "sevdrill: cohort: no scored drill fits")
