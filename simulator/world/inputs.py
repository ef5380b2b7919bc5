"""A service's inputs at a moment: what it was declared with, and what faults, zones and switches leave of it."""

from collections.abc import Iterator

from simulator.scenario.model import Scenario
from simulator.world.faults import Effect, Faults
from simulator.world.plant import LEAST_WORK_S, NO_LIMIT, Inputs
from simulator.world.switches import Switches
from simulator.world.system import cores_of

Station = tuple[str, Inputs]


def inputs_of(
    scenario: Scenario,
    switches: Switches,
    faults: tuple[Faults, ...],
    name: str,
    at_ms: int,
    workers: float | None,
    killed: bool,
) -> Iterator[Station]:
    """A service's stations, each with its inputs.

    Args:
        scenario: the system as declared.
        switches: what has been switched.
        faults: what acts on it.
        name: the service.
        at_ms: the moment.
        workers: how many an autoscaler has set; None: as declared, times what it was scaled by.
        killed: whether all its workers are gone and restarting.
    """
    spec = scenario.services[name]
    effect = over_zones(scenario, switches, faults, name, at_ms)
    left = 0.0 if killed else effect.left
    for share in switches.limits[name].values():
        left *= share
    right = effect.right * (1.0 - spec.error_rate)
    for error_rate in switches.degraded[name].values():
        right *= 1.0 - error_rate
    had = spec.workers * switches.scale[name] if workers is None else workers
    work_s = spec.latency_s * effect.slow
    if spec.cores is not None:
        yield cores_of(name), Inputs(spec.cores * had / spec.workers * left, work_s)
        work_s = LEAST_WORK_S
    yield name, Inputs(had * left, work_s, 1.0 - right, 1.0 - effect.let_in)


def over_zones(
    scenario: Scenario, switches: Switches, faults: tuple[Faults, ...], name: str, at_ms: int
) -> Effect:
    """What faults make of a service as a whole: requests are spread over the zones in use by their shares."""
    zones = zones_in_use(scenario, switches, name)
    whole = Effect(0.0, 0.0, 0.0, 0.0)
    in_use = 0.0
    for share in zones.values():
        in_use += share
    for zone, share in zones.items():
        one = Effect()
        for some in faults:
            some.act_on(one, name, zone, at_ms)
        whole.right += share / in_use * one.right
        whole.slow += share / in_use * one.slow
        whole.let_in += share / in_use * one.let_in
        whole.left += share * one.left
    return whole if zones else Effect(left=0.0)


def zones_in_use(scenario: Scenario, switches: Switches, name: str) -> dict[str | None, float]:
    """Share of a service's workers in each zone that it has not left; a service without zones has one, None."""
    left = switches.left_zone[name]
    zones = scenario.services[name].zones
    return (
        {zone: share for zone, share in zones.items() if zone != left and share > 0.0}
        if zones
        else {None: 1.0}
    )


def crossing(scenario: Scenario, switches: Switches, caller: str, callee: str, zone: str | None) -> float:
    """Share of calls between a zone and the others, where both sides are spread by their workers."""
    here, there = (_share_in(zones_in_use(scenario, switches, name), zone) for name in (caller, callee))
    return here * (1.0 - there) + (1.0 - here) * there


def _share_in(zones: dict[str | None, float], zone: str | None) -> float:
    total = 0.0
    for share in zones.values():
        total += share
    return zones.get(zone, 0.0) / total if total > 0.0 else 0.0


def quota_of(scenario: Scenario, faults: Faults, name: str, at_ms: int) -> float:
    """The most requests that a service lets in per second."""
    quota = scenario.services[name].quota_per_s
    least = NO_LIMIT if quota is None else quota
    for fault, _ in faults.sizes("quota", at_ms):
        if fault.service == name and fault.amount < least:
            least = fault.amount
    return least
