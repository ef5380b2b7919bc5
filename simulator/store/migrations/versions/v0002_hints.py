"""Hints: what a drill asked, warned of and nudged towards while it ran, and what became of it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

FINAL = "hints are never changed or deleted"
TRAINEE, LEAD = "sevdrill_trainee", "sevdrill_lead"
MY_DRILLS = (
    "drill_id IN (SELECT d.id FROM drills d WHERE d.trainee_id IN "
    "(SELECT t.id FROM trainees t WHERE t.login = current_user))"
)


def upgrade() -> None:
    """Make the table and its guards; and let those use it whom the store has roles for."""
    op.create_table(
        "hints",
        sa.Column("drill_id", sa.Text, sa.ForeignKey("drills.id", name="fk_hints_drill"), primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("hint", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _sqlite() if sqlite else _postgresql():
        op.execute(statement)


def _sqlite() -> list[str]:
    there = "EXISTS (SELECT 1 FROM hints WHERE drill_id = NEW.drill_id AND seq = NEW.seq)"
    rules = [("update", "UPDATE", "1"), ("delete", "DELETE", "1"), ("replace", "INSERT", there)]
    return [
        f"CREATE TRIGGER hints_{name} BEFORE {what} ON hints FOR EACH ROW WHEN {when} "
        f"BEGIN SELECT RAISE(ABORT, '{FINAL}'); END"
        for name, what, when in rules
    ]


def _postgresql() -> list[str]:
    """Triggers, which hold for the owner as well; then the rights, where the store has roles."""
    refuse = f"EXECUTE FUNCTION sevdrill_refuse('{FINAL}')"
    return [
        f"CREATE TRIGGER hints_final BEFORE UPDATE OR DELETE ON hints FOR EACH ROW {refuse}",
        f"CREATE TRIGGER hints_kept BEFORE TRUNCATE ON hints FOR EACH STATEMENT {refuse}",
        *(_rights() if _has_roles() else []),
    ]


def _has_roles() -> bool:
    """Whether this store's tables are shared by roles already."""
    row = sa.text("SELECT relrowsecurity FROM pg_class WHERE oid = 'paces'::regclass")
    return bool(op.get_bind().execute(row).scalar_one())


def _rights() -> list[str]:
    return [
        f"GRANT SELECT ON hints TO {TRAINEE}, {LEAD}",
        f"GRANT INSERT ON hints TO {TRAINEE}",
        "ALTER TABLE hints ENABLE ROW LEVEL SECURITY",
        f"CREATE POLICY lead ON hints FOR SELECT TO {LEAD} USING (true)",
        f"CREATE POLICY trainee_select ON hints FOR SELECT TO {TRAINEE} USING ({MY_DRILLS})",
        f"CREATE POLICY trainee_insert ON hints FOR INSERT TO {TRAINEE} WITH CHECK ({MY_DRILLS})",
    ]
