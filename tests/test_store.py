"""Drills in a store, on both databases: what is written is read, nothing is lost, and what is final stays."""

import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import platformdirs
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from hypothesis import HealthCheck, given, settings

from simulator import Decision, DecisionError, SeedError, simulate
from simulator.app.keeping import rescorer
from simulator.conduct import Conduct, Hint
from simulator.store import StoreError, begin, open_store, resume
from simulator.store import migrate as migrations
from simulator.store.places import name_of, read_place
from simulator.store.schema import Base
from simulator.store.verify import verify
from simulator.trace import ENGINE_VERSION
from tests.stores import EVERYTHING, SCENARIO, TOLD, meddle, played, tell, unguard
from tests.strategies import logs


@pytest.fixture
def store(place):
    opened = open_store(place)
    yield opened
    opened.close()


def test_a_drill_is_played_and_read_back(store):
    session = played(store)
    assert store.decisions(session.drill) == session.decisions
    assert [(d.at_ms, d.verb, d.args) for d in session.decisions] == TOLD
    row = store.drill(session.drill.id)
    assert (row.scenario, row.version, row.scenario_digest) == (
        SCENARIO.id,
        SCENARIO.version,
        SCENARIO.digest,
    )
    assert (row.seed, row.mode, row.seat, row.origin) == (7, "standard", "commander", "played")
    assert row.engine == ENGINE_VERSION
    assert (row.at_ms, row.finished, row.started_at.utcoffset().seconds) == (260_000, False, 0)
    assert store.scenario(row) == SCENARIO
    assert list(store.scenario(row).variants) == list(SCENARIO.variants)


def test_a_stored_drill_gives_the_digest_of_any_other(store):
    session = played(store)
    trace = session.finish()
    assert trace.digest == simulate(SCENARIO, 7, session.decisions).digest
    row = store.drill(session.drill.id)
    assert (row.finished, row.trace_digest, row.at_ms) == (True, trace.digest, 260_000)
    assert session.finish() is not None
    assert store.drill(session.drill.id) == row


def test_a_drill_is_taken_up_at_the_same_second_with_every_decision(store):
    session = tell(begin(store, SCENARIO, 7), TOLD[:3])
    session.advance(100_400)
    again = resume(store, session.drill.id)
    assert (again.now_ms, again.decisions) == (100_400, session.decisions)
    again.advance(100_900)  # within the second: not worth a write
    assert resume(store, session.drill.id).now_ms == 100_400
    assert tell(again).finish().digest == played(store).finish().digest


def test_a_decision_is_in_the_store_before_it_acts(store, monkeypatch):
    session = tell(begin(store, SCENARIO, 7), TOLD[:1])
    seen = []
    monkeypatch.setattr(
        session._drill, "apply", lambda decision: seen.append(len(store.decisions(session.drill)))
    )
    session.decide("look", {"source": "changes"})
    assert seen == [2]


def test_what_the_store_refuses_does_not_act(store, monkeypatch):
    session = tell(begin(store, SCENARIO, 7), TOLD[:1])
    seen, at = session.observe(), session.now_ms

    def refuse(*_, **__):
        raise StoreError("store", "no")

    monkeypatch.setattr(store, "append", refuse)
    monkeypatch.setattr(store, "note_time", refuse)
    with pytest.raises(StoreError):
        session.decide("look", {"source": "changes"})
    with pytest.raises(StoreError):
        session.advance(at + 5000)
    assert (session.observe(), session.now_ms, len(session.decisions)) == (seen, at, 1)


def test_an_end_that_the_store_refuses_can_be_tried_again(store, monkeypatch):
    session = played(store)

    def refuse(*_):
        raise StoreError("store", "no")

    monkeypatch.setattr(store, "finish", refuse)
    with pytest.raises(StoreError):
        session.finish()
    assert not store.drill(session.drill.id).finished
    assert resume(store, session.drill.id).now_ms == 260_000
    monkeypatch.undo()
    assert session.finish().digest == store.drill(session.drill.id).trace_digest


def test_a_decision_that_cannot_be_played_is_not_stored(store):
    session = tell(begin(store, SCENARIO, 7), TOLD[:1])
    with pytest.raises(DecisionError, match="rollback"):
        session.decide("rollback")
    assert len(store.decisions(session.drill)) == 1


def test_a_late_decision_is_stored_and_acts_at_its_time(store):
    session = tell(begin(store, SCENARIO, 7), TOLD[:4])
    session.insert(Decision("from-elsewhere", 100_000, "commander", "look", {"source": "changes"}))
    assert [d.id for d in session.decisions] == ["d1", "d2", "d3", "from-elsewhere", "d4"]
    assert resume(store, session.drill.id).decisions == session.decisions
    with pytest.raises(DecisionError, match="that id is used already"):
        session.insert(Decision("d2", 100_000, "commander", "acknowledge"))


def test_two_programs_cannot_play_one_drill(store):
    one = tell(begin(store, SCENARIO, 7), TOLD[:2])
    other = resume(store, one.drill.id)
    tell(one, TOLD[:3])
    with pytest.raises(StoreError, match="3 decisions are in its log, but this program knows of 2"):
        other.decide("look", {"source": "changes"})
    assert store.decisions(one.drill) == one.decisions


def test_writing_the_same_decision_twice_writes_it_once(store):
    session = tell(begin(store, SCENARIO, 7), TOLD[:2])
    decision = Decision("d3", 80_000, "commander", "look", {"source": "changes"})
    assert [store.append(session.drill, decision, after=2) for _ in range(3)] == [3, 3, 3]
    update = Decision(
        "d4", 81_000, "commander", "post_update", {"broken": ("checkout",)}
    )  # a tuple, as a list
    assert [store.append(session.drill, update, after=3) for _ in range(2)] == [4, 4]
    assert len(store.decisions(session.drill)) == 4
    with pytest.raises(StoreError, match=r"its id is used already|decisions are never changed"):
        store.append(session.drill, decision)


def test_nothing_is_added_to_a_drill_that_is_over(store):
    session = played(store)
    session.finish()
    assert session.decide("acknowledge").refused == "The drill is over."
    with pytest.raises(StoreError, match="the drill is over"):
        store.append(session.drill, Decision("d99", 300_000, "commander", "acknowledge"))
    with pytest.raises(StoreError, match="it is over"):
        resume(store, session.drill.id)


def test_an_end_that_is_taken_back_is_a_drill_of_its_own(store):
    session = played(store)
    session.finish()
    again = session.back_to(200_001)
    assert (again.now_ms, len(again.decisions)) == (200_001, 4)
    assert (again.drill.parent, again.drill.branched_ms) == (session.drill.id, 200_001)
    assert again.drill.trainee == session.drill.trainee
    assert store.drill(session.drill.id).finished
    assert tell(resume(store, again.drill.id)).finish().digest == session.finish().digest


def test_the_speed_history(store):
    session = tell(begin(store, SCENARIO, 7), TOLD[:1])
    for speed in (10, 0, 60):
        session.note_pace(speed)
        session.advance(session.now_ms + 1000)
    assert store.paces(session.drill) == [(61_000, 10), (62_000, 0), (63_000, 60)]


HINTS = (Hint(61_000, "hands_on", "went_on"), Hint(90_000, "stuck", "shown"))


def test_hints_are_kept_and_never_changed(store):
    session = tell(begin(store, SCENARIO, 7, mode="coached"), TOLD[:1])
    for hint in HINTS:
        session.note_hint(hint)
    assert session.conduct == Conduct("coached", HINTS)
    assert resume(store, session.drill.id).conduct == session.conduct
    final = ["UPDATE hints SET answer = 'shown'", "DELETE FROM hints"]
    final += ["INSERT OR REPLACE INTO hints SELECT * FROM hints"] * (store.database.kind == "sqlite")
    final += ["TRUNCATE hints"] * (store.database.kind == "postgresql")
    for statement in final:
        with pytest.raises(StoreError, match="hints are never changed or deleted"):
            meddle(store, statement)
    assert store.hints(session.drill) == list(HINTS)


def test_a_drill_that_is_taken_up_again_knows_how_it_was_played_until_then(store):
    session = tell(begin(store, SCENARIO, 7), TOLD[:1])
    session.note_pace(10)
    session.note_hint(HINTS[0])
    session.advance(90_000)
    session.note_hint(HINTS[1])
    session.finish()
    assert store.conduct(session.drill).left_ms == 90_000
    again = session.back_to(80_000)
    assert again.conduct == Conduct("standard", HINTS[:1], ((61_000, 10),), branched_ms=80_000)
    again.note_pace(20)
    assert store.conduct(again.drill).paces == ((61_000, 10), (80_000, 20))


def test_drills_are_listed_newest_first(store):
    ada, bob = store.trainee("Ada"), store.trainee("Bob", "autumn")
    first, second = begin(store, SCENARIO, 1, ada).drill, begin(store, EVERYTHING, 2, bob).drill
    over = begin(store, SCENARIO, 3, ada)
    over.finish()
    assert [d.seed for d in store.drills()] == [3, 2, 1]
    assert [d.seed for d in store.drills(ada)] == [3, 1]
    assert [d.seed for d in store.drills(scenario=EVERYTHING.id)] == [2]
    assert store.drills(ada, finished=False) == [first]
    assert [d.seed for d in store.drills(finished=True)] == [3]
    assert second.trainee == bob.id


def test_trainees(store):
    me = store.me()
    assert (me, me.name, me.simulated) == (store.me(), None, False)
    ada = store.trainee("Ada Ł. \u2603; DROP TABLE drills", "autumn")
    assert store.trainee("Ada Ł. \u2603; DROP TABLE drills") == ada
    assert store.trainees() == [me, ada]
    assert [store.find_trainee(key) for key in (ada.id, ada.name, me.login)] == [ada, ada, me]
    assert (ada.label, me.label) == (ada.name, me.id)
    with pytest.raises(StoreError, match=r"there is no 'Ada Ł. .; DROP TABLE drill'; .*did you mean 'Ada"):
        store.find_trainee("Ada Ł. \u2603; DROP TABLE drill")
    for name in ("", " ", "a\0b", "a\ud800", "x" * 201):
        with pytest.raises(StoreError, match="characters that can be seen"):
            store.trainee(name)


def test_forgetting_somebody_keeps_the_figures(store, place):
    ada = store.trainee("Ada Lovelace-Unlikely", "autumn")
    session = played(store, trainee=ada)
    digest = session.finish().digest
    ghost = store.forget(ada)
    assert (ghost.name, ghost.cohort, ghost.login) == (None, None, None)
    row = store.drill(session.drill.id)
    assert (row.trainee, row.trace_digest, len(store.decisions(row))) == (ghost.id, digest, len(TOLD))
    with pytest.raises(StoreError, match="there is no 'Ada Lovelace-Unlikely'"):
        store.find_trainee("Ada Lovelace-Unlikely")
    with pytest.raises(StoreError):
        store.find_trainee(ada.id)
    if "://" not in place:
        bytes_left = b"".join(file.read_bytes() for file in Path(place).parent.glob("drills.db*"))
        assert b"Unlikely" not in bytes_left
        assert ada.id.encode() not in bytes_left


def test_a_score_is_cached_once_per_playbook(store):
    session = played(store)
    session.finish()
    card = {
        "playbook": "p",
        "playbook_version": 1,
        "variant": "v",
        "total": 55.5,
        "rating": "fair",
        "rules": [{"id": "R1", "points": 4.0, "possible": 8}, {"id": "R2", "points": None, "possible": 5}],
        "metrics": {"time_to_declare": {"value": None, "unit": "ms"}, "lost": {"value": 1.5, "unit": "u"}},
    }
    for total in (55.5, 99.0):
        store.keep_score(session.drill, "abc", {**card, "total": total})
    store.keep_score(session.drill, "def", {**card, "total": None})
    one, other = sorted(store.scores(session.drill), key=lambda s: s.playbook_digest)
    assert (one.total, one.rating, one.card, other.total) == (55.5, "fair", card, None)
    assert one.figures == {"R1": 0.5, "R2": None, "time_to_declare": None, "lost": 1.5}


FINAL = {
    "UPDATE decisions SET args = '{}' WHERE seq = 2": "decisions are never changed or deleted",
    "UPDATE decisions SET seq = seq + 100": "decisions are never changed or deleted",
    "DELETE FROM decisions WHERE seq = 2": "decisions are never changed or deleted",
    "UPDATE drills SET seed = 8": "drills are never deleted",
    "UPDATE drills SET started_at = '2001-01-01'": "drills are never deleted",
    "DELETE FROM drills": "drills are never deleted",
    "UPDATE drills SET at_ms = 5": "its clock never goes back",
    "UPDATE drills SET trace_digest = 'x'": "the drill is over",
    "UPDATE drills SET trace_digest = NULL, finished_at = NULL": "the drill is over",
    "UPDATE scenarios SET text = '{}'": "a scenario that was played is never changed",
    "DELETE FROM scenarios": "a scenario that was played is never changed",
}
SQLITE_FINAL = {
    "INSERT OR REPLACE INTO decisions SELECT drill_id, seq, id, 0, seat, verb, args, link FROM decisions": (
        "decisions are never changed or deleted|the drill is over"
    ),
    "REPLACE INTO drills SELECT * FROM drills": "drills are never deleted",
}
POSTGRESQL_FINAL = {
    "TRUNCATE decisions": "decisions are never changed or deleted",
    "TRUNCATE drills CASCADE": "never",
    "INSERT INTO scenarios VALUES ('abc', 'x', 1, 'x', 'x')": "ck_scenarios_id",
}


def test_not_even_the_owner_changes_what_is_final(store):
    session = played(store)
    session.finish()
    more = SQLITE_FINAL if store.database.kind == "sqlite" else POSTGRESQL_FINAL
    for statement, words in (FINAL | more).items():
        with pytest.raises(StoreError, match=words):
            meddle(store, statement)
    assert store.decisions(session.drill) == session.decisions
    assert store.drill(session.drill.id) == session.drill


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("UPDATE decisions SET args = '{}' WHERE seq = 2", "row 2 of its log, decision 'd2'"),
        ("UPDATE decisions SET at_ms = 1 WHERE seq = 4", "row 4 of its log, decision 'd4'"),
        ("DELETE FROM decisions WHERE seq = 3", "row 3 of its log, decision 'd4'"),
        ("UPDATE drills SET seed = 8", "row 1 of its log, decision 'd1'"),
        ("UPDATE scenarios SET text = text || ' '", "scenario .*: its text was changed"),
    ],
)
def test_what_was_changed_all_the_same_is_not_played_on(store, change, words):
    session = played(store)
    unguard(store)
    meddle(store, change)
    with pytest.raises(StoreError, match=words):
        resume(store, session.drill.id)


def test_unknown_names_and_values(store):
    session = begin(store, SCENARIO, 7)
    with pytest.raises(StoreError, match=f"there is no '{session.drill.id[:-1]}' here.*{session.drill.id}"):
        store.drill(session.drill.id[:-1])
    with pytest.raises(StoreError, match=r"mode: it is 'exma'.*did you mean 'exam'"):
        begin(store, SCENARIO, 7, mode="exma")
    with pytest.raises(SeedError):
        begin(store, SCENARIO, 2**63)
    assert begin(store, SCENARIO, 2**63 - 1).drill.seed == 2**63 - 1
    assert len(store.drills()) == 2


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(log=logs(EVERYTHING))
def test_any_log_is_stored_and_taken_up_as_it_is(store, log):
    session = begin(store, EVERYTHING, 3)
    for decision in log:
        session.advance(decision.at_ms)
        session.decide(decision.verb, decision.args)
    again = resume(store, session.drill.id)
    assert again.decisions == session.decisions == tuple(log)
    assert again.now_ms == session.now_ms
    assert again.finish().digest == simulate(EVERYTHING, 3, log).digest


# -- where it is, and how it comes to be -------------------------------------------------------------


def test_the_users_own_store(monkeypatch, tmp_path):
    monkeypatch.setenv("SEVDRILL_STORE", str(tmp_path / "deep" / "down.db"))
    assert open_store().name == str(tmp_path / "deep" / "down.db")
    assert (tmp_path / "deep").stat().st_mode & 0o077 == 0
    monkeypatch.delenv("SEVDRILL_STORE")
    assert name_of(read_place()) == str(platformdirs.user_data_path("sevdrill") / "drills.db")


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("postgresql://ada:s3cret@db/drills", "postgresql://ada:***@db/drills"),
        ("postgres://ada@db:5433/drills", "postgresql://ada@db:5433/drills"),
        ("sqlite:////var/drills.db", "/var/drills.db"),
        ("/var/drills.db", "/var/drills.db"),
    ],
)
def test_places(place, name):
    assert name_of(read_place(place)) == name


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("mysql://x/y", "there is no store on 'mysql'"),
        ("postgresq://x/y", "did you mean 'postgresql'"),
        ("://", "it is not a database's URL"),
    ],
)
def test_places_that_are_none(place, words):
    with pytest.raises(StoreError, match=words):
        read_place(place)


def test_sqlite_is_durable_and_strict(tmp_path):
    store = open_store(tmp_path / "drills.db")
    with store.database.writing() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "foreign_keys", "synchronous", "secure_delete", "busy_timeout")
        }
    assert settings == {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "synchronous": 2,
        "secure_delete": 1,
        "busy_timeout": 5000,
    }


SCRIPTS = ScriptDirectory(str(Path(migrations.__file__).parent / "migrations"))
STEPS = [step.revision for step in reversed(list(SCRIPTS.walk_revisions()))]


def test_the_steps_are_numbered_and_the_newest_is_known():
    assert SCRIPTS.get_heads() == [migrations.REVISION]
    assert sorted(STEPS) == STEPS


def test_the_steps_lead_to_the_tables_that_the_program_knows(store):
    with store.database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_a_newer_store_is_left_alone(store, place):
    played(store)
    meddle(store, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match=r"a newer sevdrill has made it \(step 9999\); .*: upgrade sevdrill"):
        open_store(place)


SAMPLES = sorted((Path(__file__).parent / "data" / "stores").glob("*.sql"))


def test_every_past_version_has_a_sample():
    assert [sample.stem for sample in SAMPLES] == STEPS


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_a_store_of_a_past_version_opens_with_every_drill(sample, tmp_path):
    with sqlite3.connect(tmp_path / "old.db") as raw:
        raw.executescript(sample.read_text())
    store = open_store(tmp_path / "old.db")
    over, going = store.drills(finished=True), store.drills(finished=False)
    assert (len(over), len(going)) == (1, 1)
    assert (len(store.decisions(going[0])), going[0].at_ms) == (3, 90_000)
    assert [(d.at_ms, d.verb, d.args) for d in store.decisions(over[0])] == TOLD
    assert len(store.scores(over[0])) == 1
    assert store.find_trainee("Ada").cohort == "autumn"
    assert not [found for found in verify(store, over[0], rescorer()) if found.forged]
    hints = [Hint(200_000, "hands_on", "thought_again")] if sample.stem >= "0002" else []
    assert store.hints(over[0]) == hints
    store.note_hint(going[0], HINTS[0])
    assert store.hints(going[0]) == [HINTS[0]]
    begin(store, store.scenario(over[0]), 7).finish()


def test_a_drill_of_another_engine_is_kept_and_not_played_on(store):
    session = played(store)
    unguard(store)
    meddle(store, "UPDATE drills SET engine = 0")
    with pytest.raises(StoreError, match="it was begun with engine 0, which played otherwise"):
        resume(store, session.drill.id)
    assert len(store.written(session.drill)) == len(TOLD)


def test_many_open_a_new_store_at_once(place):
    with ThreadPoolExecutor(6) as pool:
        stores = list(pool.map(lambda _: open_store(place), range(6)))
    assert [store.drills() for store in stores] == [[]] * 6
    assert os.environ["SEVDRILL_STORE"] != place
