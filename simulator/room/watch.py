"""The card of live charts: users affected, or the services' dashboards."""

from collections.abc import Callable

from simulator.observe import Observation
from simulator.room import keys
from simulator.room.boxes import column, row
from simulator.room.impact import ImpactPanel
from simulator.room.marks import Marks
from simulator.room.picks import Picks
from simulator.room.posting import Post
from simulator.room.services import ServicesPanel
from simulator.scenario.model import Scenario

USERS, SERVICES = "users", "services"
_SERVICES = {"id": SERVICES, "title": "Services", "hint": keys.tip("Dashboards.", keys.SERVICES)}
_SERVICES |= {"key": keys.SERVICES}


class WatchCard:
    """Two views of one card; the one that is off screen costs nothing.

    Args:
        scenario: what is played.
        post: how handlers reach the loop.
        open_dashboard: asks, on the loop, for a look at a service; returns why it was refused, or None.
    """

    def __init__(self, scenario: Scenario, post: Post, open_dashboard: Callable[[str], str | None]) -> None:
        self._marks = Marks(scenario)
        self._last: tuple[Observation, float] | None = None
        self.impact = ImpactPanel(scenario)
        self.services = ServicesPanel(scenario, post, open_dashboard)
        views = [{"id": USERS, "title": "Users"}, _SERVICES]
        self.view = Picks(label="Charts of", options=views, chosen=USERS)
        self.view.observe(post.handler(self._turn), "chosen")
        head = row("sevdrill-watch-head", self.view, self.services.window)
        charts = (self.impact.widget, self.services.widget)
        self.widget = column("sevdrill-card sevdrill-chart-card", head, *charts)
        self._lay_out()

    def show(self, seen: Observation, speed: float) -> None:
        """Draw a moment; `speed` is drill seconds per second, 0 while the drill stands."""
        self._last = seen, speed
        marks = self._marks.see(seen)
        services = self.view.chosen == SERVICES
        if not services:
            self.impact.show(seen, marks)
        self.services.show(seen, marks, speed, shown=services)

    def look_as(self, other: "WatchCard") -> None:
        """Turn to what another card shows: a rewind changes the time, not what one looks at."""
        for mine, its in (
            (self.view, other.view),
            (self.services.list, other.services.list),
            (self.services.window, other.services.window),
        ):
            mine.chosen = its.chosen
        self._lay_out()

    def _turn(self) -> None:
        self._lay_out()
        if self._last is not None:
            self.show(*self._last)

    def _lay_out(self) -> None:
        services = self.view.chosen == SERVICES
        self.impact.widget.layout.display = "none" if services else None
        for widget in (self.services.widget, self.services.window):
            widget.layout.display = None if services else "none"
