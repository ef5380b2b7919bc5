"""A request-level simulation with the meaning that the plant's equations approximate.

Every request is played: it waits for a worker, works, calls dependencies one after another while it holds
the worker, gives up waiting after a timeout (the callee never learns of it and works on), tries again.
Times of work are exponential, arrivals Poisson. No code is shared with `simulator.world`, and an hour of a
busy system takes minutes here, so the tests compare with numbers that this file has printed:

    python tests/world_reference.py            # all tables; about 20 minutes on one core
    python tests/world_reference.py one 0.95 0 1000000   # one cell of the one-service table
"""

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
        self.wake: Callable[[bool], None] | None = None
        self.early: bool | None = None

    def give(self, answer: bool) -> None:
        if not self.given:
            self.given = True
            if self.wake:
                self.wake(answer)
            else:
                self.early = answer


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

    def __init__(self, scenario: Scenario, faults: list[Fault], seconds: float, seed: int, bin_s: float = 10.0):
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
