"""What the store gives back: plain, frozen records."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from simulator.conduct import Mode
from simulator.moves import SEAT

ORIGINS = ("played", "imported", "simulated")
"""By a person here, by somebody elsewhere, by a program."""


@dataclass(frozen=True, slots=True)
class Trainee:
    """Somebody who plays."""

    id: str
    name: str | None
    login: str | None
    cohort: str | None
    simulated: bool

    @property
    def label(self) -> str:
        """What to call them: the name, or else the opaque id."""
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms a drill is played."""

    mode: str = "standard"
    """One of `simulator.coach.MODES`."""
    seat: str = SEAT
    origin: str = "played"
    """One of `ORIGINS`."""
    parent: str | None = None
    """The drill that it takes up again at `branched_ms`."""
    branched_ms: int | None = None


@dataclass(frozen=True, slots=True)
class StoredDrill:
    """A drill's row, with what identifies its scenario."""

    id: str
    trainee: str
    """Opaque id."""
    scenario: str
    version: int
    scenario_id: str
    """SHA-256 of the scenario's exact text."""
    scenario_digest: str
    seed: int
    mode: Mode
    seat: str
    engine: int
    origin: str
    parent: str | None
    branched_ms: int | None
    started_at: datetime
    at_ms: int
    finished_at: datetime | None
    trace_digest: str | None

    @property
    def finished(self) -> bool:
        """Whether it is over."""
        return self.finished_at is not None

    @property
    def facts(self) -> Mapping[str, Any]:
        """What can never change; the decision log's chain hangs on it."""
        return {
            "drill": self.id,
            "scenario": self.scenario_id,
            "seed": self.seed,
            "mode": self.mode,
            "seat": self.seat,
            "engine": self.engine,
        }


@dataclass(frozen=True, slots=True)
class StoredScore:
    """A cached score."""

    drill: str
    playbook_digest: str
    playbook: str
    playbook_version: int
    variant: str
    severity: int | None
    """The worst that it truly was, 1 to 4."""
    total: float | None
    rating: str
    figures: Mapping[str, float | None]
    """For a rule the share of its points that was reached, 0 to 1; for a metric its value."""
    card: Mapping[str, Any]
    """The whole scorecard, `Scorecard.as_json()`."""
