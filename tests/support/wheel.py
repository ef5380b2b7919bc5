"""Test the wheel the way a user gets it: built, installed in a clean environment, with no checkout in reach.

python tests/support/wheel.py [pytest arguments]
"""

import os
import shutil
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("simulator", "scoring", "scenarios")
NOTEBOOKS = "simulator/app/notebooks"
TESTS = (
    "test_app_home.py",
    "test_cli.py",
    "test_drill.py",
    "test_formats.py",
    "test_lab.py",
    "test_room.py",
    "test_room_widgets.py",
    "test_scenario_load.py",
    "test_scoring_playbook.py",
    "test_scoring_report.py",
    "test_serve.py",
    "test_store.py",
    "test_store_app.py",
)
"""Those that read what is packed beside the code: scenarios, bundles, styles, migrations, pages, commands.

The code itself is the checkout's, file by file: what only tests code need not be tested twice.
"""


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="sevdrill-wheel-") as folder:
        return _test_in(Path(folder).resolve(), sys.argv[1:])


def _test_in(folder: Path, pytest_arguments: list[str]) -> int:
    _run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    (wheel,) = folder.glob("*.whl")
    _check_contents(wheel)

    environment = folder / "venv"
    python = _install(wheel, environment)

    # Tests bring their settings with them; everything else they use must come from the wheel.
    elsewhere = folder / "elsewhere"
    leftovers = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
    for name in ("tests", "notebooks"):
        shutil.copytree(ROOT / name, elsewhere / name, ignore=leftovers)
    shutil.copy(ROOT / "pyproject.toml", elsewhere)
    for package in PACKAGES:
        where = f"import {package}; print({package}.__file__)"
        origin = _run(python, "-c", where, cwd=elsewhere, stdout=subprocess.PIPE).stdout.strip()
        assert Path(origin).is_relative_to(environment), f"{package} comes from {origin}, not from the wheel"

    here = "not browser and not checkout and not thorough"
    chosen = [f"tests/{name}" for name in TESTS]
    command = [python, "-m", "pytest", "-m", here, *pytest_arguments, *chosen]
    return _run(*command, cwd=elsewhere, check=False).returncode


def _check_contents(wheel: Path) -> None:
    """The wheel holds every file of the packages and every notebook, and nothing else."""
    with zipfile.ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if ".dist-info/" not in name}
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.is_file()]
    wanted = {name for path in files if not _left_out(name := path.relative_to(ROOT).as_posix())}
    wanted |= {f"{NOTEBOOKS}/{path.name}" for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert inside == wanted, "\n".join(
        ["the wheel's files are not the packages' files:"]
        + [f"  missing: {name}" for name in sorted(wanted - inside)]
        + [f"  too many: {name}" for name in sorted(inside - wanted)]
    )
    kinds = {Path(name).suffix or name for name in inside} | {Path(name).name for name in inside}
    for kind in (".py", "py.typed", ".yaml", ".js", ".css", ".ipynb"):
        assert kind in kinds, f"the wheel has no {kind} at all"


def _left_out(name: str) -> bool:
    # Sources of the JavaScript bundles, and what interpreters and editors leave behind.
    hidden = any(part == "__pycache__" or part.startswith(".") for part in name.split("/"))
    return hidden or name.startswith("simulator/room/js/")


def _install(wheel: Path, environment: Path) -> Path:
    """The Python of a clean environment that holds the lock's packages and the wheel."""
    # The pip at hand fills it: faster than giving it one of its own, and works without ensurepip. Bytecode is
    # left to the imports: most modules of most libraries are never imported here.
    venv.create(environment, with_pip=False, symlinks=os.name != "nt")
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "-qq", "--no-compile"]
    _run(*pip, "--require-hashes", "--requirement", ROOT / "requirements.lock")
    _run(*pip, "--no-deps", "--no-index", wheel)
    _run(sys.executable, "-m", "pip", "--python", python, "check")
    return python


def _run(*command: str | Path, check: bool = True, **options: object) -> subprocess.CompletedProcess[str]:
    # A PYTHONPATH from outside could put the checkout back in reach.
    ours = ("PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV")
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    return subprocess.run(command, check=check, text=True, env=environment, **options)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except AssertionError as problem:
        sys.exit(f"wheel: {problem}")
    except subprocess.CalledProcessError as problem:
        sys.exit(f"wheel: a step failed: {' '.join(map(str, problem.cmd))}")
