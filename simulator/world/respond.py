"""Callees first: how long everything takes and which share fails.

Equations (1), (2), (4)-(8) and (12) of `docs/world.md`, numbered as there. Nothing here
knows of scenarios, faults or users; those only set the input columns of the tables. Only
+ - * / sqrt and comparisons on floats, so that every machine gives the same bits.
"""

from math import sqrt

from simulator.world.layout import (
    AGAIN,
    ALL_BUSY,
    ANYBODY,
    ASKED,
    ATTEMPT_FAILS,
    AWAY,
    BACKOFF,
    BLOCKED,
    BOUND,
    BUDGET,
    CALLS,
    CUT,
    ERR,
    EVEN,
    FAILED,
    FAILS,
    FELT,
    FLOW,
    FULL,
    GOOD,
    HALF_WAY,
    HARD,
    HIT,
    HOLD,
    HOLD_VAR,
    IN_TIME,
    JOB,
    JOB_SLOW_AFTER,
    KIND,
    LATE,
    LEG_PASS,
    LET_IN,
    LOST,
    MADE,
    MUST_WAIT,
    OPEN,
    OUT,
    PATIENCE,
    PAUSE,
    POPULATION,
    RATE,
    REDONE,
    REJECTED,
    SAT,
    SERVED,
    SLOW,
    SLOW_AFTER,
    STAY,
    SURE,
    TAKEN,
    TILT,
    TIMEOUT,
    WAIT,
    WAIT_VAR,
    WORK,
    WORKERS,
    L,
    Table,
    Tables,
    U,
    Wires,
)
from simulator.world.maths import CERTAIN, gamma_cdf, larger

LEAST_AWAY = 0.05
"""Seconds. The shortest time in which a client can try again."""
RARE = 1e-3
"""With fewer attempts failing, what further ones add to the variance does not matter."""
NO_QUEUE = 1e-3
"""Requests. A shorter mean queue is taken as none."""

Call = tuple[float, float, float, float, float]
"""Share of attempts that fail, of calls that do, attempts per call, time held, variance of an attempt."""


def respond(tables: Tables, wires: Wires) -> float:
    """(1)-(8) All response times and failure shares from the present queues, flows and inputs.

    Returns the largest change of a speed or a failure share.
    """
    service, edge, leg, client, path, _ = tables
    calls, callee = wires.calls, wires.callee
    most = 0.0
    for i in range(len(service)):
        s = service[i]
        work = s[WORK]
        s[HOLD] = work
        s[HOLD_VAR] = work * work
        s[GOOD] = 1.0
        s[POPULATION] = 0.0
        for e in range(calls[i], calls[i + 1]):
            one, called = edge[e], service[callee[e]]
            if one[CALLS] <= 0.0:
                one[MADE] = one[ASKED] = 0.0
            elif one[KIND] == JOB:
                most = larger(most, leave_job(one, called, s, wires.edge_retries[e]))
            else:
                most = larger(most, call(one, called, s, wires.edge_retries[e]))
        s[GOOD] *= 1.0 - s[ERR]
        most = larger(most, wait(s))
    for j in range(len(client)):
        first = wires.legs[j]
        for q in range(first, wires.legs[j + 1]):
            service[wires.target[q]][POPULATION] = ANYBODY
        whole = path[j] if wires.legs[j + 1] > first + 1 else service[wires.target[first]]
        most = larger(most, attempt(client[j], whole, service, leg, wires, j))
        persist(client[j], whole, wires.client_retries[j])
        e = wires.job[j]
        if e >= 0 and edge[e][CALLS] > 0.0:
            await_job(client[j], edge[e], service[callee[e]], wires.edge_retries[e])
    return most


# One service -------------------------------------------------------------------------------------------


def wait(s: list[float]) -> float:
    """(1), (4) A service's speed and the wait for a worker, from its L and u.

    Returns the change of speed as a share of it.
    """
    c, u, hold = s[WORKERS], s[U], s[HOLD]
    rate = c / hold  # (1)
    change = rate / s[RATE] - 1.0
    s[RATE] = rate
    waiting = s[L] - c * u
    if waiting > s[BOUND]:
        waiting = s[BOUND]
    if waiting <= NO_QUEUE:
        s[MUST_WAIT] = s[WAIT] = s[WAIT_VAR] = s[FULL] = 0.0
        s[SURE] = sure(hold, s[HOLD_VAR])
        return change
    wait = waiting / (rate * u)  # Little's law
    s[FULL] = s[BOUND] / rate / u
    rho = s[LET_IN] / rate
    full = s[BLOCKED]
    chance = (s[ALL_BUSY] - full) / (1.0 - full) if full < 1.0 else 1.0
    if s[TILT] < 0.0 and rho > 1.0 + s[TILT]:
        chance += (1.0 - chance) * (rho - 1.0 - s[TILT]) / -s[TILT]
    if chance < waiting / s[BOUND]:  # nobody waits behind more than a full queue
        chance = waiting / s[BOUND]
    if chance > 1.0:
        chance = 1.0
    sharp = 1.0 - rho if rho < 1.0 else (rho - 1.0 if rho < 2.0 else 1.0)
    if sharp < s[SAT]:
        sharp = s[SAT]
    if sharp < 0.02:
        sharp = 0.02
    k = waiting * sharp
    if k < s[EVEN]:
        k = s[EVEN]
    behind = wait / chance  # the mean wait of those who wait at all
    s[MUST_WAIT] = chance
    s[WAIT] = wait
    s[WAIT_VAR] = wait * (behind * (1.0 + 1.0 / k) - wait)
    s[SURE] = sure(hold + behind, s[HOLD_VAR] + behind * behind / k)
    return change


def sure(mean: float, variance: float) -> float:
    """A time after which all but about one in a million have their answer, whatever the shape."""
    return mean + 10.0 * variance / mean + 5.0 * sqrt(variance)


def within(t: float, s: list[float]) -> float:
    """(5) Probability of an answer within t from a service, or from a path summed up in a row like one.

    Work, and with a certain chance a wait before it; each sum is taken as gamma-distributed with its mean
    and variance. Nobody who is let in waits longer than behind a full queue.
    """
    if t >= s[SURE]:
        return 1.0
    hold, hold_var, chance, full = s[HOLD], s[HOLD_VAR], s[MUST_WAIT], s[FULL]
    on = gamma_cdf(t, hold, hold_var)
    if chance > CERTAIN:
        behind = s[WAIT] / chance
        behind_var = s[WAIT_VAR] / chance + behind * (s[WAIT] - behind)
        if behind_var < 0.0:
            behind_var = 0.0
        on = (1.0 - chance) * on + chance * gamma_cdf(t, hold + behind, hold_var + behind_var)
        if full < t:
            floor = gamma_cdf(t, hold + full, hold_var + full * full / (s[BOUND] + 1.0))
            if floor > on:
                on = floor
    return on


# One dependency ------------------------------------------------------------------------------------------


def call(e: list[float], s: list[float], caller: list[float], retries: int) -> float:
    """(1), (2) One dependency: what it costs its caller in time and success.

    A caller works through its dependencies in order and gives up at the first hard one that fails; its
    GOOD so far is the share of requests that come this far. Returns the change of the share of attempts
    that fail.
    """
    f, lost, tries = 0.0, 0.0, 1.0
    cost = s[HOLD] + s[WAIT]
    spread = s[HOLD_VAR] + s[WAIT_VAR]
    cut, calls = e[CUT], e[CALLS]
    e[FELT] = e[STAY] = 1.0
    if e[TIMEOUT] < s[SURE] or s[GOOD] < 1.0 or s[REJECTED] > 0.0 or cut > 0.0:
        f, lost, tries, cost, spread = struggle(e, s, retries)
    change = f - e[FAILS]
    missed = 1.0 - e[HIT]
    made = missed * (1.0 - e[OPEN])
    fails = missed * e[OPEN] + made * lost
    whole = int(calls)
    part = calls - whole
    asked = caller[GOOD] * calls
    if e[KIND] == HARD and fails > 0.0:
        asked = 0.0
        for _ in range(whole):
            asked += caller[GOOD]
            caller[GOOD] *= 1.0 - fails  # (2)
        asked += part * caller[GOOD]
        caller[GOOD] *= 1.0 - part * fails
    attempts = asked * made * tries
    s[POPULATION] += caller[WORKERS] * e[STAY]  # (14)
    caller[HOLD] += asked * made * cost  # (1)
    caller[HOLD_VAR] += attempts * spread
    if made < 1.0 or part > 0.0:
        caller[HOLD_VAR] += (whole * made * (1.0 - made) + part * made * (1.0 - part * made)) * cost * cost
    e[FAILS] = f
    e[LOST] = lost
    e[ASKED] = asked
    e[MADE] = attempts * (1.0 - cut)
    e[FELT] *= attempts
    return change


def struggle(e: list[float], s: list[float], retries: int) -> Call:
    """(5)-(8) A call of which something can fail: f, F, S, X and the variance of an attempt.

    Also notes how much of a longer response its caller would feel, and how much longer the request stays.
    """
    t, cut = e[TIMEOUT], e[CUT]
    mean, spread = s[HOLD] + s[WAIT], s[HOLD_VAR] + s[WAIT_VAR]
    on = within(t, s)  # (5)
    held = mean
    if on < 1.0:
        held = on * (mean if mean < t else t) + (1.0 - on) * t
        if held > t:  # rounding
            held = t
        if spread > held * (t - held):
            spread = held * (t - held)
    admitted = (1.0 - cut) * (1.0 - s[REJECTED])
    f = 1.0 - admitted * on * s[GOOD]  # (6)
    tries = 1.0
    for _ in range(retries):
        tries = 1.0 + f * tries
    if tries > 1.0 + e[BUDGET]:
        tries = 1.0 + e[BUDGET]
    cost = tries * (admitted * held + cut * t) + (tries - 1.0) * e[BACKOFF]  # (8)
    if f > RARE and retries > 0:
        spread += again(f, retries, tries, t * (cut + (1.0 - cut) * (1.0 - on)) / f + e[BACKOFF])
    e[FELT] = admitted * on if mean < t else 0.0
    e[STAY] = mean / held if mean > held > 0.0 else 1.0
    return f, 1.0 - tries * (1.0 - f), tries, cost, spread  # (7)


def again(f: float, retries: int, tries: float, delay: float) -> float:
    """The variance that further attempts add to each of a call's `tries`; a failure costs about `delay`."""
    mean = square = 0.0
    weight = f
    for n in range(1, retries + 1):
        mean += weight  # P(at least n further attempts)
        square += (2.0 * n - 1.0) * weight
        weight *= f
    return (square - mean * mean) * delay * delay / tries


def leave_job(e: list[float], s: list[float], caller: list[float], retries: int) -> float:
    """(6), (7) Jobs left in a queue: nobody waits; failed ones are done again; without room they are lost.

    Returns the change of the share that fails.
    """
    f = 1.0 - s[GOOD]
    change = f - e[FAILS]
    tries = 1.0
    for _ in range(retries):
        tries = 1.0 + f * tries
    e[FAILS] = f
    e[ASKED] = e[MADE] = caller[GOOD] * e[CALLS]
    e[REDONE] = (tries - 1.0) / tries
    came = e[ASKED] * caller[HALF_WAY]
    share = e[FLOW] / s[TAKEN] if s[TAKEN] > 0.0 else 0.0
    lost = s[OUT] * share * (f - e[REDONE])  # after the last try, of those that leave now
    given_up = 0.0
    if lost > 0.0:
        given_up = lost / came if lost < came else 1.0
    e[LOST] = 1.0 - (1.0 - s[REJECTED]) * (1.0 - given_up)
    e[FELT] = 0.0
    s[POPULATION] = ANYBODY
    return change


# One journey ---------------------------------------------------------------------------------------------


def attempt(k: list[float], path: list[float], service: Table, leg: Table, wires: Wires, j: int) -> float:
    """(5), (6) One attempt of client j: the path's calls one after another under one patience.

    `path` sums the calls up; where there is only one it is that service's own row.
    Returns the largest change of the share that passes a call.
    """
    late = most = 0.0
    reach = in_time = 1.0
    first, last = wires.legs[j], wires.legs[j + 1]
    for q in range(first, last):
        s = service[wires.target[q]]
        if last > first + 1:
            if q == first:
                begin(path, s)
            else:
                follow(path, s)
        passed = (1.0 - s[REJECTED]) * s[GOOD]
        on = within(k[PATIENCE], path)  # (5)
        if on < in_time:
            late += reach * (1.0 - s[REJECTED]) * (1.0 - on / in_time)
            passed *= on / in_time
            in_time = on
        most = larger(most, passed - leg[q][LEG_PASS])
        leg[q][LEG_PASS] = passed
        reach *= passed
    k[ATTEMPT_FAILS] = 1.0 - reach  # (6)
    k[IN_TIME] = in_time
    k[LATE] = late
    return most


def begin(path: list[float], s: list[float]) -> None:
    """Let the summary of a path be that of its first service."""
    path[HOLD] = s[HOLD]
    path[HOLD_VAR] = s[HOLD_VAR]
    path[WAIT] = s[WAIT]
    path[WAIT_VAR] = s[WAIT_VAR]
    path[MUST_WAIT] = s[MUST_WAIT]
    path[FULL] = s[FULL]
    path[BOUND] = s[BOUND]
    path[SURE] = s[SURE]


def follow(path: list[float], s: list[float]) -> None:
    """Add a service to the summary of a path: all adds up, chances of no wait multiply."""
    path[HOLD] += s[HOLD]
    path[HOLD_VAR] += s[HOLD_VAR]
    path[WAIT] += s[WAIT]
    path[WAIT_VAR] += s[WAIT_VAR]
    path[MUST_WAIT] += (1.0 - path[MUST_WAIT]) * s[MUST_WAIT]
    path[FULL] += s[FULL]
    path[BOUND] += s[BOUND]
    path[SURE] += s[SURE]


def persist(k: list[float], path: list[float], retries: int) -> None:
    """(7), (9) What comes of attempts in the end: clients try again, some succeed, some of them late."""
    f = k[ATTEMPT_FAILS]
    away = k[PAUSE] + (k[PATIENCE] * k[LATE] / f if f > 0.0 else 0.0)
    k[AWAY] = away if away > LEAST_AWAY else LEAST_AWAY
    slow = 0.0
    tries = 0.0  # attempts per request, S
    fewer = 0.0  # the same with one attempt less
    weight = 1.0  # share of requests that need this attempt
    left = k[SLOW_AFTER]
    for _ in range(retries + 1):
        fewer = tries
        tries += weight
        if left < path[SURE] and weight > CERTAIN:
            quick = within(left, path)
            if quick < k[IN_TIME]:
                slow += weight * (1.0 - f) * (1.0 - quick / k[IN_TIME])
        weight *= f
        left -= k[AWAY]
    k[AGAIN] = fewer / tries  # phi = (S-1)/(S f)
    k[SERVED] = tries * (1.0 - f)  # (7)
    k[FAILED] = weight
    k[SLOW] = slow


def await_job(k: list[float], e: list[float], s: list[float], retries: int) -> None:
    """(12) Users whose request went well still need their job: some are lost, some done late.

    A job that fails waits again behind all others.
    """
    f, once = e[FAILS], s[WAIT] + s[HOLD]
    done = late = 0.0
    weight = 1.0  # share of jobs that need this pass
    left = k[JOB_SLOW_AFTER]
    for _ in range(retries + 1):
        done += weight * (1.0 - f)
        late += weight * (1.0 - f) * (1.0 - within(left, s))
        weight *= f
        left -= once
    if done > 0.0:
        late /= done
    k[FAILED] += k[SERVED] * e[LOST]
    k[SERVED] *= 1.0 - e[LOST]
    k[SLOW] = k[SLOW] * (1.0 - e[LOST]) * (1.0 - late) + k[SERVED] * late
