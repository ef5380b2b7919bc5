"""What is shown when a drill is over: whatever the caller's `on_end` returns."""

from typing import Any

import ipywidgets as W  # noqa: N812

from simulator.room.markup import Markup, el
from simulator.room.view import RoomView

WORKING = el("p", "sevdrill-working", "The drill is over. Working out how it went …", role="status")


class Ending:
    """The place for the result."""

    def __init__(self) -> None:
        self.widget = W.VBox([])
        self.widget.add_class("sevdrill-ending")

    def wait(self) -> None:
        """Say that the result is being worked out."""
        self.widget.children = (W.HTML(WORKING),)

    def show(self, view: RoomView, result: Any) -> None:
        """Show a result: a widget, an object with `_repr_html_`, HTML text, or None for the bare facts."""
        facts = W.HTML(_facts(view))
        self.widget.children = (facts,) if result is None else (facts, as_widget(result))


def as_widget(result: Any) -> W.Widget:
    """A result of `on_end` as a widget. Text is taken for HTML: the caller has escaped it."""
    if isinstance(result, W.Widget):
        return result
    if hasattr(result, "_repr_html_"):
        return W.HTML(str(result._repr_html_()))
    if isinstance(result, str):
        return W.HTML(result)
    return W.HTML(el("pre", "sevdrill-code", repr(result)))


def _facts(view: RoomView) -> Markup:
    lost = f"{view.status.lost:,} user-minutes lost."
    done = ", ".join(step.title.lower() for step in view.steps if step.state == "done") or "none"
    return el(
        "section",
        "",
        el("h2", "", "The drill is over"),
        el("p", "sevdrill-summary", f"{lost} Stations reached: {done}."),
    )
