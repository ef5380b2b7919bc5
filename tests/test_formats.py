"""A stored file of every format version there has been is still read. Never edit the files in `formats/`."""

import json
import re
from pathlib import Path

import pytest

from scoring.stored import read_trace
from simulator import load, read_decisions, simulate
from simulator.decisions import LOG_FORMAT
from simulator.scenario.model import FORMAT
from simulator.trace import TRACE_FORMAT

STORED = Path(__file__).parent / "formats"
DOCS = Path(__file__).parents[1] / "docs"


@pytest.mark.parametrize("number", range(1, LOG_FORMAT + 1))
def test_a_stored_decision_log_plays(number):
    stored = json.loads((STORED / f"decision-log-{number}.json").read_text(encoding="utf-8"))
    decisions = read_decisions(stored, "stored")
    trace = simulate(load(stored["scenario"]), stored["seed"], decisions)
    played = [event.detail["id"] for event in trace.events if event.kind == "decision"]
    assert stored["format"] == number
    assert played == [decision["id"] for decision in stored["decisions"]]
    assert [event.subject for event in trace.events if event.kind == "declared"] == ["mitigated", "resolved"]


@pytest.mark.parametrize("number", range(1, TRACE_FORMAT + 1))
def test_a_stored_trace_is_read_without_loss(number):
    stored = (STORED / f"trace-{number}.json").read_bytes()
    trace = read_trace(json.loads(stored), "stored")
    assert trace.header.format == number
    assert trace.to_bytes() == stored.strip()


@pytest.mark.parametrize("number", range(1, FORMAT + 1))
def test_a_stored_scenario_loads_and_pages_somebody(number):
    scenario = load(STORED / f"scenario-{number}.yaml")
    trace = simulate(scenario, 1)
    assert [event.subject for event in trace.events if event.kind == "page"] == ["commander"]


@pytest.mark.checkout
def test_the_example_for_authors_is_a_scenario_and_short():
    example = re.search(r"```yaml\n(.*?)```", (DOCS / "scenarios.md").read_text(encoding="utf-8"), re.DOTALL)
    assert example is not None
    assert len(example[1].splitlines()) < 60
    assert example[1] == (STORED / f"scenario-{FORMAT}.yaml").read_text(encoding="utf-8")
