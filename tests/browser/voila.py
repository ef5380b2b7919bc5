"""A page of `sevdrill serve` of the tests' own."""

import sys
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

from tests.browser.server import Server

SERVE = "from simulator.app.cli import main; main()"


class Voila(Server):
    """A running server. Use as a context manager.

    Args:
        folder: for what it writes.
        options: more of `sevdrill serve`.
    """

    starts_within_s = 90

    def __init__(self, folder: Path, *options: str) -> None:
        super().__init__(folder)
        self._options = options

    @property
    def address(self) -> str:
        """Where it is."""
        return f"http://localhost:{self.port}/"

    def command(self) -> list[str]:
        options = ("--no-browser", f"--port={self.port}", *self._options)
        return [sys.executable, "-c", SERVE, "serve", *options]

    def answers(self) -> bool:
        try:
            # What it serves without starting a kernel.
            with urlopen(f"{self.address}voila/api/shutdown/", timeout=2):
                return True
        except HTTPError:
            return True
