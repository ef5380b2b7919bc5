"""One choice out of a few, side by side: a radio group that stands still while the words in it change."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anywidget
import traitlets

STATIC = Path(__file__).parent / "static"
TONES = ("", "alarm", "warn", "good")
"""How the dot beside an option's word looks."""


class Picks(anywidget.AnyWidget):
    """A row of options, one of them chosen. Arrow keys move the choice.

    Example:
        Picks(label="Shown", options=[{"id": "now", "title": "Now"}], chosen="now")
    """

    _esm = (STATIC / "picks.js").read_text(encoding="utf-8")
    _css = (STATIC / "picks.css").read_text(encoding="utf-8")

    label = traitlets.Unicode("").tag(sync=True)
    """What is chosen, for screen readers."""
    options: Any = traitlets.List().tag(sync=True)
    """`{"id", "title"}`; if wanted `"detail"` (a word), `"tone"` (of TONES), `"hint"` (a tooltip), `"key"`.

    The key is the room's shortcut that chooses this option: see `keys`.
    """
    chosen = traitlets.Unicode("").tag(sync=True)
    """The id of the chosen option; written by the page, too."""

    @traitlets.validate("options")
    def _check_options(self, proposal: Mapping[str, Any]) -> list[dict[str, str]]:
        for number, option in enumerate(proposal["value"]):
            lacking = {"id", "title"} - set(option)
            if lacking or option.get("tone", "") not in TONES:
                raise traitlets.TraitError(
                    f"options[{number}]: expected id, title and one of the tones, got {option!r}"
                )
        return list(proposal["value"])
