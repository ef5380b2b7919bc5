"""Does nothing at all: what an outage costs if nobody comes."""

from collections.abc import Sequence

from simulator.observe import Observation
from simulator.policies.base import Wish
from simulator.scenario.model import Scenario


class DoNothing:
    """Sleeps through the page."""

    def __init__(self, scenario: Scenario) -> None:
        pass

    def decide(self, seen: Observation) -> Sequence[Wish]:
        """Nothing."""
        return ()
