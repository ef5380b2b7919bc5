"""A playing program is killed at random moments: nothing acknowledged is lost, and nothing doubled."""

import multiprocessing
import random
import signal
from pathlib import Path

import pytest

from simulator import Session, simulate
from simulator.store import StoreError, begin, open_store, resume
from simulator.store.faults import GoneError
from tests.store_player import acknowledged_in, play_on
from tests.stores import SCENARIO, TOLD, tell

KILLS = {"sqlite": 200, "postgresql": 200}
LOOKS = ("changes", "dashboard", "logs", "traces", "diff", "runbook")


def long_told(decisions: int) -> list:
    """A drill of many small decisions, several of them at the same moment."""
    looks = [
        (61_500 + 1_250 * (n // 3), "look", {"source": LOOKS[n % len(LOOKS)]}) for n in range(decisions - 1)
    ]
    return [(61_000, "acknowledge", {}), *looks]


@pytest.fixture(scope="module")
def processes():
    """Makes processes by forking one that has imported everything: each starts in milliseconds."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.store_player", "tests.store_writer"])  # one server for all tests
    return context


@pytest.mark.thorough
def test_killed_again_and_again(place, tmp_path, processes):
    told = long_told(40)
    uninterrupted = _digest_of(told)
    assert uninterrupted != simulate(SCENARIO, 7).digest
    store, chance = open_store(place), random.Random(place.split("://", maxsplit=1)[0])
    kills = played = 0
    while kills < KILLS[store.database.kind] or played < 2:
        kills += _play_with_kills(processes, store, place, tmp_path / f"acknowledged{played}", told, chance)
        played += 1
    drills = store.drills()
    assert len(drills) == played > 1
    assert {drill.trace_digest for drill in drills} == {uninterrupted}


def _digest_of(told) -> str:
    session = Session(SCENARIO, 7)
    for at_ms, verb, args in told:
        session.advance(at_ms)
        session.decide(verb, args)
    return session.finish().digest


def _play_with_kills(processes, store, place: str, file: Path, told: list, chance: random.Random) -> int:
    """Play one drill, killing its player again and again, until it is done; returns the number of kills."""
    drill, kills, clock_ms = begin(store, SCENARIO, 7).drill.id, 0, 0
    while True:
        player = processes.Process(target=play_on, args=(place, drill, str(file), told))
        player.start()
        player.join(chance.uniform(0.0, 0.12))
        player.kill()
        player.join()
        kills += player.exitcode == -signal.SIGKILL
        again = resume(store, drill)
        acknowledged = acknowledged_in(file)
        stored = [(decision.id, decision.at_ms) for decision in again.decisions]
        assert stored[: len(acknowledged)] == acknowledged
        assert len(stored) <= len(acknowledged) + 1  # one may be written that nobody was told of
        assert [(d.at_ms, d.verb, d.args) for d in again.decisions] == told[: len(stored)]
        assert again.now_ms >= max([clock_ms, *(at_ms for _, at_ms in stored)])
        clock_ms = again.now_ms
        if len(stored) > len(acknowledged):
            file.write_text("".join(f"{identity} {at_ms}\n" for identity, at_ms in stored))
        if player.exitcode == 0:
            again.finish()
            return kills


def test_the_database_is_restarted_under_a_drill(postgresql, postgresql_url):
    told = long_told(30)
    session = begin(open_store(postgresql_url), SCENARIO, 7)
    for done in range(len(told)):
        if done % 10 == 5:
            postgresql.stop()
            postgresql.start()
        tell(session, told[: done + 1])
    assert resume(open_store(postgresql_url), session.drill.id).decisions == session.decisions
    assert session.finish().digest == _digest_of(told)


def test_the_database_stays_away_for_a_while(postgresql, postgresql_url):
    store = open_store(postgresql_url)
    session = tell(begin(store, SCENARIO, 7), TOLD[:2])
    seen, at = session.observe(), session.now_ms
    postgresql.stop()
    try:
        with pytest.raises(GoneError, match="the database does not answer; expected its server running"):
            session.decide("look", {"source": "changes"})
        with pytest.raises(GoneError):
            session.advance(at + 5000)
        assert (session.observe(), session.now_ms) == (seen, at)
    finally:
        postgresql.start()
    assert tell(session).finish().digest == tell(begin(store, SCENARIO, 7)).finish().digest


def test_a_decision_that_was_written_but_not_acknowledged_is_found(place, monkeypatch):
    store = open_store(place)
    session = tell(begin(store, SCENARIO, 7), TOLD[:2])
    append = store._append

    def cut_off(*arguments):
        append(*arguments)
        raise GoneError("store", "it fell silent")

    monkeypatch.setattr(store, "_append", cut_off)
    with pytest.raises(GoneError):
        session.decide("look", {"source": "changes"})
    monkeypatch.undo()
    with pytest.raises(StoreError, match="decision 'd3' did reach it before it fell silent"):
        session.decide("look", {"source": "changes"})
    again = resume(store, session.drill.id)
    assert [decision.id for decision in again.decisions] == ["d1", "d2", "d3"]
    assert tell(again).finish().digest != session.scenario.digest


def test_a_write_whose_answer_was_lost_once_is_not_doubled(place, monkeypatch):
    store = open_store(place)
    session = tell(begin(store, SCENARIO, 7), TOLD[:2])
    append, lost = store._append, []

    def cut_off_once(*arguments):
        place_in_log = append(*arguments)
        if not lost:
            lost.append(place_in_log)
            raise GoneError("store", "it fell silent")
        return place_in_log

    monkeypatch.setattr(store, "_append", cut_off_once)
    assert session.decide("look", {"source": "changes"}).refused is None
    assert lost == [3]
    assert store.decisions(session.drill) == session.decisions
