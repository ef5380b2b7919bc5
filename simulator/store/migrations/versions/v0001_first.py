"""The first store: trainees, scenarios, drills, decisions, paces and scores, and what guards them.

A released step is never edited; what it says about the tables is what they were then.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

FOREVER = (
    *("scenario_id", "seed", "mode", "seat", "engine"),
    *("origin", "parent_id", "branched_ms", "started_at"),
)
"""Columns of a drill that never change."""

OVER = "the drill is over: nothing can be added to it"
FINAL = "decisions are never changed or deleted"
KEPT = "drills are never deleted, nor is what they were played with changed"
ENDED = "the drill is over, and its clock never goes back"
EXACT = "a scenario that was played is never changed or deleted"


def upgrade() -> None:
    """Make the tables and their guards."""
    _people_and_scenarios()
    _drills()
    _of_a_drill()
    for statement in _sqlite() if op.get_bind().dialect.name == "sqlite" else _postgresql():
        op.execute(statement)


def _people_and_scenarios() -> None:
    op.create_table(
        "trainees",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text),
        sa.Column("login", sa.Text, unique=True),
        sa.Column("cohort", sa.Text),
        sa.Column("simulated", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "scenarios",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("scenario", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )


def _drills() -> None:
    trainee = sa.ForeignKey("trainees.id", name="fk_drills_trainee", onupdate="CASCADE")
    op.create_table(
        "drills",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("trainee_id", sa.Text, trainee, nullable=False),
        sa.Column(
            "scenario_id", sa.Text, sa.ForeignKey("scenarios.id", name="fk_drills_scenario"), nullable=False
        ),
        sa.Column("seed", sa.BigInteger, nullable=False),
        sa.Column("mode", sa.Text, nullable=False),
        sa.Column("seat", sa.Text, nullable=False),
        sa.Column("engine", sa.Integer, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("parent_id", sa.Text, sa.ForeignKey("drills.id", name="fk_drills_parent")),
        sa.Column("branched_ms", sa.BigInteger),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("trace_digest", sa.Text),
        sa.CheckConstraint("at_ms >= 0", name="ck_drills_at_ms"),
        sa.CheckConstraint("(finished_at IS NULL) = (trace_digest IS NULL)", name="ck_drills_finished"),
    )
    op.create_index("ix_drills_trainee", "drills", ["trainee_id", "started_at"])
    op.create_index("ix_drills_scenario", "drills", ["scenario_id"])


def _of_a_drill() -> None:
    op.create_table(
        "decisions",
        _key("decisions"),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("seat", sa.Text, nullable=False),
        sa.Column("verb", sa.Text, nullable=False),
        sa.Column("args", sa.Text, nullable=False),
        sa.Column("link", sa.Text, nullable=False),
        sa.CheckConstraint("at_ms >= 0", name="ck_decisions_at_ms"),
    )
    op.create_index("uq_decisions_id", "decisions", ["drill_id", "id"], unique=True)
    op.create_table(
        "paces",
        _key("paces"),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("speed", sa.Integer, nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "scores",
        _key("scores"),
        sa.Column("playbook_digest", sa.Text, primary_key=True),
        sa.Column("playbook", sa.Text, nullable=False),
        sa.Column("playbook_version", sa.Integer, nullable=False),
        sa.Column("variant", sa.Text, nullable=False),
        sa.Column("severity", sa.Integer),
        sa.Column("total", sa.Float),
        sa.Column("rating", sa.Text, nullable=False),
        sa.Column("names", sa.Text, nullable=False),
        sa.Column("figures", sa.Text, nullable=False),
        sa.Column("card", sa.Text, nullable=False),
    )


def _key(table: str) -> sa.Column[str]:
    return sa.Column(
        "drill_id", sa.Text, sa.ForeignKey("drills.id", name=f"fk_{table}_drill"), primary_key=True
    )


ENDED_WHEN = (
    "NEW.at_ms < OLD.at_ms OR (OLD.finished_at IS NOT NULL AND "
    "(NEW.finished_at {not_same} OLD.finished_at OR NEW.trace_digest {not_same} OLD.trace_digest))"
)


REFUSE = """
CREATE FUNCTION sevdrill_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'SD001';
END $$"""
OPEN = """
CREATE FUNCTION sevdrill_open() RETURNS trigger LANGUAGE plpgsql
SET search_path = {schema}, pg_temp AS $$ BEGIN
    IF EXISTS (SELECT 1 FROM drills d WHERE d.id = NEW.drill_id AND d.finished_at IS NOT NULL) THEN
        RAISE EXCEPTION '{words}' USING ERRCODE = 'SD001';
    END IF;
    RETURN NEW;
END $$"""
"""Its path is fixed, or else a temporary table of the writer's own could stand in for `drills`."""
BEFORE_A_DECISION = (
    "CREATE TRIGGER decisions_over BEFORE INSERT ON decisions FOR EACH ROW EXECUTE FUNCTION sevdrill_open()"
)
SCENARIO_IS_ITS_HASH = (
    "ALTER TABLE scenarios ADD CONSTRAINT ck_scenarios_id "
    "CHECK (id = encode(sha256(convert_to(text, 'UTF8')), 'hex'))"
)


def _sqlite() -> list[str]:
    """Triggers; those before an insertion also stop INSERT OR REPLACE, which would fire no deletion."""
    there = "SELECT 1 FROM decisions WHERE drill_id = NEW.drill_id AND (seq = NEW.seq OR id = NEW.id)"
    over = "SELECT finished_at FROM drills WHERE id = NEW.drill_id"
    rules = [
        ("decisions_update", "UPDATE ON decisions", "1", FINAL),
        ("decisions_delete", "DELETE ON decisions", "1", FINAL),
        ("decisions_replace", "INSERT ON decisions", f"EXISTS ({there})", FINAL),
        ("decisions_over", "INSERT ON decisions", f"({over}) IS NOT NULL", OVER),
        ("drills_update", f"UPDATE OF id, {', '.join(FOREVER)} ON drills", "1", KEPT),
        ("drills_delete", "DELETE ON drills", "1", KEPT),
        ("drills_replace", "INSERT ON drills", "EXISTS (SELECT 1 FROM drills WHERE id = NEW.id)", KEPT),
        ("drills_ended", "UPDATE ON drills", ENDED_WHEN.format(not_same="IS NOT"), ENDED),
        ("scenarios_update", "UPDATE ON scenarios", "1", EXACT),
        ("scenarios_delete", "DELETE ON scenarios", "1", EXACT),
    ]
    return [
        f"CREATE TRIGGER {name} BEFORE {what} FOR EACH ROW WHEN {when} "
        f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
        for name, what, when, words in rules
    ]


def _postgresql() -> list[str]:
    """Triggers, which hold for the owner of the tables as well; and that a scenario's id is its hash."""
    schema = op.get_bind().exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one()
    ended = ENDED_WHEN.format(not_same="IS DISTINCT FROM")
    forever = ", ".join(["id", *FOREVER])
    rules = [
        ("decisions_final", "UPDATE OR DELETE ON decisions FOR EACH ROW", FINAL),
        ("decisions_kept", "TRUNCATE ON decisions FOR EACH STATEMENT", FINAL),
        ("drills_forever", f"UPDATE OF {forever} ON drills FOR EACH ROW", KEPT),
        ("drills_delete", "DELETE ON drills FOR EACH ROW", KEPT),
        ("drills_kept", "TRUNCATE ON drills FOR EACH STATEMENT", KEPT),
        ("drills_ended", f"UPDATE ON drills FOR EACH ROW WHEN ({ended})", ENDED),
        ("scenarios_exact", "UPDATE OR DELETE ON scenarios FOR EACH ROW", EXACT),
        ("scenarios_kept", "TRUNCATE ON scenarios FOR EACH STATEMENT", EXACT),
    ]
    return [
        REFUSE,
        OPEN.format(schema=schema, words=OVER),
        BEFORE_A_DECISION,
        *(
            f"CREATE TRIGGER {name} BEFORE {what} EXECUTE FUNCTION sevdrill_refuse('{words}')"
            for name, what, words in rules
        ),
        SCENARIO_IS_ITS_HASH,
    ]
