"""What the record says of the world: how users fared every five seconds, and what was true, whoever looked.

Samples are taken when somebody needs to know: before the next event is told, and before anything reads or
changes the world. They stand at set moments, so who looks, and how often, changes nothing.
"""

from collections.abc import Callable, Mapping
from typing import Any

from simulator.scenario.model import Scenario, Variant
from simulator.world import World

SAMPLE_MS = 5000
"""How often the impact is sampled."""

_USERS = ("users", "users_served", "users_failed", "users_slow", "users_affected")
_TOTALS = (*_USERS, "requests_per_s", "requests_failed_per_s", "user_minutes")
AFFECTED = 4
"""Where `World.sample` has the users affected."""

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
        self._record = record
        self._next_ms = 0
        self._numbers: list[float] = []
        """Of the samples not yet in the columns, one after another: containers would keep Python counting."""
        self._columns: dict[str, list[float]] = {name: [] for name in _columns(scenario)}
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
        if self._numbers:
            for nth, column in enumerate(self._columns.values()):
                column.extend(self._numbers[nth :: len(self._columns)])
            self._numbers.clear()
        return self._columns

    def catch_up(self, before_ms: int) -> None:
        """Take the samples due before this moment."""
        while self._next_ms < before_ms:
            at_ms = self._next_ms
            self._next_ms = at_ms + SAMPLE_MS
            self.sample(at_ms)

    def sample(self, at_ms: int) -> None:
        """Bring the world to a moment, and write down how users fare."""
        world = self._world
        row = world.sample_at(at_ms)
        self._numbers += (at_ms, world.records_at_risk(), *row)
        if self._record is not None:
            self._record(at_ms)
        self._note(at_ms, row)
        if self._page_needs is not None and world.status_page_up() is not self._page_up:
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
        level = 1 if self._losing_data else self._level_of(row[AFFECTED] / row[0] if row[0] else 0.0)
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
