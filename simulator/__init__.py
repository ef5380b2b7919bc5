"""sevdrill's core: `simulate(scenario, seed, decisions) -> Trace`, and live play on the same driver.

Nothing in here reads a clock, the environment or global randomness. The rims (`simulator.room`,
`simulator.app`) are imported by name.
"""

from simulator.decisions import Decision, DecisionLog, read_decisions
from simulator.drill import simulate
from simulator.errors import DecisionError, InputError, ScenarioError, SeedError, UnknownNameError
from simulator.moves import MOVES, SEAT
from simulator.observe import Observation
from simulator.scenario.load import load
from simulator.scenario.model import Scenario
from simulator.session import Decided, Session
from simulator.trace import Trace, TraceEvent

__all__ = [
    "MOVES",
    "SEAT",
    "Decided",
    "Decision",
    "DecisionError",
    "DecisionLog",
    "InputError",
    "Observation",
    "Scenario",
    "ScenarioError",
    "SeedError",
    "Session",
    "Trace",
    "TraceEvent",
    "UnknownNameError",
    "load",
    "read_decisions",
    "simulate",
]
