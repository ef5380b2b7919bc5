"""A scenario's system as a plant.

Two things that authors write are stations of their own, because they are queues of their own: the cores that
a service's workers share, and the connection pool between a caller and its dependency.
"""

from collections.abc import Mapping

from simulator.scenario.model import Dependency, Journey, Scenario, Service
from simulator.scenario.once import once
from simulator.world import layout as at
from simulator.world.plant import LEAST_WORK_S, NO_LIMIT, EdgeSpec, JourneySpec, Plan, Plant, ServiceSpec

POOL_QUEUE = 1e6
"""Most calls waiting for a connection: more than there are workers to wait."""


def cores_of(service: str) -> str:
    """The station of a service's cores."""
    return f"{service}/cores"


def pool_of(caller: str, callee: str) -> str:
    """The station of the connections from a caller to its dependency."""
    return f"{caller}>{callee}"


def entry(scenario: Scenario, caller: str, callee: str) -> str:
    """The station that a caller calls for a dependency: the connection pool if there is one."""
    pooled = scenario.services[caller].depends[callee].connections is not None
    return pool_of(caller, callee) if pooled else callee


def plant_of(scenario: Scenario) -> Plant:
    """The scenario's services, dependencies and journeys at rest."""
    plant = Plant(_plan(scenario))
    for name, spec in scenario.services.items():
        if spec.quota_per_s is not None:
            plant.set_quota(name, spec.quota_per_s)
        plant.set_error_rate(name, spec.error_rate)
    gate(plant, scenario, {name: flag.on for name, flag in scenario.flags.items()})
    return plant


@once
def _plan(scenario: Scenario) -> Plan:
    services: dict[str, ServiceSpec] = {}
    edges: list[EdgeSpec] = []
    for name, spec in scenario.services.items():
        services |= _stations(name, spec)
        if spec.cores is not None:
            edges.append(EdgeSpec(name, cores_of(name)))
        for callee, dependency in spec.depends.items():
            edges.append(_edge(name, entry(scenario, name, callee), dependency))
            if dependency.connections is not None:
                edges.append(EdgeSpec(pool_of(name, callee), callee))
    return Plan(services, edges, {name: _journey(scenario, spec) for name, spec in scenario.journeys.items()})


def gate(plant: Plant, scenario: Scenario, flags: Mapping[str, bool]) -> None:
    """Make the calls of every dependency, unless its flag is off."""
    for name, service in scenario.services.items():
        for callee, spec in service.depends.items():
            on = spec.flag is None or flags[spec.flag]
            plant.set_calls(name, entry(scenario, name, callee), spec.calls if on else 0.0)


@once
def per_user_s(scenario: Scenario) -> Mapping[str, float]:
    """Per journey: the requests that each active user begins per second."""
    rate = scenario.traffic.requests_per_user_min / 60.0
    return {name: journey.share * rate for name, journey in scenario.journeys.items()}


def _stations(name: str, spec: Service) -> dict[str, ServiceSpec]:
    own_s = spec.latency_s if spec.cores is None else LEAST_WORK_S
    stations = {name: ServiceSpec(float(spec.workers), float(spec.queue), own_s)}
    if spec.cores is not None:
        stations[cores_of(name)] = ServiceSpec(float(spec.cores), float(spec.workers), spec.latency_s)
    for callee, dependency in spec.depends.items():
        if dependency.connections is not None:
            pool = ServiceSpec(float(dependency.connections), POOL_QUEUE, LEAST_WORK_S)
            stations[pool_of(name, callee)] = pool
    return stations


def _edge(caller: str, callee: str, spec: Dependency) -> EdgeSpec:
    cache = spec.cache
    return EdgeSpec(
        caller=caller,
        callee=callee,
        calls=spec.calls,
        timeout_s=spec.timeout_s,
        retries=spec.retries,
        backoff_s=spec.backoff_s,
        budget=NO_LIMIT if spec.retry_budget is None else spec.retry_budget,
        kind={"hard": at.HARD, "soft": at.SOFT, "job": at.JOB}[spec.kind],
        hit_ratio=cache.hit_ratio if cache else 0.0,
        entries=cache.entries if cache else 0.0,
        ttl_s=cache.ttl_s if cache else None,
    )


def _journey(scenario: Scenario, spec: Journey) -> JourneySpec:
    return JourneySpec(
        path=spec.path,
        timeout_s=spec.timeout_s,
        retries=spec.retries,
        backoff_s=spec.backoff_s,
        slow_after_s=spec.slow_after_s,
        returns=spec.returns,
        returns_after_s=spec.returns_after_s,
        job=_job(scenario, spec),
        job_slow_after_s=spec.job_slow_after_s,
    )


def _job(scenario: Scenario, spec: Journey) -> tuple[str, str] | None:
    """Who on the path leaves the journey's job, and who does it."""
    for name in spec.path:
        depends = scenario.services[name].depends
        if spec.job in depends and depends[spec.job].kind == "job":
            return name, entry(scenario, name, spec.job)
    return None
