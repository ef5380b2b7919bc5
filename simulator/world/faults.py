"""Faults over time: which act, how large they are, and what they make of a service's inputs."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from simulator.scenario.model import Fault, When

RAMP_PIECE_MS = 15_000
"""A ramp is followed in straight pieces no longer than this (several ramps multiply into a curve)."""
TIGHT = 0.8
"""Share of memory in use from which a leak slows work down; chosen for teaching."""
THRASHING = 4.0
"""How many times as long work takes just before memory is full; chosen for teaching."""


@dataclass(slots=True)
class Running:
    """A fault in one drill, in ms since the opening."""

    fault: Fault
    at_ms: int
    until_ms: int | None
    began_ms: int | None = None
    """When it began to act, while it acts; for a leak, when memory was last empty."""
    held: float | None = None
    """The size at which it was stopped from spreading."""
    corners_ms: tuple[int, ...] = field(init=False)
    """When it turns, counted from when it began: the ends of its ramp, or the points of its curve."""

    last_corner_ms: int = field(init=False)

    def __post_init__(self) -> None:
        self.corners_ms = tuple(_corners(self.fault))
        self.last_corner_ms = max(self.corners_ms)

    def due(self, now_ms: int) -> bool:
        """Whether its times allow it to act now."""
        return self.at_ms <= now_ms and (self.until_ms is None or now_ms < self.until_ms)

    def size(self, at_ms: int) -> float:
        """How much of its amount is there: 0 when not acting, else by its curve, or rising in a line to 1."""
        if self.began_ms is None:
            return 0.0
        if self.held is not None:
            return self.held
        since_ms = at_ms - self.began_ms
        if self.fault.curve:
            return on_curve([(_ms(at_s), share) for at_s, share in self.fault.curve], since_ms)
        ramp_ms = _ms(self.fault.ramp_s)
        return since_ms / ramp_ms if since_ms < ramp_ms else 1.0

    def memory(self, at_ms: int) -> float:
        """A leak's share of memory in use; 1 while the killed workers restart."""
        return min(1.0, (at_ms - (self.began_ms or 0)) / _ms(self.fault.amount))

    def ramping(self, now_ms: int) -> bool:
        """Whether it is between its beginning and its last corner."""
        if self.began_ms is None or self.held is not None:
            return False
        return now_ms < self.began_ms + self.last_corner_ms

    def next_break(self, now_ms: int) -> int | None:
        """The next moment at which it starts, ends, or turns a corner."""
        times = [self.at_ms]
        if self.until_ms is not None:
            times.append(self.until_ms)
        if self.ramping(now_ms):
            began_ms = self.began_ms or 0
            times += (began_ms + corner_ms for corner_ms in self.corners_ms)
            times.append(now_ms + RAMP_PIECE_MS - (now_ms - began_ms) % RAMP_PIECE_MS)
        return min((at for at in times if at > now_ms), default=None)


def _corners(fault: Fault) -> Iterator[int]:
    if fault.kind == "leak":
        yield _ms(TIGHT * fault.amount)
        yield _ms(fault.amount)
    elif fault.curve:
        yield from (_ms(at_s) for at_s, _ in fault.curve)
    else:
        yield _ms(fault.ramp_s)


def _ms(seconds: float) -> int:
    return round(1000 * seconds)


def on_curve(points: Sequence[tuple[int, float]], at: int) -> float:
    """The value at a place on straight lines between points; level before the first and after the last."""
    if at <= points[0][0]:
        return points[0][1]
    for (left, low), (right, high) in pairwise(points):
        if at < right:
            return low + (high - low) * (at - left) / (right - left)
    return points[-1][1]


@dataclass(slots=True)
class Effect:
    """What faults make of a service, or of its part in one zone."""

    right: float = 1.0
    """Share of its answers without a further error."""
    slow: float = 1.0
    """Times as much work on a request."""
    left: float = 1.0
    """Share of its workers left."""
    let_in: float = 1.0
    """Share of arrivals not refused at the door."""

    def add(self, one: Running, at_ms: int) -> None:
        """Add a fault that acts on it."""
        kind, size = one.fault.kind, one.size(at_ms)
        share = min(1.0, one.fault.amount) * size
        if kind == "errors":
            self.right *= 1.0 - share
        elif kind == "slowdown":
            self.slow *= 1.0 + (one.fault.amount - 1.0) * size
        elif kind == "capacity_loss":
            self.left *= 1.0 - share
        elif kind == "expiry":
            self.let_in *= 1.0 - share
        elif kind == "leak":
            memory = one.memory(at_ms)
            self.slow *= 1.0 + (THRASHING - 1.0) * max(0.0, memory - TIGHT) / (1.0 - TIGHT)


class Faults:
    """All faults of a drill.

    Attributes:
        crashed: the services that a crash has hit at the last update.
    """

    def __init__(self) -> None:
        self._running: dict[str, Running] = {}
        self.crashed: list[str] = []

    def add(self, name: str, fault: Fault, from_ms: int) -> None:
        """Add a fault whose times count from `from_ms`; it takes the place of one with the same name."""
        until_ms = None if fault.until_s is None else from_ms + _ms(fault.until_s)
        self._running[name] = Running(fault, from_ms + _ms(fault.at_s), until_ms)

    def update(self, now_ms: int, holds: Callable[[When], bool]) -> bool:
        """Start and stop faults by their times and conditions; whether any did."""
        any_changed = False
        self.crashed = []
        for one in self._running.values():
            acts = one.due(now_ms) and holds(one.fault.when)
            if acts != (one.began_ms is not None):
                one.began_ms = (one.at_ms if now_ms == 0 else now_ms) if acts else None
                one.held = None
                any_changed = True
                if acts and one.fault.kind == "crash":
                    self.crashed.append(str(one.fault.service))
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

    def hold(self, automation: str, now_ms: int) -> None:
        """Let what an automation spreads stay as large as it is."""
        for one in self._running.values():
            if one.fault.spread_by == automation and one.began_ms is not None:
                one.held = one.size(now_ms)

    def empty_memory(self, service: str, now_ms: int) -> None:
        """Let leaks of a service begin anew."""
        for one in self._leaks(service):
            one.began_ms = now_ms

    def full(self, now_ms: int) -> list[str]:
        """The services whose memory a leak has filled."""
        leaks = [
            one for one in self._running.values() if one.fault.kind == "leak" and one.began_ms is not None
        ]
        return [str(one.fault.service) for one in leaks if one.memory(now_ms) >= 1.0]

    def act_on(self, effect: Effect, service: str, zone: str | None, at_ms: int) -> None:
        """Add what they make of a service, or of its part in a zone."""
        for one in self._running.values():
            if one.began_ms is not None and one.fault.service == service and one.fault.zone in (None, zone):
                effect.add(one, at_ms)

    def all_sizes(self, at_ms: int) -> Iterator[tuple[Fault, float]]:
        """The faults that act, each with its size."""
        return ((one.fault, one.size(at_ms)) for one in self._running.values() if one.began_ms is not None)

    def sizes(self, kind: str, at_ms: int) -> Iterator[tuple[Fault, float]]:
        """The faults of a kind that act, each with its size."""
        return ((fault, size) for fault, size in self.all_sizes(at_ms) if fault.kind == kind)

    def _leaks(self, service: str) -> Iterator[Running]:
        for one in self._running.values():
            if one.fault.kind == "leak" and one.fault.service == service and one.began_ms is not None:
                yield one
