"""The system under outage: services, queues, retries and faults, played as equations.

`World` turns a scenario's variant into the inputs of a `plant`; the plant keeps names and units around the
`kernel`, where the equations stand. Pure and deterministic; see `docs/world.md`.
"""

from simulator.world.readings import Counters, Impact, JourneyImpact, Reading
from simulator.world.world import World

__all__ = ["Counters", "Impact", "JourneyImpact", "Reading", "World"]
