"""A button that hands a file to the browser: in JupyterLab and in Voilà, without a folder on the server.

The file is made when it is asked for, and only then sent. The browser part is `js/src/download.js`.
"""

from collections.abc import Callable, Mapping
from typing import Any

import anywidget
import traitlets

from simulator.room.guard import STATIC
from simulator.room.posting import Post


class Download(anywidget.AnyWidget):
    """One file to download.

    Args:
        label: what the button says.
        name: what the file is called.
        mime: its media type.
        make: makes the file; called on the loop, each time the button is pressed. What it raises is shown by
            `post`, and the button says that there is no file.
        post: how handlers reach the loop.
        about: what is in the file.
    """

    _esm = (STATIC / "download.js").read_text(encoding="utf-8")
    _css = (STATIC / "download.css").read_text(encoding="utf-8")

    label = traitlets.Unicode("Download").tag(sync=True)
    """What the button says."""
    about = traitlets.Unicode("").tag(sync=True)
    """What is in the file. (`tooltip` is taken by ipywidgets.)"""

    def __init__(
        self, label: str, name: str, mime: str, make: Callable[[], bytes], post: Post, about: str = ""
    ) -> None:
        super().__init__(label=label, about=about)
        self._name, self._mime, self._make, self._post = name, mime, make, post
        self.on_msg(lambda _, content, buffers: post(self._answer, content))

    def _answer(self, content: Mapping[str, Any]) -> None:
        asked = content.get("ask")
        try:
            made = self._make()
        except Exception:
            self.send({"ask": asked, "failed": True})
            raise
        self.send({"ask": asked, "name": self._name, "mime": self._mime}, [made])
