"""What is shown when a drill is over: whatever the caller's `on_end` returns."""

from collections.abc import Callable
from typing import Any

import ipywidgets as W  # noqa: N812

from simulator.room.boxes import column
from simulator.room.markup import Markup, el
from simulator.room.posting import Post
from simulator.room.view import RoomView

WORKING = el("p", "sevdrill-working", "The drill is over. Working out how it went …", role="status")


class Ending:
    """The place for the result.

    Args:
        go_back: called on the loop by the button that takes an early end back.
        post: how handlers reach the loop.
    """

    def __init__(self, go_back: Callable[[], None], post: Post) -> None:
        self.back = W.Button(
            description="Play on", tooltip="Take the drill up again at the moment where you ended it"
        )
        self.back.on_click(post.handler(go_back))
        self.widget = column("sevdrill-ending")

    def wait(self) -> None:
        """Say that the result is being worked out."""
        self.widget.children = (W.HTML(WORKING),)

    def show(self, view: RoomView, result: Any, left_at: str, branch: str = "") -> None:
        """Show a result: a widget, an object with `_repr_html_`, HTML text, or None for the bare facts.

        Args:
            view: the room at the end.
            result: what to show under the facts.
            left_at: the clock when the trainee ended it early; empty if its time was over.
            branch: the clock where this drill branched from another; empty if it did not.
        """
        facts = W.HTML(_facts(view, left_at, branch))
        head = column("sevdrill-end-head", facts, *([self.back] if left_at else []))
        self.widget.children = (head,) if result is None else (head, as_widget(result))


def as_widget(result: Any) -> W.Widget:
    """A result of `on_end` as a widget. Text is taken for HTML: the caller has escaped it."""
    if isinstance(result, W.Widget):
        return result
    shown = W.HTML(_html(result))
    shown.add_class("sevdrill-result")
    return shown


def _html(result: Any) -> str:
    if hasattr(result, "_repr_html_"):
        return str(result._repr_html_())
    return result if isinstance(result, str) else el("pre", "sevdrill-code", repr(result))


def _facts(view: RoomView, left_at: str, branch: str) -> Markup:
    practice = f"This is a branch from {branch}: practice, which no cohort counts. " if branch else ""
    until = f"You left at {left_at}; the rest of the time passed without you. " if left_at else ""
    lost = f"{view.status.lost:,} user-minutes lost."
    done = ", ".join(step.title.lower() for step in view.steps if step.state == "done") or "none"
    return el(
        "section",
        "",
        el("h2", "", "The drill is over"),
        el("p", "sevdrill-summary", f"{practice}{until}{lost} Stations reached: {done}."),
    )
