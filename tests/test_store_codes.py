"""Drill codes and files: a drill goes anywhere and is the same there; what is not whole is refused."""

import json
import random
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator import Decision
from simulator.app.keeping import take_in
from simulator.decisions import read_decisions
from simulator.errors import InputError
from simulator.store import StoreError, open_store, resume
from simulator.store.codes import Carried, carried, read_carried, scenario_in, write_code, write_file
from tests.stores import EVERYTHING, SCENARIO, played


@pytest.fixture
def store(tmp_path):
    return open_store(tmp_path / "drills.db")


@pytest.fixture
def over(store):
    session = played(store)
    session.finish()
    return session


def code_of(session) -> str:
    return write_code(carried(session.drill, session.decisions))


def test_a_code_is_one_short_line_of_capitals_and_digits(over):
    code = code_of(over)
    assert code.startswith("SD1-")
    assert code.removeprefix("SD1-").isalnum()
    assert code == code.upper()
    assert len(code) < 1200


def test_a_code_gives_the_same_drill_elsewhere(over, tmp_path):
    elsewhere = open_store(tmp_path / "elsewhere.db")
    wrapped = "\n".join(code_of(over)[at : at + 60].lower() for at in range(0, len(code_of(over)), 60))
    stored = take_in(elsewhere, read_carried(wrapped, "code"), "code", elsewhere.me())
    assert (stored.origin, stored.trace_digest, stored.at_ms) == (
        "imported",
        over.drill.trace_digest,
        260_000,
    )
    assert elsewhere.decisions(stored) == over.decisions
    assert len(elsewhere.scores(stored)) == 1


def test_a_drill_that_is_not_over_goes_on_elsewhere(store, tmp_path):
    session = played(store)
    session.advance(300_000)
    elsewhere = open_store(tmp_path / "elsewhere.db")
    code = write_code(carried(store.drill(session.drill.id), session.decisions))
    stored = take_in(elsewhere, read_carried(code, "code"), "code", elsewhere.me())
    again = resume(elsewhere, stored.id)
    assert (again.now_ms, again.decisions) == (300_000, session.decisions)
    assert again.finish().digest == session.finish().digest


def test_a_file_carries_its_scenario(store, tmp_path):
    mine = SCENARIO.only("clean-rollback")
    session = played(store)
    text = mine.model_dump_json()
    key = sha256(text.encode()).hexdigest()
    drill = Carried(mine.id, 1, key, 3, "exam", "commander", 1, 260_000, None, session.decisions, text)
    came = read_carried(write_file(drill), "file")
    assert came == drill
    assert scenario_in(came, "file") == mine
    stored = take_in(store, came, "file", store.trainee("Ada"))
    assert store.scenario(stored) == mine
    raw = json.loads(write_file(drill))
    assert read_decisions(raw, "file") == session.decisions  # what `play --decisions` reads


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_code_that_is_not_whole_is_refused_or_means_the_same(over, data):
    code = code_of(over)
    at = data.draw(st.integers(0, len(code) - 1))
    mistyped = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
    for wrong in (code[:at], code[:at] + code[at + 1 :], code[:at] + mistyped + code[at + 1 :]):
        fault = fault_of(wrong)
        # The last character has bits to spare.
        assert fault is None if reads_as(wrong, code) else fault.startswith("code: it ")


def fault_of(text: str, where: str = "code") -> str | None:
    try:
        read_carried(text, where)
    except InputError as fault:
        return str(fault)
    return None


def reads_as(text: str, code: str) -> bool:
    return fault_of(text) is None and read_carried(text, "code") == read_carried(code, "code")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_file_is_read_or_refused_with_one_error(over, data):
    raw = json.loads(write_file(carried(over.drill, over.decisions, "{}")))
    raw[data.draw(st.sampled_from(sorted(raw)))] = data.draw(json_values)
    fault = fault_of(json.dumps(raw), "file")
    assert fault is None or fault.startswith("file")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"engine": 99}, "it is of engine 99; expected an engine up to"),
        ({"format": 99}, "decision log format 99 is newer"),
        ({"mode": "easy"}, "its mode is 'easy'; expected one of coached, standard, exam"),
        ({"seed": -1}, "seed: it is -1"),
        ({"scenario_text": "{}"}, "its scenario was changed"),
        ({"trace_digest": "0" * 64}, "its log does not give what it says that happened"),
        ({"scenario_id": "0" * 64, "scenario_text": None}, "it was played with scenario 'api-500s"),
    ],
)
def test_a_file_that_was_changed(store, over, change, words):
    text = store.scenario(over.drill).model_dump_json()
    raw = json.loads(write_file(carried(over.drill, over.decisions, text)))
    count = len(store.drills())
    with pytest.raises(InputError, match=words):
        take_in(store, read_carried(json.dumps({**raw, **change}), "file"), "file", store.me())
    assert len(store.drills()) == count


def test_a_log_that_does_not_fit_its_scenario(store, over):
    stranger = Decision("d9", 300_000, "commander", "roll_back", {"change": "no-such-change"})
    drill = carried(over.drill, (*over.decisions, stranger))
    with pytest.raises(InputError, match=r"decision 7, roll_back\.change: unknown target 'no-such-change'"):
        take_in(store, drill, "code", store.me())
    assert len(store.drills()) == 1


def test_a_code_of_another_scenario_needs_it(store):
    session = played(store)
    drill = replace(carried(session.drill, ()), scenario=EVERYTHING.id)
    with pytest.raises(StoreError, match="that scenario by --scenario, or a file that carries it"):
        take_in(store, drill, "code", store.me())


def test_junk_is_never_read_as_a_code():
    chance = random.Random(5)
    for _ in range(200):
        junk = "SD1-" + "".join(chance.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=chance.randrange(300)))
        with pytest.raises(StoreError):
            read_carried(junk, "code")
