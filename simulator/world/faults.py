"""Faults over time: which act, how large they are, and what they make of a service's inputs."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from simulator.scenario.model import Fault, When

RAMP_PIECE_MS = 15_000
"""A ramp is followed in straight pieces no longer than this (several ramps multiply into a curve)."""


@dataclass(slots=True)
class Running:
    """A fault in one drill, in ms since the opening."""

    fault: Fault
    at_ms: int
    until_ms: int | None
    began_ms: int | None = None
    """When it began to act, while it acts."""

    def due(self, now_ms: int) -> bool:
        """Whether its times allow it to act now."""
        return self.at_ms <= now_ms and (self.until_ms is None or now_ms < self.until_ms)

    def size(self, at_ms: int) -> float:
        """How much of its amount is there: 0 when not acting, rising in a straight line to 1."""
        if self.began_ms is None:
            return 0.0
        ramp_ms = 1000.0 * self.fault.ramp_s
        since = at_ms - self.began_ms
        return since / ramp_ms if since < ramp_ms else 1.0

    def ramping(self, now_ms: int) -> bool:
        """Whether it is between its beginning and its full size."""
        return self.began_ms is not None and now_ms - self.began_ms < 1000.0 * self.fault.ramp_s

    def next_break(self, now_ms: int) -> int | None:
        """The next moment at which it starts, ends, or turns a corner of its ramp."""
        times = [self.at_ms]
        if self.until_ms is not None:
            times.append(self.until_ms)
        if self.began_ms is not None:
            full = self.began_ms + round(1000 * self.fault.ramp_s)
            piece = self.began_ms + ((now_ms - self.began_ms) // RAMP_PIECE_MS + 1) * RAMP_PIECE_MS
            times.append(min(piece, full))
        return min((at for at in times if at > now_ms), default=None)


class Faults:
    """All faults of a drill.

    Args:
        faults: the variant's.
    """

    def __init__(self, faults: dict[str, Fault]) -> None:
        self._running: dict[str, Running] = {}
        for name, fault in faults.items():
            self.add(name, fault, 0)

    def add(self, name: str, fault: Fault, from_ms: int) -> None:
        """Add a fault whose times count from `from_ms`; it takes the place of one with the same name."""
        until_ms = None if fault.until_s is None else from_ms + round(1000 * fault.until_s)
        self._running[name] = Running(fault, from_ms + round(1000 * fault.at_s), until_ms)

    def update(self, now_ms: int, holds: Callable[[When], bool]) -> bool:
        """Start and stop faults by their times and conditions; whether any did."""
        any_changed = False
        for one in self._running.values():
            acts = one.due(now_ms) and holds(one.fault.when)
            if acts != (one.began_ms is not None):
                one.began_ms = now_ms if acts else None
                any_changed = True
        return any_changed

    def next_break(self, now_ms: int) -> int | None:
        """The next moment at which any fault starts, ends or turns a corner by itself."""
        breaks = [one.next_break(now_ms) for one in self._running.values()]
        return min((at for at in breaks if at is not None), default=None)

    def ramping(self, now_ms: int) -> bool:
        """Whether any fault is between its beginning and its full size."""
        return any(one.ramping(now_ms) for one in self._running.values())

    def acting(self) -> Iterator[tuple[str, Fault]]:
        """The faults that act now, in the order in which they were declared."""
        return ((name, one.fault) for name, one in self._running.items() if one.began_ms is not None)

    def effect(self, service: str, at_ms: int) -> tuple[float, float, float]:
        """What they make of a service: (share without error, times as slow, share of workers left)."""
        right = slow = left = 1.0
        for one in self._running.values():
            if one.fault.service != service or one.began_ms is None:
                continue
            size = one.size(at_ms)
            if one.fault.kind == "errors":
                right *= 1.0 - min(1.0, one.fault.amount) * size
            elif one.fault.kind == "slowdown":
                slow *= 1.0 + (one.fault.amount - 1.0) * size
            else:
                left *= 1.0 - min(1.0, one.fault.amount) * size
        return right, slow, left
