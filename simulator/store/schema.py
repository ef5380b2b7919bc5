"""The tables. A drill is its row, its scenario's row and its decisions; everything else is computed from it.

Columns here and in `migrations/` must agree; a test compares them.
"""

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    Text,
    TypeDecorator,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UtcTime(TypeDecorator[datetime]):
    """A moment with its time zone; SQLite knows no zones, so it keeps UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Of all tables."""


class TraineeRow(Base):
    """Somebody who plays."""

    __tablename__ = "trainees"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    """Opaque: says nothing of the person."""
    name: Mapped[str | None] = mapped_column(Text)
    """To show; none: pseudonymous, or forgotten."""
    login: Mapped[str | None] = mapped_column(Text, unique=True)
    """Of the database on PostgreSQL, of the machine on SQLite: whose drills these are."""
    cohort: Mapped[str | None] = mapped_column(Text)
    """Team or course, to compare by."""
    simulated: Mapped[bool]
    """A program, not a person."""
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class ScenarioRow(Base):
    """A scenario as it was played, once for all its drills."""

    __tablename__ = "scenarios"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    """SHA-256 of `text`, in hex."""
    scenario: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer)
    digest: Mapped[str] = mapped_column(Text)
    """`Scenario.digest`, which traces carry."""
    text: Mapped[str] = mapped_column(Text)
    """The exact scenario, as JSON in the order of the file."""


class DrillRow(Base):
    """One drill. Only its clock and its end ever change."""

    __tablename__ = "drills"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    trainee_id: Mapped[str] = mapped_column(
        ForeignKey("trainees.id", name="fk_drills_trainee", onupdate="CASCADE")
    )
    scenario_id: Mapped[str] = mapped_column(ForeignKey("scenarios.id", name="fk_drills_scenario"))
    seed: Mapped[int] = mapped_column(BigInteger)
    mode: Mapped[str] = mapped_column(Text)
    seat: Mapped[str] = mapped_column(Text)
    engine: Mapped[int] = mapped_column(Integer)
    origin: Mapped[str] = mapped_column(Text)
    """`played`, `imported` or `simulated`."""
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("drills.id", name="fk_drills_parent"))
    """The drill that this one took up again at `branched_ms`."""
    branched_ms: Mapped[int | None] = mapped_column(BigInteger)
    started_at: Mapped[datetime] = mapped_column(UtcTime)
    at_ms: Mapped[int] = mapped_column(BigInteger)
    """The drill clock as noted last; it stands at the moment of leaving once the drill is over."""
    finished_at: Mapped[datetime | None] = mapped_column(UtcTime)
    trace_digest: Mapped[str | None] = mapped_column(Text)
    """SHA-256 of the whole trace, once the drill is over."""

    __table_args__ = (
        Index("ix_drills_trainee", "trainee_id", "started_at"),
        Index("ix_drills_scenario", "scenario_id"),
        CheckConstraint("at_ms >= 0", name="ck_drills_at_ms"),
        CheckConstraint("(finished_at IS NULL) = (trace_digest IS NULL)", name="ck_drills_finished"),
    )


class DecisionRow(Base):
    """One decision of a log. Never changed, never deleted."""

    __tablename__ = "decisions"

    drill_id: Mapped[str] = mapped_column(
        ForeignKey("drills.id", name="fk_decisions_drill"), primary_key=True
    )
    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    """Its place in the log as it was written, from 1."""
    id: Mapped[str] = mapped_column(Text)
    at_ms: Mapped[int] = mapped_column(BigInteger)
    seat: Mapped[str] = mapped_column(Text)
    verb: Mapped[str] = mapped_column(Text)
    args: Mapped[str] = mapped_column(Text)
    """JSON object."""
    link: Mapped[str] = mapped_column(Text)
    """Hash of this decision and of everything above it; see `chain`."""

    __table_args__ = (
        Index("uq_decisions_id", "drill_id", "id", unique=True),
        CheckConstraint("at_ms >= 0", name="ck_decisions_at_ms"),
    )


class PaceRow(Base):
    """How fast a drill was played from a moment on."""

    __tablename__ = "paces"

    drill_id: Mapped[str] = mapped_column(ForeignKey("drills.id", name="fk_paces_drill"), primary_key=True)
    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at_ms: Mapped[int] = mapped_column(BigInteger)
    speed: Mapped[int] = mapped_column(Integer)
    """Drill seconds per second; 0: paused."""
    noted_at: Mapped[datetime] = mapped_column(UtcTime)


class HintRow(Base):
    """A question, warning or nudge that a drill gave while it ran. Never changed, never deleted."""

    __tablename__ = "hints"

    drill_id: Mapped[str] = mapped_column(ForeignKey("drills.id", name="fk_hints_drill"), primary_key=True)
    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at_ms: Mapped[int] = mapped_column(BigInteger)
    hint: Mapped[str] = mapped_column(Text)
    """The failure mode that it guards, or `stuck`."""
    answer: Mapped[str] = mapped_column(Text)
    """`went_on`, `thought_again`, or `shown` if it asked nothing."""
    noted_at: Mapped[datetime] = mapped_column(UtcTime)


class ScoreRow(Base):
    """The score of a finished drill by one playbook; can always be computed again."""

    __tablename__ = "scores"

    drill_id: Mapped[str] = mapped_column(ForeignKey("drills.id", name="fk_scores_drill"), primary_key=True)
    playbook_digest: Mapped[str] = mapped_column(Text, primary_key=True)
    playbook: Mapped[str] = mapped_column(Text)
    playbook_version: Mapped[int] = mapped_column(Integer)
    variant: Mapped[str] = mapped_column(Text)
    severity: Mapped[int | None] = mapped_column(Integer)
    """The worst that it truly was, 1 to 4; none: the scorer does not say."""
    total: Mapped[float | None] = mapped_column(Float)
    rating: Mapped[str] = mapped_column(Text)
    names: Mapped[str] = mapped_column(Text)
    """JSON list: what `figures` are of, rules first, then metrics."""
    figures: Mapped[str] = mapped_column(Text)
    """Numbers with blanks between: for a rule the share of its points that was reached, 0 to 1; for a metric
    its value; `nan` for none. A hundred thousand rows of these are read three times as fast as JSON."""
    card: Mapped[str] = mapped_column(Text)
    """JSON object: the whole scorecard, with reasons and evidence."""
