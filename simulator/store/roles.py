"""Who may do what in a store that a team shares: roles and row-level security of PostgreSQL.

A trainee reads and adds only what is theirs; a lead reads everything and changes nothing; the owner of the
tables looks after them, and not even the owner changes a decision (see the triggers in `migrations`).
"""

from sqlalchemy import Connection, text

from simulator.store.faults import StoreError
from simulator.store.store import Store

TRAINEE = "sevdrill_trainee"
LEAD = "sevdrill_lead"
TABLES = ("trainees", "scenarios", "drills", "decisions", "paces", "hints", "scores")

MINE = "SELECT t.id FROM trainees t WHERE t.login = current_user"
MY_DRILLS = f"SELECT d.id FROM drills d WHERE d.trainee_id IN ({MINE})"  # noqa: S608 - our own words
MY_OPEN_SEAT = (
    f"EXISTS (SELECT 1 FROM drills d WHERE d.id = drill_id AND d.seat = decisions.seat "  # noqa: S608
    f"AND d.finished_at IS NULL AND d.trainee_id IN ({MINE}))"
)

POLICIES = {
    "trainees": {
        "SELECT": "login = current_user",
        "INSERT": "login = current_user AND NOT simulated",
    },
    "scenarios": {
        "SELECT": f"id IN (SELECT d.scenario_id FROM drills d WHERE d.trainee_id IN ({MINE}))",  # noqa: S608
        "INSERT": "true",
    },
    "drills": {
        "SELECT": f"trainee_id IN ({MINE})",
        "INSERT": f"trainee_id IN ({MINE}) AND origin <> 'simulated' AND finished_at IS NULL",
        "UPDATE": f"trainee_id IN ({MINE})",
    },
    "decisions": {"SELECT": f"drill_id IN ({MY_DRILLS})", "INSERT": MY_OPEN_SEAT},
    "paces": {"SELECT": f"drill_id IN ({MY_DRILLS})", "INSERT": f"drill_id IN ({MY_DRILLS})"},
    "hints": {"SELECT": f"drill_id IN ({MY_DRILLS})", "INSERT": f"drill_id IN ({MY_DRILLS})"},
    "scores": {"SELECT": f"drill_id IN ({MY_DRILLS})", "INSERT": f"drill_id IN ({MY_DRILLS})"},
}
"""What a trainee may do, by table: which rows."""
UPDATABLE = "at_ms, finished_at, trace_digest"
"""Columns of their drills that trainees move on; triggers see to it that they only move on."""


def make_roles(store: Store) -> None:
    """Make the roles `sevdrill_trainee` and `sevdrill_lead`, and let each row be seen by whom it concerns.

    Logins are the database's own: `CREATE ROLE ada LOGIN PASSWORD '…' IN ROLE sevdrill_trainee`. May be
    called again.

    Raises:
        StoreError: it is no PostgreSQL, or the caller may not make roles.
    """
    if store.database.kind != "postgresql":
        raise StoreError(store.name, "only PostgreSQL has roles", "postgresql://… as the store")
    with store.database.writing() as connection:
        for role in (TRAINEE, LEAD):
            _make_role(connection, role)
        for statement in statements():
            connection.execute(text(statement))


def statements() -> list[str]:
    """Every grant and policy, in SQL."""
    made = [
        f"GRANT SELECT ON alembic_version, {', '.join(TABLES)} TO {TRAINEE}, {LEAD}",
        f"GRANT INSERT ON {', '.join(TABLES)} TO {TRAINEE}",
        f"GRANT UPDATE ({UPDATABLE}) ON drills TO {TRAINEE}",
    ]
    for table, rules in POLICIES.items():
        made.append(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        made += _policy(table, "lead", LEAD, "SELECT", "true")
        for command, which in rules.items():
            made += _policy(table, f"trainee_{command.lower()}", TRAINEE, command, which)
    return made


def _policy(table: str, name: str, role: str, command: str, which: str) -> list[str]:
    clause = {"INSERT": "WITH CHECK", "SELECT": "USING", "UPDATE": "USING"}[command]
    return [
        f"DROP POLICY IF EXISTS {name} ON {table}",
        f"CREATE POLICY {name} ON {table} FOR {command} TO {role} {clause} ({which})",
    ]


def _make_role(connection: Connection, role: str) -> None:
    known = text("SELECT 1 FROM pg_roles WHERE rolname = :role")
    if connection.execute(known, {"role": role}).first() is None:
        connection.execute(text(f"CREATE ROLE {role} NOLOGIN"))
