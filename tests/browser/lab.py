"""A JupyterLab of the tests' own."""

import json
import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.request import urlopen

import psutil

from simulator.app.lab import CONNECTION
from tests.browser.server import Server

# Waiting for "idle" in the toolbar is too early. The kernel's own connection is what counts, and whether what
# makes widgets listens to it: JupyterLab throws away widgets that come before, and the room is in pieces.
READY = """() => {
  const kernel = window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel;
  return kernel?.connectionStatus === 'connected' && kernel.status === 'idle'
    && 'jupyter.widget' in kernel._targetRegistry;
}"""
QUIET = {
    "notification.jupyterlab-settings": {"fetchNews": "false", "checkForUpdates": False},
    "themes.jupyterlab-settings": {"theme": "JupyterLab Light"},
}


class Lab(Server):
    """A running server. Use as a context manager."""

    def __init__(self, folder: Path, theme: str = "JupyterLab Light") -> None:
        super().__init__(folder)
        self.notebooks = folder / "notebooks"
        self.notebooks.mkdir(parents=True)
        self.token = secrets.token_hex(16)
        self._write_settings(theme)

    def address(self, notebook: str) -> str:
        """Where a notebook opens, alone and without a workspace of old."""
        return f"http://127.0.0.1:{self.port}/doc/tree/{notebook}?token={self.token}"

    def kernels(self) -> list[psutil.Process]:
        """The processes of the kernels that run."""
        family = psutil.Process(self.pid).children(recursive=True)
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

    def command(self) -> list[str]:
        options = [
            f"--ServerApp.root_dir={self.notebooks}",
            f"--ServerApp.port={self.port}",
            "--ServerApp.ip=127.0.0.1",
            "--ServerApp.port_retries=0",
            f"--ServerApp.{CONNECTION}",
            "--LabApp.expose_app_in_browser=True",
            "--no-browser",
        ]
        root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        return [sys.executable, "-m", "jupyterlab", *options, *root]

    def environment(self) -> Mapping[str, str]:
        places = {"JUPYTERLAB_SETTINGS_DIR": "settings", "JUPYTERLAB_WORKSPACES_DIR": "workspaces"}
        own = {name: str(self.folder / place) for name, place in places.items()}
        return {**super().environment(), **own, "JUPYTER_TOKEN": self.token}

    def answers(self) -> bool:
        with urlopen(f"http://127.0.0.1:{self.port}/api/status?token={self.token}", timeout=2):
            return True

    def _write_settings(self, theme: str) -> None:
        place = self.folder / "settings" / "@jupyterlab" / "apputils-extension"
        place.mkdir(parents=True)
        settings = {**QUIET, "themes.jupyterlab-settings": {"theme": theme}}
        for name, content in settings.items():
            (place / name).write_text(json.dumps(content), encoding="utf-8")
