"""Opens the first drill in JupyterLab, in a folder of the user's own."""

import os
import shutil
import sys
from importlib import resources
from pathlib import Path

from simulator.errors import InputError

FIRST_DRILL = "01-first-drill.ipynb"
SETTINGS = Path(str(resources.files("simulator.app") / "jupyter"))
"""Our settings and templates for Jupyter's programs."""
CONNECTION = "kernel_websocket_connection_class=simulator.app.connection.PromptConnection"
"""An option of Jupyter's programs, to come after the program's name."""


def shipped_notebooks() -> Path:
    """Where the notebooks are: inside the installed package, or at the top of a source checkout."""
    installed = Path(str(resources.files("simulator.app") / "notebooks"))
    checkout = Path(__file__).resolve().parents[2] / "notebooks"
    return installed if installed.is_dir() else checkout


def work_folder() -> Path:
    """The user's own copies: `SEVDRILL_NOTEBOOKS`, or `~/sevdrill`."""
    return Path(os.environ.get("SEVDRILL_NOTEBOOKS") or Path.home() / "sevdrill")


def copy_notebooks(folder: Path) -> Path:
    """Copy the notebooks that are not there yet; the user's own versions stay as they are.

    Raises:
        InputError: the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for source in sorted(shipped_notebooks().glob("*.ipynb")):
            if not (folder / source.name).exists():
                shutil.copyfile(source, folder / source.name)
    except OSError as fault:
        raise InputError(
            "SEVDRILL_NOTEBOOKS", f"cannot write to {folder}: {fault.strerror}", "a folder of yours"
        ) from None
    return folder


def lab_command(folder: Path, *, browser: bool, port: int) -> list[str]:
    """The command that serves the first drill."""
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={folder}",
        f"--ServerApp.port={port}",
        f"--ServerApp.{CONNECTION}",
        f"--LabApp.default_url=/doc/tree/{FIRST_DRILL}",
        "--Application.log_level=WARN",  # the address is still printed
    ]
    if not browser:
        command.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    return command


def lab_environment() -> dict[str, str]:
    """The environment to serve it in: our defaults (no news pop-up) come before, the user's settings win."""
    paths = [str(SETTINGS), *filter(None, [os.environ.get("JUPYTER_CONFIG_PATH")])]
    return {**os.environ, "JUPYTER_CONFIG_PATH": os.pathsep.join(paths)}


def open_first_drill(*, browser: bool, port: int) -> None:
    """Become the notebook server, open on the first drill. Ends with Ctrl-C."""
    command = lab_command(copy_notebooks(work_folder()), browser=browser, port=port)
    os.execve(command[0], command, lab_environment())  # noqa: S606 - no shell is what we want
