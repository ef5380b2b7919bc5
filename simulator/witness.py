"""What the record says of the world: how users fared every five seconds, and what was true, whoever looked.

Samples are taken when somebody needs to know: before the next event is told, and before anything reads or
changes the world. They stand at set moments, so who looks, and how often, changes nothing.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from math import inf
from typing import Any

from simulator.scenario.model import Scenario, Variant
from simulator.world import World
from simulator.world.gauges import AFFECTED, SAMPLE_MS

_USERS = ("users", "users_served", "users_failed", "users_slow", "users_affected")
_TOTALS = (*_USERS, "requests_per_s", "requests_failed_per_s", "user_minutes")
Tell = Callable[[int, str, str, dict[str, Any]], None]
"""Puts an event on the timeline: when, kind, subject, detail."""
Record = Callable[[int], None]


class Witness:
    """Samples the impact, and tells what has changed of the truth.

    Args:
        scenario: what is played.
        variant: the truth behind it.
        world: the system under outage.
        tell: called for each change of the truth, in order.
        record: called at each sample, while the world stands at that moment, for whoever keeps more of it.
    """

    def __init__(
        self, scenario: Scenario, variant: Variant, world: World, tell: Tell, record: Record | None = None
    ) -> None:
        self._scenario, self._variant, self._world, self._tell = scenario, variant, world, tell
        self._bands, self._page_needs = scenario.severity, scenario.status_page
        self._record, self._series = record, world.series
        self._stops = record is not None or self._page_needs is not None
        """Whether somebody looks at the world at every sample."""
        self._next_ms = 0
        self._columns: dict[str, list[float]] = {name: [] for name in _columns(scenario)}
        self._at_ms, self._at_risk, *self._fares = self._columns.values()
        bands = scenario.severity
        self._limits = (-inf, *sorted((bands.sev1, bands.sev2, bands.sev3, bands.sev4)), inf)
        self._band = (0.0, 0.0)
        """Shares of users affected, from the first up to the second, that are as severe as the last one."""
        self._faults: tuple[str, ...] = ()
        self._level: int | None = None
        self._cause: bool | None = None
        self._losing_data = False
        self._page_up = True
        self._version: int | None = None
        """Of the world's truth, as noted last."""

    @property
    def impact(self) -> Mapping[str, list[float]]:
        """The impact series so far, as columns (see `Trace`)."""
        read = len(self._fares[0])
        if read < len(self._at_ms):
            for column, more in zip(self._fares, self._series.columns(read), strict=True):
                column.extend(more)
        return self._columns

    def catch_up(self, before_ms: int) -> None:
        """Take the samples due before this moment."""
        while self._next_ms < before_ms:
            self._sample(self._next_ms, self._next_ms + 1 if self._stops else before_ms)

    def sample(self, at_ms: int) -> None:
        """Bring the world to a moment, and write down how users fare."""
        self._sample(at_ms, at_ms + 1)

    def _sample(self, at_ms: int, before_ms: int) -> None:
        """Take samples up to one that may be news."""
        count = self._world.take_samples(at_ms, before_ms, self._band)
        self._next_ms = at_ms + count * SAMPLE_MS
        self._at_ms += range(at_ms, self._next_ms, SAMPLE_MS)
        self._at_risk += [self._world.records_at_risk()] * count
        if self._series.outside or self._world.version != self._version:
            self._note(self._next_ms - SAMPLE_MS, self._series.last())
        if self._stops:
            self._look(at_ms)

    def _look(self, at_ms: int) -> None:
        """Let those look who want the world to stand at the moment of a sample."""
        if self._record is not None:
            self._record(at_ms)
        if self._page_needs is not None and self._world.status_page_up() is not self._page_up:
            self._page_up = not self._page_up
            state = {"state": "up" if self._page_up else "down"}
            self._tell(at_ms, "status_page", self._page_needs, state)

    def note(self, at_ms: int) -> None:
        """Tell what has changed of the truth with a change of the world at this moment."""
        self._note(at_ms, self._world.sample())

    def _note(self, at_ms: int, row: list[float]) -> None:
        version = self._world.version
        changed = version != self._version
        if changed:
            self._note_faults(at_ms)
            self._losing_data = self._world.losing_data()
        share = row[AFFECTED] / row[0] if row[0] else 0.0
        if not self._band[0] <= share < self._band[1]:
            nth = bisect_right(self._limits, share)
            self._band = self._limits[nth - 1], self._limits[nth]
        level = 1 if self._losing_data else self._level_of(share)
        if level != self._level:
            self._level = level
            self._tell(at_ms, "truth.severity", self._scenario.id, {"level": level})
        if changed:
            self._note_cause(at_ms)
            self._version = version

    def _note_cause(self, at_ms: int) -> None:
        present = self._world.cause_present()
        if present is not self._cause:
            self._cause = present
            self._tell(at_ms, "truth.cause", self._variant.cause.id, {"present": present})

    def _note_faults(self, at_ms: int) -> None:
        active = self._world.active_faults()
        losing = self._world.losing_data()
        for name in active:
            if name not in self._faults:
                self._tell(at_ms, "truth.fault", name, {"state": "on", "loses_data": losing})
        for name in self._faults:
            if name not in active:
                self._tell(at_ms, "truth.fault", name, {"state": "off", "loses_data": losing})
        self._faults = active

    def _level_of(self, share: float) -> int | None:
        """The true severity with this share of users affected."""
        bands = self._bands
        if share < bands.sev4:
            return None
        return 1 if share >= bands.sev1 else 2 if share >= bands.sev2 else 3 if share >= bands.sev3 else 4


def _columns(scenario: Scenario) -> list[str]:
    per_journey = [f"{journey}.{name}" for journey in scenario.journeys for name in _USERS]
    return ["at_ms", "records_at_risk", *_TOTALS, *per_journey]
