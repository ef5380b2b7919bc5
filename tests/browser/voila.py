"""A page of `sevdrill serve` of the tests' own: a free port, folders of its own, ended by its own id."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Self

from tests.browser.lab import CHECKOUT, free_port

SERVE = "from simulator.app.cli import main; main()"


class Voila:
    """A running server. Use as a context manager.

    Args:
        folder: for what it writes.
        options: more of `sevdrill serve`.
    """

    def __init__(self, folder: Path, *options: str) -> None:
        self.port = free_port()
        self.log = folder / "voila.log"
        self._folder, self._options = folder, options

    def __enter__(self) -> Self:
        command = [
            sys.executable,
            "-c",
            SERVE,
            "serve",
            "--no-browser",
            f"--port={self.port}",
            *self._options,
        ]
        with self.log.open("wb") as log:
            self._server = subprocess.Popen(
                command,
                cwd=self._folder,
                env=self._environment(),
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )
        self._wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.terminate()
        try:
            self._server.wait(20)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait(20)

    @property
    def address(self) -> str:
        """Where it is."""
        return f"http://localhost:{self.port}/"

    def _environment(self) -> dict[str, str]:
        places = {
            "JUPYTER_CONFIG_DIR": "config",
            "JUPYTER_DATA_DIR": "data",
            "JUPYTER_RUNTIME_DIR": "runtime",
        }
        own = {name: str(self._folder / place) for name, place in places.items()}
        own |= {"IPYTHONDIR": str(self._folder / "ipython")}
        return {**os.environ, **own, "PYTHONPATH": str(CHECKOUT)}

    def _wait(self, longest_s: float = 90) -> None:
        until = time.monotonic() + longest_s
        while time.monotonic() < until:
            try:
                # What it serves without starting a kernel.
                with urllib.request.urlopen(f"{self.address}voila/api/shutdown/", timeout=2):
                    return
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.3)
            if self._server.poll() is not None:
                break
        self._server.kill()
        raise RuntimeError(f"Voilà did not start:\n{self.log.read_text(encoding='utf-8')[-3000:]}")
