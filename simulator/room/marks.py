"""The chart's flags: what happened when, remembered from one observation to the next."""

from collections.abc import Iterator
from typing import Any

from simulator.moves import MOVES
from simulator.observe import Observation
from simulator.room import words
from simulator.scenario.model import Scenario

Mark = dict[str, Any]


class Marks:
    """Grows with the drill. A mark keeps the moment at which it was first seen."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._marks: dict[object, Mark] = {}

    def see(self, seen: Observation) -> list[Mark]:
        """All marks so far, in order of time."""
        for key, at_ms, label, kind in self._found(seen):
            self._marks.setdefault(key, {"t": at_ms / 1000, "label": label, "kind": kind})
        past = (mark for mark in self._marks.values() if mark["t"] <= seen.at_ms / 1000)
        return sorted(past, key=lambda mark: float(mark["t"]))

    def _found(self, seen: Observation) -> Iterator[tuple[object, int, str, str]]:
        for alert in seen.alerts:
            state = "fires" if alert.firing else "clears"
            yield (alert.id, alert.since_ms), alert.since_ms, f"{alert.title}: {state}", "alert"
        for at_ms, label in (
            (seen.acknowledged_ms, "Acknowledged"),
            (seen.mitigated_ms, "Declared mitigated"),
            (seen.resolved_ms, "Declared resolved"),
        ):
            if at_ms is not None:
                yield label, at_ms, label, "decision"
        for update in seen.updates:
            yield update.seq, update.at_ms, f"Update: {update.channel.replace('_', ' ')}", "update"
        for work in seen.work:
            if work.started_ms is not None and MOVES[work.verb].production:
                yield work.decision, work.started_ms, f"{work.label} begins", "decision"
        yield from self._changes(seen)
        yield from self._known_changes(seen)

    def _changes(self, seen: Observation) -> Iterator[tuple[object, int, str, str]]:
        now = {
            **{("undone", key): f"Rolled back: {self._title(key)}" for key in seen.undone},
            **{("off", key): f"Flag off: {self._title(key)}" for key in seen.flags_off},
            **{("fix", key): f"Fix shipped: {self._title(key)}" for key in seen.fixes_shipped},
        }
        if seen.shed_share:
            now["shed", str(seen.shed_share)] = f"Shedding {seen.shed_share:.0%} of traffic"
        for key, label in sorted(now.items()):
            yield key, seen.at_ms, label, "change"

    def _known_changes(self, seen: Observation) -> Iterator[tuple[object, int, str, str]]:
        """What had been changed by others, once it was read of: often before the opening."""
        listed = any(found.source == "changes" for found in seen.evidence)
        read = {found.about for found in seen.evidence if found.source == "diff"}
        for key, change in self._scenario.changes.items():
            if listed or key in read:
                yield ("changed", key), round(1000 * change.at_s), change.title, "change"

    def _title(self, key: str) -> str:
        return words.thing(self._scenario, key)
