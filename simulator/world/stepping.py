"""Through time: steps as long as the equations allow, and shortcuts while nothing moves.

Only + - * / and comparisons on floats, so that every machine gives the same bits.
"""

from simulator.world.flow import flow, level, retry
from simulator.world.layout import (
    ATTEMPTS,
    BEHIND,
    BOUND,
    COASTING,
    DONE,
    FAILED,
    GONE,
    HIT,
    IS_CALM,
    OFFERED_RATE,
    OFFERED_SLOPE,
    ORBIT,
    OUT,
    RAMPING,
    RATE,
    SHED,
    SLOW,
    STEADY,
    STEP,
    STEPS,
    SUM_AFFECTED,
    UNCOUNTED,
    WORKERS,
    L,
    Table,
    Tables,
    Wires,
)
from simulator.world.maths import larger
from simulator.world.respond import respond

MIN_STEP = 0.1
"""Seconds. The first step after any jump of an input; never rejected."""
MAX_STEP = 60.0
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
"""... if its queues and orbits also move by less than this share of the flow through them, and caches by less
than this a second."""


def advance(tables: Tables, backup: Tables, wires: Wires, seconds: float) -> None:
    """Let `seconds` pass in steps as long as the equations allow; inputs change at their set rates."""
    client, control = tables.client, tables.control
    left = seconds
    while left > 0.0:
        if control[STEADY] > 0.0:
            control[COASTING] += left
            control[UNCOUNTED] += left
            return
        if control[IS_CALM] > 0.0 and control[BEHIND] + left < control[STEP]:
            control[COASTING] += left
            control[BEHIND] += left
            control[UNCOUNTED] += left
            return
        coast(tables)
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
        done(tables.service, dt + control[UNCOUNTED])
        control[UNCOUNTED] = 0.0
        left -= dt
        control[STEPS] += 1.0
        control[BEHIND] = 0.0
        control[STEP] = next_step(control[STEP], dt, change)
        control[IS_CALM] = 1.0 if change < CALM and control[RAMPING] == 0.0 else 0.0
        if change < STILL and control[RAMPING] == 0.0 and steady(tables, backup, dt):
            control[STEADY] = 1.0


def offer(tables: Tables, rates: list[float], users: float, users_per_s: float) -> None:
    """Set how many users there are and their change; `rates`: requests per second of each, by journey."""
    coast(tables)
    for j in range(len(tables.client)):
        k = tables.client[j]
        k[OFFERED_RATE] = users * rates[j]
        k[OFFERED_SLOPE] = users_per_s * rates[j]
        if k[OFFERED_SLOPE] != 0.0:
            tables.control[STEADY] = 0.0


def poke(tables: Tables, wires: Wires) -> None:
    """Fit all answers to inputs that have jumped, and look closely at what follows."""
    control = tables.control
    coast(tables)
    for s in tables.service:
        if s[L] > s[WORKERS] + s[BOUND]:
            s[L] = s[WORKERS] + s[BOUND]
        level(s, s[L], 0.0, 0.0)
        s[DONE] += control[UNCOUNTED] * s[OUT]
    respond(tables, wires)
    control[STEP] = MIN_STEP
    control[STEADY] = control[IS_CALM] = control[BEHIND] = control[UNCOUNTED] = 0.0


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


def steady(new: Tables, old: Tables, dt: float) -> bool:
    """Whether traffic stands still and queues and orbits move by less than DRIFT of the flow through them."""
    for i in range(len(new.service)):
        s = new.service[i]
        if larger(0.0, s[L] - old.service[i][L]) > DRIFT * dt * s[RATE]:
            return False
    for e in range(len(new.edge)):
        if larger(0.0, new.edge[e][HIT] - old.edge[e][HIT]) > DRIFT * dt:
            return False
    for j in range(len(new.client)):
        k = new.client[j]
        if larger(0.0, k[GONE] - old.client[j][GONE]) > DRIFT * dt * k[ATTEMPTS]:
            return False
        if k[OFFERED_SLOPE] != 0.0 or larger(0.0, k[ORBIT] - old.client[j][ORBIT]) > DRIFT * dt * k[ATTEMPTS]:
            return False
    return True


def coast(tables: Tables) -> None:
    """Let clients live through the time they are behind, while shares and response times stay as they are."""
    seconds = tables.control[COASTING]
    if seconds > 0.0:
        for k in tables.client:
            before = k[OFFERED_RATE]
            retry(k, seconds)
            k[SUM_AFFECTED] += 0.5 * seconds * (before + k[OFFERED_RATE]) * affected(k)
        tables.control[COASTING] = 0.0


def count(client: Table, before: Table, dt: float) -> None:
    """(12) Add a step's affected requests, by the trapezium rule."""
    for j in range(len(client)):
        k, was = client[j], before[j]
        k[SUM_AFFECTED] += 0.5 * dt * (k[OFFERED_RATE] * affected(k) + was[OFFERED_RATE] * affected(was))


def done(service: Table, seconds: float) -> None:
    """Count what every service has worked on."""
    for s in service:
        s[DONE] += seconds * s[OUT]


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
