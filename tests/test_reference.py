"""The simulation of every request against exact laws, a plain SimPy model, and its own files."""

import random
from statistics import fmean

import pytest
import simpy

from tests.reference.record import play, recorded
from tests.reference.simulation import Simulation
from tests.reference.systems import ENDLESS, SERIES, one_service, system

ERRORS = {"kind": "errors", "service": "back", "amount": 0.0}


def played(scenario, bins=30, seed=1, restarts=()) -> Simulation:
    """A system, whose response times are kept after 20 s."""
    simulation = Simulation(scenario, seed, bins)
    simulation.keep_from(20.0)
    for at_s, service in restarts:
        simulation.restart_at(at_s, service)
    simulation.run()
    return simulation


def two(call, front=None, back=None, fault=ERRORS, rate=100.0, **path):
    """One call from a roomy front to a roomy back: 10 ms and 50 ms of work, `rate` requests/s."""
    return system(
        {
            "front": {"workers": 5000, "latency_s": 0.01, "depends": {"back": call}, **(front or {})},
            "back": {"workers": 5000, "latency_s": 0.05, **(back or {})},
        },
        {"j": {"share": 1.0, "path": ("front",), **path}},
        10.0 * rate,
        {"f": fault},
    )


def per_s(simulation: Simulation, service: str) -> float:
    """Requests let in per second, after 20 s."""
    return len(simulation.pools[service].times) / (simulation.clock.now - 20.0)


def erlang_wait_s(workers: int, work_s: float, per_s: float) -> float:
    """Mean wait in M/M/c by Erlang's C formula."""
    load = per_s * work_s
    blocked = 1.0
    for n in range(1, workers + 1):
        blocked = load * blocked / (n + load * blocked)
    waits = blocked / (1.0 - load / workers * (1.0 - blocked))
    return waits * work_s / (workers - load)


def served_share(simulation: Simulation, first_bin: int = 3) -> float:
    outcome = simulation.outcomes["j"]
    return sum(outcome.served[first_bin:]) / sum(outcome.begun[first_bin:])


# Against other models ----------------------------------------------------------------------------------


class Shop:
    """The same service with a timeout and retries, written in SimPy."""

    def __init__(self, rho: float, retries: int, queue: int, seed: int) -> None:
        self.env = simpy.Environment()
        self.random = random.Random(seed)
        self.workers = simpy.Resource(self.env, 10)
        self.retries = retries
        self.queue = queue
        self.begun = self.attempts = 0
        self.times: list[float] = []
        self.env.process(self.users(100.0 * rho))

    def users(self, per_s: float):
        while True:
            yield self.env.timeout(self.random.expovariate(per_s))
            self.begun += 1
            self.env.process(self.user())

    def user(self):
        for attempt in range(self.retries + 1):
            if attempt:
                yield self.env.timeout(0.5)
            self.attempts += 1
            if self.workers.count == 10 and len(self.workers.queue) >= self.queue:
                continue
            sent, answer = self.env.now, self.env.event()
            self.env.process(self.work(answer))
            yield answer | self.env.timeout(1.0)
            if answer.triggered:
                self.times.append(self.env.now - sent)
                return

    def work(self, answer: simpy.Event):
        with self.workers.request() as turn:
            yield turn
            yield self.env.timeout(self.random.expovariate(10.0))
        answer.succeed()


def test_it_agrees_with_a_plain_model_in_simpy() -> None:
    """1.1 times what it can do, two retries, a bounded queue: refusals, timeouts and retries all at work."""
    shop = Shop(1.1, 2, 50, seed=1)
    shop.env.run(400.0)
    simulation = played(one_service(1.1, 2, 50), bins=40)
    outcome = simulation.outcomes["j"]
    assert served_share(simulation, 0) == pytest.approx(len(shop.times) / shop.begun, abs=0.02)
    assert sum(outcome.attempts) / sum(outcome.begun) == pytest.approx(shop.attempts / shop.begun, rel=0.05)
    assert fmean(outcome.times) == pytest.approx(fmean(shop.times), rel=0.05)


@pytest.mark.parametrize(("workers", "rho"), [(1, 0.5), (4, 0.8), (10, 0.8), (20, 0.9)])
def test_waiting_for_a_worker_follows_erlang(workers: int, rho: float) -> None:
    scenario = one_service(rho, 0, ENDLESS, workers=workers)
    bins = max(30, 240 // workers)
    times = [fmean(played(scenario, bins, seed).pools["a"].times) for seed in range(3)]
    assert fmean(times) - 0.1 == pytest.approx(erlang_wait_s(workers, 0.1, 10.0 * workers * rho), rel=0.1)


# Against simple laws -----------------------------------------------------------------------------------


def test_waiting_for_a_processor_follows_erlang() -> None:
    simulation = played(two({"timeout_s": 9.0}, back={"latency_s": 0.1, "cores": 4}, rate=32.0), 240)
    assert fmean(simulation.pools["back"].times) - 0.1 == pytest.approx(erlang_wait_s(4, 0.1, 32.0), rel=0.1)


def test_waiting_for_a_connection_follows_erlang() -> None:
    pooled = {"timeout_s": 9.0, "connections": 4}
    simulation = played(two(pooled, back={"latency_s": 0.1}, rate=32.0), 240)
    assert fmean(simulation.pools["back"].times) == pytest.approx(0.1, rel=0.03)
    waits_s = fmean(simulation.pools["front"].times) - 0.11
    assert waits_s == pytest.approx(erlang_wait_s(4, 0.1, 32.0), rel=0.1)


def test_a_connection_is_held_until_the_answer_although_the_caller_has_left() -> None:
    simulation = played(two({"timeout_s": 0.1, "connections": 4}, back={"latency_s": 1.0}))
    assert per_s(simulation, "back") == pytest.approx(4.0, rel=0.1)


def test_a_cache_forgets_what_expires() -> None:
    """A key asked for every 20 s and kept for 10 s is there a third of the time."""
    cache = {"hit_ratio": 0.8, "entries": 1600.0, "ttl_s": 10.0}
    simulation = played(two({"timeout_s": 9.0, "cache": cache}, rate=100.0))
    assert per_s(simulation, "back") == pytest.approx(100.0 - 80.0 / 3.0, rel=0.02)


def test_an_emptied_cache_is_filled_by_asking_once_for_every_key() -> None:
    cache = {"hit_ratio": 0.8, "entries": 1000.0}
    full = played(two({"timeout_s": 9.0, "cache": cache}))
    emptied = played(two({"timeout_s": 9.0, "cache": cache}), restarts=((100.0, "front"),))
    assert per_s(full, "back") == pytest.approx(20.0, rel=0.05)
    more = len(emptied.pools["back"].times) - len(full.pools["back"].times)
    assert more == pytest.approx(1000, abs=350)  # two runs, with some 6,000 calls of other kinds in each


def test_a_breaker_lets_through_a_tenth_for_one_look_after_its_rest() -> None:
    """Open for 30 s, on trial for 5 s, and so on."""
    call = {"timeout_s": 1.0, "kind": "soft", "breaker": {}}
    simulation = played(two(call, fault={**ERRORS, "amount": 1.0}), bins=72)
    assert per_s(simulation, "back") == pytest.approx(100.0 * 0.1 * 5.0 / 35.0, rel=0.15)


def test_a_breaker_stays_closed_below_its_limit() -> None:
    call = {"timeout_s": 1.0, "breaker": {}}
    simulation = played(two(call, fault={**ERRORS, "amount": 0.4}))
    assert served_share(simulation) == pytest.approx(0.6, abs=0.01)


def test_a_quota_lets_in_what_it_says() -> None:
    simulation = played(two({"timeout_s": 1.0}, back={"quota_per_s": 30.0}))
    assert per_s(simulation, "back") == pytest.approx(30.0, rel=0.01)
    assert served_share(simulation) == pytest.approx(0.3, abs=0.01)


def test_what_has_expired_refuses_before_any_work() -> None:
    simulation = played(two({"timeout_s": 1.0}, fault={**ERRORS, "kind": "expiry", "amount": 0.3}))
    assert per_s(simulation, "back") == pytest.approx(70.0, rel=0.02)
    assert served_share(simulation) == pytest.approx(0.7, abs=0.01)
    assert fmean(simulation.pools["front"].times) == pytest.approx(0.01 + 0.7 * 0.05, rel=0.03)


def test_lost_calls_cost_the_whole_timeout_and_are_never_seen() -> None:
    fault = {"kind": "lost_calls", "service": "front", "to": "back", "amount": 0.3}
    simulation = played(two({"timeout_s": 1.0}, fault=fault))
    assert per_s(simulation, "back") == pytest.approx(70.0, rel=0.02)
    assert served_share(simulation) == pytest.approx(0.7, abs=0.01)
    assert fmean(simulation.pools["front"].times) == pytest.approx(0.01 + 0.7 * 0.05 + 0.3, rel=0.03)


def test_a_retry_budget_caps_the_attempts() -> None:
    call = {"timeout_s": 1.0, "retries": 3, "retry_budget": 0.1}
    simulation = played(two(call, fault={**ERRORS, "amount": 0.5}))
    assert per_s(simulation, "back") == pytest.approx(110.0, rel=0.02)


def test_failed_jobs_are_done_again_while_nobody_waits_for_them() -> None:
    job = {"kind": "job", "retries": 2}
    simulation = played(two(job, fault={**ERRORS, "amount": 0.5}, job="back"))
    assert per_s(simulation, "back") == pytest.approx(100.0 * (1 + 0.5 + 0.25), rel=0.02)
    assert served_share(simulation) == pytest.approx(1 - 0.5**3, abs=0.01)
    assert fmean(simulation.pools["front"].times) == pytest.approx(0.01, rel=0.02)


def test_jobs_beyond_the_queue_are_lost_and_those_done_late_are_slow() -> None:
    """Five workers do 50 of 100 a second, and 500 wait: 10 s."""
    back = {"workers": 5, "latency_s": 0.1, "queue": 500}
    simulation = played(two({"kind": "job"}, back=back, job="back", job_slow_after_s=5.0))
    assert served_share(simulation) == pytest.approx(0.5, abs=0.02)
    assert sum(simulation.outcomes["j"].slow[3:]) == sum(simulation.outcomes["j"].served[3:])


def test_users_who_come_back_add_to_those_who_come() -> None:
    """With every other user back after 10 s, twice as many come."""
    simulation = played(two({}, fault={**ERRORS, "amount": 1.0}, returns=0.5, returns_after_s=10.0), 40)
    outcome = simulation.outcomes["j"]
    assert fmean(outcome.begun[15:]) == pytest.approx(2000, rel=0.03)
    assert fmean(outcome.returned[15:]) == pytest.approx(1000, rel=0.04)


# Against its own files ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "title"),
    [("cascades", "4x slow"), ("storms", "queue of 50: recovers"), ("returns", "80 % come back")],
)
def test_the_recorded_numbers_are_what_it_plays(name: str, title: str) -> None:
    """The first seed of a few; the numbers drawn may differ in the last digit elsewhere."""
    outcome = play(SERIES[name][title], seed=0).outcomes["j"]
    lost = sum(outcome.begun) - sum(outcome.served)
    assert lost == pytest.approx(recorded(name)["cases"][title]["journeys"]["j"]["lost"][0], rel=0.05)
