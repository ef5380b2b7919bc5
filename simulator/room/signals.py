"""The alerts that have fired, the firing ones first."""

import ipywidgets as W  # noqa: N812

from simulator.room.boxes import column
from simulator.room.markup import Markup, el, icon
from simulator.room.view import Alarm


class AlertsPanel:
    """One row per alert."""

    def __init__(self) -> None:
        self._rows = W.HTML()
        heading = W.HTML(el("h3", "sevdrill-heading", "Alerts"))
        self.widget = column("sevdrill-card sevdrill-alerts", heading, self._rows)

    def show(self, alarms: tuple[Alarm, ...]) -> None:
        """Draw the alerts."""
        if alarms:
            self._rows.value = el("ul", "", *(_row(alarm) for alarm in alarms))
        else:
            self._rows.value = el("p", "sevdrill-empty", "No alert has fired.")


def _row(alarm: Alarm) -> Markup:
    state = "firing" if alarm.firing else "cleared"
    return el(
        "li",
        f"sevdrill-alert sevdrill-{state}",
        icon("warning" if alarm.firing else "check"),
        el("b", "", alarm.title),
        el("span", "sevdrill-hidden", state),
        el("span", "sevdrill-alert-text", f"since {alarm.since} · {alarm.text}"),
        data_alert=alarm.id,
        data_state=state,
    )
