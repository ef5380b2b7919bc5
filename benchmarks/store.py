"""How quick the store is: writing decisions alone and in a crowd, taking up a drill, opening a cohort."""

import multiprocessing
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select

from benchmarks.rows import Row
from simulator import load
from simulator.app.invented import invent
from simulator.store import begin, open_store, resume
from simulator.store.schema import DrillRow, ScoreRow, TraineeRow
from simulator.store.store import Store
from tests.store_writer import write
from tests.support import postgres

SIZES = (1_000, 10_000, 100_000)
WRITERS = {"SQLite": 8, "PostgreSQL": 50}
COUNT = 100
DRILLS_EACH = 100
"""Of a trainee of a large cohort."""
READ = """
import resource, sys, time
from scoring.report import cohort_report
from simulator.store import open_store
from simulator.store.frames import cohort
began_s = time.perf_counter()
frame = cohort(open_store(sys.argv[1]))
read_s = time.perf_counter()
cohort_report(frame).page()
drawn_s = time.perf_counter()
peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(len(frame), read_s - began_s, drawn_s - began_s, peak_mib)
"""


def rows() -> Iterator[Row]:
    """Every measurement."""
    with tempfile.TemporaryDirectory() as folder, postgres.running() as server:
        for kind, place in (("SQLite", f"{folder}/drills.db"), ("PostgreSQL", server.url("postgres"))):
            yield from _alone(kind, place)
            yield from _crowd(kind, place)
        yield from _cohorts(Path(folder))


def _alone(kind: str, place: str) -> Iterator[Row]:
    session = begin(open_store(place), load("api-500s-after-deploy"), 7)
    session.advance(session.first_page_ms() + 1)
    session.decide("acknowledge")
    took_ms = []
    for _ in range(COUNT):
        began_s = time.perf_counter()
        session.decide("look", {"source": "changes"})
        took_ms.append(1000 * (time.perf_counter() - began_s))
    yield Row(f"a decision, written first, {kind}", statistics.median(took_ms), "ms", _p95(took_ms))
    began_s = time.perf_counter()
    resume(open_store(place), session.drill.id)
    yield Row(f"a drill of {COUNT} taken up, {kind}", 1000 * (time.perf_counter() - began_s), "ms", "")


def _crowd(kind: str, place: str) -> Iterator[Row]:
    store, writers = open_store(place), WRITERS[kind]
    scenario = load("api-500s-after-deploy")
    drills = [begin(store, scenario, 7).drill.id for _ in range(writers)]
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.store_writer"])
    barrier, results = context.Barrier(writers + 1), context.SimpleQueue()
    crowd: list[Any] = [
        context.Process(target=write, args=(place, drills[n], n, COUNT, True, barrier, results))
        for n in range(writers)
    ]
    for process in crowd:
        process.start()
    barrier.wait()
    began_s = time.perf_counter()
    took_ms = [1000 * took for _ in crowd for took in results.get()[1]]
    rate = len(took_ms) / (time.perf_counter() - began_s)
    for process in crowd:
        process.join()
    yield Row(f"decisions of {writers} writers at once, {kind}", rate, "/s", _p95(took_ms))


def _p95(took_ms: list[float]) -> str:
    return f"p95 {statistics.quantiles(took_ms, n=20)[-1]:.1f} ms"


def _cohorts(folder: Path) -> Iterator[Row]:
    for size in SIZES:
        place = folder / f"cohort-{size}.db"
        _fill(open_store(place), size)
        done = subprocess.run(
            [sys.executable, "-c", READ, str(place)], check=True, capture_output=True, text=True
        )
        count, *figures = done.stdout.split()
        table_s, page_s, peak_mib = map(float, figures)
        assert int(count) == size
        note = f"the table alone {table_s:.1f} s, peak {peak_mib:.0f} MiB"
        yield Row(f"a cohort of {size:,} drills opened as a page", page_s, "s", note)


def _fill(store: Store, size: int) -> None:
    """Copies of a few drills that were really played; without their decisions, which a cohort never reads."""
    played = list(invent(store, 12, 2, seed=1))
    with store.database.writing() as connection:
        drills = [dict(row._mapping) for row in connection.execute(select(DrillRow.__table__))]  # noqa: SLF001
        scores = {row.drill_id: dict(row._mapping) for row in connection.execute(select(ScoreRow.__table__))}  # noqa: SLF001
        people = _crew(connection, size // DRILLS_EACH)
        for start in range(len(played), size, 5_000):
            part = range(start, min(size, start + 5_000))
            copies = [drills[n % len(drills)] for n in part]
            connection.execute(
                insert(DrillRow),
                [
                    {**copy, "id": f"d-{n:016x}", "trainee_id": people[n % len(people)]}
                    for n, copy in zip(part, copies, strict=True)
                ],
            )
            connection.execute(
                insert(ScoreRow),
                [
                    {**scores[copy["id"]], "drill_id": f"d-{n:016x}"}
                    for n, copy in zip(part, copies, strict=True)
                ],
            )


def _crew(connection: Connection, size: int) -> list[str]:
    """The ids of all trainees, after copying some until there are so many."""
    people = [dict(row._mapping) for row in connection.execute(select(TraineeRow.__table__))]  # noqa: SLF001
    copies = [
        {**people[n % len(people)], "id": f"t-{n:016x}", "login": None} for n in range(len(people), size)
    ]
    if copies:
        connection.execute(insert(TraineeRow), copies)
    return [person["id"] for person in people + copies]
