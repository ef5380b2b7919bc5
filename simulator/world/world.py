"""The world of one drill: a scenario's variant, playing out second by second.

Faults and switches only set the plant's inputs; outages, cascades and relapses follow from its equations.
"""

from collections.abc import Mapping

from simulator.scenario.model import Dependency, Fault, Scenario, Variant, When
from simulator.world import layout as at
from simulator.world.faults import Faults
from simulator.world.plant import NO_BUDGET, EdgeSpec, JourneySpec, Plant, ServiceSpec
from simulator.world.readings import Counters, Impact, JourneyImpact, Reading
from simulator.world.traffic import UserCurve

FOREVER_MS = 10**9
"""Longer than any drill."""


class World:
    """The system under outage, from the opening on.

    The caller moves time with `advance`, then switches things at that moment, then reads. Reading never
    changes anything. An unknown id is a programming error (KeyError).

    Args:
        scenario: the system and its traffic.
        variant: what is wrong with it.
        seed: of the traffic's noise.

    Attributes:
        now_ms: the present moment, in ms since the opening.
    """

    def __init__(self, scenario: Scenario, variant: Variant, seed: int) -> None:
        self.now_ms = 0
        self._scenario = scenario
        self._variant = variant
        self._users = UserCurve(scenario.traffic, seed)
        self._line = self._users.line(0)
        self._undone: dict[str, bool] = dict.fromkeys(scenario.changes, False)
        self._fixed: dict[str, bool] = dict.fromkeys(scenario.changes, False)
        self._flags: dict[str, bool] = {name: flag.on for name, flag in scenario.flags.items()}
        self._scale: dict[str, float] = dict.fromkeys(scenario.services, 1.0)
        self._limits: dict[str, dict[str, float]] = {name: {} for name in scenario.services}
        self._degraded: dict[str, dict[str, float]] = {name: {} for name in scenario.services}
        self._ramping = False
        self._faults = Faults({})
        self._plant = _plant(scenario)
        self._open()
        self._faults = Faults(variant.faults)
        self._jump()

    # Time

    def advance(self, to_ms: int) -> None:
        """Let the world run until `to_ms`, through everything that happens by itself on the way."""
        while self.now_ms < to_ms:
            end = min(to_ms, self._piece_end_ms)
            self._plant.advance((end - self.now_ms) / 1000.0)
            self.now_ms = end
            if end == self._piece_end_ms:
                self._turn()

    # Switches: each acts now

    def undo_change(self, change: str) -> None:
        """Roll a change back: it is no longer live, and it is undone."""
        _need(change, self._undone)
        self._undone[change] = True
        self._jump()

    def redo_change(self, change: str) -> None:
        """Deploy again what was rolled back."""
        _need(change, self._undone)
        self._undone[change] = False
        self._jump()

    def fix_change(self, change: str) -> None:
        """Ship a repaired version of a change: it no longer counts as live, and it is not undone."""
        _need(change, self._fixed)
        self._fixed[change], self._undone[change] = True, False
        self._jump()

    def set_flag(self, flag: str, on: bool) -> None:  # noqa: FBT001  (reads well: set_flag("x", False))
        """Turn a feature flag on or off; the calls it gates are made only while it is on."""
        _need(flag, self._flags)
        self._flags[flag] = on
        self._gate()
        self._jump()

    def shed(self, share: float, journey: str | None = None) -> None:
        """Turn away this share of a journey's (or of all) new requests at the door; 0 lifts it.

        Those turned away count as failed users and do not try again.
        """
        for name in self._scenario.journeys if journey is None else (journey,):
            self._plant.set_shed(name, min(1.0, max(0.0, share)))
        self._jump()

    def scale(self, service: str, factor: float) -> None:
        """Give a service this many times the workers it was declared with."""
        _need(service, self._scale)
        self._scale[service] = factor
        self._jump()

    def limit(self, service: str, by: str, share: float) -> None:
        """Leave a service only this share of its workers while something named `by` goes on; 1 lifts it."""
        self._limits[service].pop(by, None)
        if share != 1.0:
            self._limits[service][by] = max(0.0, share)
        self._jump()

    def drop_queue(self, service: str) -> None:
        """Lose what waits at a service, as a restart does."""
        self._plant.drop_queue(service)
        self._jump()

    def degrade(self, service: str, by: str, error_rate: float) -> None:
        """Add errors at a service while something risky, named `by`, goes on; 0 lifts it."""
        self._degraded[service].pop(by, None)
        if error_rate > 0.0:
            self._degraded[service][by] = min(1.0, error_rate)
        self._jump()

    def begin_fault(self, name: str, fault: Fault) -> None:
        """Add a fault whose times count from now; it takes the place of one with the same name."""
        _need(fault.service, self._scenario.services)
        self._faults.add(name, fault, self.now_ms)
        self._jump()

    # Readings

    def impact(self) -> Impact:
        """How the users fare now."""
        active = self._line.at(self.now_ms)
        journeys: dict[str, JourneyImpact] = {}
        users = served = failed = slow = requests = requests_failed = affected = 0.0
        for name, spec in self._scenario.journeys.items():
            k = self._plant.client(name)
            one = journeys[name] = _journey_impact(k, active * spec.share)
            users += one.users
            served += one.users_served
            failed += one.users_failed
            slow += one.users_slow
            requests += one.requests_per_s
            requests_failed += one.requests_failed_per_s
            affected += k[at.SUM_AFFECTED]
        elsewhere = active - users if active > users else 0.0
        return Impact(
            journeys=journeys,
            users=users + elsewhere,
            users_served=served + elsewhere,
            users_failed=failed,
            users_slow=slow,
            requests_per_s=requests,
            requests_failed_per_s=requests_failed,
            user_minutes=affected / self._scenario.traffic.requests_per_user_min,
        )

    def reading(self, service: str) -> Reading:
        """What a service's monitoring shows now."""
        return self._plant.reading(service)

    def counters(self, journey: str) -> Counters:
        """A journey's requests since the opening, for checks that none gets lost."""
        return self._plant.counters(journey)

    def active_faults(self) -> tuple[str, ...]:
        """The faults that act now, in the order declared: the hidden truth."""
        return tuple(name for name, _ in self._faults.acting())

    def losing_data(self) -> bool:
        """Whether records are being lost or corrupted now."""
        return any(fault.loses_data for _, fault in self._faults.acting())

    def cause_present(self) -> bool:
        """Whether the root cause is still there: the change live, or the provider's fault acting.

        A flag that keeps users away from a change does not remove it.
        """
        cause = self._variant.cause
        if cause.kind == "change":
            return self._live(cause.id)
        return cause.fault in self.active_faults()

    # Time, inside. A piece is a stretch in which every input moves in a straight line.

    def _open(self) -> None:
        """Set a quiet day's inputs and find their equilibrium."""
        self._gate()
        self._set_inputs()
        self._set_offered(self._line.users, 0.0)
        self._plant.poke()
        self._plant.settle()

    def _turn(self) -> None:
        """Enter the next piece."""
        jumps = self._users.before(self.now_ms) != self._users.after(self.now_ms)
        if self._faults.update(self.now_ms, self._holds) or jumps:
            self._jump()
        else:
            if self._ramping:
                self._set_inputs()
            self._begin_piece()

    def _jump(self) -> None:
        """Make everything fit what was just switched, and begin a piece here."""
        self._faults.update(self.now_ms, self._holds)
        self._set_inputs()
        self._begin_piece()
        self._plant.poke()

    def _begin_piece(self) -> None:
        """Find where the present piece ends, and let the inputs move towards their values there."""
        self._line = self._users.line(self.now_ms)
        self._set_offered(self._line.at(self.now_ms), self._line.per_s)
        ends = (
            self._line.end_ms,
            self._faults.next_break(self.now_ms),
        )
        self._piece_end_ms = min((end for end in ends if end is not None), default=self.now_ms + FOREVER_MS)
        ramping = self._faults.ramping(self.now_ms)
        if ramping or self._ramping:
            over_s = (self._piece_end_ms - self.now_ms) / 1000.0
            for name in self._scenario.services:
                self._plant.ramp_service(name, *self._inputs(name, self._piece_end_ms), over_s)
        self._ramping = ramping

    # Inputs, inside

    def _holds(self, when: When) -> bool:
        """Whether all conditions of a fault hold now."""
        return (
            (when.live is None or self._live(when.live))
            and (when.undone is None or self._undone[when.undone])
            and (when.flag_on is None or self._flags[when.flag_on])
            and (when.flag_off is None or not self._flags[when.flag_off])
        )

    def _live(self, change: str) -> bool:
        """Whether a change is in production, neither undone nor fixed."""
        return not self._undone[change] and not self._fixed[change]

    def _set_inputs(self) -> None:
        for name in self._scenario.services:
            self._plant.set_service(name, *self._inputs(name, self.now_ms))

    def _inputs(self, name: str, at_ms: int) -> tuple[float, float, float]:
        """A service's (workers, own work, own error share) at a moment of the present piece."""
        spec = self._scenario.services[name]
        right, slow, left = self._faults.effect(name, at_ms)
        workers = spec.workers * self._scale[name] * left
        for share in self._limits[name].values():
            workers *= share
        right *= 1.0 - spec.error_rate
        for error_rate in self._degraded[name].values():
            right *= 1.0 - error_rate
        return workers, spec.latency_s * slow, 1.0 - right

    def _set_offered(self, users: float, slope: float) -> None:
        """Share the users out to the journeys: `users` now, changing by `slope` per second."""
        per_user_s = self._scenario.traffic.requests_per_user_min / 60.0
        for name, journey in self._scenario.journeys.items():
            rate = journey.share * per_user_s
            self._plant.set_offered(name, users * rate, slope * rate)

    def _gate(self) -> None:
        """Make the calls of every dependency, unless its flag is off."""
        for name, service in self._scenario.services.items():
            for callee, spec in service.depends.items():
                on = spec.flag is None or self._flags[spec.flag]
                self._plant.set_calls(name, callee, spec.calls if on else 0.0)


def _need(name: str, known: Mapping[str, object]) -> None:
    if name not in known:
        raise KeyError(name)


def _journey_impact(k: list[float], users: float) -> JourneyImpact:
    """What a journey's row means for its users."""
    let_in = 1.0 - k[at.SHED]
    turned_away = k[at.OFFERED_RATE] * k[at.SHED]
    return JourneyImpact(
        users=users,
        users_served=users * let_in * k[at.SERVED],
        users_failed=users * (k[at.SHED] + let_in * k[at.FAILED]),
        users_slow=users * let_in * k[at.SLOW],
        requests_per_s=k[at.ATTEMPTS] + turned_away,
        requests_failed_per_s=k[at.ATTEMPTS] * k[at.ATTEMPT_FAILS] + turned_away,
    )


def _plant(scenario: Scenario) -> Plant:
    """The scenario's system as a plant."""
    return Plant(
        services={
            name: ServiceSpec(float(spec.workers), float(spec.queue), spec.latency_s)
            for name, spec in scenario.services.items()
        },
        edges=[
            _edge(name, callee, spec)
            for name, service in scenario.services.items()
            for callee, spec in service.depends.items()
        ],
        journeys={
            name: JourneySpec(spec.path, spec.timeout_s, spec.retries, spec.backoff_s, spec.slow_after_s)
            for name, spec in scenario.journeys.items()
        },
    )


def _edge(caller: str, callee: str, spec: Dependency) -> EdgeSpec:
    return EdgeSpec(
        caller=caller,
        callee=callee,
        calls=spec.calls,
        timeout_s=spec.timeout_s,
        retries=spec.retries,
        backoff_s=spec.backoff_s,
        budget=NO_BUDGET if spec.retry_budget is None else spec.retry_budget,
        hard=spec.kind == "hard",
    )
