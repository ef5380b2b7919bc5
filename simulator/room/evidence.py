"""The evidence that has been seen: a list, and one piece open for reading."""

from collections import Counter
from collections.abc import Callable

import ipywidgets as W  # noqa: N812

from simulator.room.boxes import column, row, set_class
from simulator.room.diffbuttons import DiffButtons
from simulator.room.form import Submit
from simulator.room.logsearch import LogSearch
from simulator.room.markup import Markup, el
from simulator.room.posting import Post
from simulator.room.sheets import sheet
from simulator.room.view import Item
from simulator.scenario.model import Scenario


class EvidencePanel:
    """What the trainee found opens by itself; what others found waits in the list, marked as new.

    Args:
        scenario: the scenario being played.
        submit: called on the loop with verb and arguments, to ask for a diff.
        told: called with the number of new pieces when that changes.
        post: how handlers reach the loop.
    """

    def __init__(self, scenario: Scenario, submit: Submit, told: Callable[[int], None], post: Post) -> None:
        self._scenario, self._told, self._new = scenario, told, 0
        self._items: tuple[Item, ...] = ()
        self._read: set[str] = set()
        self._key = ""
        """Of the open piece."""
        self._listing, self._in_sight = False, True
        self.source = W.Dropdown(
            options=[("All", "")], description="Source", tooltip="Which evidence to list"
        )
        self.source.add_class("sevdrill-from")
        self.source.observe(post.handler(self._filtered), "value")
        self.list = W.Select(options=[], rows=5, description="Seen so far", tooltip="Choose what to read")
        self.list.add_class("sevdrill-found")
        self.list.observe(post.handler(self._chosen), "value")
        self.search = LogSearch(self._draw, post)
        self.diffs = DiffButtons(scenario, submit, self._open_diff, post)
        self._sheet = W.HTML()
        self._sheet.add_class("sevdrill-reading")
        choice = row("sevdrill-choice", self.source, self.list)
        self.widget = column("sevdrill-viewer", choice, self.search.widget, self._sheet, self.diffs.widget)
        self._draw()

    def show(self, items: tuple[Item, ...]) -> None:
        """Take in what has been seen; does nothing if it is the same as before."""
        if items == self._items:
            return
        known = {item.key for item in self._items}
        self._items = items
        mine = [item.key for item in items if item.key not in known and item.mine]
        if mine:
            self._key = mine[-1]
            self._unhide(self._key)
        else:
            self._key = self._newest_reading() or next((item.key for item in items), "")
        self._draw()

    def in_sight(self, *, shown: bool) -> None:
        """Whether the panel is on screen: what is open while it is not stays new."""
        self._in_sight = shown
        self._draw()

    def _newest_reading(self) -> str:
        """The open piece, as it was last seen."""
        return next((item.key for item in self._items if item.id == self._key.partition("#")[0]), "")

    def _unhide(self, key: str) -> None:
        if self.source.value and all(item.key != key for item in self._listed()):
            self.source.value = ""

    def _listed(self) -> list[Item]:
        return [item for item in self._items if self.source.value in ("", item.source)]

    def _chosen(self) -> None:
        if not self._listing:
            self._open(str(self.list.value or self._key))

    def _filtered(self) -> None:
        if not self._listing:
            self._draw()

    def _open_diff(self, change: str) -> None:
        """Open the diff of a change, if it has been seen."""
        diffs = [item for item in self._items if item.style == "diff" and item.subject == change]
        if diffs:
            self._open(diffs[-1].key)

    def _open(self, key: str) -> None:
        self._key = key
        self._unhide(key)
        self._draw()

    # -- drawing -------------------------------------------------------------------------------------

    def _draw(self) -> None:
        if self._in_sight:
            self._read.add(self._key)
        self._tell_new()
        self._draw_list()
        item = next((item for item in self._items if item.key == self._key), None)
        self.search.widget.layout.display = None if item and item.style == "logs" else "none"
        self.diffs.show(item.changes if item else ())
        listed = bool(item and item.changes)
        set_class(self.widget, "sevdrill-lists-changes", on=listed)
        self._sheet.value = el(
            "div",
            "sevdrill-scroller",
            self._laid_out(item) if item else _NOTHING,
            tabindex=0,
            role="region",
            aria_label="Open piece of evidence",
        )

    def _tell_new(self) -> None:
        new = sum(item.key not in self._read for item in self._items)
        if new != self._new:
            self._new = new
            self._told(new)

    def _laid_out(self, item: Item) -> Markup:
        if item.style != "logs":
            return sheet(self._scenario, item)
        logs = [one for one in self._items if one.style == "logs"]
        return sheet(self._scenario, item, self.search.body(item, logs))

    def _draw_list(self) -> None:
        options = [(self._label(item), item.key) for item in reversed(self._listed())]
        self._listing = True  # setting options moves the choice for a moment: that is nobody's choice
        self._draw_sources()
        if tuple(self.list.options) != tuple(options):
            self.list.options = options
        self.list.value = self._key if any(key == self._key for _, key in options) else None
        self._listing = False
        for control in (self.list, self.source):
            control.layout.display = None if self._items else "none"

    def _draw_sources(self) -> None:
        counts = Counter(item.source for item in self._items)
        options = [("All", ""), *((f"{source} ({count})", source) for source, count in counts.items())]
        if tuple(self.source.options) != tuple(options):
            chosen = self.source.value
            self.source.options = options
            self.source.value = chosen if chosen in counts else ""

    def _label(self, item: Item) -> str:
        mark = "" if item.key in self._read else "● new  "
        by = "" if item.mine else f" · {item.by}"
        return f"{mark}{item.time}  {item.source}: {item.title}{by}"


_NOTHING = el(
    "p",
    "sevdrill-empty",
    "What you and your responders find is kept here: dashboards, diffs, logs, reports. "
    "Begin with a look under Investigate.",
)
