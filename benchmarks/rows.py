"""What a benchmark returns."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    what: str
    value: float
    unit: str
    note: str = ""
    at_most: float | None = None
    """What it is meant to stay under, if that is agreed."""

    def __str__(self) -> str:
        line = f"{self.what:<52}{self.value:>12,.1f} {self.unit:<5} {self._target():<14} {self.note}"
        return line.rstrip()

    def _target(self) -> str:
        if self.at_most is None:
            return ""
        return f"{'<=' if self.value <= self.at_most else 'MISSES'} {self.at_most:g}"
