"""The room's own errors, on screen: ipywidgets swallows them, and the notebook shows them nowhere."""

import logging
import traceback
from collections.abc import Callable

import ipywidgets as W  # noqa: N812

from simulator.room.boxes import row
from simulator.room.markup import el, icon

log = logging.getLogger("simulator.room")
WHAT_TO_DO = (
    "The drill is paused and nothing is lost. Press Resume to go on. If it comes back, end the drill, and "
    "report the lines under Details."
)
AFTER_THE_END = "The drill is over and its log is kept; only the result is missing. Report the lines below."


class ProblemBox:
    """Hidden until something goes wrong."""

    def __init__(self, post: Callable[[Callable[[], None]], None]) -> None:
        self._text = W.HTML()
        self._close = W.Button(description="Close message", tooltip="Hide this message")
        self._close.on_click(lambda _: post(self.close))
        self.widget = row("sevdrill-problem", self._text, self._close)
        self.close()

    def show(self, fault: Exception, what_to_do: str = WHAT_TO_DO) -> None:
        """Show an exception with what to do, and log it."""
        log.error("the control room failed: %r", fault, exc_info=fault)
        details = "".join(traceback.format_exception(fault))
        self._text.value = el(
            "div",
            "",
            el("p", "", icon("warning"), el("b", "", "Something in the room went wrong. "), what_to_do),
            el("p", "sevdrill-fault", f"{type(fault).__name__}: {fault}"),
            el("details", "", el("summary", "", "Details"), el("pre", "sevdrill-code", details, tabindex=0)),
            role="alert",
        )
        self.widget.layout.display = None

    def close(self) -> None:
        """Hide the message."""
        self._text.value = ""
        self.widget.layout.display = "none"
