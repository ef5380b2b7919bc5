"""What a metric is: one value, its unit, and its definition beside it."""

from dataclasses import dataclass
from typing import Literal

from simulator.clock import span

Unit = Literal["s", "user-minutes", "users", "requests", "records", "people", "guesses", "share"]


@dataclass(frozen=True, slots=True)
class Metric:
    """One measured value, with its definition beside it."""

    name: str
    title: str
    value: float | None
    """In `unit`; None if it was not reached or not measured."""
    unit: Unit
    definition: str
    missing: str = "not reached"
    """What to say where there is no value."""

    @property
    def text(self) -> str:
        """The value as a person says it: '6 min 40 s', '12,300 user-minutes', 'not reached'."""
        if self.value is None:
            return self.missing
        if self.unit == "share":
            return f"{self.value:.1%}"
        return humane_span(self.value) if self.unit == "s" else f"{self.value:,.0f} {self.unit}"


def humane_span(seconds: float) -> str:
    """A length of time: '35 s', '6 min 40 s', '24 h 05 min'."""
    minutes = round(seconds / 60)
    return span(1000 * seconds) if seconds < 3600 else f"{minutes // 60} h {minutes % 60:02d} min"


def since(start_ms: int | None, moment_ms: int | None) -> float | None:
    """Seconds from one moment to another, 0 if the other came first; None if either was not reached."""
    return None if start_ms is None or moment_ms is None else max(0, moment_ms - start_ms) / 1000
