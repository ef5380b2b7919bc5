"""The plant: named services and journeys around the kernel's tables.

A plant is told its inputs (workers, work, errors, offered requests, and how fast each changes) and asked
to advance. After any jump of an input, `poke` makes every answer fit it at once; reading never changes
anything.
"""

from dataclasses import dataclass

from simulator.world import kernel
from simulator.world import layout as at
from simulator.world.layout import Table, Tables, Wires
from simulator.world.maths import gamma_quantile
from simulator.world.readings import Counters, Reading

LEAST_WORKERS = 1e-3
"""What a service keeps of its workers: losing all is then a wait without end, not a division by 0."""
LEAST_WORK_S = 1e-6
"""The same for its work on a request, in seconds."""
SETTLE_S = 900.0
"""How long the plant runs before the opening to find its equilibrium, at most."""
NO_BUDGET = 1e9
"""Retries per first attempt when there is no retry budget."""
P99 = 2.3263478740408408
"""The standard normal law's 99th percentile."""


@dataclass(frozen=True)
class ServiceSpec:
    """A service's inputs at rest: requests at once, most waiting."""

    workers: float
    queue: float
    work_s: float


@dataclass(frozen=True)
class EdgeSpec:
    """A dependency's inputs; see `simulator.scenario.model.Dependency`."""

    caller: str
    callee: str
    calls: float
    timeout_s: float
    retries: int
    backoff_s: float
    budget: float
    hard: bool


@dataclass(frozen=True)
class JourneySpec:
    """A journey's inputs; see `simulator.scenario.model.Journey`."""

    path: tuple[str, ...]
    timeout_s: float
    retries: int
    backoff_s: float
    slow_after_s: float


class Plant:
    """A graph of services under load.

    Args:
        services: by id.
        edges: who calls whom; must not go round in a circle.
        journeys: by id.
    """

    def __init__(
        self, services: dict[str, ServiceSpec], edges: list[EdgeSpec], journeys: dict[str, JourneySpec]
    ) -> None:
        order = callees_first(list(services), edges)
        self._row = {name: i for i, name in enumerate(order)}
        self._journey_row = {name: j for j, name in enumerate(journeys)}
        grouped = [edge for name in order for edge in edges if edge.caller == name]
        self._edge_row = {(edge.caller, edge.callee): e for e, edge in enumerate(grouped)}
        self._wires = _wires(self._row, order, grouped, journeys)
        self._tables = Tables(
            service=[_service_row(services[name]) for name in order],
            edge=[_edge_row(edge) for edge in grouped],
            leg=[[0.0] * at.LEG_COLUMNS for _ in self._wires.target],
            client=[_client_row(journey) for journey in journeys.values()],
            path=[[0.0] * at.SERVICE_COLUMNS for _ in journeys],
            control=[0.0] * at.CONTROL_COLUMNS,
        )
        self._backup = Tables(*self.state(), path=[], control=[])
        self.poke()

    # Inputs. After the last change of a moment, call `poke`.

    def set_service(self, name: str, workers: float, work_s: float, error_rate: float) -> None:
        """Set a service's capacity, own work per request and own error share."""
        row = self._service(name)
        row[at.WORKERS] = max(workers, LEAST_WORKERS)
        row[at.WORK] = max(work_s, LEAST_WORK_S)
        row[at.ERR] = error_rate

    def ramp_service(
        self, name: str, workers: float, work_s: float, error_rate: float, over_s: float
    ) -> None:
        """Let the same inputs move in straight lines, to reach these values in `over_s`."""
        row = self._service(name)
        row[at.WORKERS_RATE] = (max(workers, LEAST_WORKERS) - row[at.WORKERS]) / over_s
        row[at.WORK_RATE] = (max(work_s, LEAST_WORK_S) - row[at.WORK]) / over_s
        row[at.ERR_RATE] = (error_rate - row[at.ERR]) / over_s
        rates = (at.WORKERS_RATE, at.WORK_RATE, at.ERR_RATE)
        ramping = any(one[rate] != 0.0 for one in self._tables.service for rate in rates)
        self._tables.control[at.RAMPING] = 1.0 if ramping else 0.0

    def set_calls(self, caller: str, callee: str, calls: float) -> None:
        """Set how many calls of `callee` a request of `caller` makes; 0: none."""
        self._tables.edge[self._edge_row[caller, callee]][at.CALLS] = calls

    def set_offered(self, journey: str, requests_per_s: float, slope: float) -> None:
        """Set how many requests a journey's users begin per second, and how fast that changes per second."""
        row = self._client(journey)
        row[at.OFFERED_RATE] = requests_per_s
        row[at.OFFERED_SLOPE] = slope
        if slope != 0.0:
            self._tables.control[at.STEADY] = 0.0

    def set_shed(self, journey: str, share: float) -> None:
        """Set the share of a journey's requests that is turned away at the door."""
        self._client(journey)[at.SHED] = share

    def drop_queue(self, name: str) -> None:
        """Lose what waits at a service; what is being worked on stays."""
        row = self._service(name)
        row[at.L] = min(row[at.L], row[at.WORKERS] * row[at.U])

    def poke(self) -> None:
        """Fit all answers to inputs that have jumped, and look closely at what follows."""
        for row in self._tables.service:
            c = row[at.WORKERS]
            row[at.L] = min(row[at.L], c + row[at.BOUND])
            row[at.U] = kernel.busy(c, c, row[at.L], row[at.U])
        kernel.respond(self._tables, self._wires)
        self._tables.control[at.STEP] = kernel.MIN_STEP
        self._tables.control[at.STEADY] = 0.0
        self._tables.control[at.IS_CALM] = 0.0
        self._tables.control[at.BEHIND] = 0.0

    # Time.

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        kernel.advance(self._tables, self._backup, self._wires, seconds)

    def settle(self) -> None:
        """Find the equilibrium of the present inputs, then start all counters at 0."""
        self.advance(SETTLE_S)
        for row in self._tables.client:
            row[at.SUM_OFFERED] = row[at.ORBIT]  # already under way
            row[at.SUM_SERVED] = row[at.SUM_LOST] = row[at.SUM_AFFECTED] = 0.0
        self._tables.control[at.STEPS] = 0.0

    # Answers.

    @property
    def steps(self) -> int:
        """Steps taken since the start; a figure of cost, not of the world."""
        return int(self._tables.control[at.STEPS])

    def state(self) -> tuple[Table, Table, Table, Table]:
        """Copies of the rows of services, dependencies, legs and journeys: for backups, tests, digests."""
        service, edge, leg, client, _, _ = self._tables
        return copy_of(service), copy_of(edge), copy_of(leg), copy_of(client)

    def client(self, journey: str) -> list[float]:
        """A journey's row, to be read only; columns as in `layout`."""
        return self._client(journey)

    def counters(self, journey: str) -> Counters:
        """A journey's requests since the start."""
        row = self._client(journey)
        return Counters(row[at.SUM_OFFERED], row[at.SUM_SERVED], row[at.SUM_LOST], row[at.ORBIT])

    def reading(self, name: str) -> Reading:
        """One service as its monitoring shows it."""
        row = self._service(name)
        mean = row[at.HOLD] + row[at.WAIT]
        variance = row[at.HOLD_VAR] + row[at.WAIT_VAR]
        return Reading(
            requests_per_s=row[at.ARRIVALS],
            error_rate=self._error_rate(self._row[name]),
            latency_s=mean,
            latency_p50_s=gamma_quantile(0.0, mean, variance),
            latency_p99_s=gamma_quantile(P99, mean, variance),
            busy_share=row[at.U],
            queue=max(0.0, row[at.L] - row[at.WORKERS] * row[at.U]),
            workers=row[at.WORKERS],
        )

    def _error_rate(self, i: int) -> float:
        """Share of the attempts on a service that fail, over all who call it."""
        flow = failing = 0.0
        for e, callee in enumerate(self._wires.callee):
            if callee == i:
                edge = self._tables.edge[e]
                flow += edge[at.FLOW]
                failing += edge[at.FLOW] * edge[at.FAILS]
        for q, target in enumerate(self._wires.target):
            if target == i:
                leg = self._tables.leg[q]
                flow += leg[at.LEG_FLOW]
                failing += leg[at.LEG_FLOW] * (1.0 - leg[at.LEG_PASS])
        return failing / flow if flow > 0.0 else 0.0

    def _service(self, name: str) -> list[float]:
        return self._tables.service[self._row[name]]

    def _client(self, name: str) -> list[float]:
        return self._tables.client[self._journey_row[name]]


def copy_of(table: Table) -> Table:
    """A copy, rows and all."""
    return [row[:] for row in table]


def callees_first(services: list[str], edges: list[EdgeSpec]) -> list[str]:
    """The services in an order in which everything called comes before its callers.

    Raises:
        ValueError: services call each other in a circle.
    """
    calls: dict[str, list[str]] = {name: [] for name in services}
    for edge in edges:
        calls[edge.caller].append(edge.callee)
    order: list[str] = []
    while len(order) < len(services):
        ready = [name for name in services if name not in order and all(c in order for c in calls[name])]
        if not ready:
            left = [name for name in services if name not in order]
            raise ValueError(f"services call each other in a circle, among: {', '.join(left)}")
        order += ready
    return order


def _wires(
    row: dict[str, int], order: list[str], edges: list[EdgeSpec], journeys: dict[str, JourneySpec]
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
    )


def _service_row(spec: ServiceSpec) -> list[float]:
    row = [0.0] * at.SERVICE_COLUMNS
    row[at.WORKERS] = spec.workers
    row[at.WORK] = spec.work_s
    row[at.BOUND] = spec.queue
    row[at.RATE] = spec.workers / spec.work_s
    return row


def _edge_row(spec: EdgeSpec) -> list[float]:
    row = [0.0] * at.EDGE_COLUMNS
    row[at.CALLS] = spec.calls
    row[at.TIMEOUT] = spec.timeout_s
    row[at.BACKOFF] = spec.backoff_s
    row[at.BUDGET] = spec.budget
    row[at.HARD] = 1.0 if spec.hard else 0.0
    return row


def _client_row(spec: JourneySpec) -> list[float]:
    row = [0.0] * at.CLIENT_COLUMNS
    row[at.PATIENCE] = spec.timeout_s
    row[at.PAUSE] = spec.backoff_s
    row[at.SLOW_AFTER] = spec.slow_after_s
    return row
