"""The guard of the control room: what keeps a panel of widgets safe and audible inside a notebook.

In JupyterLab a single key pressed while a widget button has the focus acts on the notebook: `x` deletes a
cell. And a kernel that is busy or gone looks exactly like one where nothing happens. Put one guard into every
room. The browser part is `js/src/guard.js`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anywidget
import traitlets

STATIC = Path(__file__).parent / "static"
"""The bundles; `npm run build` in `js/` writes them."""
ROOM_CLASS = "sevdrill-room"
"""The guard protects the closest element around it that has this class: `room.add_class(ROOM_CLASS)`."""


class RoomGuard(anywidget.AnyWidget):
    """A line at the top of the room: announcements, or NO SIGNAL; and duties without a face.

    - Every focusable element of the room, now or later, and the room itself after a click into it, is exempt
      from the notebook's shortcuts; only Ctrl+S still saves the notebook.
    - The page says NO SIGNAL when `beat` has not changed for 3 s while the page is visible, and puts
      `data-live="false"` on the room; `"true"` while the signal is good; nothing before the first beat.
    - The kernel hears from the page about every 2 s through `heard`. Browsers slow hidden pages down to one
      message a minute: call nobody gone before 120 s. An observer may run outside the main thread; it must
      post to the room's loop like any handler.
    - What opens with class `sevdrill-dialog` takes the focus; Escape clicks its `sevdrill-close`; the focus
      goes back to where it was. It stays in the room when a control goes that had it.
    - Screen readers get the state of toggles, the names of sliders, and titles as descriptions.
    """

    _esm = (STATIC / "guard.js").read_text(encoding="utf-8")
    _css = (STATIC / "guard.css").read_text(encoding="utf-8")

    beat = traitlets.Int(0).tag(sync=True)
    """The kernel's pulse: add 1 every second, also while the drill is paused."""
    heard = traitlets.Int(0).tag(sync=True)
    """The page's pulse: grows by 1 about every 2 s for each open page. Only its changing means anything."""
    announce = traitlets.Unicode("").tag(sync=True)
    """Shown in one line, spoken politely: what matters, a few times a minute. An equal text stays silent."""
    shortcuts = traitlets.Dict().tag(sync=True)
    """The room's own keys (`keys` is taken by ipywidgets): key -> its title, e.g. `{"a": "Acknowledge"}`.

    Pressed while the focus is in the room, but not in a field where text is typed, the key goes to the room's
    first element of class `key-<key>`, `widget.add_class("key-a")`: a button is clicked, if it is seen; of
    anything else the tabs around it are turned to it, and its first control gets the focus. A whole page of
    tabs is shown with the focus on its tab.
    """
    sound = traitlets.Bool(False).tag(sync=True)
    """Whether `chime` may be heard."""
    chime = traitlets.Int(0).tag(sync=True)
    """Add 1 for a short tone."""

    @traitlets.validate("shortcuts")
    def _check_shortcuts(self, proposal: Mapping[str, Any]) -> dict[str, str]:
        for key in proposal["value"]:
            if not (isinstance(key, str) and len(key) == 1 and key.isprintable() and not key.isspace()):
                raise traitlets.TraitError(f"shortcuts: expected one visible character, got {key!r}")
        return {key: str(title) for key, title in proposal["value"].items()}
