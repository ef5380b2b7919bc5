"""Blind strategies: one recipe for every outage, whatever the evidence says.

Not meant to be played against; `sevdrill check` uses them to prove that a scenario cannot be won blindly.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from simulator.observe import Observation
from simulator.policies.base import Checklist, MakePlayer, Wish, carry_out
from simulator.scenario.model import Mitigation, Scenario


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


class ScaleEverything(Checklist):
    """Gives every service three times its workers."""

    def steps(self, seen: Observation) -> Iterator[tuple[str, Wish]]:
        """Acknowledge, then scale all."""
        yield "acknowledge", Wish("acknowledge")
        if seen.acknowledged_ms is not None:
            for key, service in self._scenario.services.items():
                if not service.provider:
                    yield key, Wish("scale", {"service": key, "factor": 3})


class OneAct(Checklist):
    """Does one thing, and nothing else."""

    def __init__(self, scenario: Scenario, way: Mitigation) -> None:
        super().__init__(scenario)
        self._way = way

    def steps(self, seen: Observation) -> Iterator[tuple[str, Wish]]:
        """Acknowledge, then act."""
        yield "acknowledge", Wish("acknowledge")
        if seen.acknowledged_ms is not None:
            yield "act", carry_out(self._way)


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
        "scaling everything": ScaleEverything,
        "shedding all traffic": ShedEverything,
        "paging everybody": PageEverybody,
    }
)
"""What it does, to the player that does it."""
