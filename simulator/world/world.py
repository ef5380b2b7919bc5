"""The world of one drill: a scenario's variant, playing out second by second.

Faults and switches only set the plant's inputs; outages, cascades and relapses follow from its equations.
"""

from collections.abc import Iterator, Mapping
from operator import gt

from simulator.scenario.model import Alert, Fault, Scenario, Variant
from simulator.world import gauges
from simulator.world.automations import Autoscaling, Breaking
from simulator.world.faults import Faults
from simulator.world.gauges import SAMPLE_MS
from simulator.world.history import at_rest
from simulator.world.inputs import Conditions
from simulator.world.readings import Counters, Impact, JourneyImpact, Reading
from simulator.world.records import Records, share_harmed
from simulator.world.series import Band, Series
from simulator.world.switches import Switches, need
from simulator.world.system import entry, gate, per_user_s, plant_of, pool_of
from simulator.world.traffic import UserCurve, hour_of, wave

FOREVER_MS = 10**9
"""Longer than any drill."""
BLIND_ABOVE = 0.5
"""With more of its answers failing, a service takes down the monitoring or the status page that needs it."""
WATCH_MS = 15_000
"""How often monitoring writes down what it shows, which is all there is while it is blind."""


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
        series: the samples taken so far.
        version: changes whenever the hidden truth (faults, causes, harm to records) may have.
    """

    def __init__(self, scenario: Scenario, variant: Variant, seed: int) -> None:
        self.now_ms = 0
        self._scenario = scenario
        self._variant = variant
        self._users = UserCurve(scenario.traffic, scenario.starts, seed)
        self._line = self._users.line(0)
        self._switches = Switches(scenario)
        self._faults = Faults()
        self._aftermath = Faults()
        self._killed: dict[str, int] = {}
        """Services whose workers a leak has killed, and when they are back."""
        self._plant = plant_of(scenario)
        self._offer = self._plant.offering(per_user_s(scenario))
        self._records = Records(self._plant)
        self.records_at_risk = self._records.at_risk
        """Records lost or gone bad since the opening."""
        self._scalers = dict(_scalers(scenario))
        self._conditions = Conditions(
            scenario, self._switches, self._faults, self._aftermath, self._scalers, self._killed
        )
        self._breakers = list(_breakers(scenario))
        self._ramping = False
        watching = scenario.monitoring is not None or any(f.kind == "blind" for f in variant.faults.values())
        self._next_watch_ms = WATCH_MS if watching else FOREVER_MS
        self._written_down: dict[str, tuple[int, Reading]] = {}
        """What monitoring showed when it last saw, and when."""
        self._extremes: list[Mapping[str, Reading]] = []
        self.series = Series(self._plant, scenario)
        alerts = scenario.alerts.values()
        self._thresholds = [alert.above for alert in alerts]
        self._watch = self._plant.watch([(alert.metric, alert.of) for alert in alerts], self._thresholds)
        self._watched_version = -1.0
        self._above = [False for _ in alerts]
        """Per alert, whether its value was above its threshold, where monitoring can be blind."""
        self.version = 0
        self._open()
        self._usual = {name: self._plant.reading(name) for name in scenario.services}
        if watching:
            self._written_down = {name: (0, reading) for name, reading in self._usual.items()}
        for name, fault in variant.faults.items():
            self._faults.add(name, fault, 0)
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
        need(change, self._switches.undone)
        self._switches.undone[change] = True
        self._jump()

    def redo_change(self, change: str) -> None:
        """Deploy again what was rolled back."""
        need(change, self._switches.undone)
        self._switches.undone[change] = False
        self._jump()

    def fix(self, target: str) -> None:
        """Ship a fix: a repaired version of a change, which no longer counts as live; or of a service."""
        need(target, self._switches.fixed)
        self._switches.fixed[target] = True
        if target in self._switches.undone:
            self._switches.undone[target] = False
        self._jump()

    def set_flag(self, flag: str, on: bool) -> None:  # noqa: FBT001  (reads well: set_flag("x", False))
        """Turn a feature flag on or off; the calls it gates are made only while it is on."""
        need(flag, self._switches.flags)
        self._switches.flags[flag] = on
        gate(self._plant, self._scenario, self._switches.flags)
        self._jump()

    def shed(self, share: float, journey: str | None = None) -> None:
        """Turn away this share of a journey's (or of all) new requests at the door; 0 lifts it.

        Those turned away count as failed users and do not try again.
        """
        for name in self._scenario.journeys if journey is None else (journey,):
            self._plant.set_shed(name, min(1.0, max(0.0, share)))
        self._jump()

    def scale(self, service: str, factor: float) -> None:
        """Give a service this many times its declared workers; an autoscaler goes on from there."""
        need(service, self._switches.scale)
        self._switches.scale[service] = factor
        for one in self._scalers.values():
            if one.spec.service == service:
                one.workers = factor * self._scenario.services[service].workers
        self._jump()

    def limit(self, service: str, by: str, share: float) -> None:
        """Leave a service only this share of its workers while something named `by` goes on; 1 lifts it."""
        self._switches.limits[service].pop(by, None)
        if share != 1.0:
            self._switches.limits[service][by] = max(0.0, share)
        self._jump()

    def degrade(self, service: str, by: str, error_rate: float) -> None:
        """Add errors at a service while something risky, named `by`, goes on; 0 lifts it."""
        self._switches.degraded[service].pop(by, None)
        if error_rate > 0.0:
            self._switches.degraded[service][by] = min(1.0, error_rate)
        self._jump()

    def restart(self, service: str) -> None:
        """Start a service's workers afresh: what waits is lost, caches and memory are empty, work is slow."""
        need(service, self._scenario.services)
        self._start_afresh(service)
        self._jump()

    def bypass_cache(self, service: str, on: bool) -> None:  # noqa: FBT001  (as set_flag)
        """Let a service make every call itself, or use its caches again, which are then empty."""
        need(service, self._switches.bypassed)
        self._switches.bypassed[service] = on
        for callee, dependency in self._scenario.services[service].depends.items():
            cache = dependency.cache
            if cache is not None:
                used = not on and (cache.kept_in or service) not in self._killed
                top = cache.hit_ratio if used else 0.0
                self._plant.set_hit_max(service, entry(self._scenario, service, callee), top)
        self._jump()

    def fail_over(self, service: str, zone: str) -> None:
        """Take a service out of a zone (and into the one it had left, if any).

        What its copies elsewhere had not yet received is lost.
        """
        need(zone, self._scenario.services[service].zones)
        self._records.lose(service, self._scenario.services[service].replication_lag_s)
        self._switches.left_zone[service] = zone
        self._jump()

    def stop_automation(self, automation: str) -> None:
        """Stop something that acts by itself: what it spreads stays as large as it is."""
        need(automation, self._switches.stopped)
        self._switches.stopped[automation] = True
        self._faults.hold(automation, self.now_ms)
        self._jump()

    def restore(self, service: str) -> None:
        """Replace a service's records by its newest backup: good ones, without those written since."""
        need(service, self._switches.restored)
        self._switches.restored[service] = True
        age_s = self._scenario.services[service].backup_age_s or 0.0
        self._records.restore(service, age_s, self.now_ms / 1000.0, self._usual[service].requests_per_s)
        self._jump()

    def run_procedure(self, procedure: str) -> None:
        """Carry out a prepared procedure."""
        need(procedure, self._switches.done)
        self._switches.done[procedure] = True
        spec = self._scenario.procedures[procedure]
        if spec.restarts:
            self._start_afresh(spec.service)
        self._jump()

    def begin_fault(self, name: str, fault: Fault) -> None:
        """Add a fault whose times count from now; it takes the place of one with the same name."""
        if fault.service is not None:
            need(fault.service, self._scenario.services)
        self._faults.add(name, fault, self.now_ms)
        self._jump()

    # Readings

    def sample(self) -> list[float]:
        """How the users fare now, in plain numbers: see `gauges.fare`."""
        return self.series.now(self.now_ms, self._line)

    def take_samples(self, at_ms: int, before_ms: int, band: Band) -> int:
        """Let the world run to the moment of a sample, and on to the next ones as far as nothing is news.

        Something may be after the end of the piece, while records go bad, and where the share of users
        affected is outside of a band.

        Returns:
            How many samples were taken.
        """
        version = self.version
        if at_ms >= self._piece_end_ms:
            self.advance(at_ms)
        if self._records.growing or self.version != version:
            before_ms = at_ms + 1
        elif before_ms > self._piece_end_ms:
            before_ms = self._piece_end_ms
        count = self.series.take(self.now_ms, at_ms, before_ms, self._line, band)
        self.now_ms = at_ms + (count - 1) * SAMPLE_MS
        return count

    def impact(self) -> Impact:
        """How the users fare now."""
        row = self.sample()
        users, served, failed, slow, _, requests, requests_failed, user_minutes = row[: gauges.TOTALS]
        firsts = range(gauges.TOTALS, len(row), gauges.USERS)
        journeys = {
            name: JourneyImpact(row[to], row[to + 1], row[to + 2], row[to + 3])
            for to, name in zip(firsts, self._scenario.journeys, strict=True)
        }
        return Impact(
            journeys=journeys,
            users=users,
            users_served=served,
            users_failed=failed,
            users_slow=slow,
            requests_per_s=requests,
            requests_failed_per_s=requests_failed,
            user_minutes=user_minutes,
            records_at_risk=self.records_at_risk(),
        )

    def watched(self) -> list[float]:
        """The value that each alert of the scenario watches; old ones where monitoring is blind."""
        if self._next_watch_ms < FOREVER_MS:
            return [self._watched_one(alert) for alert in self._scenario.alerts.values()]
        self._watch.read()
        return self._watch.values()

    def crossed(self) -> bool:
        """Whether any alert's value is on another side of its threshold than when this was asked last."""
        if self._next_watch_ms < FOREVER_MS:
            was, self._above = self._above, list(map(gt, self.watched(), self._thresholds))
            return self._above != was
        version = self._plant.version
        if version == self._watched_version:
            return False
        self._watched_version = version
        self._watch.read()
        return self._watch.crossed()

    def _watched_one(self, alert: Alert) -> float:
        if alert.metric == "users_affected_share":
            journey = self.impact().journeys[alert.of]
            return journey.users_affected / journey.users if journey.users else 0.0
        return float(getattr(self.reading(alert.of), alert.metric))

    def reading(self, service: str) -> Reading:
        """What a service's monitoring shows now; while that is blind, what it showed last."""
        if self.blind_since_ms(service) is not None:
            return self._written_down[service][1]
        return self._plant.reading(service)

    def usual(self, service: str) -> Reading:
        """What it showed on the quiet day before the opening."""
        return self._usual[service]

    def usual_range(self, service: str) -> tuple[Reading, Reading] | None:
        """What it shows at the day's quietest and busiest; None where the day has no rhythm."""
        daily = self._scenario.traffic.daily
        if daily is None:
            return None
        if not self._extremes:
            here = self._users.after(0) / wave(daily, hour_of(self._scenario.starts))
            ends = (here * (1.0 - daily.swing), here * (1.0 + daily.swing))
            self._extremes = [at_rest(self._scenario, users) for users in ends]
        low, high = self._extremes
        return low[service], high[service]

    def blind_since_ms(self, service: str) -> int | None:
        """When monitoring of a service last saw anything, while it stands still; None while it sees."""
        if service not in self._written_down:
            return None
        blinded = any(fault.service == service for fault, _ in self._faults.sizes("blind", self.now_ms))
        return self._written_down[service][0] if blinded or self._down(self._scenario.monitoring) else None

    def status_page_up(self) -> bool:
        """Whether anything can be posted on the status page."""
        return not self._down(self._scenario.status_page)

    def connections(self, caller: str, callee: str) -> Reading | None:
        """The connection pool from a service to a dependency, if there is one, as monitoring shows it."""
        if self._scenario.services[caller].depends[callee].connections is None:
            return None
        return self._plant.reading(pool_of(caller, callee))

    def hit_ratio(self, caller: str, callee: str) -> float:
        """Share of calls to a dependency that the caller's cache answers now."""
        return self._plant.hit_ratio(caller, entry(self._scenario, caller, callee))

    def counters(self, journey: str) -> Counters:
        """A journey's requests since the opening, for checks that none gets lost."""
        return self._plant.counters(journey)

    def active_faults(self) -> tuple[str, ...]:
        """The faults that act now, in the order declared: the hidden truth."""
        return tuple(name for name, _ in self._faults.acting())

    def losing_data(self) -> bool:
        """Whether records are being lost or corrupted now."""
        return any(fault.harms_records for _, fault in self._faults.acting())

    def cause_present(self) -> bool:
        """Whether the root cause is still there: the change live, or its fault acting.

        A flag that keeps users away from a change does not remove it.
        """
        cause = self._variant.cause
        if cause.kind == "change":
            return self._switches.live(cause.id)
        return cause.fault in self.active_faults()

    # Time, inside. A piece is a stretch in which every input moves in a straight line.

    def _open(self) -> None:
        """Find the equilibrium of a quiet day."""
        self._offer(self._line.users, 0.0)
        self._plant.poke()
        self._plant.settle()

    def _turn(self) -> None:
        """Enter the next piece. Most are entered by the users alone: nothing else is due before `_due_ms`."""
        jumps = self._users.jumps(self.now_ms)
        if self.now_ms < self._due_ms and not jumps and not self._ramping:
            self._follow_users()
            return
        changed = [
            self._faults.update(self.now_ms, self._switches.holds),
            self._aftermath.update(self.now_ms, self._switches.holds),
            self._workers_die(),
            self._automations_act(),
        ]
        if jumps or any(changed):
            self._jump()
        else:
            if self._ramping:
                self._set_inputs()
            self._begin_piece()

    def _jump(self) -> None:
        """Make everything fit what was just switched, and begin a piece here."""
        self.version += 1
        self._faults.update(self.now_ms, self._switches.holds)
        self._aftermath.update(self.now_ms, self._switches.holds)
        self._workers_die()
        self._set_inputs()
        self._cut_calls()
        self._begin_piece()
        self._plant.poke()

    def _begin_piece(self) -> None:
        """Find where the present piece ends, and let the inputs move towards their values there."""
        self._due_ms = min(self._ends())
        self._follow_users()
        ramping = self._faults.ramping(self.now_ms) or self._aftermath.ramping(self.now_ms)
        if ramping or self._ramping:
            over_s = (self._piece_end_ms - self.now_ms) / 1000.0
            aims = self._conditions.inputs(self._piece_end_ms)
            moving = [self._plant.ramp_service(*aim, over_s) for aim in aims]
            self._plant.set_ramping(any(moving))
            self._cut_calls()
        self._ramping = ramping

    def _follow_users(self) -> None:
        """Let the users move along their line, up to its end or until something else happens by itself."""
        self._line = self._users.line(self.now_ms)
        self._offer(self._line.at(self.now_ms), self._line.per_s)
        ends_ms = self._line.end_ms
        self._piece_end_ms = self._due_ms if ends_ms is None else min(self._due_ms, ends_ms)
        self._records.begin(self._harmed())

    def _ends(self) -> Iterator[int]:
        """Every moment at which something other than the users turns by itself."""
        yield self.now_ms + FOREVER_MS
        for end in (self._faults.next_break(self.now_ms), self._aftermath.next_break(self.now_ms)):
            if end is not None:
                yield end
        yield from self._killed.values()
        yield from (one.next_break() for one in self._scalers.values())
        yield from (one.next_ms for one in self._breakers)
        if self._next_watch_ms > self.now_ms:
            yield self._next_watch_ms

    def _workers_die(self) -> bool:
        """Kill the workers of services that crash or are out of memory; start those afresh that are back."""
        changed = False
        for service in (*self._faults.crashed, *self._faults.full(self.now_ms)):
            if service not in self._killed:
                restart_ms = round(1000 * self._scenario.services[service].restart_s)
                self._killed[service] = self.now_ms + restart_ms
                self._lose_memory(service)
                changed = True
        for service, back_ms in list(self._killed.items()):
            if back_ms <= self.now_ms:
                self._start_afresh(service)
                changed = True
        return changed

    def _lose_waiting(self, service: str) -> None:
        """Lose what waits at a service whose workers go; jobs wait in a queue of their own, and stay."""
        callers = (spec.depends for spec in self._scenario.services.values() if service in spec.depends)
        if not any(depends[service].kind == "job" for depends in callers):
            self._plant.drop_queue(service)

    def _start_afresh(self, service: str) -> None:
        self._killed.pop(service, None)
        self._lose_memory(service)
        self._faults.empty_memory(service, self.now_ms)
        warmup_s = self._scenario.services[service].warmup_s
        if warmup_s > 0.0:
            factor = self._scenario.services[service].cold_factor
            cold = Fault(
                kind="slowdown",
                service=service,
                amount=factor,
                curve=((0.0, 1.0), (warmup_s, 0.0)),
                until_s=warmup_s,
            )
            self._aftermath.add(service, cold, self.now_ms)

    def _lose_memory(self, service: str) -> None:
        """Lose what waits at a service, and the caches kept in it, which answer nothing while it is down."""
        self._lose_waiting(service)
        for caller, spec in self._scenario.services.items():
            for callee, dependency in spec.depends.items():
                cache = dependency.cache
                if cache is not None and service == (cache.kept_in or caller):
                    used = service not in self._killed and not self._switches.bypassed[caller]
                    there = entry(self._scenario, caller, callee)
                    self._plant.set_hit_max(caller, there, 0.0)
                    self._plant.set_hit_max(caller, there, cache.hit_ratio if used else 0.0)

    def _automations_act(self) -> bool:
        """Let autoscalers, breakers and monitoring look, if it is time; whether anything has changed."""
        changed = False
        for name, scaler in self._scalers.items():
            busy = self._plant.reading(scaler.spec.service).busy_share
            changed |= scaler.turn(self.now_ms, busy, running=not self._switches.stopped[name])
        for breaker in self._breakers:
            changed |= breaker.turn(self.now_ms, self._plant)
        if self._next_watch_ms <= self.now_ms:
            self._next_watch_ms = self.now_ms + WATCH_MS
            for name in self._scenario.services:
                if self.blind_since_ms(name) is None:
                    self._written_down[name] = self.now_ms, self._plant.reading(name)
        return changed

    # Inputs, inside

    def _set_inputs(self) -> None:
        for station, inputs in self._conditions.inputs(self.now_ms):
            self._plant.set_service(station, inputs)
        for name in self._scenario.services:
            self._plant.set_quota(name, self._conditions.quota(name, self.now_ms))

    def _cut_calls(self) -> None:
        for caller, callee, share in self._conditions.cuts(self.now_ms):
            self._plant.set_cut(caller, entry(self._scenario, caller, callee), share)

    def _harmed(self) -> dict[str, float]:
        """The services whose records go bad in this piece, and the share of them that does, on average."""
        harmed: dict[str, float] = {}
        if not self.losing_data():
            return harmed
        sizes = (self._faults.all_sizes(at_ms) for at_ms in (self.now_ms, self._piece_end_ms))
        for (fault, now), (_, then) in zip(*sizes, strict=True):
            if fault.harms_records and fault.service is not None:
                share, others = share_harmed(fault, 0.5 * (now + then)), harmed.get(fault.service, 0.0)
                harmed[fault.service] = others + share - others * share
        return harmed

    def _down(self, service: str | None) -> bool:
        return service is not None and self._plant.error_rate(service) > BLIND_ABOVE


def _scalers(scenario: Scenario) -> Iterator[tuple[str, Autoscaling]]:
    for name, automation in scenario.automations.items():
        if automation.scaler is not None:
            spec = automation.scaler
            workers = float(scenario.services[spec.service].workers)
            yield name, Autoscaling(spec, workers, round(1000 * spec.every_s))


def _breakers(scenario: Scenario) -> Iterator[Breaking]:
    for caller, service in scenario.services.items():
        for callee, dependency in service.depends.items():
            if dependency.breaker is not None:
                yield Breaking(dependency.breaker, caller, entry(scenario, caller, callee))
