"""Callers first: how much arrives where, and what it does to queues, retries and caches.

Equations (9)-(11), (13) and (14) of `docs/world.md`, numbered as there. One call is one
backward Euler step. Only + - * / and comparisons on floats, so that every machine gives the same bits.
"""

from simulator.world.layout import (
    AGAIN,
    ALL_BUSY,
    ARRIVALS,
    ASKED,
    ATTEMPT_FAILS,
    ATTEMPTS,
    AWAY,
    BLOCKED,
    BOUND,
    COMEBACK,
    DECAY,
    ERR,
    ERR_RATE,
    EVEN,
    FEEDBACK,
    FELT,
    FILL,
    FLOW,
    GONE,
    HALF_WAY,
    HIT,
    HIT_MAX,
    HOLD,
    KIND,
    LEG_FLOW,
    LEG_PASS,
    LET_IN,
    LOST,
    MADE,
    MUST_WAIT,
    OFFERED_RATE,
    OFFERED_SLOPE,
    OPEN,
    ORBIT,
    OUT,
    POPULATION,
    QUOTA,
    RAMPING,
    REDONE,
    REFUSE,
    REFUSE_RATE,
    REJECTED,
    RETURNS,
    SAT,
    SHED,
    SOFT,
    SUM_LOST,
    SUM_OFFERED,
    SUM_SERVED,
    TAKEN,
    TILT,
    WORK,
    WORK_RATE,
    WORKERS,
    WORKERS_RATE,
    L,
    Tables,
    U,
    Wires,
)
from simulator.world.maths import larger
from simulator.world.station import solve


def flow(tables: Tables, wires: Wires, dt: float, behind: float) -> float:
    """(9)-(11) dt seconds; of all queues and caches also the time they are `behind`.

    Returns the largest change of a flow, a queue or a hit ratio.
    """
    service, edge, leg, client, _, control = tables
    calls, callee = wires.calls, wires.callee
    ramping = control[RAMPING] > 0.0
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
        if ramping:
            ramp(s, dt)
        most = larger(most, fill(s, dt))
        for e in range(calls[i], calls[i + 1]):
            one, called = edge[e], service[callee[e]]
            attempts = one[MADE] * s[HALF_WAY]  # (9)
            if one[REDONE] > 0.0:
                attempts += put_back(one, called)
            one[FLOW] = attempts
            called[ARRIVALS] += attempts
            if one[FILL] > 0.0:
                most = larger(most, warm(one, s[OUT], dt))
            if s[MUST_WAIT] > 0.0 and one[KIND] >= SOFT:
                attempts *= s[MUST_WAIT]
                called[SAT] += attempts
                called[FEEDBACK] += attempts * one[FELT] / hold
    return most


def put_back(e: list[float], s: list[float]) -> float:
    """(9) Failed jobs per second that go to the end of the queue again: a share of what leaves."""
    return s[OUT] * e[REDONE] * (e[FLOW] / s[TAKEN] if s[TAKEN] > 0.0 else 0.0)


def retry(k: list[float], dt: float) -> float:
    """(9) Attempts per second of one journey's clients, and dt seconds of those who wait to try again.

    Solved implicitly in the attempts and in those who are gone: with those of the last step, a herd would
    come too late, and one that is back in less than a step would swing.
    """
    k[OFFERED_RATE] += dt * k[OFFERED_SLOPE]
    f, away, back = k[ATTEMPT_FAILS], k[AWAY], k[COMEBACK]
    again = f * k[AGAIN]
    slower = 1.0 + dt * (1.0 - again) / away
    if k[RETURNS] > 0.0:
        fresh = 1.0 - k[SHED]
        tries = 1.0 + dt * again / (away * slower)  # attempts per second for each one let in
        going = dt * k[RETURNS] * f * (1.0 - k[AGAIN])  # to be gone, for each attempt per second
        k[GONE] += going * (tries * fresh * k[OFFERED_RATE] + k[ORBIT] / (away * slower))
        k[GONE] /= 1.0 + back * (dt - going * tries * fresh)
    offered = k[OFFERED_RATE] + k[GONE] * back
    let_in = offered * (1.0 - k[SHED])
    k[ORBIT] = (k[ORBIT] + dt * let_in * again) / slower
    attempts = k[ATTEMPTS] = let_in + k[ORBIT] / away
    lost = attempts * f * (1.0 - k[AGAIN])
    shed = offered * k[SHED]
    k[SUM_OFFERED] += dt * offered
    k[SUM_SERVED] += dt * attempts * (1.0 - f)
    k[SUM_LOST] += dt * (lost + shed)
    return attempts


def ramp(s: list[float], dt: float) -> None:
    """Let a service's inputs move in straight lines for dt seconds."""
    s[WORKERS] += dt * s[WORKERS_RATE]
    s[WORK] += dt * s[WORK_RATE]
    s[ERR] += dt * s[ERR_RATE]
    s[REFUSE] += dt * s[REFUSE_RATE]


def fill(s: list[float], dt: float) -> float:
    """(10) dt seconds of one queue: L' = A*(1-full) - mu*u.

    Returns the change of the queue, as a share of it or of c.
    """
    c, arrivals = s[WORKERS], s[ARRIVALS]
    let_in = arrivals * (1.0 - s[REFUSE])
    if let_in > s[QUOTA]:
        let_in = s[QUOTA]
    s[LET_IN] = let_in
    s[TAKEN] = arrivals
    if s[SAT] > 0.0:
        s[SAT] /= arrivals
        if s[OUT] > 0.0:
            dt /= 1.0 + dt * s[FEEDBACK] / s[OUT]  # (13)
    at_work = c * s[U]
    out, into = dt * c / s[HOLD], dt * let_in
    total = s[L] + into
    level(s, total, out, into)
    here = total - into * s[BLOCKED] - out * s[U]
    if here < 0.0:
        here = 0.0
    elif here > c + s[BOUND]:
        here = c + s[BOUND]
    s[OUT] = c / s[HOLD] * s[U]
    half_way = s[OUT] + 0.5 * (c * s[U] - at_work) / dt
    s[HALF_WAY] = half_way if half_way > 0.0 else 0.0  # (9)
    s[REJECTED] = 1.0 - let_in / arrivals * (1.0 - s[BLOCKED]) if arrivals > 0.0 else 0.0
    change = (here - s[L]) / (s[L] if s[L] > c else c)
    s[L] = here
    return change


def level(s: list[float], total: float, out: float, into: float) -> None:
    """(3), (14) How full a service is with so many requests there or to come, see `station.solve`.

    Where its callers are too few to fill its queue, they are what bounds it, and nobody finds it full.
    """
    c, bound = s[WORKERS], s[BOUND]
    room = s[POPULATION] - c
    if room < bound:
        s[TILT], s[U], _, s[ALL_BUSY], s[EVEN] = solve(
            c, room if room > 0.0 else 0.0, total, out, 0.0, s[TILT]
        )
        s[BLOCKED] = 0.0
    else:
        s[TILT], s[U], s[BLOCKED], s[ALL_BUSY], s[EVEN] = solve(c, bound, total, out, into, s[TILT])


def warm(e: list[float], out: float, dt: float) -> float:
    """(11) dt seconds of one cache: only answers that came fill it. Returns the change of its hit ratio."""
    top, was = e[HIT_MAX], e[HIT]
    fills = e[ASKED] * out * (1.0 - e[OPEN]) * (1.0 - e[LOST]) * e[FILL] * top
    e[HIT] = (was + dt * fills * top) / (1.0 + dt * (fills + e[DECAY]))
    return e[HIT] - was
