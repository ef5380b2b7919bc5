"""A server of the tests' own: a free port, folders of its own, its log in a file, ended by its own id."""

import os
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Self

CHECKOUT = Path(__file__).resolve().parents[2]
FOLDERS = {
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTER_RUNTIME_DIR": "runtime",
    "IPYTHONDIR": "ipython",
}
"""What Jupyter calls its folders, and what they are called in the server's own."""


class Server(ABC):
    """A process that serves. Use as a context manager.

    Args:
        folder: for what it writes.
    """

    starts_within_s = 60

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.log = folder / "server.log"

    @abstractmethod
    def command(self) -> list[str]:
        """What to run."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether it can be asked for pages; OSError counts as no."""

    def environment(self) -> Mapping[str, str]:
        """What it finds in its environment, beside what everybody finds there."""
        return {name: str(self.folder / place) for name, place in FOLDERS.items()}

    def __enter__(self) -> Self:
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                self.command(),
                cwd=self.folder,
                env={**os.environ, **self.environment(), "PYTHONPATH": str(CHECKOUT)},
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )
        self._wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(20)

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    def _wait(self) -> None:
        until = time.monotonic() + self.starts_within_s
        while time.monotonic() < until and self._process.poll() is None:
            try:
                if self.answers():
                    return
            except OSError:
                pass
            time.sleep(0.2)
        self._process.kill()
        log = self.log.read_text(encoding="utf-8")[-3000:]
        raise RuntimeError(f"{type(self).__name__} did not start:\n{log}")


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
