"""Who may import whom, read off the source; and what the core must not touch."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import scenarios
import scoring
import simulator

PACKAGES = {package.__name__: Path(package.__file__).parent for package in (scenarios, simulator, scoring)}

RIMS = ("simulator.app", "simulator.room", "simulator.store", "simulator.study")
"""Imported by name; they may use what the core may not."""
SCORING_RIMS = (
    "scoring.tables",
    "scoring.figures",
    "scoring.whatif_figures",
    "scoring.slider",
    "scoring.cohort",
    "scoring.cohort_figures",
    "scoring.report",
)

HEAVY = {"ipywidgets", "anywidget", "pandas", "numpy", "matplotlib", "sqlalchemy", "IPython", "rich", "typer"}
HEAVY |= {"numba"}
IMPURE = {"asyncio", "getpass", "locale", "os", "random", "secrets", "shutil", "socket", "subprocess", "sys"}
IMPURE |= {"tempfile", "threading", "time", "uuid", "platform", "glob", "multiprocessing", "zoneinfo"}
FILES = {"importlib", "io", "pathlib"}
MAY_READ_FILES = {"simulator.scenario.load", "simulator.scenario.yamlfile", "scoring.playbook"}
MAY_WRITE_TO_STDOUT = {"simulator.scenario.schema"}
"""A command for developers: `python -m simulator.scenario.schema`."""
MAY_COMPILE = {"simulator.world.fast"}
"""The same equations compiled, for those who ask by name: needs an extra, and a folder for the result."""
COMPILERS = {"numba", "numpy"}


def modules() -> dict[str, ast.Module]:
    found = {}
    for package, folder in PACKAGES.items():
        for file in folder.rglob("*.py"):
            path = file.relative_to(folder)
            if (
                "node_modules" in path.parts
                or "notebooks" in path.parts
                or ".ipynb_checkpoints" in path.parts
            ):
                continue
            name = ".".join((package, *path.with_suffix("").parts)).removesuffix(".__init__")
            found[name] = ast.parse(file.read_text(encoding="utf-8"), str(file))
    return found


def imports(tree: ast.Module) -> Iterator[str]:
    """Full names of everything imported, inside functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


MODULES = modules()
IMPORTS = {name: sorted(set(imports(tree))) for name, tree in MODULES.items()}


def inside(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


CORE = sorted(name for name in MODULES if inside(name, "simulator") and not inside(name, *RIMS))
PURE_SCORING = sorted(name for name in MODULES if inside(name, "scoring") and not inside(name, *SCORING_RIMS))


def test_the_source_was_found():
    assert {
        "simulator.drill",
        "simulator.world.plant",
        "simulator.moves.page",
        "scoring.rules.r01_triage_first",
    } <= set(MODULES)
    assert {"simulator.drill", "simulator.policies.by_the_book", "simulator.scenario.model"} <= set(CORE)
    assert {"simulator.coach.checks", "simulator.coach.guide", "simulator.conduct"} <= set(CORE)
    assert len(CORE) > 30
    assert "simulator.app.cli" not in CORE
    assert "simpy" in IMPORTS["simulator.drill"]


def test_scenarios_are_data():
    assert IMPORTS["scenarios"] == []
    assert [name for name in MODULES if inside(name, "scenarios")] == ["scenarios"]


def test_simulator_does_not_know_scoring_outside_app():
    guilty = {
        name: [other for other in others if inside(other, "scoring")]
        for name, others in IMPORTS.items()
        if inside(name, "simulator") and not inside(name, "simulator.app")
    }
    assert {name: others for name, others in guilty.items() if others} == {}
    assert any(inside(other, "scoring") for other in IMPORTS["simulator.app.cli"])


def test_the_core_does_not_know_its_rims():
    guilty = {name: [other for other in IMPORTS[name] if inside(other, *RIMS)] for name in CORE}
    assert {name: others for name, others in guilty.items() if others} == {}


def test_scoring_reads_traces_and_knows_no_rim():
    guilty = {
        name: [other for other in others if inside(other, *RIMS)]
        for name, others in IMPORTS.items()
        if inside(name, "scoring")
    }
    assert {name: others for name, others in guilty.items() if others} == {}
    known = {
        name: [other for other in IMPORTS[name] if inside(other, *SCORING_RIMS)] for name in PURE_SCORING
    }
    assert {name: others for name, others in known.items() if others} == {}


def test_the_room_knows_neither_app_nor_store():
    rooms = {name: others for name, others in IMPORTS.items() if inside(name, "simulator.room")}
    assert not [
        name
        for name, others in rooms.items()
        if any(inside(o, "simulator.app", "simulator.store") for o in others)
    ]


def test_only_who_shows_a_drill_or_looks_back_on_it_knows_the_coach():
    """What happens is the same however much help there is."""
    knows = {name for name, others in IMPORTS.items() if any(inside(o, "simulator.coach") for o in others)}
    assert {"simulator.room.coaching", "scoring.selfcheck"} <= knows
    assert [name for name in knows if not inside(name, "simulator.coach", "simulator.room", "scoring")] == []


def test_a_room_has_one_clock():
    """The pulse paces the drill; posting only finds the loop."""
    rooms = [name for name in MODULES if inside(name, "simulator.room")]
    timed = {name for name in rooms if any(inside(o, "asyncio", "time", "threading") for o in IMPORTS[name])}
    assert timed == {"simulator.room.pacing", "simulator.room.posting"}
    assert [name for name in rooms if impure_calls(MODULES[name]) & {"datetime.now", "date.today"}] == []


def test_only_the_driver_knows_simpy():
    assert [
        name for name, others in sorted(IMPORTS.items()) if any(inside(other, "simpy") for other in others)
    ] == ["simulator.drill"]


def allowed(name: str) -> set[str]:
    """What a module of the core may import although it is heavy or impure."""
    return (
        (FILES if name in MAY_READ_FILES | MAY_COMPILE else set())
        | ({"sys"} if name in MAY_WRITE_TO_STDOUT else set())
        | (COMPILERS if name in MAY_COMPILE else set())
    )


@pytest.mark.parametrize("name", [*CORE, *PURE_SCORING])
def test_the_core_is_pure(name: str):
    used = {other.split(".")[0] for other in IMPORTS[name]}
    assert used & (HEAVY | IMPURE | FILES) <= allowed(name), name
    assert not sorted(impure_calls(MODULES[name])), name


def test_nobody_in_the_core_asks_for_the_compiler():
    assert [name for name in CORE if any(inside(other, *MAY_COMPILE) for other in IMPORTS[name])] == []
    assert all(set(IMPORTS[name]) >= COMPILERS for name in MAY_COMPILE)


IMPURE_CALLS = {"open", "print", "input", "eval", "exec", "hash", "id", "breakpoint", "__import__"}


def impure_calls(tree: ast.Module) -> set[str]:
    """Clocks, files, output, hash order and evaluation, wherever they come from."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in ("now", "today", "utcnow", "environ", "getenv"):
            owner = node.value
            if isinstance(owner, ast.Name) and owner.id in ("datetime", "date", "os"):
                found.add(f"{owner.id}.{node.attr}")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in IMPURE_CALLS:
            found.add(f"{node.func.id}()")
    return found


INEXACT = {
    "exp",
    "log",
    "log2",
    "log10",
    "log1p",
    "expm1",
    "pow",
    "sin",
    "cos",
    "tan",
    "tanh",
    "sum",
    "fsum",
    "hypot",
    "gamma",
}


@pytest.mark.parametrize("name", [name for name in CORE if inside(name, "simulator.world", "simulator.rand")])
def test_the_numbers_are_the_same_on_every_machine(name: str):
    """Only + - * / sqrt and comparisons: libm's other functions and float sums differ in the last bit."""
    for node in ast.walk(MODULES[name]):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            counts = called == "sum" and isinstance(node.args[0], ast.GeneratorExp)
            counts = counts and isinstance(node.args[0].elt, ast.Compare)
            assert counts or called not in INEXACT, f"{name}, line {node.lineno}: {called}()"
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
            exact = all(isinstance(side, ast.UnaryOp | ast.Constant) for side in (node.left, node.right))
            assert exact, f"{name}, line {node.lineno}: a power"


@pytest.mark.parametrize("name", CORE)
def test_nothing_is_drawn_from_the_order_of_a_set(name: str):
    """`for x in {...}` or `for x in set(...)` would follow the hash seed."""
    for node in ast.walk(MODULES[name]):
        if isinstance(node, ast.For | ast.comprehension):
            over = node.iter
            is_set = isinstance(over, ast.Set | ast.SetComp) or (
                isinstance(over, ast.Call)
                and isinstance(over.func, ast.Name)
                and over.func.id in ("set", "frozenset")
            )
            assert not is_set, f"{name}, line {over.lineno}: a set has no order"


@pytest.mark.parametrize("package", ["simulator", "scoring", *MAY_COMPILE])
def test_importing_the_core_loads_no_rim(package: str):
    code = f"import sys, {package}; print('\\n'.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(PACKAGES["simulator"].parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(done.stdout.split())
    assert package in loaded
    assert "simpy" in loaded or package == "scoring"
    assert loaded & HEAVY == set()
    assert not [name for name in loaded if inside(name, *RIMS, *SCORING_RIMS)]
