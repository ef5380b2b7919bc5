"""Blind strategies: one recipe for every outage, whatever the evidence says.

Not meant to be played against; `sevdrill check` uses them to prove that a scenario cannot be won blindly.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from simulator.observe import Observation
from simulator.policies.base import Checklist, MakePlayer, Wish


class RollBackEverything(Checklist):
    """Rolls back every change that can be rolled back."""

    def steps(self, seen: Observation) -> Iterator[tuple[str, Wish]]:
        """Acknowledge, then undo all."""
        yield "acknowledge", Wish("acknowledge")
        if seen.acknowledged_ms is not None:
            for change in self._scenario.changes:
                yield change, Wish("roll_back", {"change": change})


class RestartEverything(Checklist):
    """Restarts every service."""

    def steps(self, seen: Observation) -> Iterator[tuple[str, Wish]]:
        """Acknowledge, then restart all."""
        yield "acknowledge", Wish("acknowledge")
        if seen.acknowledged_ms is not None:
            for key, service in self._scenario.services.items():
                if not service.provider:
                    yield key, Wish("restart", {"service": key})


class ShedEverything(Checklist):
    """Turns all users away: no errors on any dashboard."""

    def steps(self, seen: Observation) -> Iterator[tuple[str, Wish]]:
        """Acknowledge, then shed all."""
        yield "acknowledge", Wish("acknowledge")
        if seen.acknowledged_ms is not None:
            yield "shed", Wish("shed", {"share": 1.0})


class PageEverybody(Checklist):
    """Wakes everybody and leaves it to them."""

    def steps(self, seen: Observation) -> Iterator[tuple[str, Wish]]:
        """Acknowledge, then page all hands."""
        yield "acknowledge", Wish("acknowledge")
        if seen.acknowledged_ms is not None:
            yield "page", Wish("page", {"who": "all-hands"})


BLIND: Mapping[str, MakePlayer] = MappingProxyType(
    {
        "rolling back everything": RollBackEverything,
        "restarting everything": RestartEverything,
        "shedding all traffic": ShedEverything,
        "paging everybody": PageEverybody,
    }
)
"""What it does, to the player that does it."""
