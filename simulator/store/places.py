"""Where the store is: what a user names, as a URL of a database."""

import os
from pathlib import Path

import platformdirs
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from simulator.errors import nearest
from simulator.store.faults import StoreError

VARIABLE = "SEVDRILL_STORE"
"""Environment variable that names the store."""
KINDS = ("sqlite", "postgresql")
EXPECTED = "the path of a file, or postgresql://user:password@host/database"


def default_place() -> str:
    """What `SEVDRILL_STORE` names; else a file in the user's data folder."""
    return os.environ.get(VARIABLE) or str(platformdirs.user_data_path("sevdrill") / "drills.db")


def read_place(where: str | Path | None = None) -> URL:
    """The database that a path or a URL names.

    Args:
        where: a path, a URL, or None for the user's own store.

    Raises:
        StoreError: a URL that is none, or of a database that is not supported.
    """
    text = default_place() if where is None else str(where)
    if "://" not in text:
        return URL.create("sqlite", database=str(Path(text).expanduser().absolute()))
    try:
        url = make_url(text)
        kind = url.get_backend_name()
    except (ArgumentError, ValueError):
        raise StoreError("store", "it is not a database's URL", EXPECTED) from None
    if kind == "postgres":
        url, kind = url.set(drivername="postgresql"), "postgresql"
    if kind not in KINDS:
        raise StoreError("store", f"there is no store on '{kind}'", EXPECTED, nearest(kind, KINDS))
    if kind == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    return read_place(url.database or "")


def name_of(url: URL) -> str:
    """What to call the store in messages: its path or its URL, never with the password."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return url.set(drivername="postgresql").render_as_string(hide_password=True)
