"""Drills kept in a database: SQLite by default, PostgreSQL for teams. A rim: imported by name.

`open_store()` opens it; `Store.begin` and `Store.resume` give a `StoredSession`, which is played like any
session and loses nothing.
"""

from simulator.conduct import MODES
from simulator.store.faults import StoreError
from simulator.store.records import ORIGINS, StoredDrill, StoredScore, Terms, Trainee
from simulator.store.session import StoredSession, begin, resume
from simulator.store.store import Store, open_store

__all__ = [
    "MODES",
    "ORIGINS",
    "Store",
    "StoreError",
    "StoredDrill",
    "StoredScore",
    "StoredSession",
    "Terms",
    "Trainee",
    "begin",
    "open_store",
    "resume",
]
