"""Many programs write at once: no decision is lost, and none changes places within its drill."""

import multiprocessing

import pytest

from simulator.store import begin, open_store
from tests.store_writer import write
from tests.stores import SCENARIO

COUNT = 100
WRITERS = {"sqlite": 8, "postgresql": 50}


@pytest.mark.thorough
@pytest.mark.parametrize("shared", [False, True], ids=["a-drill-each", "one-drill"])
def test_many_writers(place, shared):
    store = open_store(place)
    writers = WRITERS[store.database.kind] if not shared else 8
    drills = [begin(store, SCENARIO, 7).drill for _ in range(1 if shared else writers)]
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.store_player", "tests.store_writer"])  # one server for all tests
    barrier, results = context.Barrier(writers), context.SimpleQueue()
    crowd = [
        context.Process(
            target=write, args=(place, drills[n % len(drills)].id, n, COUNT, not shared, barrier, results)
        )
        for n in range(writers)
    ]
    for process in crowd:
        process.start()
    timings = dict(results.get() for _ in crowd)
    for process in crowd:
        process.join()
    assert sorted(timings) == list(range(writers))
    for nth, drill in enumerate(drills):
        written = [decision.id for decision, _ in store.written(drill)]
        assert len(written) == len(set(written)) == COUNT * writers // len(drills)
        for writer in range(writers) if shared else [nth]:
            mine = [identity for identity in written if identity.startswith(f"w{writer}-")]
            assert mine == [f"w{writer}-{n}" for n in range(COUNT)]
        assert len(store.decisions(drill)) == len(written)  # the chain through them is whole
