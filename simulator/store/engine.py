"""Connections and transactions, the same for SQLite and PostgreSQL."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event

from simulator.store.faults import StoreError, told
from simulator.store.places import name_of

BUSY_S = 5.0
"""How long to wait for another writer, in seconds."""
WRITE = {"sqlite": ("PRAGMA synchronous=FULL", "BEGIN IMMEDIATE"), "postgresql": ()}
READ = {"sqlite": ("BEGIN",), "postgresql": ()}
LAZY = {
    "sqlite": ("PRAGMA synchronous=NORMAL", "BEGIN IMMEDIATE"),
    "postgresql": ("SET LOCAL synchronous_commit = off",),
}
"""What begins a transaction. A lazy one survives the death of this program, not that of the machine."""


class Database:
    """A database and its three kinds of transaction; every fault in one is told as a `StoreError`.

    Args:
        url: as `read_place` gives it.
        busy_s: how long to wait for another writer, in seconds.
    """

    def __init__(self, url: URL, busy_s: float = BUSY_S) -> None:
        self.name = name_of(url)
        self.kind = url.get_backend_name()
        self._engine = _postgresql(url, busy_s) if self.kind == "postgresql" else _sqlite(url, busy_s)
        event.listen(self._engine, "begin", _begin)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        with self._transaction(READ) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is durable once it has ended: on the disk, if the machine keeps its word."""
        with self._transaction(WRITE) as connection:
            yield connection

    @contextmanager
    def noting(self) -> Iterator[Connection]:
        """A quick transaction, for what may be a second old after the machine has died."""
        with self._transaction(LAZY) as connection:
            yield connection

    @contextmanager
    def _transaction(self, begin: dict[str, tuple[str, ...]]) -> Iterator[Connection]:
        engine = self._engine.execution_options(sevdrill_begin=begin[self.kind])
        with told(self.name), engine.begin() as connection:
            yield connection

    def wipe_traces(self) -> None:
        """On SQLite, take what was deleted out of the log beside the file as well."""
        if self.kind == "sqlite":
            with told(self.name), self._engine.connect() as connection:
                raw: Any = connection.connection.driver_connection
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()


def _begin(connection: Connection) -> None:
    for statement in connection.get_execution_options().get("sevdrill_begin", ("BEGIN",)):
        connection.exec_driver_sql(statement)


def _postgresql(url: URL, busy_s: float) -> Engine:
    try:
        return create_engine(
            url,
            pool_pre_ping=True,  # a server that was restarted is simply connected to again
            connect_args={
                "connect_timeout": 5,
                "application_name": "sevdrill",
                "options": f"-c lock_timeout={round(1000 * busy_s)}",
            },
        )
    except ModuleNotFoundError:
        raise StoreError(
            name_of(url), "PostgreSQL needs a driver", "it installed: pip install 'sevdrill[postgres]'"
        ) from None


def _sqlite(url: URL, busy_s: float) -> Engine:
    _make_folder(Path(str(url.database)), name_of(url))
    engine = create_engine(url, connect_args={"timeout": busy_s, "isolation_level": None})
    event.listen(engine, "connect", _prepare)
    return engine


def _make_folder(path: Path, name: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as fault:
        raise StoreError(
            name, f"its folder cannot be made: {fault.strerror}", "a folder of yours, or SEVDRILL_STORE set"
        ) from None


def _prepare(raw: sqlite3.Connection, record: object) -> None:
    for pragma in ("foreign_keys=ON", "secure_delete=ON", "journal_mode=WAL", "synchronous=FULL"):
        raw.execute(f"PRAGMA {pragma}")
