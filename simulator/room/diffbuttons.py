"""The buttons under the change list: one per change, for its diff."""

from collections.abc import Callable
from functools import partial

import ipywidgets as W  # noqa: N812

from simulator.room.form import Submit
from simulator.room.posting import Post
from simulator.room.view import RecentChange
from simulator.scenario.model import Scenario

_WORDS = {"unread": "Open diff", "asked": "Being read", "read": "Show diff"}


class DiffButtons:
    """Each asks for the diff of its change, or shows it once somebody has read it.

    Args:
        scenario: the scenario being played.
        submit: called on the loop with verb and arguments, to ask for a diff.
        show: called on the loop with the id of a change whose diff has been seen.
        post: how handlers reach the loop.
    """

    def __init__(self, scenario: Scenario, submit: Submit, show: Callable[[str], None], post: Post) -> None:
        self._submit, self._show = submit, show
        self._states: dict[str, str] = {}
        newest = sorted(scenario.changes, key=lambda key: -scenario.changes[key].at_s)
        self.buttons = {key: W.Button() for key in newest}
        for key, button in self.buttons.items():
            button.add_class(f"diff-{key}")
            button.on_click(post.handler(partial(self._press, key)))
        self.widget = W.VBox(list(self.buttons.values()))
        self.widget.add_class("sevdrill-diffs")

    def show(self, changes: tuple[RecentChange, ...]) -> None:
        """Follow the open change list; none when something else is open."""
        self.widget.layout.display = None if changes else "none"
        for change in changes:
            self._states[change.id] = change.diff
            button = self.buttons[change.id]
            button.description = f"{_WORDS[change.diff]}: {change.title}"

    def _press(self, change: str) -> None:
        state = self._states.get(change)
        if state == "read":
            self._show(change)
        elif state == "unread":
            self._submit("look", {"source": "diff", "about": change})
