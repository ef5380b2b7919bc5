"""`sevdrill serve`: the home page, or one drill, as a web page without code."""

import os
import socket
import sys
from importlib import resources
from importlib.util import find_spec
from pathlib import Path

from simulator.app.lab import CONNECTION, SETTINGS
from simulator.errors import InputError, MissingExtraError
from simulator.scenario.load import load

ONE_DRILL = "SEVDRILL_SERVE_SCENARIO"
"""Names the drill that every visitor gets; without it, they get the home page."""
IDLE_S = 300
"""A page that was closed stops its room's pulse after two minutes; its kernel is ended this much later."""
THEMES = ("light", "dark")
PORTS = 50
"""How many ports are tried."""


def serve(scenario: str | None, *, browser: bool, port: int, theme: str = "light") -> None:
    """Become the server. Ends with Ctrl-C.

    Args:
        scenario: a library id or a scenario file, to serve that drill; none: the home page.
        browser: whether to open one.
        port: where to listen, on this machine only; the next free one is taken.
        theme: one of `THEMES`.

    Raises:
        MissingExtraError: Voilà is not installed.
        InputError: an unknown scenario or theme.
    """
    if find_spec("voila") is None:
        raise MissingExtraError(
            "serve", "Voilà is not installed", "it installed: pip install 'sevdrill[serve]'"
        )
    if theme not in THEMES:
        raise InputError("--theme", f"there is no '{theme}'", " or ".join(THEMES))
    if scenario is not None:
        load(scenario)
    port = free_port(port)
    sys.stdout.write(f"sevdrill is served at http://localhost:{port}/ (Ctrl-C ends it)\n")
    sys.stdout.flush()
    command = serve_command(browser=browser, port=port, theme=theme)
    os.execve(command[0], command, serve_environment(scenario))  # noqa: S606 - no shell is what we want


def free_port(first: int) -> int:
    """The first port from this one on that nobody listens at.

    Raises:
        InputError: there is none within reach.
    """
    for port in range(first, min(first + PORTS, 65_536)):
        with socket.socket() as probe:
            # A port that a server has just left is free, as it is for the server that is started now.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("localhost", port))
            except OSError:
                continue
            return port
    raise InputError("--port", f"nothing is free from {first} on", "another port")


def serve_command(*, browser: bool, port: int, theme: str) -> list[str]:
    """The command that serves the page: one kernel for each visitor, ended when they are gone."""
    notebook = resources.files("simulator.app") / "served" / "drills.ipynb"
    command = [
        sys.executable,
        "-m",
        "voila",
        str(notebook),
        f"--port={port}",
        "--Voila.port_retries=0",
        f"--Voila.{CONNECTION}",
        f"--theme={theme}",
        "--template=sevdrill",
        "--strip_sources=True",
        "--Voila.log_level=ERROR",
        f"--MappingKernelManager.cull_idle_timeout={IDLE_S}",
        f"--MappingKernelManager.cull_interval={IDLE_S // 5}",
    ]
    return command if browser else [*command, "--no-browser"]


def serve_environment(scenario: str | None) -> dict[str, str]:
    """The environment to serve in: with our template, and the drill if there is to be but one."""
    paths = [str(SETTINGS), *filter(None, [os.environ.get("JUPYTER_PATH")])]
    chosen = {} if scenario is None else {ONE_DRILL: _absolute(scenario)}
    return {**os.environ, "JUPYTER_PATH": os.pathsep.join(paths), **chosen}


def _absolute(scenario: str) -> str:
    """A file is named in full: kernels run in another folder."""
    path = Path(scenario)
    return str(path.resolve()) if path.is_file() else scenario
