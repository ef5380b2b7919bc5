"""How much the room helps, in words; and where a trainee chooses it."""

from collections.abc import Callable, Mapping

import ipywidgets as W  # noqa: N812

from simulator.conduct import Mode
from simulator.room.boxes import column
from simulator.room.posting import Post

MODES: Mapping[Mode, tuple[str, str]] = {
    "coached": ("Coached", "asks before a risky move, while the clock waits"),
    "standard": ("Standard", "warns, and lets you go on"),
    "exam": ("Exam", "says nothing, and takes nothing back"),
}
"""Mode to its name and what it does."""


class ModeChoice:
    """Where a trainee chooses how much help there is.

    Args:
        mode: the one chosen at first.
        choose: called on the loop with another.
        post: how handlers reach the loop.
    """

    def __init__(self, mode: Mode, choose: Callable[[Mode], None], post: Post) -> None:
        self.control = W.RadioButtons(
            options=[(f"{name}: {does}", mode) for mode, (name, does) in MODES.items()],
            value=mode,
            description="How much help",
            tooltip="How much the room helps while you play",
        )
        self.control.observe(post.handler(lambda: choose(self.control.value)), "value")
        self.widget = column("sevdrill-mode-choice", self.control)
