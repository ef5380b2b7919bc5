"""What acts by itself in the system: autoscalers and circuit breakers.

Both look at set moments only, so that somebody who looks at the system changes nothing.
"""

from dataclasses import dataclass, field

from simulator.scenario.model import Breaker, Scaler
from simulator.world.plant import Plant

BREAKER_EVERY_MS = 5_000
"""How often a circuit breaker looks at the attempts that ended; chosen for teaching."""
TRIAL = 0.1
"""Share of calls let through to try whether the target is well again."""
TOLERANCE = 0.1
"""An autoscaler leaves things alone within this share of its target, as Kubernetes does by default."""


@dataclass(slots=True)
class Autoscaling:
    """An autoscaler at work."""

    spec: Scaler
    workers: float
    """Workers it has asked for, and got."""
    next_ms: int
    coming: list[tuple[int, float]] = field(default_factory=list)
    """When how many workers will serve."""

    def next_break(self) -> int:
        """When it looks next, or when workers come."""
        return min([self.next_ms, *(at_ms for at_ms, _ in self.coming)])

    def turn(self, now_ms: int, busy_share: float, *, running: bool) -> bool:
        """Look and decide, if it is due, and take in what has come; whether the workers have changed."""
        before = self.workers
        if self.next_ms <= now_ms:
            self.next_ms = now_ms + round(1000 * self.spec.every_s)
            if running:
                self._decide(now_ms, busy_share)
        for at_ms, workers in self.coming:  # after the look, which saw those who were there
            if at_ms <= now_ms:
                self.workers = workers
        self.coming = [(at_ms, workers) for at_ms, workers in self.coming if at_ms > now_ms]
        return self.workers != before

    def _decide(self, now_ms: int, busy_share: float) -> None:
        ratio = busy_share / self.spec.target_busy
        if 1.0 - TOLERANCE < ratio < 1.0 + TOLERANCE:
            return
        wanted = float(min(self.spec.most, max(self.spec.least, -int(-self.workers * ratio // 1))))
        if wanted > self.workers:
            if not self.coming:
                self.coming.append((now_ms + round(1000 * self.spec.delay_s), wanted))
        else:
            self.workers, self.coming = wanted, []


@dataclass(slots=True)
class Breaking:
    """A circuit breaker at work, on the calls from one service to another."""

    spec: Breaker
    caller: str
    entry: str
    share: float = 0.0
    """Share of calls that it fails at once: 0 closed, 1 open, in between while it tries."""
    since_ms: int = 0
    next_ms: int = BREAKER_EVERY_MS

    def turn(self, now_ms: int, plant: Plant) -> bool:
        """Look if it is due; whether it has turned."""
        if self.next_ms > now_ms:
            return False
        self.next_ms = now_ms + BREAKER_EVERY_MS
        before = self.share
        failing = plant.attempts_failing(self.caller, self.entry) > self.spec.opens_above
        if self.share == 1.0:
            if now_ms - self.since_ms >= 1000 * self.spec.open_s:
                self.share = 1.0 - TRIAL
        else:
            self.share = 1.0 if failing else 0.0
        if self.share != before:
            self.since_ms = now_ms
            plant.set_open(self.caller, self.entry, self.share)
        return self.share != before
