"""The quiet half day before the opening, as monitoring recorded it: so that one can ask what is normal.

Nothing is wrong yet, so every minute is an equilibrium of the equations for its users. Equilibria are found
at a few loads and joined by straight lines; every recorded value trembles a little, as measured values do.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from simulator.rand import noise
from simulator.scenario.model import Scenario
from simulator.world.readings import Reading
from simulator.world.system import per_user_s, plant_of
from simulator.world.traffic import MINUTE_MS, UserCurve

MINUTES = 720
"""How far back it goes: half a day."""
LOADS = 5
"""Equilibria between the fewest and the most users."""
TREMBLE = 0.02
"""Standard deviation of a recorded value, as a share of it."""
METRICS = (
    "requests_per_s",
    "error_rate",
    "latency_p50_s",
    "latency_p99_s",
    "busy_share",
    "queue",
)
"""What is recorded of each service; see `Reading`."""


@dataclass(frozen=True)
class History:
    """One value a minute, the last one at the opening.

    Attributes:
        at_s: seconds from the opening, negative.
        users: active users.
        services: per service and metric (see `METRICS`), its values.
    """

    at_s: tuple[int, ...]
    users: tuple[float, ...]
    services: Mapping[str, Mapping[str, tuple[float, ...]]]


class QuietDay:
    """The half day before a drill, worked out service by service when it is asked for.

    It is the same in all variants, so it gives nothing away.

    Args:
        scenario: the system and its traffic.
        seed: of the traffic's noise and of the trembling.

    Attributes:
        at_s: seconds from the opening, one a minute, the last one 0.
        users: active users at those moments.
    """

    def __init__(self, scenario: Scenario, seed: int) -> None:
        curve = UserCurve(scenario.traffic, scenario.starts, seed)
        minutes = range(-MINUTES, 1)
        self.at_s = tuple(60 * minute for minute in minutes)
        self.users = tuple(curve.after(minute * MINUTE_MS) for minute in minutes)
        self._scenario, self._seed = scenario, seed
        self._services: dict[str, Mapping[str, tuple[float, ...]]] = {}

    def of(self, service: str) -> Mapping[str, tuple[float, ...]]:
        """What monitoring recorded of a service: per metric (see `METRICS`), one value a minute."""
        if service not in self._services:
            self._services[service] = MappingProxyType(
                {metric: _values(service, metric, self._loads, self.users, self._seed) for metric in METRICS}
            )
        return self._services[service]

    @cached_property
    def _loads(self) -> list[Mapping[str, Reading]]:
        fewest, most = min(self.users), max(self.users)
        step = (most - fewest) / (LOADS - 1)
        return [at_rest(self._scenario, fewest + step * n) for n in range(LOADS if step > 0.0 else 1)]


def quiet_history(scenario: Scenario, seed: int) -> History:
    """The half day before a drill, of all services at once."""
    day = QuietDay(scenario, seed)
    return History(day.at_s, day.users, MappingProxyType({name: day.of(name) for name in scenario.services}))


def at_rest(scenario: Scenario, users: float) -> Mapping[str, Reading]:
    """Every service's reading on a quiet day with so many active users."""
    plant = plant_of(scenario)
    plant.offering(per_user_s(scenario))(users, 0.0)
    plant.poke()
    plant.settle()
    return {name: plant.reading(name) for name in scenario.services}


def _values(
    name: str, metric: str, loads: list[Mapping[str, Reading]], users: tuple[float, ...], seed: int
) -> tuple[float, ...]:
    known = [float(getattr(readings[name], metric)) for readings in loads]
    fewest, most = min(users), max(users)
    drawn = f"history:{name}:{metric}"
    values = []
    for n, count in enumerate(users):
        place = (count - fewest) / (most - fewest) * (len(known) - 1) if len(known) > 1 else 0.0
        left = min(int(place), len(known) - 1)
        right = min(left + 1, len(known) - 1)
        value = known[left] + (known[right] - known[left]) * (place - left)
        values.append(max(0.0, value * (1.0 + TREMBLE * noise(seed, drawn, n))))
    return tuple(values)
