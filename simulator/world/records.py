"""Records lost or gone bad: what user-minutes alone do not show."""

from collections.abc import Mapping

from simulator.scenario.model import Fault
from simulator.world.plant import Plant

SHARES = ("errors", "corruption", "expiry")
"""Kinds of fault whose amount is the share of records that they harm; others harm all of them."""


def share_harmed(fault: Fault, size: float) -> float:
    """The share of a service's records that a fault harms at its size."""
    return fault.amount * size if fault.kind in SHARES else 1.0


class Records:
    """Counts the records at risk, in pieces between which no fault starts or ends."""

    def __init__(self, plant: Plant) -> None:
        self._plant = plant
        self._counted: dict[str, float] = {}
        self._open: dict[str, tuple[float, float]] = {}
        """Per service being harmed: what it had done when the piece began, and the share harmed in it."""

    def begin(self, harmed: Mapping[str, float]) -> None:
        """Close the piece that ends now and open one in which these shares of services' records go bad."""
        for service in self._open:
            self._counted[service] = self._counted.get(service, 0.0) + self._in_piece(service)
        self._open = {service: (self._plant.done(service), share) for service, share in harmed.items()}

    def lose(self, service: str, seconds: float) -> None:
        """Lose what a service takes in that many seconds."""
        lost = seconds * self._plant.requests_done_per_s(service)
        self._counted[service] = self._counted.get(service, 0.0) + lost

    def restore(self, service: str, age_s: float, now_s: float, usual_per_s: float) -> None:
        """Replace a service's records by those of a backup of that age; what was written since is lost.

        Before the opening (`now_s` ago) it took the usual; since then, what it took on average.
        """
        done = self._plant.done(service)
        lost = done + (age_s - now_s) * usual_per_s if age_s >= now_s else done * age_s / now_s
        self._counted[service] = lost
        if service in self._open:
            self._open[service] = (done, self._open[service][1])

    @property
    def growing(self) -> bool:
        """Whether records go bad now."""
        return bool(self._open)

    def at_risk(self) -> float:
        """Records at risk now."""
        total = 0.0
        for records in self._counted.values():
            total += records
        for service in self._open:
            total += self._in_piece(service)
        return total

    def _in_piece(self, service: str) -> float:
        done, share = self._open[service]
        return share * (self._plant.done(service) - done)
