"""The drill so far as one list: what the seat could see, newest at the bottom and in view."""

import ipywidgets as W  # noqa: N812

from simulator.observe import Observation
from simulator.room.boxes import column
from simulator.room.entries import KINDS, Entries, Entry
from simulator.room.markup import Markup, el
from simulator.room.posting import Post
from simulator.scenario.model import Scenario

EVERYTHING = ""
"""The filter that leaves nothing out, but for what says the same twice."""


class TimelinePanel:
    """The entries, and a filter by kind. It draws only while it is on screen.

    The list lies bottom-up in its box, as the channel's does: the browser keeps the newest in view, and
    leaves a reader alone who has scrolled up.

    Args:
        scenario: the scenario being played.
        post: how handlers reach the loop.
    """

    def __init__(self, scenario: Scenario, post: Post) -> None:
        self._entries = Entries(scenario)
        self._seen: Observation | None = None
        self._in_sight = False
        self.kind = W.Dropdown(
            options=[("Everything", EVERYTHING), *((title, kind) for kind, title in KINDS.items())],
            description="Show",
            tooltip="Which entries to show",
        )
        self.kind.observe(post.handler(self._draw), "value")
        self._lines = W.HTML()
        self._lines.add_class("sevdrill-history")
        self.widget = column("sevdrill-timeline", self.kind, self._lines)

    def show(self, seen: Observation) -> None:
        """Follow the timeline."""
        fresh = self._seen is None or seen.timeline != self._seen.timeline
        self._seen = seen
        if fresh:
            self._draw()

    def in_sight(self, *, shown: bool) -> None:
        """Whether the panel is on screen."""
        self._in_sight = shown
        self._draw()

    def _draw(self) -> None:
        if self._seen is None or not self._in_sight:
            return
        shown = [entry for entry in self._entries.see(self._seen.timeline) if self._wants(entry)]
        if shown:
            rows = (_row(entry) for entry in shown)
            self._lines.value = el("ol", "", *rows, aria_label="Timeline", tabindex=0, data_n=len(shown))
        else:
            self._lines.value = el("p", "sevdrill-empty", "Nothing of the kind has happened yet.")

    def _wants(self, entry: Entry) -> bool:
        return not entry.echo if self.kind.value == EVERYTHING else entry.kind == self.kind.value


def _row(entry: Entry) -> Markup:
    return el(
        "li",
        f"sevdrill-entry sevdrill-tone-{entry.tone}",
        el("time", "", entry.time),
        el("b", "sevdrill-sign", entry.sign),
        el("span", "sevdrill-told", entry.text),
        data_seq=entry.seq,
        data_kind=entry.kind,
    )
