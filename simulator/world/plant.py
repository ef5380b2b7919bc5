"""The plant: named services and journeys around the tables of the equations.

A plant is told its inputs (workers, work, errors, offered requests, and how fast each changes) and asked
to advance. After any jump of an input, `poke` makes every answer fit it at once; reading never changes
anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from simulator.world import engine, gauges
from simulator.world import layout as at
from simulator.world.flow import retry
from simulator.world.layout import Table, Tables, Wires
from simulator.world.maths import gamma_quantile
from simulator.world.readings import Counters, Reading

LEAST_WORKERS = 1e-3
"""What a service keeps of its workers: losing all is then a wait without end, not a division by 0."""
LEAST_WORK_S = 1e-6
"""The same for its work on a request, in seconds."""
SETTLE_S = 900.0
"""How long the plant runs before the opening to find its equilibrium, at most."""
NO_LIMIT = 1e9
"""Retries per first attempt without a budget, requests/s without a quota, seconds without a timeout."""
METRICS = {
    "error_rate": gauges.ERROR_RATE,
    "latency_p99_s": gauges.LATENCY_P99,
    "busy_share": gauges.BUSY_SHARE,
    "queue": gauges.QUEUE,
    "wait_s": gauges.WAIT_S,
    "requests_per_s": gauges.REQUESTS,
    "users_affected_share": gauges.USERS_AFFECTED,
}
"""What an alert may watch, as scenarios name it."""


class Inputs(NamedTuple):
    """What faults and moves change of a service."""

    workers: float
    work_s: float
    error_rate: float = 0.0
    refused: float = 0.0
    """Share of arrivals refused before any work."""


@dataclass(frozen=True)
class ServiceSpec:
    """A service at rest: requests at once, its own work, most waiting."""

    workers: float
    queue: float
    work_s: float


@dataclass(frozen=True)
class EdgeSpec:
    """A dependency; see `simulator.scenario.model.Dependency`."""

    caller: str
    callee: str
    calls: float = 1.0
    timeout_s: float = NO_LIMIT
    retries: int = 0
    backoff_s: float = 0.0
    budget: float = NO_LIMIT
    kind: float = at.HARD
    hit_ratio: float = 0.0
    entries: float = 0.0
    """Of its cache; 0: it has none."""
    ttl_s: float | None = None


@dataclass(frozen=True)
class JourneySpec:
    """A journey; see `simulator.scenario.model.Journey`."""

    path: tuple[str, ...]
    timeout_s: float
    retries: int
    backoff_s: float
    slow_after_s: float
    returns: float = 0.0
    returns_after_s: float = 1.0
    job: tuple[str, str] | None = None
    """Who leaves it, and who does it."""
    job_slow_after_s: float = NO_LIMIT


class Plan:
    """Where everything of a plant stands, and how it is at rest: whatever plants are made of it can share it.

    Args:
        services: by id.
        edges: who calls whom; must not go round in a circle.
        journeys: by id.
    """

    def __init__(
        self, services: dict[str, ServiceSpec], edges: list[EdgeSpec], journeys: dict[str, JourneySpec]
    ) -> None:
        order = callees_first(list(services), edges)
        grouped = [edge for name in order for edge in edges if edge.caller == name]
        self.row = {name: i for i, name in enumerate(order)}
        self.journey_row = {name: j for j, name in enumerate(journeys)}
        self.edge_row = {(edge.caller, edge.callee): e for e, edge in enumerate(grouped)}
        self.wires = _wires(self.row, self.edge_row, order, grouped, journeys)
        self._service = [_service_row(services[name]) for name in order]
        self._edge = [_edge_row(edge) for edge in grouped]
        self._client = [_client_row(journey) for journey in journeys.values()]

    def tables(self) -> Tables:
        """The whole plant at rest."""
        return Tables(
            service=[row[:] for row in self._service],
            edge=[row[:] for row in self._edge],
            leg=[[0.0] * at.LEG_COLUMNS for _ in self.wires.target],
            client=[row[:] for row in self._client],
            path=[[0.0] * at.SERVICE_COLUMNS for _ in self._client],
            control=[0.0] * at.CONTROL_COLUMNS,
        )


class Plant:
    """A graph of services under load, at first without any."""

    def __init__(self, plan: Plan) -> None:
        self._row, self._journey_row = plan.row, plan.journey_row
        self._engine = engine.chosen()(plan.tables(), plan.tables(), plan.wires)
        self._tables = tables = self._engine.tables
        self._services = dict(zip(plan.row, tables.service, strict=True))
        self._edges = dict(zip(plan.edge_row, tables.edge, strict=True))
        self._clients = dict(zip(plan.journey_row, tables.client, strict=True))
        self._callers = _by_target(plan, tables.edge, plan.wires.callee)
        self._doors = _by_target(plan, tables.leg, plan.wires.target)
        self.advance = self._engine.advance
        """Let so many seconds pass."""
        self._pokes = 0
        self.poke()

    # Inputs. After the last change of a moment, call `poke`.

    def set_service(self, name: str, inputs: Inputs) -> None:
        """Set a service's capacity, own work per request, own error share and refusals."""
        row = self._services[name]
        row[at.WORKERS] = max(inputs.workers, LEAST_WORKERS)
        row[at.WORK] = max(inputs.work_s, LEAST_WORK_S)
        row[at.ERR] = inputs.error_rate
        row[at.REFUSE] = inputs.refused

    def ramp_service(self, name: str, to: Inputs, over_s: float) -> bool:
        """Let the same inputs move in straight lines to these values in `over_s`; whether any moves."""
        row = self._services[name]
        rates = (
            (max(to.workers, LEAST_WORKERS) - row[at.WORKERS]) / over_s,
            (max(to.work_s, LEAST_WORK_S) - row[at.WORK]) / over_s,
            (to.error_rate - row[at.ERR]) / over_s,
            (to.refused - row[at.REFUSE]) / over_s,
        )
        row[at.WORKERS_RATE], row[at.WORK_RATE], row[at.ERR_RATE], row[at.REFUSE_RATE] = rates
        return any(rate != 0.0 for rate in rates)

    def set_ramping(self, ramping: bool) -> None:  # noqa: FBT001  (the only thing it sets)
        """Say whether any service's inputs are moving; then nothing is steady or calm."""
        control = self._tables.control
        control[at.RAMPING] = 1.0 if ramping else 0.0
        if ramping:
            control[at.STEADY] = control[at.IS_CALM] = control[at.BEHIND] = 0.0

    def set_error_rate(self, name: str, error_rate: float) -> None:
        """Set a service's own error share alone."""
        self._services[name][at.ERR] = error_rate

    def set_quota(self, name: str, requests_per_s: float) -> None:
        """Set the most requests that a service lets in per second."""
        self._services[name][at.QUOTA] = requests_per_s

    def set_calls(self, caller: str, callee: str, calls: float) -> None:
        """Set how many calls of `callee` a request of `caller` makes; 0: none."""
        self._edges[caller, callee][at.CALLS] = calls

    def set_cut(self, caller: str, callee: str, share: float) -> None:
        """Set the share of calls that never arrive and are never answered."""
        self._edges[caller, callee][at.CUT] = share

    def set_open(self, caller: str, callee: str, share: float) -> None:
        """Set the share of calls that a circuit breaker fails at once."""
        self._edges[caller, callee][at.OPEN] = share

    def set_hit_max(self, caller: str, callee: str, share: float) -> None:
        """Set the share of calls that a warm cache answers; 0 bypasses it and loses what it holds."""
        row = self._edges[caller, callee]
        row[at.HIT_MAX] = share
        row[at.HIT] = min(row[at.HIT], share)

    def offering(self, per_user_s: Mapping[str, float]) -> engine.Offer:
        """What sets how many users there are, and how fast that changes per second.

        Args:
            per_user_s: requests that each of them begins per second, by journey.
        """
        return self._engine.offer([per_user_s[journey] for journey in self._clients])

    def set_shed(self, journey: str, share: float) -> None:
        """Set the share of a journey's requests that is turned away at the door."""
        self._engine.coast()
        self._clients[journey][at.SHED] = share

    def drop_queue(self, name: str) -> None:
        """Lose what waits at a service; what is being worked on stays."""
        row = self._services[name]
        row[at.L] = min(row[at.L], row[at.WORKERS] * row[at.U])

    def poke(self) -> None:
        """Fit all answers to inputs that have jumped, and look closely at what follows."""
        self._pokes += 1
        self._engine.poke()

    # Time.

    def settle(self) -> None:
        """Find the equilibrium of the present inputs, then start all counters at 0."""
        self._expire_caches()
        self.advance(SETTLE_S)
        self._engine.coast()
        for row in self._clients.values():
            row[at.SUM_OFFERED] = row[at.ORBIT]  # already under way
            row[at.SUM_SERVED] = row[at.SUM_LOST] = row[at.SUM_AFFECTED] = 0.0
        for row in self._services.values():
            row[at.DONE] = 0.0
        self._tables.control[at.STEPS] = self._tables.control[at.UNCOUNTED] = 0.0

    def _expire_caches(self) -> None:
        """Bring caches whose entries expire to where filling and expiry balance: hours, at their own pace."""
        expiring = [
            (self._services[caller], row) for (caller, _), row in self._edges.items() if row[at.DECAY] > 0.0
        ]
        for _ in range(8 if expiring else 0):
            self.advance(60.0)
            for caller, row in expiring:
                fills = row[at.ASKED] * caller[at.OUT] * (1.0 - row[at.LOST]) * row[at.FILL] * row[at.HIT_MAX]
                row[at.HIT] = row[at.HIT_MAX] * fills / (fills + row[at.DECAY])
            self.poke()

    # Answers.

    @property
    def steps(self) -> int:
        """Steps taken since the start; a figure of cost, not of the world."""
        return int(self._tables.control[at.STEPS])

    def state(self) -> list[list[list[float]]]:
        """Copies of the rows of services, dependencies, legs and journeys: for tests and digests."""
        return [[list(self._engine.read(row)) for row in table] for table in self._tables[:4]]

    @property
    def version(self) -> float:
        """Changes whenever any answer about a service may have changed."""
        return self._tables.control[at.STEPS] + self._pokes

    def sampler(self, group: list[float], count: int) -> tuple[Any, engine.Fill]:
        """A table of so many rows for samples of how a group of users fares, and what fills it in.

        Read it by `numbers` and `columns`; see `gauges.samples` and, for the group, `gauges.fare`.
        """
        return self._engine.sampler(group, count)

    def numbers(self, row: Any) -> list[float]:
        """A row of such a table."""
        return list(self._engine.read(row))

    def columns(self, rows: Any) -> list[list[float]]:
        """The columns of some rows of such a table."""
        return self._engine.columns(rows)

    def watch(self, rules: list[tuple[str, str]], thresholds: list[float]) -> engine.Watch:
        """What reads the values of rules `(metric, service or journey)`, and sees them cross thresholds."""
        metrics = [METRICS[metric] for metric, _ in rules]
        of_journeys = {gauges.USERS_AFFECTED: self._journey_row}
        rows = [of_journeys.get(METRICS[metric], self._row)[of] for metric, of in rules]
        return self._engine.watch(metrics, rows, thresholds)

    def counters(self, journey: str) -> Counters:
        """A journey's requests since the start."""
        row = list(self._engine.read(self._clients[journey]))
        retry(row, self._tables.control[at.COASTING])
        sums = (row[at.SUM_OFFERED], row[at.SUM_SERVED], row[at.SUM_LOST], row[at.ORBIT])
        return Counters(*(float(number) for number in sums))

    def done(self, name: str) -> float:
        """Requests that a service has worked on since the start."""
        row = self._services[name]
        return float(row[at.DONE] + self._tables.control[at.UNCOUNTED] * row[at.OUT])

    def requests_done_per_s(self, name: str) -> float:
        """Requests leaving a service after work, per second."""
        return float(self._services[name][at.OUT])

    def attempts_failing(self, caller: str, callee: str) -> float:
        """Share of a caller's attempts on a dependency that fail."""
        return float(self._edges[caller, callee][at.FAILS])

    def hit_ratio(self, caller: str, callee: str) -> float:
        """Share of calls that a cache answers."""
        return float(self._edges[caller, callee][at.HIT])

    def reading(self, name: str) -> Reading:
        """One service as its monitoring shows it."""
        row = self._engine.read(self._services[name])
        mean = row[at.HOLD] + row[at.WAIT]
        variance = row[at.HOLD_VAR] + row[at.WAIT_VAR]
        return Reading(
            requests_per_s=row[at.ARRIVALS],
            error_rate=self.error_rate(name),
            latency_s=mean,
            latency_p50_s=gamma_quantile(0.0, mean, variance),
            latency_p99_s=gamma_quantile(gauges.P99, mean, variance),
            wait_s=row[at.WAIT],
            busy_share=row[at.U],
            queue=max(0.0, row[at.L] - row[at.WORKERS] * row[at.U]),
            workers=row[at.WORKERS],
        )

    def error_rate(self, name: str) -> float:
        """Share of the attempts on a service that fail, over all who call it."""
        flow = failing = 0.0
        for edge in self._callers[name]:
            flow += edge[at.FLOW]
            failing += edge[at.FLOW] * edge[at.FAILS]
        for leg in self._doors[name]:
            flow += leg[at.LEG_FLOW]
            failing += leg[at.LEG_FLOW] * (1.0 - leg[at.LEG_PASS])
        return float(failing / flow) if flow > 0.0 else 0.0


def _by_target(plan: Plan, rows: Table, targets: list[int]) -> dict[str, list[Any]]:
    """Per service: the rows of those who call it."""
    groups: list[list[Any]] = [[] for _ in plan.row]
    for row, target in zip(rows, targets, strict=True):
        groups[target].append(row)
    return dict(zip(plan.row, groups, strict=True))


def callees_first(services: list[str], edges: list[EdgeSpec]) -> list[str]:
    """The services in an order in which everything called comes before its callers.

    Raises:
        ValueError: services call each other in a circle.
    """
    calls: dict[str, list[str]] = {name: [] for name in services}
    for edge in edges:
        calls[edge.caller].append(edge.callee)
    order: dict[str, None] = {}
    while len(order) < len(services):
        ready = [name for name in services if name not in order and all(c in order for c in calls[name])]
        if not ready:
            left = [name for name in services if name not in order]
            raise ValueError(f"services call each other in a circle, among: {', '.join(left)}")
        order |= dict.fromkeys(ready)
    return list(order)


def _wires(
    row: dict[str, int],
    edge_row: dict[tuple[str, str], int],
    order: list[str],
    edges: list[EdgeSpec],
    journeys: dict[str, JourneySpec],
) -> Wires:
    calls = [0]
    for name in order:
        calls.append(calls[-1] + sum(edge.caller == name for edge in edges))
    legs = [0]
    for journey in journeys.values():
        legs.append(legs[-1] + len(journey.path))
    return Wires(
        callee=[row[edge.callee] for edge in edges],
        edge_retries=[edge.retries for edge in edges],
        calls=calls,
        target=[row[name] for journey in journeys.values() for name in journey.path],
        legs=legs,
        client_retries=[journey.retries for journey in journeys.values()],
        job=[-1 if journey.job is None else edge_row[journey.job] for journey in journeys.values()],
    )


def _service_row(spec: ServiceSpec) -> list[float]:
    row = [0.0] * at.SERVICE_COLUMNS
    row[at.WORKERS] = spec.workers
    row[at.WORK] = max(spec.work_s, LEAST_WORK_S)
    row[at.BOUND] = spec.queue
    row[at.QUOTA] = NO_LIMIT
    row[at.TILT] = -1.0
    row[at.POPULATION] = at.ANYBODY
    row[at.RATE] = spec.workers / row[at.WORK]
    return row


def _edge_row(spec: EdgeSpec) -> list[float]:
    row = [0.0] * at.EDGE_COLUMNS
    row[at.CALLS] = spec.calls
    row[at.TIMEOUT] = spec.timeout_s
    row[at.BACKOFF] = spec.backoff_s
    row[at.BUDGET] = spec.budget
    row[at.KIND] = spec.kind
    if spec.entries > 0.0:
        row[at.HIT] = row[at.HIT_MAX] = spec.hit_ratio
        row[at.FILL] = 1.0 / spec.entries
        row[at.DECAY] = 0.0 if spec.ttl_s is None else 1.0 / spec.ttl_s
    return row


def _client_row(spec: JourneySpec) -> list[float]:
    row = [0.0] * at.CLIENT_COLUMNS
    row[at.PATIENCE] = spec.timeout_s
    row[at.PAUSE] = spec.backoff_s
    row[at.SLOW_AFTER] = spec.slow_after_s
    row[at.RETURNS] = spec.returns
    row[at.COMEBACK] = 1.0 / spec.returns_after_s
    row[at.JOB_SLOW_AFTER] = spec.job_slow_after_s
    return row
