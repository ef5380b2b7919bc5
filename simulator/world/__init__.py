"""The system under outage: services, queues, retries and faults, played as equations.

`World` turns a scenario's variant into the inputs of a `plant`, which keeps names and units around the tables
that the equations work on: `station` (one queue), `respond` (callees first), `flow` (callers first) and
`stepping` (through time). Pure and deterministic; see `docs/world.md`.
"""

from simulator.world.history import METRICS, History, QuietDay, quiet_history
from simulator.world.readings import Counters, Impact, JourneyImpact, Reading
from simulator.world.world import World

__all__ = [
    "METRICS",
    "Counters",
    "History",
    "Impact",
    "JourneyImpact",
    "QuietDay",
    "Reading",
    "World",
    "quiet_history",
]
