"""A simulation that plays every request of a system, with the meaning that the world's equations approximate.

A request waits for a worker, works, calls dependencies one after another while it holds the worker, gives up
after a timeout (the callee never learns of it and works on), tries again. Times of work are exponential,
arrivals Poisson. No code is shared with `simulator.world`.

An hour of a busy system takes minutes here, so the tests compare with numbers in `data`, which `record.py`
has written. They were made with CPython 3.11; other versions may draw other random numbers.
"""

import math
import random
from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from functools import partial
from heapq import heappop, heappush
from typing import Any

from simulator.scenario.model import Cache, Dependency, Fault, Journey, Scenario, Service

LOOK_S = 5.0
"""How often a circuit breaker looks at what came of the calls."""
TRIES = 0.1
"""Share of calls that a breaker lets through to see whether its target is back."""
BUDGET = 10.0
"""Retries that a budget can save up."""
PLAYED = {"errors", "slowdown", "capacity_loss", "expiry", "quota", "lost_calls"}
"""Kinds of faults that are understood."""

Steps = Generator["float | Reply", Any, None]
Call = Generator["float | Reply", Any, bool]


# Time --------------------------------------------------------------------------------------------------


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
        heap = self._heap
        while heap and heap[0][0] <= until:
            self.now, _, act = heappop(heap)
            act()
        self.now = until

    def start(self, steps: Steps) -> None:
        """Play a process that yields delays and replies to wait for."""
        self._resume(steps, None)

    def _resume(self, steps: Steps, value: Any = None) -> None:
        try:
            wanted = steps.send(value)
            while isinstance(wanted, Reply) and wanted.given:
                wanted = steps.send(wanted.answer)
        except StopIteration:
            return
        if isinstance(wanted, Reply):
            wanted.wake = partial(self._resume, steps)
        else:
            self.after(wanted, partial(self._resume, steps))


class Reply:
    """An answer that may come once; the first to `give` it counts."""

    __slots__ = ("answer", "given", "wake")

    def __init__(self) -> None:
        self.given = False
        self.answer = False
        self.wake: Callable[[bool], None] | None = None

    def give(self, answer: bool) -> None:
        if not self.given:
            self.given = True
            self.answer = answer
            if self.wake is not None:
                self.wake(answer)

    def give_up(self) -> None:
        self.give(False)


# What there is -----------------------------------------------------------------------------------------


class Errand:
    """What one attempt of a user leaves to be done later: the jobs at the service `awaits`."""

    __slots__ = ("_complete", "_done", "_left", "awaits", "latest_s")

    def __init__(self, awaits: str | None) -> None:
        self.awaits = awaits
        self.latest_s = 0.0
        """How long the job that took longest took."""
        self._left = 0
        self._complete = False
        self._done = Reply()

    def begin_job(self) -> None:
        self._left += 1

    def end_job(self, right: bool, took_s: float) -> None:
        self._left -= 1
        self.latest_s = max(self.latest_s, took_s)
        if not right:
            self._done.give(False)
        elif self._complete and self._left == 0:
            self._done.give(True)

    def all_done(self) -> Reply:
        """Whether all jobs come to be done; no more will begin."""
        self._complete = True
        if self._left == 0:
            self._done.give(True)
        return self._done


@dataclass(slots=True)
class Request:
    """A request at a service, or a job in its queue."""

    answer: Callable[[bool], None]
    errand: Errand
    came_s: float


@dataclass
class Pool:
    """A service: workers, a bounded first-come-first-served queue, and what it calls."""

    name: str
    spec: Service
    workers: float
    slow: float = 1.0
    errors: float = 0.0
    refused: float = 0.0
    """Share of requests refused before any work."""
    quota: float = math.inf
    """Requests let in per second."""
    busy: int = 0
    queue: deque[Request] = field(default_factory=deque)
    lines: list["Line"] = field(default_factory=list)
    cores_busy: int = 0
    core_queue: deque[Reply] = field(default_factory=deque)
    tokens: float = math.inf
    """Requests that may come in now by the quota, as of `tokens_s`."""
    tokens_s: float = 0.0
    times: list[float] = field(default_factory=list)
    """Response times of all requests let in, given up by their callers or not, while `Simulation.keeps`."""

    def within_quota(self, now: float) -> bool:
        """Take a token for one request if there is one; a second's worth can be saved up."""
        if self.quota == math.inf:
            return True
        self.tokens = min(self.quota, self.tokens + self.quota * (now - self.tokens_s))
        self.tokens_s = now
        if self.tokens < 1.0:
            return False
        self.tokens -= 1.0
        return True


class Keys:
    """What a cache holds: each of its keys until some moment. It starts full."""

    def __init__(self, spec: Cache, draws: random.Random) -> None:
        self._spec = spec
        self._random = draws
        self._until = [self._end(0.0) for _ in range(int(spec.entries))]

    def ask(self) -> int | None:
        """The key of one call; none if its answer cannot be kept."""
        if self._random.random() < self._spec.hit_ratio:
            return self._random.randrange(len(self._until))
        return None

    def holds(self, key: int, now: float) -> bool:
        return now < self._until[key]

    def keep(self, key: int, now: float) -> None:
        self._until[key] = self._end(now)

    def empty(self) -> None:
        self._until = [0.0] * len(self._until)

    def _end(self, now: float) -> float:
        if self._spec.ttl_s is None:
            return math.inf
        return now + self._random.expovariate(1.0 / self._spec.ttl_s)


@dataclass
class Line:
    """The calls of one service to another."""

    callee: Pool
    spec: Dependency
    keys: Keys | None
    kept_in: str
    """The service whose restart empties the cache."""
    lost: float = 0.0
    """Share of calls that are never answered, nor seen by the callee."""
    tokens: float = BUDGET
    """Retries allowed now by the budget."""
    connected: int = 0
    waiting: deque[tuple[Reply, Errand]] = field(default_factory=deque)
    """Calls waiting for a connection, those given up included."""
    passes: float = 1.0
    """Share of calls that the breaker lets through."""
    ended: int = 0
    failed: int = 0
    """Attempts since the breaker last looked."""


@dataclass
class Outcome:
    """What happened to a journey's requests, by the time they began (`attempts`: by their own time)."""

    begun: list[int]
    """Those who came back included."""
    returned: list[int]
    served: list[int]
    slow: list[int]
    attempts: list[int]
    times: list[float] = field(default_factory=list)
    """Response times of attempts that succeeded, while `Simulation.keeps`."""


# The simulation ----------------------------------------------------------------------------------------


class Simulation:
    """A scenario's services and journeys under constant traffic, with the faults of its variant `v`.

    Args:
        scenario: the system.
        seed: of all that is drawn.
        bins: how many bins of time outcomes are counted in.
        bin_s: how long a bin is.

    Attributes:
        queues: the length of each service's queue at the end of each bin.
        keeps: whether single response times are kept.
    """

    def __init__(self, scenario: Scenario, seed: int, bins: int, bin_s: float = 10.0) -> None:
        self.clock = Clock()
        self.random = random.Random(seed)
        self.bins = bins
        self.bin_s = bin_s
        self.shed = 0.0
        self.keeps = False
        self.pools = {name: Pool(name, spec, spec.workers) for name, spec in scenario.services.items()}
        self.outcomes = {name: Outcome(*([0] * bins for _ in range(5))) for name in scenario.journeys}
        self.queues: dict[str, list[int]] = {name: [] for name in scenario.services}
        self._acting: list[Fault] = []
        for pool in self.pools.values():
            self._set_up(pool)
        for fault in scenario.variants["v"].faults.values():
            self._schedule(fault)
        self.clock.start(self._sample())
        per_user_s = scenario.traffic.requests_per_user_min / 60.0
        assert isinstance(scenario.traffic.users, float)
        for name, journey in scenario.journeys.items():
            rate = scenario.traffic.users * journey.share * per_user_s
            self.clock.start(self._arrivals(journey, self.outcomes[name], rate))

    def run(self, tail_s: float = 20.0) -> None:
        """Play all bins, and `tail_s` more, so that what began in them ends."""
        self.clock.run(self.bins * self.bin_s + tail_s)

    # Switches, for moments to come

    def shed_at(self, at_s: float, share: float) -> None:
        """Turn away this share of new users at the door from then on."""
        self.clock.after(at_s, partial(setattr, self, "shed", share))

    def restart_at(self, at_s: float, service: str) -> None:
        """Empty the caches kept in a service."""
        for pool in self.pools.values():
            for line in pool.lines:
                if line.keys is not None and line.kept_in == service:
                    self.clock.after(at_s, line.keys.empty)

    def keep_from(self, at_s: float) -> None:
        """Keep single response times from then on."""
        self.clock.after(at_s, partial(setattr, self, "keeps", True))

    # Setting up

    def _set_up(self, pool: Pool) -> None:
        for name, spec in pool.spec.depends.items():
            keys = kept_in = None
            if spec.cache is not None:
                keys, kept_in = Keys(spec.cache, self.random), spec.cache.kept_in
            line = Line(self.pools[name], spec, keys, kept_in or pool.name)
            pool.lines.append(line)
            if spec.breaker is not None:
                self.clock.start(self._break(line))
        self._fit(pool)

    def _schedule(self, fault: Fault) -> None:
        assert fault.service is not None
        assert fault.kind in PLAYED
        assert not fault.ramp_s
        assert not fault.curve
        pool = self.pools[fault.service]

        def turn(act: Callable[[Fault], None]) -> None:
            act(fault)
            self._fit(pool)

        self.clock.after(fault.at_s, partial(turn, self._acting.append))
        if fault.until_s is not None:
            self.clock.after(fault.until_s, partial(turn, self._acting.remove))

    def _fit(self, pool: Pool) -> None:
        """Make a service what the faults that act now leave of it."""
        acting = [fault for fault in self._acting if fault.service == pool.name]

        def left(kind: str, to: str | None = None) -> float:
            """The share that faults of a kind leave."""
            return math.prod(1.0 - one.amount for one in acting if (one.kind, one.to) == (kind, to))

        own_quota = math.inf if pool.spec.quota_per_s is None else pool.spec.quota_per_s
        pool.quota = min([own_quota, *(one.amount for one in acting if one.kind == "quota")])
        pool.slow = math.prod(one.amount for one in acting if one.kind == "slowdown")
        pool.workers = round(pool.spec.workers * left("capacity_loss"), 6)
        pool.errors = 1.0 - (1.0 - pool.spec.error_rate) * left("errors")
        pool.refused = 1.0 - left("expiry")
        for line in pool.lines:
            line.lost = 1.0 - left("lost_calls", line.callee.name)
        self._take_next(pool)

    # Users

    def _arrivals(self, journey: Journey, outcome: Outcome, rate: float) -> Steps:
        while True:
            yield self.random.expovariate(rate)
            self.clock.start(self._client(journey, outcome))

    def _client(self, journey: Journey, outcome: Outcome) -> Steps:
        began = self.clock.now
        self._count(outcome.begun, began)
        if self.random.random() < self.shed:
            return
        if (yield from self._tries(journey, outcome, began)):
            return
        if journey.returns and self.random.random() < journey.returns:
            yield self.random.expovariate(1.0 / journey.returns_after_s)
            self._count(outcome.returned, self.clock.now)
            self.clock.start(self._client(journey, outcome))

    def _tries(self, journey: Journey, outcome: Outcome, began: float) -> Call:
        """A user's attempts; whether one was answered."""
        for attempt in range(journey.retries + 1):
            if attempt:
                yield journey.backoff_s
            sent = self.clock.now
            self._count(outcome.attempts, sent)
            errand = Errand(journey.job)
            if (yield from self._walk(journey, errand)):
                if self.keeps:
                    outcome.times.append(self.clock.now - sent)
                late = self.clock.now - began > journey.slow_after_s
                if journey.job is None or (yield errand.all_done()):
                    self._count(outcome.served, began)
                    if late or errand.latest_s > journey.job_slow_after_s:
                        self._count(outcome.slow, began)
                return True
        return False

    def _walk(self, journey: Journey, errand: Errand) -> Call:
        """One attempt: the services of the path in turn, within one timeout."""
        deadline = self.clock.now + journey.timeout_s
        for name in journey.path:
            if not (yield self._ask(self.pools[name], deadline - self.clock.now, errand)):
                return False
        return True

    def _count(self, counts: list[int], at_s: float) -> None:
        slot = int(at_s / self.bin_s)
        if slot < self.bins:
            counts[slot] += 1

    def _sample(self) -> Steps:
        for _ in range(self.bins):
            yield self.bin_s
            for name, pool in self.pools.items():
                self.queues[name].append(len(pool.queue))

    # Services

    def _ask(self, pool: Pool, patience_s: float, errand: Errand) -> Reply:
        """Send a request; the reply is False at once when it is refused, and at the latest in time."""
        reply = Reply()
        if self._let_in(pool, reply.give, errand):
            self.clock.after(patience_s, reply.give_up)
        else:
            reply.give(False)
        return reply

    def _let_in(self, pool: Pool, answer: Callable[[bool], None], errand: Errand) -> bool:
        """Whether a request comes in; if so `answer` is called once it has been worked on."""
        if pool.refused and self.random.random() < pool.refused:
            return False
        if not pool.within_quota(self.clock.now):
            return False
        if pool.busy < pool.workers:
            self._begin(pool, Request(answer, errand, self.clock.now))
        elif len(pool.queue) < pool.spec.queue:
            pool.queue.append(Request(answer, errand, self.clock.now))
        else:
            return False
        return True

    def _take_next(self, pool: Pool) -> None:
        while pool.queue and pool.busy < pool.workers:
            self._begin(pool, pool.queue.popleft())

    def _begin(self, pool: Pool, request: Request) -> None:
        pool.busy += 1
        self.clock.start(self._work(pool, request))

    def _work(self, pool: Pool, request: Request) -> Steps:
        work_s = self.random.expovariate(1.0 / (pool.spec.latency_s * pool.slow))
        if pool.spec.cores is None:
            yield work_s
        else:
            yield from self._work_on_a_core(pool, work_s)
        right = True
        for line in pool.lines:
            if not (yield from self._calls(line, request.errand)):
                right = False
                break
        right = right and self.random.random() >= pool.errors
        pool.busy -= 1
        if self.keeps:
            pool.times.append(self.clock.now - request.came_s)
        self._take_next(pool)
        request.answer(right)

    def _work_on_a_core(self, pool: Pool, work_s: float) -> Steps:
        """Work that first waits for a processor."""
        assert pool.spec.cores is not None
        if pool.cores_busy < pool.spec.cores:
            pool.cores_busy += 1
        else:
            turn = Reply()
            pool.core_queue.append(turn)
            yield turn
        yield work_s
        if pool.core_queue:
            pool.core_queue.popleft().give(True)
        else:
            pool.cores_busy -= 1

    # Calls

    def _calls(self, line: Line, errand: Errand) -> Call:
        """All calls of one request to one dependency; whether the request can go on."""
        wanted = line.spec.calls
        for _ in range(int(wanted) + (self.random.random() < wanted % 1.0)):
            if line.spec.kind == "job":
                self._leave_job(line, errand)
            elif not (yield from self._call(line, errand)) and line.spec.kind == "hard":
                return False
        return True

    def _call(self, line: Line, errand: Errand) -> Call:
        """One call, answered by the cache, failed by the breaker, or attempted."""
        keys = line.keys
        key = None if keys is None else keys.ask()
        if keys is not None and key is not None and keys.holds(key, self.clock.now):
            return True
        if line.passes < 1.0 and self.random.random() >= line.passes:
            return False
        right = yield from self._attempts(line, errand)
        if right and keys is not None and key is not None:
            keys.keep(key, self.clock.now)
        return right

    def _attempts(self, line: Line, errand: Errand) -> Call:
        spec = line.spec
        budget = spec.retry_budget
        if budget is not None:
            line.tokens = min(BUDGET, line.tokens + budget)
        for attempt in range(spec.retries + 1):
            if attempt:
                if budget is not None:
                    if line.tokens < 1.0:
                        return False
                    line.tokens -= 1.0
                yield spec.backoff_s
            right = yield self._attempt(line, errand)
            line.ended += 1
            if right:
                return True
            line.failed += 1
        return False

    def _attempt(self, line: Line, errand: Errand) -> Reply:
        """One attempt of a call; the reply is False at the latest at the timeout."""
        if line.spec.connections is None and not line.lost:
            return self._ask(line.callee, line.spec.timeout_s, errand)
        reply = Reply()
        self.clock.after(line.spec.timeout_s, reply.give_up)
        if line.lost and self.random.random() < line.lost:
            return reply
        if line.spec.connections is None:
            if not self._let_in(line.callee, reply.give, errand):
                reply.give(False)
            return reply
        line.waiting.append((reply, errand))
        self._connect(line)
        return reply

    def _connect(self, line: Line) -> None:
        """Make the calls that wait for a connection, as far as there are any free."""
        assert line.spec.connections is not None
        while line.waiting and line.connected < line.spec.connections:
            reply, errand = line.waiting.popleft()
            if reply.given:
                continue
            line.connected += 1
            if not self._let_in(line.callee, partial(self._answer, line, reply), errand):
                line.connected -= 1
                reply.give(False)

    def _answer(self, line: Line, reply: Reply, right: bool) -> None:
        """An answer over a connection frees it, whether or not the caller still waits."""
        line.connected -= 1
        reply.give(right)
        self._connect(line)

    def _break(self, line: Line) -> Steps:
        """A circuit breaker: open for a while when too much fails, then on trial for one look."""
        breaker = line.spec.breaker
        assert breaker is not None
        opened = 0.0
        while True:
            yield LOOK_S
            if line.passes == 0.0:
                if self.clock.now - opened >= breaker.open_s - 1e-6:
                    line.passes = TRIES
            elif line.ended:
                fails = line.failed > breaker.opens_above * line.ended
                line.passes = 0.0 if fails else 1.0
                opened = self.clock.now
            line.ended = line.failed = 0

    def _leave_job(self, line: Line, errand: Errand) -> None:
        """Put a job in the callee's queue; when it fails, at its end again, until its retries are used up."""
        put_s = self.clock.now
        left = line.spec.retries
        awaited = errand.awaits == line.callee.name
        if awaited:
            errand.begin_job()

        def end(right: bool) -> None:
            if awaited:
                errand.end_job(right, self.clock.now - put_s)

        def answer(right: bool) -> None:
            nonlocal left
            if right or left == 0:
                end(right)
            else:
                left -= 1
                put()

        def put() -> None:
            if not self._let_in(line.callee, answer, errand):
                end(False)

        put()
