"""The strip under the bar: on call, then the page that wakes the trainee, then the way through."""

from collections.abc import Callable

import ipywidgets as W  # noqa: N812

from simulator.moves import MOVES
from simulator.room import keys
from simulator.room.boxes import row
from simulator.room.markup import Markup, el, icon
from simulator.room.posting import Post
from simulator.room.view import RoomView, Step


class IncidentStrip:
    """On call, paged, or the steps of an incident. It holds the room's only Acknowledge button.

    Args:
        acknowledge: called on the loop when the button is pressed.
        post: how handlers reach the loop.
    """

    def __init__(self, acknowledge: Callable[[], None], post: Post) -> None:
        move = MOVES["acknowledge"]
        self._text = W.HTML()
        self._answer = W.HTML()
        self.button = W.Button(description=move.title, tooltip=keys.tip(move.help, keys.ACKNOWLEDGE))
        keys.mark(self.button, keys.ACKNOWLEDGE)
        for name in ("sevdrill-do", "move-acknowledge"):
            self.button.add_class(name)
        self.button.on_click(post.handler(acknowledge))
        self.widget = row("sevdrill-strip", self._text, self.button, self._answer)
        self._stage = ""

    def show(self, view: RoomView) -> None:
        """Draw where the incident stands."""
        if view.stage != self._stage:
            for stage in ("quiet", "paged", "running"):
                self.widget.remove_class(f"sevdrill-{stage}")
            self.widget.add_class(f"sevdrill-{view.stage}")
            self._stage = view.stage
            self._answer.value = ""
            self.button.disabled = False
        self._text.value = _TEXTS[view.stage](view)

    def refuse(self, reason: str) -> None:
        """Say in place why it cannot be done."""
        self._answer.value = el("p", "sevdrill-refused", icon("warning"), "Not done. ", reason, role="alert")

    def accept(self) -> None:
        """It is being acknowledged: once is enough."""
        self.button.disabled = True

    def forget(self) -> None:
        """Take the answer away: another drill is shown next."""
        self._stage = ""


def _quiet(view: RoomView) -> Markup:
    return el(
        "div",
        "sevdrill-calm",
        el("span", "sevdrill-dot"),
        el("b", "", "You are on call. "),
        "Nothing has paged you so far.",
    )


def _paged(view: RoomView) -> Markup:
    return el(
        "div",
        "sevdrill-pager",
        el("span", "sevdrill-bell", icon("bell")),
        el(
            "div",
            "",
            el("b", "sevdrill-pager-head", f"You are being paged · {view.title}"),
            el("p", "", view.brief),
        ),
        role="alert",
    )


def _running(view: RoomView) -> Markup:
    return el("ol", "sevdrill-steps", *(_step(step) for step in view.steps))


def _step(step: Step) -> Markup:
    sign = icon("check") if step.state == "done" else el("span", "sevdrill-ring")
    said = {"done": "done", "next": "next", "later": "to do"}[step.state]
    return el(
        "li",
        f"sevdrill-step sevdrill-step-{step.state}" + " sevdrill-bare" * (not step.detail),
        sign,
        el("span", "sevdrill-step-title", step.title, el("span", "sevdrill-hidden", f", {said}")),
        el("span", "sevdrill-step-detail", step.detail),
        data_step=step.id,
        aria_current="step" if step.state == "next" else None,
    )


_TEXTS: dict[str, Callable[[RoomView], Markup]] = {"quiet": _quiet, "paged": _paged, "running": _running}
