"""The panels that only show: chart, alerts, in flight, channel, evidence, and the bar."""

from collections.abc import Callable

from simulator.observe import Observation
from simulator.room import keys
from simulator.room.boxes import column, row
from simulator.room.channel import ChannelPanel
from simulator.room.form import Submit
from simulator.room.inflight import InFlightPanel
from simulator.room.posting import Post
from simulator.room.records import RecordsPanel
from simulator.room.signals import AlertsPanel
from simulator.room.status import StatusBar
from simulator.room.view import RoomView
from simulator.room.watch import WatchCard
from simulator.scenario.model import Scenario


class Panels:
    """All of them, and the two columns that hold most of them."""

    def __init__(
        self, scenario: Scenario, submit: Submit, open_dashboard: Callable[[str], str | None], post: Post
    ) -> None:
        self.status = StatusBar()
        self.watch = WatchCard(scenario, post, open_dashboard)
        self.alerts = AlertsPanel()
        self.inflight = InFlightPanel()
        self.channel = ChannelPanel()
        self.records = RecordsPanel(scenario, submit, post)
        for key, panel in (
            (keys.CHANNEL, self.channel),
            (keys.EVIDENCE, self.records.evidence),
            (keys.TIMELINE, self.records.timeline),
        ):
            keys.mark(panel.widget, key)
        pair = row("sevdrill-pair", self.alerts.widget, self.inflight.widget)
        left = column("sevdrill-left", self.watch.widget, pair)
        self.widget = row("sevdrill-upper", left, self.channel.widget)

    def show(self, view: RoomView, seen: Observation, speed: float) -> None:
        """Draw a moment; `speed` is drill seconds per second, 0 while the drill stands."""
        self.status.show(view.status)
        self.watch.show(seen, speed)
        self.alerts.show(view.alarms)
        self.inflight.show(view.jobs, speed)
        self.channel.show(view)
        self.records.show(view, seen)
