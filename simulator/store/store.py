"""The store: trainees, drills, decisions and scores, written and read."""

import getpass
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from simulator.conduct import MODES, Conduct, Hint
from simulator.decisions import Decision
from simulator.errors import nearest, one_of
from simulator.rand import check_seed
from simulator.scenario.model import Scenario
from simulator.store import migrate, rows
from simulator.store.chain import broken_row, canonical, first_link
from simulator.store.engine import BUSY_S, Database
from simulator.store.faults import GoneError, StoreError
from simulator.store.places import read_place
from simulator.store.records import ORIGINS, StoredDrill, StoredScore, Terms, Trainee
from simulator.store.schema import (
    Base,
    DecisionRow,
    DrillRow,
    HintRow,
    PaceRow,
    ScenarioRow,
    ScoreRow,
    TraineeRow,
)
from simulator.trace import ENGINE_VERSION, Trace

LONGEST_NAME = 200
TRIES = 3
"""How often something is written before a database that does not answer is given up."""


class Store:
    """An open store. Made by `open_store`.

    Every method raises `StoreError` when the database refuses, and leaves the data as they were then.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    @property
    def name(self) -> str:
        """Its path or URL, without a password."""
        return self.database.name

    def close(self) -> None:
        """Close every connection."""
        self.database.close()

    # -- trainees --------------------------------------------------------------------------------------

    def me(self) -> Trainee:
        """Whoever is logged in: into the database on PostgreSQL, into the machine on SQLite."""
        with self.database.writing() as connection:
            login = _login(connection)
            found = connection.execute(select(TraineeRow.__table__).where(TraineeRow.login == login)).first()
            return rows.trainee(found) if found else _add_trainee(connection, login=login)

    def trainee(self, name: str, cohort: str | None = None, *, simulated: bool = False) -> Trainee:
        """The trainee of this name, who is entered if there is none.

        Args:
            name: to show.
            cohort: team or course of somebody new.
            simulated: whether somebody new is a program.

        Raises:
            StoreError: a name that is none, or that several share.
        """
        _check_name(name, "name")
        if cohort is not None:
            _check_name(cohort, "cohort")
        with self.database.writing() as connection:
            found = connection.execute(select(TraineeRow.__table__).where(TraineeRow.name == name)).all()
            if len(found) > 1:
                raise StoreError(self.name, f"{len(found)} trainees are called '{name}'", "one of their ids")
            if found:
                return rows.trainee(found[0])
            return _add_trainee(connection, name=name, cohort=cohort, simulated=simulated)

    def trainees(self) -> list[Trainee]:
        """Everybody, in the order in which they came."""
        with self.database.reading() as connection:
            found = connection.execute(select(TraineeRow.__table__).order_by(TraineeRow.created_at))
            return [rows.trainee(row) for row in found]

    def find_trainee(self, who: str) -> Trainee:
        """A trainee by id, login or name.

        Raises:
            StoreError: nobody, or several; with the nearest match.
        """
        everybody = self.trainees()
        found = [t for t in everybody if who in (t.id, t.login, t.name)]
        if len(found) == 1:
            return found[0]
        if found:
            raise StoreError("trainee", f"{len(found)} are called '{who}'", "one of their ids")
        known = [name for t in everybody for name in (t.id, t.login, t.name) if name]
        raise StoreError(
            "trainee", f"there is no '{who}'", "an id, a login or a name of this store", nearest(who, known)
        )

    def forget(self, trainee: Trainee) -> Trainee:
        """Erase who a trainee is, and keep the anonymous figures: the drills get a new opaque id.

        What somebody wrote in their own words is part of a drill's log and stays.
        """
        blank = {"id": _new_id("t"), "name": None, "login": None, "cohort": None}
        with self.database.writing() as connection:
            connection.execute(update(TraineeRow).where(TraineeRow.id == trainee.id).values(blank))
        self.database.wipe_traces()
        return Trainee(str(blank["id"]), None, None, None, trainee.simulated)

    # -- drills ----------------------------------------------------------------------------------------

    def add_drill(
        self,
        scenario: Scenario,
        seed: int,
        trainee: Trainee,
        terms: Terms,
        decisions: tuple[Decision, ...] = (),
    ) -> StoredDrill:
        """Enter a drill, with its exact scenario.

        Args:
            scenario: what is played.
            seed: picks the variant and every chance event.
            trainee: who plays.
            terms: mode, seat, and where the drill comes from.
            decisions: a log to begin with.

        Raises:
            StoreError: an unknown mode or origin.
            SeedError: a seed that is none.
        """
        _check_one_of(terms.mode, MODES, "mode")
        _check_one_of(terms.origin, ORIGINS, "origin")
        content = scenario.model_dump_json()
        row = {
            "id": _new_id("d"),
            "trainee_id": trainee.id,
            "scenario_id": sha256(content.encode()).hexdigest(),
            "seed": check_seed(seed, "seed"),
            "mode": terms.mode,
            "seat": terms.seat,
            "engine": ENGINE_VERSION,
            "origin": terms.origin,
            "parent_id": terms.parent,
            "branched_ms": terms.branched_ms,
            "started_at": _now(),
            "at_ms": max([terms.branched_ms or 0, *(decision.at_ms for decision in decisions)]),
        }
        with self.database.writing() as connection:
            connection.execute(_new(connection, ScenarioRow), [rows.of_scenario(scenario, content)])
            connection.execute(insert(DrillRow), [row])
            drill = rows.drill(connection.execute(_drills().where(DrillRow.id == row["id"])).one())
            if decisions:
                connection.execute(insert(DecisionRow), rows.of_log(drill, decisions))
        return drill

    def drill(self, drill: str) -> StoredDrill:
        """A drill's row by id.

        Raises:
            StoreError: there is none of yours, with the nearest match.
        """
        with self.database.reading() as connection:
            found = connection.execute(_drills().where(DrillRow.id == drill)).one_or_none()
            if found is None:
                known = connection.execute(select(DrillRow.id).limit(1000)).scalars()
                raise StoreError("drill", f"there is no '{drill}' here", "an id", nearest(drill, known))
            return rows.drill(found)

    def drills(
        self, trainee: Trainee | None = None, scenario: str | None = None, *, finished: bool | None = None
    ) -> list[StoredDrill]:
        """Drills, newest first.

        Args:
            trainee: whose; everybody's that may be read, if left out.
            scenario: id of the scenario; any if left out.
            finished: only those that are over, or that are not.
        """
        query = _drills().order_by(DrillRow.started_at.desc(), DrillRow.id)
        if trainee is not None:
            query = query.where(DrillRow.trainee_id == trainee.id)
        if scenario is not None:
            query = query.where(ScenarioRow.scenario == scenario)
        if finished is not None:
            over = DrillRow.finished_at.is_not(None)
            query = query.where(over if finished else ~over)
        with self.database.reading() as connection:
            return [rows.drill(row) for row in connection.execute(query)]

    def scenario(self, drill: StoredDrill) -> Scenario:
        """The exact scenario that a drill is played with.

        Raises:
            StoreError: its text was changed.
        """
        with self.database.reading() as connection:
            query = select(ScenarioRow.text).where(ScenarioRow.id == drill.scenario_id)
            content = connection.execute(query).scalar_one()
        if sha256(content.encode()).hexdigest() != drill.scenario_id:
            raise StoreError(
                f"scenario {drill.scenario_id[:12]}", "its text was changed", "the text that was played"
            )
        return Scenario.model_validate_json(content)

    # -- decisions -------------------------------------------------------------------------------------

    def written(self, drill: StoredDrill) -> list[tuple[Decision, str]]:
        """A drill's decisions with their links, in the order in which they were written."""
        with self.database.reading() as connection:
            return _rows(connection, drill.id)

    def decisions(self, drill: StoredDrill) -> tuple[Decision, ...]:
        """A drill's decisions, in the order in which they act.

        Raises:
            StoreError: the log was changed; it names the row.
        """
        written = self.written(drill)
        broken = broken_row(drill.facts, written)
        if broken is not None:
            raise StoreError(f"drill {drill.id}", broken, "the log as it was written: see sevdrill verify")
        return tuple(sorted((decision for decision, _ in written), key=lambda d: d.at_ms))

    def append(self, drill: StoredDrill, decision: Decision, after: int | None = None) -> int:
        """Write a decision, durably, and return its place in the log. Writing the same twice writes it once.

        Args:
            drill: where.
            decision: what.
            after: how many decisions the writer knows of; None: it may come after any.

        Raises:
            StoreError: the drill is over, its log has grown meanwhile, or the id is used already.
            GoneError: the database does not answer; the decision may have been written, or not.
        """
        for left in reversed(range(TRIES)):
            try:
                return self._append(drill, decision, after)
            except GoneError:
                if not left:
                    raise
        raise AssertionError  # the loop returns or raises

    def _append(self, drill: StoredDrill, decision: Decision, after: int | None) -> int:
        with self.database.writing() as connection:
            if after is None and self.database.kind == "postgresql":
                # Writers that know nothing of each other wait in line; SQLite has one line for all.
                lock = select(DrillRow.id).where(DrillRow.id == drill.id).with_for_update(key_share=True)
                connection.execute(lock)
            seq, link = _last(connection, drill)
            if after is not None and seq == after + 1 and _is_last(connection, drill, seq, decision):
                return seq
            if after is not None and seq != after:
                what = f"{seq} decisions are in its log, but this program knows of {after}"
                raise StoreError(
                    f"drill {drill.id}", what, "one program at a time: close the other, then open it again"
                )
            try:
                connection.execute(insert(DecisionRow), rows.of_decision(drill, seq + 1, link, decision))
            except IntegrityError as fault:
                raise StoreError(f"drill {drill.id}, decision '{decision.id}'", _reason(fault)) from fault
            return seq + 1

    # -- the clock and the end -------------------------------------------------------------------------

    def note_time(self, drill: StoredDrill, at_ms: int) -> None:
        """Note the drill clock, quickly: it survives the death of this program, not that of the machine."""
        with self.database.noting() as connection:
            earlier = (DrillRow.id == drill.id, DrillRow.at_ms < at_ms)
            connection.execute(update(DrillRow).where(*earlier).values(at_ms=at_ms))

    def note_pace(self, drill: StoredDrill, at_ms: int, speed: int) -> None:
        """Note that drill time passes `speed` times as fast as real time from `at_ms` on; 0: paused."""
        count = select(func.count()).where(PaceRow.drill_id == drill.id)
        with self.database.noting() as connection:
            seq = connection.execute(count).scalar_one() + 1
            row = {"drill_id": drill.id, "seq": seq, "at_ms": at_ms, "speed": speed, "noted_at": _now()}
            connection.execute(insert(PaceRow), [row])

    def paces(self, drill: StoredDrill) -> list[tuple[int, int]]:
        """The speed history: from what drill time in ms, how many drill seconds a second."""
        query = select(PaceRow.at_ms, PaceRow.speed).where(PaceRow.drill_id == drill.id)
        with self.database.reading() as connection:
            return [(at, speed) for at, speed in connection.execute(query.order_by(PaceRow.seq))]

    def note_hint(self, drill: StoredDrill, hint: Hint) -> None:
        """Note a hint that a drill gave, and what became of it."""
        count = select(func.count()).where(HintRow.drill_id == drill.id)
        with self.database.noting() as connection:
            seq = connection.execute(count).scalar_one() + 1
            row = {"at_ms": hint.at_ms, "hint": hint.id, "answer": hint.answer}
            connection.execute(
                insert(HintRow), [{"drill_id": drill.id, "seq": seq, "noted_at": _now(), **row}]
            )

    def hints(self, drill: StoredDrill) -> list[Hint]:
        """The hints that a drill gave, in order."""
        query = select(HintRow.at_ms, HintRow.hint, HintRow.answer).where(HintRow.drill_id == drill.id)
        with self.database.reading() as connection:
            found = connection.execute(query.order_by(HintRow.seq))
            return [Hint(row.at_ms, row.hint, row.answer) for row in found]

    def conduct(self, drill: StoredDrill) -> Conduct:
        """How a drill was played, from its first second: also in the drill that it took up again."""
        hints, paces = self.hints(drill), self.paces(drill)
        if drill.parent is not None and drill.branched_ms is not None:
            before, until_ms = self.conduct(self.drill(drill.parent)), drill.branched_ms
            hints = [*(hint for hint in before.hints if hint.at_ms < until_ms), *hints]
            paces = [*(pace for pace in before.paces if pace[0] < until_ms), *paces]
        left_ms = drill.at_ms if drill.finished else None
        return Conduct(drill.mode, tuple(hints), tuple(paces), left_ms, drill.branched_ms)

    def finish(self, drill: StoredDrill, trace: Trace) -> None:
        """Note that a drill is over, and the digest of what happened. A second time changes nothing."""
        over = {"finished_at": _now(), "trace_digest": trace.digest}
        still_open = (DrillRow.id == drill.id, DrillRow.finished_at.is_(None))
        with self.database.writing() as connection:
            connection.execute(update(DrillRow).where(*still_open).values(over))

    # -- scores ----------------------------------------------------------------------------------------

    def keep_score(self, drill: StoredDrill, playbook_digest: str, card: Mapping[str, Any]) -> None:
        """Cache a score. One that is there already stays.

        Args:
            drill: what was scored.
            playbook_digest: SHA-256 of the playbook.
            card: `Scorecard.as_json()`.
        """
        row = {"drill_id": drill.id, "playbook_digest": playbook_digest, **rows.of_score(card)}
        with self.database.writing() as connection:
            connection.execute(_new(connection, ScoreRow), [row])

    def scores(self, drill: StoredDrill) -> list[StoredScore]:
        """A drill's cached scores.

        Raises:
            StoreError: a row of them was changed so that it cannot be read.
        """
        table = ScoreRow.__table__
        with self.database.reading() as connection:
            found = connection.execute(select(table).where(table.c.drill_id == drill.id)).all()
        return [rows.score(row) for row in found]


def open_store(where: str | Path | None = None, *, busy_s: float = BUSY_S) -> Store:
    """Open a store, make it if there is none, and bring an older one up to date.

    Args:
        where: a path, or `postgresql://…`; what `SEVDRILL_STORE` names, or the user's own, if left out.
        busy_s: how long to wait for another writer, in seconds.

    Raises:
        StoreError: it cannot be opened, or a newer sevdrill has made it.
    """
    database = Database(read_place(where), busy_s)
    with database.reading() as connection:
        found = migrate.revision_of(connection)
    if not migrate.check_revision(found, database.name):
        with database.writing() as connection:
            migrate.upgrade(connection)
    return Store(database)


def _rows(connection: Connection, drill: str) -> list[tuple[Decision, str]]:
    table = DecisionRow.__table__
    query = select(table).where(table.c.drill_id == drill).order_by(table.c.seq)
    return rows.log(iter(connection.execute(query)))


def _last(connection: Connection, drill: StoredDrill) -> tuple[int, str]:
    query = select(DecisionRow.seq, DecisionRow.link).where(DecisionRow.drill_id == drill.id)
    found = connection.execute(query.order_by(DecisionRow.seq.desc()).limit(1)).one_or_none()
    return (found.seq, found.link) if found else (0, first_link(drill.facts))


def _is_last(connection: Connection, drill: StoredDrill, seq: int, decision: Decision) -> bool:
    """Whether this very decision is the last row: an earlier try did write it."""
    query = select(DecisionRow.__table__).where(DecisionRow.drill_id == drill.id, DecisionRow.seq == seq)
    [(found, _)] = rows.log(iter(connection.execute(query)))
    return canonical(found.as_json()) == canonical(decision.as_json())


def _new(connection: Connection, table: type[Base]) -> sqlite.Insert | postgresql.Insert:
    """An insertion that leaves a row as it is which is there already."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()


def _drills() -> Select[Any]:
    """Drills with what identifies their scenarios."""
    drill, scenario = DrillRow.__table__, ScenarioRow.__table__
    named = (scenario.c.scenario, scenario.c.version, scenario.c.digest)
    return select(drill, *named).join(scenario, drill.c.scenario_id == scenario.c.id)


def _add_trainee(connection: Connection, **known: Any) -> Trainee:
    row = {"name": None, "login": None, "cohort": None, "simulated": False, **known}
    row |= {"id": _new_id("t"), "created_at": _now()}
    connection.execute(insert(TraineeRow), [row])
    return Trainee(row["id"], row["name"], row["login"], row["cohort"], row["simulated"])


def _login(connection: Connection) -> str:
    if connection.dialect.name == "postgresql":
        return str(connection.execute(text("SELECT current_user")).scalar_one())
    return getpass.getuser()


def _new_id(kind: str) -> str:
    return f"{kind}-{secrets.token_hex(8)}"


def _now() -> datetime:
    return datetime.now(UTC)


def _reason(fault: IntegrityError) -> str:
    words = str(fault.orig).splitlines()[0]
    return (
        words
        if words.startswith(("the drill", "decisions"))
        else "another program wrote it, or its id is used already"
    )


def _check_name(name: str, where: str) -> None:
    if not (name.strip() and name.isprintable() and len(name) <= LONGEST_NAME):
        raise StoreError(where, f"it is {name!r:.60}", f"1 to {LONGEST_NAME} characters that can be seen")


def _check_one_of(given: str, known: tuple[str, ...], where: str) -> None:
    if given not in known:
        raise StoreError(where, f"it is '{given}'", one_of(known), nearest(given, known))
