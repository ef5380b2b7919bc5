"""How a widget's handler reaches the room: it posts to the room's event loop, and never acts itself.

A handler may run in another thread than the drill (JupyterLab sends widget messages over a subshell), so
touching the session there would break it now and then. And ipywidgets swallows what a handler raises, so
everything posted runs under one guard.
"""

import asyncio
from collections.abc import Callable
from typing import Any

Guarded = Callable[..., None]


class Post:
    """Runs functions on the room's loop, one after the other, under a guard.

    Args:
        failed: told of any exception; it must not raise.
    """

    def __init__(self, failed: Callable[[Exception], None]) -> None:
        self._failed = failed
        self._loop: asyncio.AbstractEventLoop | None = None
        self.bind()

    def bind(self) -> None:
        """Take the loop that is running here, if there is one. To be called from the drill's own thread."""
        try:
            self._loop = asyncio.get_running_loop()
        except RuntimeError:
            return

    def __call__(self, function: Callable[..., Any], *args: Any) -> None:
        """Run it soon on the loop; at once if no loop is running, for then nobody else acts either."""
        if self._loop is not None and self._loop.is_running():
            self._loop.call_soon_threadsafe(self.guarded, function, *args)
        else:
            self.guarded(function, *args)

    def handler(self, function: Callable[[], Any]) -> Guarded:
        """A handler for `on_click` and `observe` that posts `function`; what ipywidgets passes is dropped."""

        def handle(*_: Any) -> None:
            self(function)

        return handle

    def guarded(self, function: Callable[..., Any], *args: Any) -> None:
        """Run it now; whatever it raises is handed on, never swallowed."""
        try:
            function(*args)
        except Exception as fault:  # noqa: BLE001 - shown in the room and logged, whatever it is
            self._failed(fault)
