"""Short stored drills for tests, and a way into the database behind the store's back."""

from collections.abc import Iterable

from sqlalchemy import text

from simulator import load
from simulator.store import Store, StoredSession, begin
from tests.drills import EVERYTHING

SCENARIO = load("api-500s-after-deploy")
TOLD = [
    (61_000, "acknowledge", {}),
    (75_500, "look", {"source": "changes"}),
    (75_500, "look", {"source": "dashboard"}),
    (140_250, "triage", {"impact": "degraded"}),
    (200_001, "declare", {"level": 2}),
    (260_000, "page", {"who": "all-hands"}),
]
"""Decisions of a short drill: drill time in ms, verb, arguments."""


def tell(session: StoredSession, told: Iterable = TOLD) -> StoredSession:
    """Decide what is still to be decided of a told drill."""
    for at_ms, verb, args in list(told)[len(session.decisions) :]:
        session.advance(at_ms)
        session.decide(verb, args)
    return session


def played(store: Store, seed: int = 7, **options) -> StoredSession:
    """A drill that stands after the last told decision."""
    return tell(begin(store, SCENARIO, seed, **options))


def meddle(store: Store, *statements: str) -> None:
    """Do to the database what somebody might who owns it."""
    with store.database.writing() as connection:
        for statement in statements:
            connection.execute(text(statement))


def unguard(store: Store) -> None:
    """Take the guards away, as an owner could."""
    if store.database.kind == "postgresql":
        meddle(
            store,
            *(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in ("decisions", "drills", "scenarios")),
            "ALTER TABLE scenarios DROP CONSTRAINT ck_scenarios_id",
        )
        return
    with store.database.reading() as connection:
        names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars()
        triggers = list(names)
    meddle(store, *(f"DROP TRIGGER {name}" for name in triggers))


__all__ = ["EVERYTHING", "SCENARIO", "TOLD", "meddle", "played", "tell", "unguard"]
