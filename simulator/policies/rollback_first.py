"""Rolls back the last change before asking anything: right when it is right, by luck."""

from collections.abc import Iterator

from simulator.observe import Observation
from simulator.policies.base import (
    Checklist,
    Wish,
    alerting_service,
    carry_out,
    in_flight,
    suspect_change,
    users_well_for_ms,
)

VAGUE = {"channel": "status_page", "text": "We are looking into errors.", "affected": "some"}
OVER = {"channel": "status_page", "stage": "monitoring", "affected": "none", "text": "Rolled back."}


class RollbackFirst(Checklist):
    """Declares, rolls back with its own hands, then looks; says little and late."""

    def steps(self, seen: Observation) -> Iterator[tuple[str, Wish]]:
        """Roll back, and only then look."""
        yield "acknowledge", Wish("acknowledge")
        if seen.acknowledged_ms is None:
            return
        change = suspect_change(self._scenario, seen)
        if change is not None:
            yield "roll_back", Wish("roll_back", {"change": change})
        yield "declare", Wish("declare", {"level": 2})
        if in_flight(seen, "roll_back") or not seen.undone:
            return
        if users_well_for_ms(seen, self._scenario.severity.sev3) > 60_000:
            yield from self._close()
            return
        yield from self._look_after_all(seen)

    def _look_after_all(self, seen: Observation) -> Iterator[tuple[str, Wish]]:
        service = alerting_service(self._scenario, seen)
        yield "logs", Wish("look", {"source": "logs", "about": service})
        yield "update", Wish("post_update", VAGUE)
        yield "restart", Wish("restart", {"service": service})
        for found in seen.evidence:
            for way in found.workaround:
                yield f"{way.verb} {way.target}", carry_out(way)

    def _close(self) -> Iterator[tuple[str, Wish]]:
        yield "mitigated", Wish("declare_mitigated")
        yield "over", Wish("post_update", OVER)
        yield "resolved", Wish("declare_resolved")
