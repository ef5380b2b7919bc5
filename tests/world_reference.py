"""A request-level simulation with the meaning that the plant's equations approximate.

Every request is played: it waits for a worker, works, calls dependencies one after another while it holds
the worker, gives up waiting after a timeout (the callee never learns of it and works on), tries again.
Times of work are exponential, arrivals Poisson. No code is shared with `simulator.world`, and an hour of a
busy system takes minutes here, so the tests compare with numbers that this file has printed:

    python -m tests.world_reference one-service   # prints ONE_SERVICE; likewise: cascades, metastable

They were made with CPython 3.11; other versions may draw other random numbers and differ in the last digit.
"""

# ruff: noqa: T201  (tables are printed)

import random
import sys
from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Any

from simulator.scenario.model import Dependency, Fault, Journey, Scenario, Service

Steps = Generator["float | Reply", Any, None]


class Clock:
    """Events in order of time."""

    def __init__(self) -> None:
        self.now = 0.0
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0

    def after(self, delay: float, act: Callable[[], None]) -> None:
        self._count += 1
        heappush(self._heap, (self.now + delay, self._count, act))

    def run(self, until: float) -> None:
        while self._heap and self._heap[0][0] <= until:
            self.now, _, act = heappop(self._heap)
            act()
        self.now = until

    def start(self, steps: Steps) -> None:
        """Play a process that yields delays and replies to wait for."""
        self._resume(steps, None)

    def _resume(self, steps: Steps, value: Any) -> None:
        try:
            wanted = steps.send(value)
        except StopIteration:
            return
        if isinstance(wanted, Reply):
            wanted.wake = lambda answer: self._resume(steps, answer)
        else:
            self.after(wanted, lambda: self._resume(steps, None))


class Reply:
    """An answer that may come once; the first to `give` it counts."""

    def __init__(self) -> None:
        self.given = False
        self.wake: Callable[[bool], None]

    def give(self, answer: bool) -> None:
        if not self.given:
            self.given = True
            self.wake(answer)


@dataclass
class Pool:
    """A service: workers, a bounded first-come-first-served queue."""

    spec: Service
    workers: float
    slow: float = 1.0
    errors: float = 0.0
    busy: int = 0
    queue: deque[Reply] = field(default_factory=deque)
    tokens: dict[str, float] = field(default_factory=dict)


@dataclass
class Outcome:
    """What happened to a journey's requests, by the time they began (bins of `bin_s`)."""

    begun: list[int]
    served: list[int]
    slow: list[int]
    attempts: int = 0
    latencies: list[float] = field(default_factory=list)
    """Response times of attempts that succeeded."""


class Simulation:
    """A scenario's services and journeys under constant traffic."""

    def __init__(
        self, scenario: Scenario, faults: list[Fault], seconds: float, seed: int, bin_s: float = 10.0
    ):
        self.clock = Clock()
        self.random = random.Random(seed)
        self.seconds = seconds
        self.bin_s = bin_s
        self.shed = 0.0
        self.pools = {name: Pool(spec, spec.workers) for name, spec in scenario.services.items()}
        bins = int(seconds / bin_s) + 1
        self.outcomes = {name: Outcome([0] * bins, [0] * bins, [0] * bins) for name in scenario.journeys}
        for fault in faults:
            self._schedule(fault)
        per_user_s = scenario.traffic.requests_per_user_min / 60.0
        assert isinstance(scenario.traffic.users, float)
        for name, journey in scenario.journeys.items():
            rate = scenario.traffic.users * journey.share * per_user_s
            self.clock.start(self._arrivals(journey, self.outcomes[name], rate))

    def run(self) -> dict[str, Outcome]:
        self.clock.run(self.seconds)
        return self.outcomes

    def _schedule(self, fault: Fault) -> None:
        pool = self.pools[fault.service]

        def begin() -> None:
            if fault.kind == "slowdown":
                pool.slow = fault.amount
            elif fault.kind == "errors":
                pool.errors = fault.amount
            else:
                pool.workers = pool.spec.workers * (1.0 - fault.amount)

        def end() -> None:
            pool.slow, pool.errors, pool.workers = 1.0, 0.0, pool.spec.workers
            while pool.queue and pool.busy < pool.workers:
                self._begin(pool, pool.queue.popleft())

        self.clock.after(fault.at_s, begin)
        if fault.until_s is not None:
            self.clock.after(fault.until_s, end)

    def _arrivals(self, journey: Journey, outcome: Outcome, rate: float) -> Steps:
        while True:
            yield self.random.expovariate(rate)
            slot = int(self.clock.now / self.bin_s)
            outcome.begun[slot] += 1
            if self.random.random() >= self.shed:
                self.clock.start(self._client(journey, outcome, slot))

    def _client(self, journey: Journey, outcome: Outcome, slot: int) -> Steps:
        began = self.clock.now
        for attempt in range(journey.retries + 1):
            if attempt:
                yield journey.backoff_s
            sent = self.clock.now
            outcome.attempts += 1
            right = False
            for name in journey.path:
                right = yield self._ask(self.pools[name], sent + journey.timeout_s - self.clock.now)
                if not right:
                    break
            if right:
                outcome.served[slot] += 1
                outcome.slow[slot] += self.clock.now - began > journey.slow_after_s
                outcome.latencies.append(self.clock.now - sent)
                return

    def _ask(self, pool: Pool, patience: float) -> "Reply":
        """Send a request; the reply is False at once when the queue is full, and at the latest in time."""
        reply = Reply()
        if pool.busy < pool.workers:
            self._begin(pool, reply)
        elif len(pool.queue) < pool.spec.queue:
            pool.queue.append(reply)
        else:
            self.clock.after(0.0, lambda: reply.give(False))
            return reply
        self.clock.after(patience, lambda: reply.give(False))
        return reply

    def _begin(self, pool: Pool, reply: Reply) -> None:
        pool.busy += 1
        self.clock.start(self._work(pool, reply))

    def _work(self, pool: Pool, reply: Reply) -> Steps:
        yield self.random.expovariate(1.0 / (pool.spec.latency_s * pool.slow))
        right = True
        for name, spec in pool.spec.depends.items():
            calls = int(spec.calls) + (self.random.random() < spec.calls % 1.0)
            for _ in range(calls):
                answer = yield from self._call(pool, name, spec)
                if not answer and spec.kind == "hard":
                    right = False
                    break
            if not right:
                break
        right = right and self.random.random() >= pool.errors
        pool.busy -= 1
        if pool.queue and pool.busy < pool.workers:
            self._begin(pool, pool.queue.popleft())
        reply.give(right)

    def _call(self, pool: Pool, name: str, spec: Dependency) -> Generator["float | Reply", Any, bool]:
        budget = spec.retry_budget
        if budget is not None:
            pool.tokens[name] = min(10.0, pool.tokens.get(name, 10.0) + budget)
        for attempt in range(spec.retries + 1):
            if attempt:
                if budget is not None:
                    if pool.tokens[name] < 1.0:
                        return False
                    pool.tokens[name] -= 1.0
                yield spec.backoff_s
            if (yield self._ask(self.pools[name], spec.timeout_s)):
                return True
        return False


# Systems to compare on ---------------------------------------------------------------------------------


def system(services, journeys, users, faults, noise=0.0, flags=(), length_s=3600) -> Scenario:
    """A scenario with one variant `v`, whose cause is the change `c` and its first fault."""
    first = next(iter(services))
    variant = {
        "title": "v",
        "cause": {"kind": "change", "id": "c", "fault": next(iter(faults)), "text": "-"},
        "faults": faults,
        "evidence": (),
        "right_moves": ({"verb": "roll_back", "target": "c"},),
        "triage": {"changed": ("c",), "rollback": ("yes",)},
    }
    change = {"title": "c", "kind": "deploy", "service": first, "at_s": -600.0, "by": "-", "undo_s": 60.0}
    return Scenario.model_validate(
        {
            "format": 1,
            "id": "test",
            "version": 1,
            "title": "-",
            "summary": "-",
            "length_s": length_s,
            "brief": {"alert": "a", "text": "-"},
            "traffic": {"users": users, "noise": noise},
            "services": {name: {"title": name, **spec} for name, spec in services.items()},
            "journeys": {name: {"title": name, "users": "-", **spec} for name, spec in journeys.items()},
            "changes": {"c": change, "d": {**change, "title": "d"}},
            "flags": {name: {"title": name} for name in flags},
            "alerts": {"a": {"title": "a", "metric": "error_rate", "of": first, "above": 0.1}},
            "variants": {"v": variant},
        }
    )


QUIET = {"f": {"kind": "errors", "service": "a", "amount": 0.0}}
"""A fault that does nothing."""
SLOW_30_S = {"f": {"kind": "slowdown", "service": "a", "amount": 3.0, "at_s": 30.0, "until_s": 60.0}}
ENDLESS = 1_000_000
"""A queue bound that is never reached."""


def one_service(rho: float, retries: int, queue: int, faults=QUIET) -> Scenario:
    """Ten workers, 0.1 s of work, one journey with a patience of 1 s: 100 requests/s at rho = 1."""
    return system(
        {"a": {"workers": 10, "latency_s": 0.1, "queue": queue}},
        {"j": {"share": 1.0, "path": ("a",), "timeout_s": 1.0, "retries": retries, "backoff_s": 0.5}},
        1000.0 * rho,
        faults,
    )


def two_tiers(kind="slowdown", amount=4.0, front=None, back=None, call=None, client=None) -> Scenario:
    """200 requests/s through 60 front workers, held by calls of up to 1 s, to 20 back workers at half load.

    The back goes wrong from 60 s to 120 s.
    """
    edge = {"timeout_s": 1.0, "retries": 1, "backoff_s": 0.1, **(call or {})}
    path = {
        "share": 1.0,
        "path": ("front",),
        "timeout_s": 3.0,
        "retries": 1,
        "backoff_s": 1.0,
        "slow_after_s": 1.0,
    }
    return system(
        {
            "front": {
                "workers": 60,
                "latency_s": 0.02,
                "queue": 200,
                "depends": {"back": edge},
                **(front or {}),
            },
            "back": {"workers": 20, "latency_s": 0.05, "queue": 100, **(back or {})},
        },
        {"j": {**path, **(client or {})}},
        2000.0,
        {"f": {"kind": kind, "service": "back", "amount": amount, "at_s": 60.0, "until_s": 120.0}},
    )


def five_services(amount: float) -> Scenario:
    """A shop: two ways to one database, a soft dependency, a provider; slow database from 60 s to 150 s."""
    return system(
        {
            "web": {
                "workers": 120,
                "latency_s": 0.01,
                "queue": 200,
                "depends": {
                    "cart": {"timeout_s": 2.0, "retries": 1},
                    "search": {"timeout_s": 1.0, "calls": 0.6, "kind": "soft"},
                },
            },
            "cart": {
                "workers": 80,
                "latency_s": 0.02,
                "queue": 100,
                "depends": {"db": {"timeout_s": 1.0, "retries": 1}, "pay": {"calls": 0.3, "timeout_s": 2.0}},
            },
            "search": {"workers": 40, "latency_s": 0.02, "queue": 100, "depends": {"db": {"timeout_s": 0.5}}},
            "db": {"workers": 20, "latency_s": 0.02, "queue": 200},
            "pay": {"workers": 1000, "latency_s": 0.15, "provider": True},
        },
        {
            "j": {
                "share": 1.0,
                "path": ("web",),
                "timeout_s": 4.0,
                "retries": 1,
                "backoff_s": 1.0,
                "slow_after_s": 2.0,
            }
        },
        3000.0,
        {"f": {"kind": "slowdown", "service": "db", "amount": amount, "at_s": 60.0, "until_s": 150.0}},
    )


CASCADE_SYSTEMS = {
    "4x slow": two_tiers(),
    "8x slow": two_tiers(amount=8.0),
    "no retries": two_tiers(call={"retries": 0}, client={"retries": 0}),
    "3 and 2 retries": two_tiers(call={"retries": 3}, client={"retries": 2}),
    "3 retries, 10 % budget": two_tiers(call={"retries": 3, "retry_budget": 0.1}),
    "short timeout": two_tiers(call={"timeout_s": 0.3}),
    "small front": two_tiers(front={"workers": 20}),
    "deep back queue": two_tiers(
        amount=3.0, front={"workers": 40}, back={"queue": 5000}, call={"retries": 0, "timeout_s": 2.0}
    ),
    "60 % of workers lost": two_tiers("capacity_loss", 0.6),
    "half fail": two_tiers("errors", 0.5),
    "five services, db 2.5x slow": five_services(2.5),
    "five services, db 4x slow": five_services(4.0),
    "five services, db 8x slow": five_services(8.0),
    "five services, db 12x slow": five_services(12.0),
}


def play(scenario: Scenario, seconds: float, seed: int, bin_s: float = 10.0) -> Outcome:
    """What happens to the requests of journey `j`."""
    faults = list(scenario.variants["v"].faults.values())
    return Simulation(scenario, faults, seconds, seed, bin_s).run()["j"]


# What this file printed --------------------------------------------------------------------------------

ONE_SERVICE = {
    (0.5, 0, 1000000): (1.0000, 1.0000, 0.1010, 0.0704),
    (0.8, 0, 1000000): (1.0000, 1.0000, 0.1198, 0.0904),
    (0.95, 0, 1000000): (0.9741, 1.0000, 0.2637, 0.2154),
    (1.1, 0, 1000000): (0.0000, 1.0000, 0.5529, 0.5694),
    (1.5, 0, 1000000): (0.0000, 1.0000, 0.5472, 0.5398),
    (0.5, 0, 50): (1.0000, 1.0000, 0.1010, 0.0704),
    (0.8, 0, 50): (1.0000, 1.0000, 0.1198, 0.0904),
    (0.95, 0, 50): (0.9954, 1.0000, 0.2362, 0.2034),
    (1.1, 0, 50): (0.9019, 1.0000, 0.5068, 0.5032),
    (1.5, 0, 50): (0.6629, 1.0000, 0.5755, 0.5605),
    (0.5, 2, 50): (1.0000, 1.0000, 0.1009, 0.0703),
    (0.8, 2, 50): (1.0000, 1.0000, 0.1202, 0.0913),
    (0.95, 2, 50): (0.9988, 1.0196, 0.2466, 0.2081),
    (1.1, 2, 50): (0.9037, 1.5409, 0.5724, 0.5592),
    (1.5, 2, 50): (0.6622, 2.1271, 0.5898, 0.5743),
}
CASCADES = {
    "4x slow": (
        (
            "1000 1000 1000 1000 1000 1000 598 398 377 427 417 460 1000 1000 1000 "
            "1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000"
        ),
        "0 0 0 0 0 0 504 398 377 427 417 454 18 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
    ),
    "8x slow": (
        (
            "1000 1000 1000 1000 1000 1000 45 0 0 0 0 126 996 1000 1000 "
            "1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000"
        ),
        "0 0 0 0 0 0 16 0 0 0 0 126 67 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
    ),
    "no retries": (
        (
            "1000 1000 1000 1000 1000 1000 572 442 472 477 457 461 997 1000 1000 "
            "1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000"
        ),
        "0 0 0 0 0 0 479 442 472 477 457 447 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
    ),
    "3 and 2 retries": (
        (
            "1000 1000 1000 1000 1000 1000 616 395 407 404 407 534 1000 1000 1000 "
            "1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000"
        ),
        "0 0 0 0 0 0 524 395 407 404 407 530 35 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
    ),
    "3 retries, 10 % budget": (
        (
            "1000 1000 1000 1000 1000 1000 602 408 429 412 432 473 1000 1000 1000 "
            "1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000"
        ),
        "0 0 0 0 0 0 509 408 429 412 432 467 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
    ),
    "short timeout": (
        (
            "1000 1000 1000 1000 1000 999 23 0 0 0 0 167 998 1000 1000 "
            "1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000"
        ),
        "0 0 0 0 0 0 0 0 0 0 0 165 51 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
    ),
    "small front": (
        (
            "1000 1000 1000 1000 1000 1000 578 450 443 447 445 479 998 1000 1000 "
            "1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000"
        ),
        "0 0 0 0 0 0 504 450 443 447 445 475 33 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
    ),
    "deep back queue": (
        (
            "1000 1000 1000 1000 1000 1000 789 657 673 665 673 709 1000 1000 1000 "
            "1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000"
        ),
        "0 0 0 0 0 0 628 657 673 665 673 691 7 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
    ),
    "60 % of workers lost": (
        (
            "1000 1000 1000 1000 1000 1000 942 796 811 796 787 827 1000 1000 1000 "
            "1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000"
        ),
        "0 0 0 0 0 0 523 796 811 796 787 791 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
    ),
    "half fail": (
        (
            "1000 1000 1000 1000 1000 1000 938 935 938 936 939 946 1000 1000 1000 "
            "1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000"
        ),
        "0 0 0 0 0 1 193 194 187 191 185 192 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
    ),
    "five services, db 2.5x slow": (
        (
            "1000 1000 1000 1000 1000 1000 947 840 838 821 836 830 828 840 842 "
            "1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000"
        ),
        "0 0 0 0 0 0 62 187 190 190 187 190 191 189 156 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
    ),
    "five services, db 4x slow": (
        (
            "1000 1000 1000 1000 1000 1000 629 528 529 516 528 519 513 515 562 "
            "1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000"
        ),
        "0 0 0 0 0 0 347 390 396 386 387 382 393 386 329 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
    ),
    "five services, db 8x slow": (
        (
            "1000 1000 1000 1000 1000 1000 111 12 10 14 7 21 4 24 172 "
            "1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000"
        ),
        "0 0 0 0 0 0 52 12 10 14 7 21 4 24 79 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
    ),
    "five services, db 12x slow": (
        (
            "1000 1000 1000 1000 1000 1000 31 0 2 0 2 0 3 2 148 "
            "1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000 1000"
        ),
        "0 0 0 0 0 0 2 0 2 0 2 0 3 2 67 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
    ),
}
METASTABLE = {
    (0.2, 0, 50): 0,
    (0.2, 0, 300): 0,
    (0.2, 0, 1000000): 0,
    (0.2, 1, 50): 0,
    (0.2, 1, 300): 0,
    (0.2, 1, 1000000): 0,
    (0.2, 2, 50): 0,
    (0.2, 2, 300): 0,
    (0.2, 2, 1000000): 0,
    (0.2, 3, 50): 0,
    (0.2, 3, 300): 0,
    (0.2, 3, 1000000): 0,
    (0.4, 0, 50): 0,
    (0.4, 0, 300): 0,
    (0.4, 0, 1000000): 0,
    (0.4, 1, 50): 0,
    (0.4, 1, 300): 0,
    (0.4, 1, 1000000): 0,
    (0.4, 2, 50): 0,
    (0.4, 2, 300): 3,
    (0.4, 2, 1000000): 3,
    (0.4, 3, 50): 0,
    (0.4, 3, 300): 3,
    (0.4, 3, 1000000): 3,
    (0.6, 0, 50): 0,
    (0.6, 0, 300): 0,
    (0.6, 0, 1000000): 0,
    (0.6, 1, 50): 0,
    (0.6, 1, 300): 3,
    (0.6, 1, 1000000): 3,
    (0.6, 2, 50): 0,
    (0.6, 2, 300): 3,
    (0.6, 2, 1000000): 3,
    (0.6, 3, 50): 0,
    (0.6, 3, 300): 3,
    (0.6, 3, 1000000): 3,
    (0.8, 0, 50): 0,
    (0.8, 0, 300): 0,
    (0.8, 0, 1000000): 0,
    (0.8, 1, 50): 0,
    (0.8, 1, 300): 3,
    (0.8, 1, 1000000): 3,
    (0.8, 2, 50): 0,
    (0.8, 2, 300): 3,
    (0.8, 2, 1000000): 3,
    (0.8, 3, 50): 0,
    (0.8, 3, 300): 3,
    (0.8, 3, 1000000): 3,
    (0.9, 0, 50): 0,
    (0.9, 0, 300): 0,
    (0.9, 0, 1000000): 0,
    (0.9, 1, 50): 0,
    (0.9, 1, 300): 3,
    (0.9, 1, 1000000): 3,
    (0.9, 2, 50): 0,
    (0.9, 2, 300): 3,
    (0.9, 2, 1000000): 3,
    (0.9, 3, 50): 0,
    (0.9, 3, 300): 3,
    (0.9, 3, 1000000): 3,
}


# Printing it -------------------------------------------------------------------------------------------

RHOS = (0.5, 0.8, 0.95, 1.1, 1.5)
LIMITS = ((0, ENDLESS), (0, 50), (2, 50))


def print_one_service(seeds=6, warm=60.0, seconds=660.0) -> None:
    """(rho, R, K): share served, attempts per request, mean and median response time of successes."""
    for retries, queue in LIMITS:
        for rho in RHOS:
            served = begun = attempts = asked = 0
            late = []
            for seed in range(seeds):
                outcome = play(one_service(rho, retries, queue), seconds + 30.0, seed, warm)
                kept = slice(1, round(seconds / warm))
                served += sum(outcome.served[kept])
                begun += sum(outcome.begun[kept])
                attempts += outcome.attempts
                asked += sum(outcome.begun)
                late += outcome.latencies[len(outcome.latencies) // 10 :]
            late.sort()
            row = (served / begun, attempts / asked, sum(late) / len(late), late[len(late) // 2])
            print(f"    ({rho}, {retries}, {queue}): ({', '.join(f'{x:.4f}' for x in row)}),", flush=True)


def print_cascades(seeds=6, bins=30) -> None:
    """Per system: thousandths of requests served, and served late, by 10 s in which they began."""
    for name, scenario in CASCADE_SYSTEMS.items():
        outcomes = [play(scenario, 10.0 * bins + 20.0, seed) for seed in range(seeds)]
        print(f'    "{name}": (')
        for what in ("served", "slow"):
            sums = [sum(getattr(o, what)[b] for o in outcomes) for b in range(bins)]
            alls = [sum(o.begun[b] for o in outcomes) for b in range(bins)]
            numbers = [str(round(1000 * part / whole)) for part, whole in zip(sums, alls, strict=True)]
            first, last = " ".join(numbers[: bins // 2]), " ".join(numbers[bins // 2 :])
            print(f'        (\n            "{first} "\n            "{last}"\n        ),')
        print("    ),", flush=True)


def print_metastable(seeds=3) -> None:
    """(rho, R, K): how many of three runs serve less than half five minutes after a slow spell."""
    for rho in (0.2, 0.4, 0.6, 0.8, 0.9):
        for retries in range(4):
            for queue in (50, 300, ENDLESS):
                down = 0
                for seed in range(seeds):
                    outcome = play(one_service(rho, retries, queue, SLOW_30_S), 380.0, seed)
                    down += sum(outcome.served[33:36]) < 0.5 * sum(outcome.begun[33:36])
                print(f"    ({rho}, {retries}, {queue}): {down},", flush=True)


if __name__ == "__main__":
    {"one-service": print_one_service, "cascades": print_cascades, "metastable": print_metastable}[
        sys.argv[1]
    ]()
