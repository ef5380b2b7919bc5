"""The evidence that has been seen: a list, and one piece open for reading."""

import ipywidgets as W  # noqa: N812

from simulator.room.markup import Markup, el
from simulator.room.posting import Post
from simulator.room.view import Item


class EvidencePanel:
    """What the trainee found opens by itself; what others found waits in the list, marked as new."""

    def __init__(self, post: Post) -> None:
        self._items: tuple[Item, ...] = ()
        self._read: set[str] = set()
        self._listing = False
        self._heading = W.HTML()
        self._list = W.Select(options=[], rows=5, description="Seen so far", tooltip="Choose what to read")
        self._list.add_class("sevdrill-found")
        self._list.observe(post.handler(self._choose), "value")
        self._open = W.HTML()
        self._open.add_class("sevdrill-reading")
        self.widget = W.VBox([self._heading, self._list, self._open])
        self.widget.add_class("sevdrill-card")
        self.widget.add_class("sevdrill-evidence")
        self._draw("")

    def show(self, items: tuple[Item, ...]) -> None:
        """Take in what has been seen; does nothing if it is the same as before."""
        if items == self._items:
            return
        known = {item.key for item in self._items}
        self._items = items
        mine = [item.key for item in items if item.key not in known and item.mine]
        oldest = next((item.key for item in items), "")
        self._draw(mine[-1] if mine else self._current() or oldest)

    def _current(self) -> str:
        """The open piece, in its newest reading."""
        value = str(self._list.value or "")
        same = [item.key for item in self._items if item.key.partition("#")[0] == value.partition("#")[0]]
        return same[0] if same else ""

    def _choose(self) -> None:
        if not self._listing:
            self._draw(str(self._list.value or ""))

    def _draw(self, key: str) -> None:
        self._read.add(key)
        new = sum(item.key not in self._read for item in self._items)
        self._heading.value = el(
            "h3", "sevdrill-heading", "Evidence", *([el("span", "sevdrill-new", f"{new} new")] if new else [])
        )
        options = [(self._label(item), item.key) for item in reversed(self._items)]
        self._listing = True  # setting the options moves the choice for a moment: that is nobody's choice
        if tuple(self._list.options) != tuple(options):
            self._list.options = options
        self._list.value = key or None
        self._listing = False
        self._list.layout.display = None if self._items else "none"
        item = next((item for item in self._items if item.key == key), None)
        self._open.value = _sheet(item) if item else _NOTHING

    def _label(self, item: Item) -> str:
        mark = "" if item.key in self._read else "● new  "
        return f"{mark}{item.time}  {item.source}: {item.title}"


_NOTHING = el(
    "p",
    "sevdrill-empty",
    "What you and your responders find is kept here: dashboards, diffs, logs, reports. "
    "Begin with a look under Investigate.",
)


def _sheet(item: Item) -> Markup:
    where = f"{item.source} · {item.about}" if item.about and item.about != item.title else item.source
    return el(
        "article",
        "sevdrill-sheet",
        el("h4", "", item.title),
        el("p", "sevdrill-source", f"{where} · {item.time} · found by {item.by if not item.mine else 'you'}"),
        _STYLES[item.style](item.text.rstrip("\n")),
        data_evidence=item.key.partition("#")[0],
    )


def _diff(text: str) -> Markup:
    return el(
        "pre", "sevdrill-code sevdrill-diff", *(_diff_line(line) for line in text.splitlines()), tabindex=0
    )


def _diff_line(line: str) -> Markup:
    kind = "plain"
    if line.startswith(("+++", "---", "@@")):
        kind = "place"
    elif line.startswith("+"):
        kind = "added"
    elif line.startswith("-"):
        kind = "removed"
    return el("span", f"sevdrill-{kind}", line or " ")


def _code(text: str) -> Markup:
    return el("pre", "sevdrill-code", text, tabindex=0)


def _prose(text: str) -> Markup:
    return el("div", "sevdrill-prose", text)


_STYLES = {"diff": _diff, "code": _code, "prose": _prose}
