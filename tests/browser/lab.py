"""A JupyterLab of the tests' own: every folder temporary, a free port, a token, ended by its own id."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Self

import psutil

CHECKOUT = Path(__file__).resolve().parents[2]
# Waiting for "idle" in the toolbar is too early; the kernel's own connection is what counts.
READY = """() => {
  const kernel = window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel;
  return kernel && kernel.connectionStatus === 'connected' && kernel.status === 'idle';
}"""
QUIET = {
    "notification.jupyterlab-settings": {"fetchNews": "false", "checkForUpdates": False},
    "themes.jupyterlab-settings": {"theme": "JupyterLab Light"},
}


class Lab:
    """A running server. Use as a context manager."""

    def __init__(self, folder: Path, theme: str = "JupyterLab Light") -> None:
        self.notebooks = folder / "notebooks"
        self.notebooks.mkdir(parents=True)
        self.log = folder / "server.log"
        self.token = secrets.token_hex(16)
        self.port = free_port()
        self._folder, self._theme = folder, theme

    def __enter__(self) -> Self:
        self._write_settings()
        with self.log.open("wb") as log:
            self._server = subprocess.Popen(
                self._command(),
                cwd=self.notebooks,
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

    def address(self, notebook: str) -> str:
        """Where a notebook opens, alone and without a workspace of old."""
        return f"http://127.0.0.1:{self.port}/doc/tree/{notebook}?token={self.token}"

    def kernels(self) -> list[psutil.Process]:
        """The processes of the kernels that run."""
        family = psutil.Process(self._server.pid).children(recursive=True)
        return [process for process in family if "ipykernel_launcher" in process.cmdline()]

    def kill_kernels(self) -> int:
        """Kill every kernel as a machine that runs out of memory does; returns how many there were."""
        kernels = self.kernels()
        for kernel in kernels:
            kernel.kill()
        return len(kernels)

    def write(self, name: str, *cells: str) -> str:
        """A notebook of these code cells."""
        made = [
            {
                "cell_type": "code",
                "id": f"cell-{number}",
                "metadata": {},
                "execution_count": None,
                "outputs": [],
                "source": cell,
            }
            for number, cell in enumerate(cells)
        ]
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        content = {"cells": made, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
        (self.notebooks / name).write_text(json.dumps(content), encoding="utf-8")
        return name

    def _command(self) -> list[str]:
        options = [
            f"--ServerApp.root_dir={self.notebooks}",
            f"--ServerApp.port={self.port}",
            "--ServerApp.ip=127.0.0.1",
            "--ServerApp.port_retries=0",
            "--LabApp.expose_app_in_browser=True",
            "--no-browser",
        ]
        root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        return [sys.executable, "-m", "jupyterlab", *options, *root]

    def _environment(self) -> dict[str, str]:
        places = {
            "JUPYTER_CONFIG_DIR": "config",
            "JUPYTER_DATA_DIR": "data",
            "JUPYTER_RUNTIME_DIR": "runtime",
            "JUPYTERLAB_SETTINGS_DIR": "settings",
            "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
            "IPYTHONDIR": "ipython",
        }
        own = {name: str(self._folder / place) for name, place in places.items()}
        return {**os.environ, **own, "JUPYTER_TOKEN": self.token, "PYTHONPATH": str(CHECKOUT)}

    def _write_settings(self) -> None:
        place = self._folder / "settings" / "@jupyterlab" / "apputils-extension"
        place.mkdir(parents=True)
        settings = {**QUIET, "themes.jupyterlab-settings": {"theme": self._theme}}
        for name, content in settings.items():
            (place / name).write_text(json.dumps(content), encoding="utf-8")

    def _wait(self, longest_s: float = 60) -> None:
        until = time.monotonic() + longest_s
        status = f"http://127.0.0.1:{self.port}/api/status?token={self.token}"
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(status, timeout=2):
                    return
            except OSError:
                time.sleep(0.2)
            if self._server.poll() is not None:
                break
        self._server.kill()
        raise RuntimeError(f"JupyterLab did not start:\n{self.log.read_text(encoding='utf-8')[-3000:]}")


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
