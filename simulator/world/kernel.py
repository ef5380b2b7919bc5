"""The equations of `docs/world.md`, numbered as there, and the stepping through time.

One step is two sweeps over the call graph. `flow` goes callers first: how much arrives where, and what
that does to queues. `respond` goes callees first: how long everything takes, and which share fails.
Nothing here knows of scenarios, faults or users; those only set the input columns of the tables.
Only + - * / sqrt and comparisons on floats, so that every machine gives the same bits.
"""

from math import sqrt

from simulator.world.layout import (
    AGAIN,
    ARRIVALS,
    ATTEMPT_FAILS,
    ATTEMPTS,
    AWAY,
    BACKOFF,
    BEHIND,
    BOUND,
    BUDGET,
    CALLS,
    ERR,
    ERR_RATE,
    FAILED,
    FAILS,
    FEEDBACK,
    FELT,
    FLOW,
    FULL,
    GOOD,
    HARD,
    HOLD,
    HOLD_VAR,
    IN_TIME,
    IS_CALM,
    LATE,
    LEG_FLOW,
    LEG_PASS,
    MADE,
    MUST_WAIT,
    OFFERED_RATE,
    OFFERED_SLOPE,
    ORBIT,
    OUT,
    PATIENCE,
    PAUSE,
    RAMPING,
    RATE,
    REJECTED,
    SAT,
    SERVED,
    SHED,
    SLOW,
    SLOW_AFTER,
    STEADY,
    STEP,
    STEPS,
    SUM_AFFECTED,
    SUM_LOST,
    SUM_OFFERED,
    SUM_SERVED,
    SURE,
    TIMEOUT,
    WAIT,
    WAIT_VAR,
    WORK,
    WORK_RATE,
    WORKERS,
    WORKERS_RATE,
    L,
    Table,
    Tables,
    U,
    Wires,
)
from simulator.world.maths import CERTAIN, gamma_cdf, power

MIN_STEP = 0.1
"""Seconds. The first step after any jump of an input; never rejected."""
MAX_STEP = 15.0
"""Seconds."""
TOO_MUCH = 0.10
"""A step that changes anything by more than this share is taken again, a quarter as long."""
ENOUGH = 0.05
"""Beyond this the next step is shorter."""
CALM = 5e-3
"""After a step with less change, queues may stay behind the clock until a whole step is due."""
STILL = 1e-4
"""After a step with less change the plant is steady ..."""
DRIFT = 1e-5
"""... if its queues and orbits also move by less than this share of the flow through them."""
LEAST_AWAY = 0.05
"""Seconds. The shortest time in which a client can try again."""
NEWTON = 1e-3
"""Newton's method stops after a move of this share of 1-u: the error left is of the order of its square."""
NO_QUEUE = 1e-3
"""Requests. A shorter mean queue is taken as none."""


# Queues ----------------------------------------------------------------------------------------------


def busy(c: float, a: float, r: float, guess: float) -> float:
    """(3) The u in [0, 1) with `a*u + u^p/(1-u) = r`, where p = sqrt(2(c+1)).

    With a = c and r = L this is Sakasegawa's (1977) approximation of the M/M/c queue, solved for the
    utilisation. For a p between whole numbers the two powers are interpolated, so that u moves smoothly
    while capacity does. Newton's method on the equation times (1-u), kept in a bracket.
    """
    p = sqrt(2.0 * (c + 1.0))
    n = int(p)
    part = p - n
    if n > 16 and r < 0.5 * a:
        return r / a  # u^p is below 2^-16: nobody waits
    low, high = 0.0, r / a if r < a else 1.0
    u = guess if guess < high else high
    for _ in range(60):
        rise = power(u, n - 1)
        bend = 1.0 - part + part * u
        short = a * u - r
        over = short * (1.0 - u) + rise * bend * u
        slope = a * (1.0 - u) - short + rise * (n * bend + part * u)
        if over > 0.0:
            high = u
        else:
            low = u
        new = u - over / slope if slope > 0.0 else low
        if not low <= new <= high:
            new = 0.5 * (low + high)
        moved = new - u if new > u else u - new
        u = new
        if moved <= NEWTON * (1.0 - u):
            break
    return u


def wait(s: list[float]) -> float:
    """(1), (3), (4) A service's speed and the wait for a worker, from its L and u.

    Returns the change of speed as a share of it.
    """
    c, u, hold = s[WORKERS], s[U], s[HOLD]
    rate = c / hold  # (1)
    change = rate / s[RATE] - 1.0
    s[RATE] = rate
    waiting = s[L] - c * u
    if waiting <= NO_QUEUE:
        s[MUST_WAIT] = s[WAIT] = s[WAIT_VAR] = s[FULL] = 0.0
        s[SURE] = sure(hold, s[HOLD_VAR])
        return change
    wait = waiting / (rate * u)  # Little's law
    rho = s[ARRIVALS] / rate
    chance = waiting * (1.0 - u) / u  # u^(p-1), by (3)
    if rho > u:
        chance += (1.0 - chance) * (rho - u) / (1.0 - u)
    if chance > 1.0:
        chance = 1.0
    sharp = 1.0 - rho if rho < 1.0 else rho - 1.0
    if sharp < s[SAT]:
        sharp = s[SAT]
    if sharp < 0.02:
        sharp = 0.02
    k = waiting * sharp
    if k < 1.0:
        k = 1.0
    behind = wait / chance  # the mean wait of those who wait at all
    s[MUST_WAIT] = chance
    s[WAIT] = wait
    s[WAIT_VAR] = wait * (behind * (1.0 + 1.0 / k) - wait)
    s[FULL] = s[BOUND] / rate
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


# Callees first: how long everything takes, which share fails ---------------------------------------------


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
        for e in range(calls[i], calls[i + 1]):
            if edge[e][CALLS] > 0.0:
                most = larger(most, call(edge[e], service[callee[e]], s, wires.edge_retries[e]))
            else:
                edge[e][MADE] = 0.0
        s[GOOD] *= 1.0 - s[ERR]
        most = larger(most, wait(s))
    for j in range(len(client)):
        first = wires.legs[j]
        whole = path[j] if wires.legs[j + 1] > first + 1 else service[wires.target[first]]
        most = larger(most, attempt(client[j], whole, service, leg, wires, j))
        persist(client[j], whole, wires.client_retries[j])
    return most


def call(e: list[float], s: list[float], caller: list[float], retries: int) -> float:
    """(5)-(8) One dependency: how often it fails, how long it holds its caller; added to (1) and (2).

    A caller works through its dependencies in order and gives up at the first hard one that fails; its
    GOOD so far is the share of requests that come this far. Returns the change of the share of attempts
    that fail.
    """
    t = e[TIMEOUT]
    mean, spread = s[HOLD] + s[WAIT], s[HOLD_VAR] + s[WAIT_VAR]
    on = within(t, s)  # (5)
    held = mean
    if on < 1.0:
        held = on * (mean if mean < t else t) + (1.0 - on) * t
        if spread > held * (t - held):
            spread = held * (t - held)
    admitted = 1.0 - s[REJECTED]
    f = 1.0 - admitted * on * s[GOOD]  # (6)
    change = f - e[FAILS]
    tries = 1.0
    for _ in range(retries):
        tries = 1.0 + f * tries
    if tries > 1.0 + e[BUDGET]:
        tries = 1.0 + e[BUDGET]
    lost = 1.0 - tries * (1.0 - f)  # (7)
    cost = tries * admitted * held + (tries - 1.0) * e[BACKOFF]  # (8)
    whole = int(e[CALLS])
    part = e[CALLS] - whole
    made = caller[GOOD] * e[CALLS]
    if e[HARD] > 0.0 and lost > 0.0:
        made = 0.0
        for _ in range(whole):
            made += caller[GOOD]
            caller[GOOD] *= 1.0 - lost  # (2)
        made += part * caller[GOOD]
        caller[GOOD] *= 1.0 - part * lost
    caller[HOLD] += made * cost  # (1)
    caller[HOLD_VAR] += made * tries * spread + part * (1.0 - part) * cost * cost
    e[FAILS] = f
    e[MADE] = made * tries
    e[FELT] = made * tries * admitted * on if mean < t else 0.0
    return change


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
                path[:] = s
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


# Callers first: what arrives where --------------------------------------------------------------------------


def flow(tables: Tables, wires: Wires, dt: float, behind: float) -> float:
    """(9), (10) One backward Euler step of dt seconds; of all queues also the time they are `behind`.

    Returns the largest change of a flow or a queue.
    """
    service, edge, leg, client, _, _ = tables
    calls, callee = wires.calls, wires.callee
    most = 0.0
    for s in service:
        s[ARRIVALS] = s[SAT] = s[FEEDBACK] = 0.0
    for j in range(len(client)):
        before = client[j][ATTEMPTS]
        attempts = retry(client[j], dt)
        most = larger(most, (attempts - before) / (before + 1e-3))
        for q in range(wires.legs[j], wires.legs[j + 1]):
            leg[q][LEG_FLOW] = attempts
            service[wires.target[q]][ARRIVALS] += attempts
            attempts *= leg[q][LEG_PASS]
    dt += behind
    for i in range(len(service) - 1, -1, -1):
        s = service[i]
        hold = s[HOLD]
        most = larger(most, fill(s, dt))
        for e in range(calls[i], calls[i + 1]):
            called = service[callee[e]]
            attempts = edge[e][FLOW] = edge[e][MADE] * s[OUT]  # (9)
            called[ARRIVALS] += attempts
            if s[MUST_WAIT] > 0.0:
                attempts *= s[MUST_WAIT]
                called[SAT] += attempts
                called[FEEDBACK] += attempts * edge[e][FELT] / hold
    return most


def retry(k: list[float], dt: float) -> float:
    """(9) Attempts per second of one journey's clients, and dt seconds of the orbit of those who wait.

    Solved implicitly in the attempts: with those of the last step, a herd of retries would come too late.
    """
    k[OFFERED_RATE] += dt * k[OFFERED_SLOPE]
    offered = k[OFFERED_RATE]
    let_in = offered * (1.0 - k[SHED])
    f, away = k[ATTEMPT_FAILS], k[AWAY]
    again = f * k[AGAIN]
    k[ORBIT] = (k[ORBIT] + dt * let_in * again) / (1.0 + dt * (1.0 - again) / away)
    attempts = k[ATTEMPTS] = let_in + k[ORBIT] / away
    k[SUM_OFFERED] += dt * offered
    k[SUM_SERVED] += dt * attempts * (1.0 - f)
    k[SUM_LOST] += dt * (attempts * f * (1.0 - k[AGAIN]) + offered * k[SHED])
    return attempts


def fill(s: list[float], dt: float) -> float:
    """(10) dt seconds of one queue: L' = A - mu*u(L), and no more than c+K in the system.

    Returns the change of the queue, as a share of it or of c.
    """
    c = s[WORKERS] = s[WORKERS] + dt * s[WORKERS_RATE]
    s[WORK] += dt * s[WORK_RATE]
    s[ERR] += dt * s[ERR_RATE]
    if s[SAT] > 0.0:
        s[SAT] /= s[ARRIVALS]
        if s[OUT] > 0.0:
            dt /= 1.0 + dt * s[FEEDBACK] / s[OUT]  # (13)
    rate = c / s[HOLD]
    arrived = dt * s[ARRIVALS]
    total = s[L] + arrived
    u = busy(c, c + dt * rate, total, s[U])
    here = total - dt * rate * u
    room = c + s[BOUND]
    s[REJECTED] = 0.0
    if here > room:
        u = busy(c, c, room, u)
        surplus = total - dt * rate * u - room
        s[REJECTED] = surplus / arrived if surplus < arrived else 1.0
        here = room
    elif here < 0.0:
        here = 0.0
    change = (here - s[L]) / (s[L] if s[L] > c else c)
    s[L] = here
    s[U] = u
    s[OUT] = rate * u
    return change


# Through time ------------------------------------------------------------------------------------


def advance(tables: Tables, backup: Tables, wires: Wires, seconds: float) -> None:
    """Let `seconds` pass in steps as long as the equations allow; inputs change at their set rates."""
    client, control = tables.client, tables.control
    left = seconds
    while left > 0.0:
        if control[STEADY] > 0.0:
            coast(client, left)
            return
        if control[IS_CALM] > 0.0 and control[BEHIND] + left < control[STEP]:
            coast(client, left)
            control[BEHIND] += left
            return
        dt = control[STEP]
        if dt > left * 0.999:
            dt = left
        copy(tables, backup)
        change = larger(flow(tables, wires, dt, control[BEHIND]), respond(tables, wires))
        if change > TOO_MUCH and control[STEP] > MIN_STEP:
            copy(backup, tables)
            control[STEP] = dt * 0.25 if dt * 0.25 > MIN_STEP else MIN_STEP
            control[BEHIND] = 0.0  # what was missed was calm, what comes is not
            continue
        count(client, backup.client, dt)
        left -= dt
        control[STEPS] += 1.0
        control[BEHIND] = 0.0
        control[STEP] = next_step(control[STEP], dt, change)
        control[IS_CALM] = 1.0 if change < CALM and control[RAMPING] == 0.0 else 0.0
        if change < STILL and control[RAMPING] == 0.0 and steady(tables, backup, dt):
            control[STEADY] = 1.0


def next_step(planned: float, dt: float, change: float) -> float:
    """The step after one of dt (perhaps cut short of the planned one) that changed things by `change`."""
    if change > ENOUGH:
        shorter = 0.6 * dt
        return shorter if shorter > MIN_STEP else MIN_STEP
    growth = 0.8 * ENOUGH / change if change > 0.1 * ENOUGH else 8.0
    longer = dt * (growth if growth > 1.0 else 1.0)
    if longer < planned:
        longer = planned
    return longer if longer < MAX_STEP else MAX_STEP


def larger(most: float, x: float) -> float:
    """The larger of `most` and the size of x."""
    if x < 0.0:
        x = -x
    return x if x > most else most


def steady(new: Tables, old: Tables, dt: float) -> bool:
    """Whether traffic stands still and queues and orbits move by less than DRIFT of the flow through them."""
    for i in range(len(new.service)):
        s = new.service[i]
        if larger(0.0, s[L] - old.service[i][L]) > DRIFT * dt * s[RATE]:
            return False
    for j in range(len(new.client)):
        k = new.client[j]
        if k[OFFERED_SLOPE] != 0.0 or larger(0.0, k[ORBIT] - old.client[j][ORBIT]) > DRIFT * dt * k[ATTEMPTS]:
            return False
    return True


def coast(client: Table, seconds: float) -> None:
    """Let time pass for the clients alone, while shares and response times stay as they are."""
    for k in client:
        before = k[OFFERED_RATE]
        retry(k, seconds)
        k[SUM_AFFECTED] += 0.5 * seconds * (before + k[OFFERED_RATE]) * affected(k)


def count(client: Table, before: Table, dt: float) -> None:
    """(12) Add a step's affected requests, by the trapezium rule."""
    for j in range(len(client)):
        k, was = client[j], before[j]
        k[SUM_AFFECTED] += 0.5 * dt * (k[OFFERED_RATE] * affected(k) + was[OFFERED_RATE] * affected(was))


def affected(k: list[float]) -> float:
    """(12) Share of a journey's users who are failed or slow."""
    return k[SHED] + (1.0 - k[SHED]) * (k[FAILED] + k[SLOW])


def copy(source: Tables, into: Tables) -> None:
    """Overwrite all rows (the controller's apart) by those of `source`."""
    for i in range(len(source.service)):
        into.service[i][:] = source.service[i]
    for e in range(len(source.edge)):
        into.edge[e][:] = source.edge[e]
    for q in range(len(source.leg)):
        into.leg[q][:] = source.leg[q]
    for j in range(len(source.client)):
        into.client[j][:] = source.client[j]
