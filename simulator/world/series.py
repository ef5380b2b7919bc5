"""The impact series: how users fared at every sample, in one table filled in as the plant advances."""

from simulator.scenario.model import Scenario
from simulator.world.gauges import SAMPLE_MS
from simulator.world.plant import Plant
from simulator.world.traffic import Line

Band = tuple[float, float]
"""Shares of users affected, from the first up to the second."""


class Series:
    """Samples of how a scenario's users fare, see `gauges.fare`.

    Args:
        plant: serves them.
        scenario: says who they are, and how long the series gets.
    """

    def __init__(self, plant: Plant, scenario: Scenario) -> None:
        group = [journey.share for journey in scenario.journeys.values()]
        group.append(scenario.traffic.requests_per_user_min)
        most = scenario.length_ms // SAMPLE_MS + 2  # the opening's, the end's
        self._rows, self._fill = plant.sampler(group, most + 1)
        self._plant = plant
        self._taken = 0
        self.outside = False
        """Whether the last sample taken is outside of the band asked for."""

    def now(self, now_ms: int, line: Line) -> list[float]:
        """How users on a line fare now. It is no sample: the row is free for the next one."""
        self._fill(self._taken, now_ms, now_ms, now_ms + 1, line.start_ms, line.users, line.per_s, 0.0, 0.0)
        return self._plant.numbers(self._rows[self._taken])

    def take(self, now_ms: int, at_ms: int, before_ms: int, line: Line, band: Band) -> int:
        """Advance to the moment of a sample, and on to the next ones.

        Args:
            now_ms: the present.
            at_ms: when the first sample is due.
            before_ms: none is taken from here on; the table has room up to the end of the scenario.
            line: that users move on.
            band: the first sample with a share of users affected outside of it is the last one.

        Returns:
            How many samples were taken.
        """
        first = self._taken
        end = self._fill(first, now_ms, at_ms, before_ms, line.start_ms, line.users, line.per_s, *band)
        self.outside = end < 0
        self._taken = -end if end < 0 else end
        return self._taken - first

    def last(self) -> list[float]:
        """The last sample."""
        return self._plant.numbers(self._rows[self._taken - 1])

    def columns(self, first: int) -> list[list[float]]:
        """All samples from one on, column by column."""
        return self._plant.columns(self._rows[first : self._taken])
