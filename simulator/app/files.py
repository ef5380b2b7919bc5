"""Reads what people pass on the command line: JSON files, decision logs, stored traces."""

import json
from pathlib import Path
from typing import Any, NamedTuple

from scoring.stored import decisions_of, read_trace
from simulator.decisions import Decision, read_decisions, seed_of
from simulator.drill import simulate
from simulator.errors import DecisionError, InputError
from simulator.scenario.load import load
from simulator.scenario.model import Scenario
from simulator.scenario.yamlfile import read_file
from simulator.trace import Trace

LOG_OR_TRACE = "a decision log, the output of play --json, or a trace"


class Drill(NamedTuple):
    """A drill from a file, with everything that follows from it."""

    name: str
    scenario: Scenario
    seed: int
    decisions: tuple[Decision, ...]
    trace: Trace


def read_json(path: Path) -> Any:
    """The content of a JSON file.

    Raises:
        DecisionError: there is no such file, or it is not JSON.
    """
    text = read_file(path, DecisionError)
    try:
        return json.loads(text)
    except json.JSONDecodeError as fault:
        where = f"{path}, line {fault.lineno}"
        raise DecisionError(
            where, f"not valid JSON: {fault.msg}", "a decision log or the output of play --json"
        ) from None
    except RecursionError:
        raise DecisionError(str(path), "it is nested too deeply", "a list of decisions") from None
    except ValueError as fault:  # a number of thousands of digits
        raise DecisionError(str(path), f"not valid JSON: {fault}") from None


def write_file(path: Path, content: bytes) -> None:
    """Write a file.

    Raises:
        InputError: it cannot be written.
    """
    try:
        path.write_bytes(content)
    except OSError as fault:
        raise InputError(str(path), f"cannot be written: {fault.strerror}", "a file that can be") from None


def read_drill(path: Path, scenario: str | None = None) -> Drill:
    """A drill from a decision log, which is simulated, or from a stored trace, which is taken as it is.

    Args:
        path: the file.
        scenario: a library id or a scenario file; the one that the file names, if left out.

    Raises:
        InputError: the file's first fault, or that its scenario is not known.
    """
    raw, name = read_json(path), str(path)
    if isinstance(raw, dict) and "header" in raw:
        trace = read_trace(raw, name)
        found = load(scenario or trace.header.scenario)
        return Drill(name, found, trace.header.seed, decisions_of(trace), trace)
    key = scenario or (raw.get("scenario") if isinstance(raw, dict) else None)
    if not isinstance(key, str):
        raise DecisionError(name, "it names no scenario", f"{LOG_OR_TRACE}; or --scenario")
    found = load(key)
    seed = seed_of(raw, found.id, found.version, name)
    if seed is None:
        raise DecisionError(name, "it names no seed", LOG_OR_TRACE)
    decisions = read_decisions(raw, name)
    return Drill(name, found, seed, decisions, simulate(found, seed, decisions))
