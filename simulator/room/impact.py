"""The live chart: users affected over the drill so far, with flags for what happened."""

from collections.abc import Sequence

from simulator.clock import seconds_of_day
from simulator.observe import Observation
from simulator.room.chart import LiveChart
from simulator.room.marks import Mark
from simulator.scenario.model import Scenario

SPANS_S = (900, 1800, 3600, 5400, 7200, 10800, 14400, 21600, 28800, 43200, 86400)
"""Lengths of the time axis: it jumps to the next one rather than crawl."""


class ImpactPanel:
    """Feeds the chart when there is a new sample or a new flag."""

    def __init__(self, scenario: Scenario) -> None:
        self._drawn: tuple[int, int] = (-1, -1)
        self.widget = LiveChart(
            title="Users affected",
            unit="users",
            starts=seconds_of_day(scenario.starts),
            series=[{"label": "failing or slow", "token": "alarm"}],
        )

    def show(self, seen: Observation, marks: Sequence[Mark]) -> None:
        """Draw what is new; `marks` is what happened when."""
        drawn = (len(seen.impact.at_ms), len(marks))
        if drawn != self._drawn:
            self._drawn = drawn
            times = [at / 1000 for at in seen.impact.at_ms]
            users = [max(0.0, round(value, 1)) for value in seen.impact.users_affected]
            self.widget.show(times, [users], marks, (0, _window_s(seen)))


def _window_s(seen: Observation) -> int:
    length_s = seen.length_ms // 1000
    wanted_s = 1.05 * seen.at_ms / 1000
    return next((span for span in SPANS_S if span >= wanted_s and span <= length_s), length_s)
