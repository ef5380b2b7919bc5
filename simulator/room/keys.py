"""The room's single keys: one table for the page, the buttons and the list that `?` opens."""

from collections.abc import Callable, Mapping

import ipywidgets as W  # noqa: N812

from simulator.moves import GROUPS
from simulator.room.boxes import column
from simulator.room.markup import Markup, el
from simulator.room.posting import Post

ACKNOWLEDGE, PAUSE, SKIP, REWIND, SLOWER, FASTER, SOUND, HELP, END = (
    "a",
    "p",
    "n",
    "r",
    "-",
    "+",
    "m",
    "?",
    "E",
)
CHANNEL, EVIDENCE, TIMELINE, SERVICES, UPDATE = "c", "e", "t", "s", "u"
PLUS_UNSHIFTED = "="
"""On many keyboards the plus needs Shift; the key itself will do."""

DRILL: Mapping[str, str] = {
    ACKNOWLEDGE: "Acknowledge the page",
    PAUSE: "Pause or resume",
    SKIP: "Skip to the next event",
    SLOWER: "Slower",
    FASTER: "Faster",
    REWIND: "Rewind to a moment",
    SOUND: "Sound on or off",
    HELP: "Show these keys",
    END: "End drill",
}
PLACES: Mapping[str, str] = {
    CHANNEL: "Incident channel",
    EVIDENCE: "Evidence",
    TIMELINE: "Timeline",
    SERVICES: "Services",
    UPDATE: "Write a status update",
    **{str(n): f"Moves: {group}" for n, group in enumerate(GROUPS, 1)},
}
"""Where a key takes the focus; a place that the room has not got is left out of the list."""
ROOM: Mapping[str, str] = {**DRILL, **PLACES, PLUS_UNSHIFTED: DRILL[FASTER]}
"""All of the room's own."""
EVERYWHERE: Mapping[str, str] = {
    "Tab": "Next control; Shift+Tab goes back",
    "Enter": "Press a button, open a tab",
    "← →": "Move along a row of tabs",
    "Esc": "Leave a text field, close a panel",
}


def mark(widget: W.DOMWidget, key: str) -> None:
    """Let a key press this button, or take the focus to this panel."""
    widget.add_class(f"key-{key}")


def title_of(key: str) -> str:
    """A key as it is written on a keyboard: `Shift+E` for a capital, else the sign itself."""
    if len(key) == 1 and key.isalpha():
        return f"Shift+{key}" if key.isupper() else key.upper()
    return {"-": "−"}.get(key, key)


def tip(text: str, key: str) -> str:
    """A button's tooltip with its key."""
    return f"{text} Key: {title_of(key)}"


class KeysPanel:
    """The list of keys; the room shows it on `?`.

    Args:
        close: called on the loop by its button.
        post: how handlers reach the loop.
    """

    def __init__(self, close: Callable[[], None], post: Post) -> None:
        self._list = W.HTML()
        self.close = W.Button(description="Close", tooltip="Close this list. Key: Esc")
        self.close.add_class("sevdrill-close")
        self.close.on_click(post.handler(close))
        heading = W.HTML(el("h3", "sevdrill-heading", "Keys"))
        self.widget = column("sevdrill-dialog", heading, self._list, self.close)

    def show(self, keys: Mapping[str, str]) -> None:
        """List the keys that the room has now, key to title."""
        has = [(title, {key: text for key, text in part.items() if key in keys}) for title, part in _PARTS]
        shown = [*has, ("Anywhere", EVERYWHERE)]
        self._list.value = el("div", "sevdrill-keymap", *(_part(title, part) for title, part in shown))


_PARTS = (("The drill", DRILL), ("Go to", PLACES))


def _part(title: str, keys: Mapping[str, str]) -> Markup:
    rows = (
        el("div", "", el("dt", "", el("kbd", "", title_of(key))), el("dd", "", text))
        for key, text in keys.items()
    )
    return el("section", "", el("h4", "", title), el("dl", "", *rows))
