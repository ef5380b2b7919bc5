"""What has been found and what has happened: evidence and timeline, as two tabs of one card."""

import ipywidgets as W  # noqa: N812

from simulator.observe import Observation
from simulator.room.boxes import column
from simulator.room.evidence import EvidencePanel
from simulator.room.form import Submit
from simulator.room.posting import Post
from simulator.room.timeline import TimelinePanel
from simulator.room.view import RoomView
from simulator.scenario.model import Scenario


class RecordsPanel:
    """The card. Its tab says how much evidence is new.

    Args:
        scenario: the scenario being played.
        submit: called on the loop with verb and arguments, to ask for a diff.
        post: how handlers reach the loop.
    """

    def __init__(self, scenario: Scenario, submit: Submit, post: Post) -> None:
        self.evidence = EvidencePanel(scenario, submit, self._count, post)
        self.timeline = TimelinePanel(scenario, post)
        self._tabs = W.Tab(
            [self.evidence.widget, self.timeline.widget], titles=["Evidence", "Timeline"], selected_index=0
        )
        self._tabs.observe(post.handler(self._turned), "selected_index")
        self.widget = column("sevdrill-card sevdrill-evidence", self._tabs)

    def show(self, view: RoomView, seen: Observation) -> None:
        """Follow what has been found and what has happened."""
        self.evidence.show(view.evidence)
        self.timeline.show(seen)

    def _turned(self) -> None:
        open_tab = self._tabs.selected_index
        self.evidence.in_sight(shown=open_tab == 0)
        self.timeline.in_sight(shown=open_tab == 1)

    def _count(self, new: int) -> None:
        self._tabs.set_title(0, f"Evidence ({new} new)" if new else "Evidence")
