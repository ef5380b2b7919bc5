"""The guide of a tutorial: one step at a time, under the bar, with a line around what it is about."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import ipywidgets as W  # noqa: N812

from simulator.coach.guide import Guide
from simulator.observe import Observation
from simulator.room.boxes import column, row
from simulator.room.markup import Markup, el
from simulator.room.pointer import Pointer
from simulator.room.posting import Post
from simulator.scenario.model import GuideStep

PLACES: Mapping[str, str] = MappingProxyType(
    {
        "bar": ".sevdrill-status",
        "controls": ".sevdrill-controls",
        "page": ".sevdrill-strip",
        "stations": ".sevdrill-strip",
        "chart": ".sevdrill-chart-card",
        "alerts": ".sevdrill-alerts",
        "in_flight": ".sevdrill-inflight",
        "channel": ".sevdrill-channel",
        "evidence": ".sevdrill-evidence",
        "moves": ".sevdrill-moves",
    }
)
"""A part of the room, by its name in a guide, to where it is on the page."""


class GuidePanel:
    """Shows the step of now, and goes on by itself when it is done.

    Args:
        guide: the steps.
        pointer: outlines what a step is about.
        open_move: called on the loop with a verb, to turn to where it is made.
        speak: called with a step's words when it comes up.
        gone_on: called on the loop after Next or Skip.
        post: how handlers reach the loop.
    """

    def __init__(
        self,
        guide: Guide,
        *,
        pointer: Pointer,
        open_move: Callable[[str], None],
        speak: Callable[[str], None],
        gone_on: Callable[[], None],
        post: Post,
    ) -> None:
        self.guide = guide
        self._pointer, self._open_move, self._speak, self._gone_on = pointer, open_move, speak, gone_on
        self._shown = 0
        self._text = W.HTML()
        self.next = W.Button(description="Next", tooltip="Go on with the guide")
        self.next.add_class("sevdrill-do")
        self.skip = W.Button(description="Skip the guide", tooltip="Play on without it")
        self.next.on_click(post.handler(lambda: self._leave(guide.next)))
        self.skip.on_click(post.handler(lambda: self._leave(guide.skip)))
        buttons = row("sevdrill-row", self.next, self.skip)
        self.widget = column("sevdrill-guide", self._text, buttons)
        self.widget.layout.display = "none"

    @property
    def explains(self) -> bool:
        """Whether a step is being explained: the clock waits until it has been read."""
        return self.guide.explains

    @property
    def shown(self) -> bool:
        """Whether it is on the screen."""
        return bool(self.widget.layout.display != "none")

    def show(self, seen: Observation) -> None:
        """Follow what has been done."""
        self.guide.follow(seen)
        step = self.guide.step
        number = self.guide.number if step else 0
        if number == self._shown:
            return
        self._shown = number
        self.widget.layout.display = "none" if step is None else None
        if step is None:
            self._text.value = ""
            self._pointer.rest()
            return
        self._text.value = _step(step, number, len(self.guide.steps))
        self.next.description = "Next" if number < len(self.guide.steps) else "Play on"
        self.next.layout.display = None if step.until == "next" else "none"
        self.skip.layout.display = None if number < len(self.guide.steps) else "none"
        self._point(step)
        self._speak(f"{step.title}. {step.text}")

    def hide(self) -> None:
        """Take it away: the drill is over."""
        self.guide.skip()
        self._text.value = ""
        self.widget.layout.display = "none"
        self._pointer.rest()

    def _point(self, step: GuideStep) -> None:
        if step.move is not None:
            self._open_move(step.move)
            self._pointer.show(f".sevdrill-move.move-{step.move}", outline=True)
        elif step.place is not None:
            self._pointer.show(PLACES[step.place], outline=True)
        else:
            self._pointer.rest()

    def _leave(self, how: Callable[[], None]) -> None:
        how()
        self._gone_on()


def _step(step: GuideStep, number: int, of: int) -> Markup:
    return el(
        "section",
        "sevdrill-guide-step",
        el("p", "", el("b", "", step.title), el("span", "sevdrill-guide-count", f"Step {number} of {of}")),
        el("p", "", step.text),
        aria_label="Guide",
        data_step=number,
    )
