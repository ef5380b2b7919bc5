"""Points at something in the room. The browser part is `js/src/pointer.js`."""

import anywidget
import traitlets

from simulator.room.guard import STATIC

Place = str
"""A CSS selector of the room's own making: never a text of a scenario or a trainee."""


class Pointer(anywidget.AnyWidget):
    """Brings a place of the room into view, outlines it, and moves the focus there and back.

    It has no face. It works inside the room that it is a child of, and follows what is drawn anew.
    """

    _esm = (STATIC / "pointer.js").read_text(encoding="utf-8")

    at = traitlets.Dict().tag(sync=True)
    """`selector`, `outline`, `focus`, `back`; and `nth`, so that the same place can be shown again."""

    def show(self, place: Place, *, outline: bool = False, focus: bool = False) -> None:
        """Bring a place into view.

        Args:
            place: where.
            outline: draw a line around it until something else is shown.
            focus: move the focus there.
        """
        self._point(selector=place, outline=outline, focus=focus)

    def give_back(self) -> None:
        """Move the focus to where it was before it was moved."""
        self._point(back=True)

    def rest(self) -> None:
        """Show nothing."""
        if self.at.get("selector"):
            self._point()

    def _point(self, **what: str | bool) -> None:
        self.at = {**what, "nth": self.at.get("nth", 0) + 1}
