"""What stands where in the room: a top that stays in view, and under it what belongs to the phase."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import ipywidgets as W  # noqa: N812

from simulator.room.boxes import column, row, set_class
from simulator.room.guard import ROOM_CLASS
from simulator.room.play import PHASES, Phase

_STATIC = Path(__file__).parent / "static"
STYLE = "\n".join(
    part.read_text(encoding="utf-8") for part in (_STATIC / "room.css", *sorted(_STATIC.glob("room-*.css")))
)
"""`room.css`, then what single panels bring along: `room-<panel>.css`."""


class Screen:
    """The room's whole panel.

    Args:
        line: what stands beside each other under the status bar.
        notices: what may open under that line.
        pointer: shows nothing itself.
        problem: what may open under the top.
    """

    def __init__(
        self, line: Sequence[W.Widget], notices: Sequence[W.Widget], pointer: W.Widget, problem: W.Widget
    ) -> None:
        self._status = W.VBox([])
        self._dialogs = column("sevdrill-dialogs")
        self._body = column("sevdrill-body")
        self._lower = row("sevdrill-lower")
        top = column("sevdrill-top", self._status, row("sevdrill-desk", *line), *notices, self._dialogs)
        style = W.HTML(f"<style>{STYLE}</style>", layout={"display": "none"})
        self.panel = column(ROOM_CLASS, style, pointer, top, problem, self._body)

    def head(self, status: W.Widget) -> None:
        """Put a status bar at the very top."""
        self._status.children = (status,)

    def show(self, phase: Phase, body: tuple[W.Widget, ...], marks: Mapping[str, bool]) -> None:
        """Show the body of a phase.

        Args:
            phase: a class of the room, `sevdrill-at-<phase>`.
            body: what stands under the top.
            marks: further classes of the room, and whether it has them.
        """
        for name, on in ({f"sevdrill-at-{each}": each == phase for each in PHASES} | {**marks}).items():
            set_class(self.panel, name, on=on)
        _fill(self._body, body)

    def lower(self, *parts: W.Widget) -> W.Widget:
        """The lower part of a body, with its parts beside each other."""
        _fill(self._lower, parts)
        return self._lower

    @property
    def dialog(self) -> W.Widget | None:
        """The panel that is open."""
        return next(iter(self._dialogs.children), None)

    def open(self, dialog: W.Widget) -> None:
        """Open a panel in the place of any other."""
        self._dialogs.children = (dialog,)

    def close(self) -> None:
        """Put away whatever panel is open."""
        self._dialogs.children = ()


def _fill(box: W.Box, children: tuple[W.Widget, ...]) -> None:
    if box.children != children:
        box.children = children
