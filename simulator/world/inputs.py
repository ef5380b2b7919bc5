"""Services' inputs at a moment: what they were declared with, and what faults and switches leave of it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from simulator.scenario.model import Scenario
from simulator.world.automations import Autoscaling
from simulator.world.faults import Effect, Faults
from simulator.world.plant import LEAST_WORK_S, NO_LIMIT, Inputs
from simulator.world.switches import Switches
from simulator.world.system import cores_of


@dataclass(frozen=True)
class Conditions:
    """Everything that decides services' inputs; it changes as the drill goes on."""

    scenario: Scenario
    switches: Switches
    faults: Faults
    aftermath: Faults
    """What our own acts bring: cold starts."""
    scalers: Mapping[str, Autoscaling]
    killed: Collection[str]
    """Services whose workers are all gone, and restarting."""

    def inputs(self, at_ms: int) -> Iterator[tuple[str, Inputs]]:
        """Every station's inputs at a moment."""
        for name in self.scenario.services:
            yield from self._of(name, at_ms)

    def _of(self, name: str, at_ms: int) -> Iterator[tuple[str, Inputs]]:
        """A service's stations, each with its inputs."""
        spec = self.scenario.services[name]
        effect = self._over_zones(name, at_ms)
        left = 0.0 if name in self.killed else effect.left
        for share in self.switches.limits[name].values():
            left *= share
        right = effect.right * (1.0 - spec.error_rate)
        for error_rate in self.switches.degraded[name].values():
            right *= 1.0 - error_rate
        had = self._workers(name)
        work_s = spec.latency_s * effect.slow
        if spec.cores is not None:
            yield cores_of(name), Inputs(spec.cores * had / spec.workers * left, work_s)
            work_s = LEAST_WORK_S
        yield name, Inputs(had * left, work_s, 1.0 - right, 1.0 - effect.let_in)

    def _workers(self, name: str) -> float:
        """Its workers as declared, scaled by hand, or set by an autoscaler."""
        for scaler in self.scalers.values():
            if scaler.spec.service == name:
                return scaler.workers
        return self.scenario.services[name].workers * self.switches.scale[name]

    def _over_zones(self, name: str, at_ms: int) -> Effect:
        """What faults make of a service: requests are spread over the zones in use by their shares."""
        zones = self._zones(name)
        whole = Effect(0.0, 0.0, 0.0, 0.0)
        in_use = total(zones)
        for zone, share in zones.items():
            one = Effect()
            for faults in (self.faults, self.aftermath):
                faults.act_on(one, name, zone, at_ms)
            whole.right += share / in_use * one.right
            whole.slow += share / in_use * one.slow
            whole.let_in += share / in_use * one.let_in
            whole.left += share * one.left
        return whole if zones else Effect(left=0.0)

    def _zones(self, name: str) -> dict[str | None, float]:
        """Share of a service's workers in each zone that it has not left; without zones: None."""
        left = self.switches.left_zone[name]
        zones = self.scenario.services[name].zones
        if not zones:
            return {None: 1.0}
        return {zone: share for zone, share in zones.items() if zone != left and share > 0.0}

    def quota(self, name: str, at_ms: int) -> float:
        """The most requests that a service lets in per second."""
        quota = self.scenario.services[name].quota_per_s
        least = NO_LIMIT if quota is None else quota
        for fault, _ in self.faults.sizes("quota", at_ms):
            if fault.service == name and fault.amount < least:
                least = fault.amount
        return least

    def cuts(self, at_ms: int) -> Iterator[tuple[str, str, float]]:
        """Caller, dependency, and the share of its calls that never arrive: lost, or to a severed zone."""
        lost = {
            (fault.service, fault.to): fault.amount * size
            for fault, size in self.faults.sizes("lost_calls", at_ms)
        }
        partitions = list(self.faults.sizes("partition", at_ms))
        for caller, service in self.scenario.services.items():
            for callee in service.depends:
                heard = 1.0 - lost.get((caller, callee), 0.0)
                for fault, size in partitions:
                    heard *= 1.0 - size * self._crossing(caller, callee, fault.zone)
                yield caller, callee, 1.0 - heard

    def _crossing(self, caller: str, callee: str, zone: str | None) -> float:
        """Share of calls between a zone and the others, where both sides are spread by their workers."""
        here, there = (share_in(self._zones(name), zone) for name in (caller, callee))
        return here * (1.0 - there) + (1.0 - here) * there


def total(zones: Mapping[str | None, float]) -> float:
    """The shares added up, in order."""
    added = 0.0
    for share in zones.values():
        added += share
    return added


def share_in(zones: Mapping[str | None, float], zone: str | None) -> float:
    """A zone's share of what is in use."""
    in_use = total(zones)
    return zones.get(zone, 0.0) / in_use if in_use > 0.0 else 0.0
