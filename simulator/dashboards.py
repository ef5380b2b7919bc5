"""What the dashboards show: every service's signals through the drill, and the quiet half day before it.

Monitoring records all services all the time; a seat sees those whose dashboard somebody has looked at. The
recording is kept for live play only (see `Session`): a trace holds nothing of it, for it can be simulated
again from the log.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from simulator.board import Board
from simulator.scenario.model import Scenario
from simulator.world import METRICS, QuietDay, World


@dataclass(frozen=True, slots=True)
class Dashboard:
    """One service's dashboard, up to a moment."""

    at_ms: tuple[int, ...]
    """When the samples of this drill were taken."""
    signals: Mapping[str, tuple[float | None, ...]]
    """Per metric (see `world.METRICS`), one value per sample; None where monitoring was blind."""
    blind_since_ms: int | None
    """When monitoring last saw the service, while it is blind; None while it sees."""
    past_at_s: tuple[int, ...]
    """The quiet half day before the opening, a moment a minute, in seconds from the opening."""
    past: Mapping[str, tuple[float, ...]]
    """Per metric, one value per moment of it."""


class Dashboards:
    """Records the signals of every service, at the moments at which the impact is sampled.

    Args:
        scenario: what is played.
        seed: of the quiet day's noise.
        world: the system under outage; only read.
    """

    def __init__(self, scenario: Scenario, seed: int, world: World) -> None:
        self._world = world
        self._day = QuietDay(scenario, seed)
        self._at_ms: list[int] = []
        self._signals: dict[str, dict[str, list[float | None]]] = {
            service: {metric: [] for metric in METRICS} for service in scenario.services
        }
        self._blind_since_ms: dict[str, int | None] = {}
        self._made: dict[str, Dashboard] = {}

    def record(self, at_ms: int) -> None:
        """Write down what monitoring shows of every service; the world stands at that moment."""
        self._at_ms.append(at_ms)
        for service, signals in self._signals.items():
            self._blind_since_ms[service] = blind_ms = self._world.blind_since_ms(service)
            seen = self._world.reading(service) if blind_ms is None else None
            for metric, values in signals.items():
                values.append(None if seen is None else getattr(seen, metric))

    def seen_by(self, board: Board) -> dict[str, Dashboard]:
        """The dashboards that have been looked at, by service, in the scenario's order."""
        looked_at = {found.about for found in board.evidence.values() if found.source == "dashboard"}
        return {service: self._of(service) for service in self._signals if service in looked_at}

    def _of(self, service: str) -> Dashboard:
        known = self._made.get(service)
        if known is None or len(known.at_ms) != len(self._at_ms):
            self._made[service] = known = Dashboard(
                at_ms=tuple(self._at_ms),
                signals={metric: tuple(values) for metric, values in self._signals[service].items()},
                blind_since_ms=self._blind_since_ms.get(service),
                past_at_s=self._day.at_s,
                past=dict(self._day.of(service)),
            )
        return known
