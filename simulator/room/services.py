"""The service dashboards: a list of all services, and four charts of the chosen one once it is opened."""

from collections.abc import Callable, Sequence

import ipywidgets as W  # noqa: N812

from simulator.clock import seconds_of_day
from simulator.moves import MOVES
from simulator.observe import Observation
from simulator.room.boxes import column
from simulator.room.costs import cost
from simulator.room.grid import ChartGrid
from simulator.room.marks import Mark
from simulator.room.markup import Markup, el, icon
from simulator.room.picks import Picks
from simulator.room.posting import Post
from simulator.room.service_view import NOW, PAST, SPECS, ServiceLine, curves_of, options, service_lines
from simulator.scenario.model import Scenario

REDRAW_S = 1.0
"""Real seconds between redraws, at the least: more would cost the page more than it tells."""
Open = Callable[[str], str | None]
"""Asks for a look at a service's dashboard; returns why it was refused, or None."""


class ServicesPanel:
    """Draws what is new, at most once a second, and only while it is on screen.

    Args:
        scenario: what is played.
        post: how handlers reach the loop.
        ask: called on the loop when a dashboard is to be opened.
    """

    def __init__(self, scenario: Scenario, post: Post, ask: Open) -> None:
        self._scenario, self._ask = scenario, ask
        self._seen: Observation | None = None
        self._marks: Sequence[Mark] = ()
        self._lines: tuple[ServiceLine, ...] = ()
        self._drawn: tuple[object, ...] = ()
        self._drawn_ms = 0
        self._answers: dict[str, str] = {}
        self._shown = False
        first = scenario.alerts[scenario.brief.alert].of
        known = list(scenario.services)
        self.list = Picks(label="Service", chosen=first if first in known else known[0])
        self.list.add_class("sevdrill-services")
        self.list.observe(post.handler(self._choose), "chosen")
        windows = [{"id": NOW, "title": "Drill so far"}, {"id": PAST, "title": "Last 12 h"}]
        self.window = Picks(label="Time shown", options=windows, chosen=NOW)
        """For whoever lays the card out."""
        self.window.observe(post.handler(self._choose), "chosen")
        self.charts = ChartGrid(SPECS, seconds_of_day(scenario.starts))
        self.button = W.Button(description="Open dashboard", tooltip="Look at it now; it stays live")
        self.button.add_class("sevdrill-do")
        self.button.on_click(post.handler(self._open))
        self._told = W.HTML()
        self._invitation = column("sevdrill-unopened", self._told, self.button)
        self._body = column("sevdrill-service-body", self._invitation, self.charts)
        self.widget = column("sevdrill-dashboards", self.list, self._body)

    def show(self, seen: Observation, marks: Sequence[Mark], speed: float, *, shown: bool) -> None:
        """Draw a moment.

        Args:
            seen: what the seat sees.
            marks: what happened when.
            speed: drill seconds per second, 0 while the drill stands.
            shown: whether the panel is on screen; if not, nothing is drawn.
        """
        appears = shown and not self._shown
        self._seen, self._marks, self._shown = seen, marks, shown
        if not shown:
            return
        soon = seen.at_ms - self._drawn_ms < 1000 * REDRAW_S * speed
        if appears or not soon or seen.at_ms < self._drawn_ms:
            self._draw()
        else:
            self._list()

    def _choose(self) -> None:
        if self._seen is not None and self._shown:
            self._draw()

    def _open(self) -> None:
        service = self._chosen().id
        self._answers = {service: self._ask(service) or ""}
        self._draw()

    def _chosen(self) -> ServiceLine:
        return next((line for line in self._lines if line.id == self.list.chosen), self._lines[0])

    def _list(self) -> None:
        assert self._seen is not None
        lines = service_lines(self._scenario, self._seen)
        if lines != self._lines:
            self._lines = lines
            self.list.options = options(lines)

    def _draw(self) -> None:
        seen = self._seen
        assert seen is not None
        self._list()
        line = self._chosen()
        self.charts.layout.display = None if line.opened else "none"
        self._invitation.layout.display = "none" if line.opened else None
        self._drawn_ms = seen.at_ms
        if not line.opened:
            self._invite(line, seen)
            return
        samples = len(seen.dashboards[line.id].at_ms)
        drawn = (line.id, self.window.chosen, samples, tuple(mark["label"] for mark in self._marks))
        if drawn != self._drawn:
            self._drawn = drawn
            shown = curves_of(seen, line.id, self.window.chosen)
            self.charts.show(line.title, shown.t, shown.curves, self._marks, shown.window, shown.gap)

    def _invite(self, line: ServiceLine, seen: Observation) -> None:
        opening, over = line.state == "opening", seen.closed
        args = {"source": "dashboard", "about": line.id}
        price = cost(MOVES["look"], self._scenario, args, seen.roles.get("incident_commander"))
        self.button.disabled = opening or over
        self.button.layout.display = "none" if over else None
        self._told.value = _invitation(
            line, price, self._answers.get(line.id, ""), opening=opening, over=over
        )


def _invitation(line: ServiceLine, price: str, refused: str, *, opening: bool, over: bool) -> Markup:
    if over:
        text, detail = "Nobody looked at this dashboard.", ""
    elif opening:
        text, detail = "The dashboard is being opened.", "It comes up here, and stays live."
    else:
        text = "Nobody has looked at this dashboard yet."
        detail = f"Opening it takes {price}; from then on it stays live here."
    told = [el("p", "", text), el("p", "sevdrill-help", detail)]
    if refused and not opening and not over:
        told.append(el("p", "sevdrill-refused", icon("warning"), f"Not done. {refused}", role="alert"))
    return el("div", "", *told, data_service=line.id)
