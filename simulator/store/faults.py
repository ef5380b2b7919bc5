"""What can go wrong with a store, each as one clear error that says what to do next."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from simulator.errors import InputError


class StoreError(InputError):
    """Something that the store cannot do. Its data are as they were."""


class GoneError(StoreError):
    """The database cannot be reached (any more). What was being written may have been written, or not."""


BUSY = ("another program is writing to it and does not stop", "close that program, then try again")
READ_ONLY = ("it cannot be written to", "a file and a folder of yours, or SEVDRILL_STORE set to one")
FULL = ("there is no space left for it", "some free space, then try again: nothing was lost")
CORRUPT = ("it is damaged, or no store at all", "a backup, or another file named by SEVDRILL_STORE")
NO_FILE = ("it cannot be opened", "a file in a folder that exists and is yours")
DISK = ("its disk cannot be read or written", "a disk that can, or some free space, then try again")

SQLITE = {
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_PERM: READ_ONLY,
    sqlite3.SQLITE_AUTH: READ_ONLY,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_CORRUPT: CORRUPT,
    sqlite3.SQLITE_NOTADB: CORRUPT,
    sqlite3.SQLITE_CANTOPEN: NO_FILE,
    sqlite3.SQLITE_IOERR: DISK,
}
"""Primary result code to what is wrong and what to do."""

POSTGRES = {
    "28": ("user or password are wrong", "those that the database knows"),
    "3D": ("there is no such database", "one that exists: createdb makes it"),
    "42501": ("your role may not do that", "a role that may: sevdrill store init --roles makes them"),
    "42P01": ("it holds no store yet", "sevdrill store init, run by the database's owner"),
    "53100": FULL,
    "XX001": CORRUPT,
    "XX002": CORRUPT,
    "25006": READ_ONLY,
    "55P03": BUSY,
}
"""SQLSTATE, or its beginning, to what is wrong and what to do."""

UNREACHABLE = ("the database does not answer", "its server running, and its host and port in the URL")
GONE = ("08", "57P")
"""SQLSTATEs of a connection that is lost or a server that stops."""


@contextmanager
def told(name: str) -> Iterator[None]:
    """Turn what a database raises into one clear error.

    Args:
        name: what to call the store.

    Raises:
        StoreError: whatever the database refused.
        GoneError: it cannot be reached.
    """
    try:
        yield
    except PoolTimeoutError:
        raise StoreError(name, *BUSY) from None
    except DBAPIError as fault:
        raise _of(name, fault) from fault
    except SQLAlchemyError as fault:
        raise StoreError(name, f"it does not hold what a store holds: {_first_line(fault)}") from fault


def _of(name: str, fault: DBAPIError) -> StoreError:
    raw: Any = fault.orig
    code = getattr(raw, "sqlite_errorcode", None)
    if code is not None and code & 0xFF in SQLITE:
        return StoreError(name, *SQLITE[code & 0xFF])
    state = str(getattr(raw, "sqlstate", None) or _state_in(str(raw)))
    if fault.connection_invalidated or state.startswith(GONE) or (not code and not state):
        return GoneError(name, *UNREACHABLE)
    for start, meaning in POSTGRES.items():
        if state.startswith(start):
            return StoreError(name, *meaning)
    return StoreError(name, _first_line(raw))


def _state_in(text: str) -> str:
    """The SQLSTATE of a refused connection: psycopg gives only the server's words then."""
    for words, state in (
        ("password", "28P01"),
        ("authentication", "28000"),
        ("role .* does not exist", "28000"),
        ("database .* does not exist", "3D000"),
        ("permission denied for database", "42501"),
    ):
        if re.search(words, text):
            return state
    return ""


def _first_line(fault: object) -> str:
    return next(iter(str(fault).splitlines()), "an unknown fault")
