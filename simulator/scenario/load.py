"""Scenario files into `Scenario`: from the library by id, from a file, or from text."""

from importlib import resources
from pathlib import Path

from simulator.errors import ScenarioError, UnknownNameError, nearest, one_of
from simulator.scenario.model import FORMAT, Scenario
from simulator.scenario.references import problems
from simulator.scenario.yamlfile import Document, read_file


def library() -> dict[str, Scenario]:
    """Every scenario of the library, by id, in the order of their files' names."""
    files = (entry for entry in resources.files("scenarios").iterdir() if entry.name.endswith(".yaml"))
    loaded = [
        parse(entry.read_text(encoding="utf-8"), entry.name) for entry in sorted(files, key=lambda e: e.name)
    ]
    return {scenario.id: scenario for scenario in loaded}


def load(name: str | Path) -> Scenario:
    """A scenario by library id, or by the path of a file.

    Raises:
        UnknownNameError: neither a library id nor a file.
        ScenarioError: the file's first fault, with its line.
    """
    path = Path(name)
    if path.suffix in (".yaml", ".yml") or path.is_file():
        return parse(read_file(path, ScenarioError), str(name))
    entry = resources.files("scenarios") / f"{name}.yaml"
    if not entry.is_file():
        known = sorted(library())
        raise UnknownNameError(
            "scenario", f"there is no scenario '{name}'", one_of(known), nearest(str(name), known)
        )
    return parse(entry.read_text(encoding="utf-8"), entry.name)


def parse(text: str, name: str) -> Scenario:
    """A scenario from YAML text; `name` is what messages call it.

    Raises:
        ScenarioError: the first fault, with its line.
    """
    document = Document(name, text, ScenarioError)
    document.check_format(FORMAT)
    scenario = document.read(Scenario)
    found = list(problems(scenario))
    if found:
        first = min(found, key=lambda problem: document.line(problem.loc))
        raise document.fault(first.loc, first.what, first.expected, first.near)
    return scenario
