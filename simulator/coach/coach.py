"""When to speak: at most once a real minute, never twice on one occasion, never in an exam."""

from simulator.coach.checks import Check, check
from simulator.coach.stations import next_station
from simulator.conduct import Mode
from simulator.observe import Observation
from simulator.policies.base import Wish
from simulator.scenario.model import Scenario

BETWEEN_S = 60.0
"""Real seconds from one prompt to the next, at least."""
STUCK_S = 120.0
"""Real seconds without a decision, while the drill runs, after which somebody is stuck."""


class Coach:
    """Watches one drill. It is told how real time passes, for it has no clock.

    Args:
        scenario: what is played.
        mode: coached asks and nudges, standard warns, exam is silent.
    """

    def __init__(self, scenario: Scenario, mode: Mode) -> None:
        self.mode = mode
        self._scenario = scenario
        self._known: set[tuple[str, str]] = set()
        self._quiet_s, self._idle_s = BETWEEN_S, 0.0

    @property
    def asks(self) -> bool:
        """Whether a check is a question that holds the move back until it is answered."""
        return self.mode == "coached"

    def pass_time(self, real_s: float, *, playing: bool) -> None:
        """Let real seconds pass; `playing` while the drill's clock runs."""
        self._quiet_s += real_s
        self._idle_s += real_s if playing else 0.0

    def decided(self) -> None:
        """Take note of a decision: nobody is stuck."""
        self._idle_s = 0.0

    def before(self, seen: Observation, wish: Wish) -> Check | None:
        """What to ask, or warn of, before a move."""
        return self._spoken(check(self._scenario, seen, wish)) if self.may_speak else None

    def meanwhile(self, seen: Observation) -> Check | None:
        """What to ask or warn of at this moment, or the nudge for somebody who is stuck."""
        if not self.may_speak:
            return None
        return self._spoken(check(self._scenario, seen) or self._nudge(seen))

    @property
    def may_speak(self) -> bool:
        """Whether anything could be said now."""
        return self.mode != "exam" and self._quiet_s >= BETWEEN_S

    def _spoken(self, found: Check | None) -> Check | None:
        if found is None or (found.id, found.occasion) in self._known:
            return None
        self._known.add((found.id, found.occasion))
        self._quiet_s = 0.0
        return found

    def _nudge(self, seen: Observation) -> Check | None:
        if not self.asks or self._idle_s < STUCK_S or seen.paged_ms is None:
            return None
        station = next_station(self._scenario, seen)
        if station is None:
            return None
        self._idle_s = 0.0
        title = f"The next station: {station.title}"
        return Check("stuck", title, station.advice, "", f"{station.id} {seen.at_ms}", station.verb)
