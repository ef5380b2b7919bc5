"""Brings a store's tables to what this version knows."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from simulator.store.faults import StoreError

REVISION = "0002"
"""The newest step in `migrations/versions`."""
LOCK = 7_264_631_925
"""Names the lock under which one program at a time changes the tables on PostgreSQL."""


def revision_of(connection: Connection) -> str | None:
    """The step at which a store stands; None: it is empty.

    Raises:
        SQLAlchemyError: it may not be read.
    """
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return None if found is None else str(found)


def check_revision(found: str | None, name: str) -> bool:
    """Whether a store stands at the newest step; if not, it can be brought there.

    Args:
        found: the step at which it stands.
        name: what to call it.

    Raises:
        StoreError: a newer sevdrill has made it.
    """
    if found is not None and found > REVISION:
        what = f"a newer sevdrill has made it (step {found})"
        raise StoreError(
            name, what, f"a store up to step {REVISION}: upgrade sevdrill, or open another store"
        )
    return found == REVISION


def upgrade(connection: Connection, to: str = "head") -> None:
    """Run the steps that are missing, all of them or none."""
    from alembic import command  # noqa: PLC0415  (a tenth of a second that an up-to-date store need not wait)
    from alembic.config import Config  # noqa: PLC0415

    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, to)
