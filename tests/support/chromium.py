"""Find the Chromium that the browser tests drive, and install it where that is possible.

python tests/support/chromium.py    prints the path, or one line saying what to install
"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
REMEDY = "Browser tests need Chromium: install Chromium or Google Chrome, or set CHROMIUM to its path."

# What a launch needs to be quiet and repeatable: no calls home, and no sandbox where the kernel refuses
# one to root (containers, CI).
ARGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    *(("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()),
)


def find() -> str | None:
    """The path of a Chromium that starts, or None. CHROMIUM, if set, is the only candidate."""
    if chosen := os.environ.get("CHROMIUM"):
        return chosen if _starts(chosen) else None
    candidates = [*(path for name in NAMES if (path := shutil.which(name))), *MAC, _playwrights_own()]
    return next((path for path in candidates if _starts(path)), None)


def ensure() -> str:
    """The same, installing it first if there is none; RuntimeError with the remedy if that fails too."""
    if path := find():
        return path
    if os.environ.get("CHROMIUM"):
        raise RuntimeError(f"CHROMIUM is {os.environ['CHROMIUM']}, which does not start. {REMEDY}")
    for install in (_install_with_apt, _install_with_playwright):
        if install() and (path := find()):
            return path
    raise RuntimeError(REMEDY)


def _starts(path: str) -> bool:
    # Asking for the version weeds out stubs (Ubuntu's `chromium-browser` without snap) and missing libraries.
    try:
        return _quietly(path, "--version", timeout=30)
    except OSError:
        return False


def _install_with_apt() -> bool:
    if not (shutil.which("apt-get") and os.geteuid() == 0):
        return False
    # libatomic1: Playwright's driver needs it too, and a bare system lacks it.
    install = ("apt-get", "install", "--yes", "--no-install-recommends", "chromium", "libatomic1")
    return _quietly("apt-get", "update") and _quietly(*install)


def _install_with_playwright() -> bool:
    return _quietly(sys.executable, "-m", "playwright", "install", "chromium")


def _playwrights_own() -> str:
    # Asked in a process of its own: Playwright starts an event loop, and a caller may have one running.
    ask = "from playwright.sync_api import *\nwith sync_playwright() as p: print(p.chromium.executable_path)"
    return subprocess.run(
        [sys.executable, "-c", ask], capture_output=True, text=True, check=False
    ).stdout.strip()


def _quietly(*command: str, timeout: float = 900) -> bool:
    """Whether the command succeeds. What it prints would bury the one line that says what to do."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    try:
        return subprocess.run(command, env=environment, timeout=timeout, check=False, **quiet).returncode == 0
    except subprocess.TimeoutExpired:
        return False


if __name__ == "__main__":
    try:
        print(ensure())
    except RuntimeError as problem:
        sys.exit(str(problem))
