"""Readings in bulk, for what is read at every sample: how users fare, and the values that alert rules watch.

Compiled along with the equations, so only + - * / sqrt and comparisons.
"""

from simulator.world.layout import (
    ARRIVALS,
    ATTEMPT_FAILS,
    ATTEMPTS,
    COASTING,
    FAILED,
    FAILS,
    FLOW,
    HOLD,
    HOLD_VAR,
    LEG_FLOW,
    LEG_PASS,
    OFFERED_RATE,
    OFFERED_SLOPE,
    SERVED,
    SHED,
    SLOW,
    SUM_AFFECTED,
    WAIT,
    WAIT_VAR,
    WORKERS,
    L,
    Table,
    Tables,
    U,
    Wires,
)
from simulator.world.maths import gamma_quantile
from simulator.world.stepping import advance

ERROR_RATE = 0
LATENCY_P99 = 1
BUSY_SHARE = 2
QUEUE = 3
WAIT_S = 4
REQUESTS = 5
USERS_AFFECTED = 6
"""What an alert rule watches; the last of a journey, the others of a service."""
P99 = 2.3263478740408408
"""The standard normal law's 99th percentile."""

USERS = 5
"""Per group of users: users, served, failed, slow, affected."""
TOTALS = 8
"""In all: these five, requests per second at the door, those that fail, user-minutes lost since the start."""
AFFECTED = 4
"""Where a group has its users affected."""
SAMPLE_MS = 5000
"""How often the impact is sampled."""


def columns(group: list[float]) -> int:
    """How many numbers `fare` has for a group of users."""
    return TOTALS + USERS * (len(group) - 1)


def samples(  # noqa: PLR0913, PLR0917  (plain numbers and tables, for a compiler)
    tables: Tables,
    backup: Tables,
    wires: Wires,
    group: list[float],
    rows: Table,
    nth: int,
    now_ms: int,
    at_ms: int,
    before_ms: int,
    start_ms: int,
    users: float,
    users_per_s: float,
    least: float,
    most: float,
) -> int:
    """Advance from one sample to the next, and write down how users fare at each.

    Args:
        tables: the plant.
        backup: the plant's.
        wires: the plant's.
        group: of users, see `fare`.
        rows: one per sample.
        nth: the first one that is filled in.
        now_ms: the present.
        at_ms: the moment of the first sample.
        before_ms: none is taken from here on.
        start_ms: when the users' line starts.
        users: how many there are at its start.
        users_per_s: their change per second.
        least: the first sample with a smaller share of users affected is the last one.
        most: the same for one as large as this, or larger.

    Returns:
        The row after the last one that was filled in; negative if that one was outside.
    """
    while at_ms < before_ms:
        row = rows[nth]
        advance(tables, backup, wires, (at_ms - now_ms) / 1000.0)
        fare(tables, group, users + users_per_s * ((at_ms - start_ms) / 1000.0), row)
        nth += 1
        share = row[AFFECTED] / row[0] if row[0] > 0.0 else 0.0
        if share < least or share >= most:
            return -nth
        now_ms = at_ms
        at_ms += SAMPLE_MS
    return nth


def fare(tables: Tables, group: list[float], active: float, row: list[float]) -> None:
    """How users fare now: the totals, then each journey's five numbers.

    Args:
        tables: the plant.
        group: the share of active users on each journey, then the requests per minute of each of them.
        active: users in all.
        row: filled in.
    """
    all_users = all_served = all_failed = all_slow = all_affected = 0.0
    requests = requests_failed = integral = 0.0
    to = TOTALS
    coasting = tables.control[COASTING]
    journeys = len(tables.client)
    for j in range(journeys):
        k = tables.client[j]
        before = k[OFFERED_RATE]
        now = before + coasting * k[OFFERED_SLOPE]
        attempts = k[ATTEMPTS] * now / before if before > 0.0 else k[ATTEMPTS]
        users = active * group[j]
        shed = k[SHED]
        let_in = 1.0 - shed
        served = users * let_in * k[SERVED]
        failed = users * (shed + let_in * k[FAILED])
        slow = users * let_in * k[SLOW]
        affected = failed + slow
        row[to] = users
        row[to + 1] = served
        row[to + 2] = failed
        row[to + 3] = slow
        row[to + 4] = affected
        to += USERS
        all_users += users
        all_served += served
        all_failed += failed
        all_slow += slow
        all_affected += affected
        turned_away = now * shed
        requests += attempts + turned_away
        requests_failed += attempts * k[ATTEMPT_FAILS] + turned_away
        share = shed + let_in * (k[FAILED] + k[SLOW])
        integral += k[SUM_AFFECTED] + 0.5 * coasting * (before + now) * share
    if active > all_users:  # users on no journey are well
        all_served += active - all_users
        all_users = active
    row[0] = all_users
    row[1] = all_served
    row[2] = all_failed
    row[3] = all_slow
    row[4] = all_affected
    row[5] = requests
    row[6] = requests_failed
    row[7] = integral / group[journeys]


def failing(tables: Tables, wires: Wires, flow: list[float], failed: list[float]) -> None:
    """Per service: attempts per second, and those of them that fail, over all who call it."""
    for i in range(len(flow)):
        flow[i] = failed[i] = 0.0
    for e in range(len(tables.edge)):
        edge, i = tables.edge[e], wires.callee[e]
        flow[i] += edge[FLOW]
        failed[i] += edge[FLOW] * edge[FAILS]
    for q in range(len(tables.leg)):
        leg, i = tables.leg[q], wires.target[q]
        flow[i] += leg[LEG_FLOW]
        failed[i] += leg[LEG_FLOW] * (1.0 - leg[LEG_PASS])


def watch(  # noqa: PLR0917  (rows to work in: compiled code makes none)
    tables: Tables,
    wires: Wires,
    metrics: list[int],
    rows: list[int],
    flow: list[float],
    failed: list[float],
    values: list[float],
) -> None:
    """The values that alert rules watch.

    Args:
        tables: the plant.
        wires: the plant's.
        metrics: per rule, what it watches.
        rows: per rule, the row of its service or journey.
        flow: room for one number per service.
        failed: the same.
        values: per rule; filled in.
    """
    failing(tables, wires, flow, failed)
    for n in range(len(metrics)):
        metric, i = metrics[n], rows[n]
        if metric == ERROR_RATE:
            values[n] = failed[i] / flow[i] if flow[i] > 0.0 else 0.0
        elif metric == USERS_AFFECTED:
            k = tables.client[i]
            values[n] = k[SHED] + (1.0 - k[SHED]) * (k[FAILED] + k[SLOW])
        else:
            values[n] = gauge(tables.service[i], metric)


def gauge(s: list[float], metric: int) -> float:
    """One reading of a service's own."""
    if metric == LATENCY_P99:
        return gamma_quantile(P99, s[HOLD] + s[WAIT], s[HOLD_VAR] + s[WAIT_VAR])
    if metric == BUSY_SHARE:
        return s[U]
    if metric == QUEUE:
        waiting = s[L] - s[WORKERS] * s[U]
        return waiting if waiting > 0.0 else 0.0
    return s[WAIT] if metric == WAIT_S else s[ARRIVALS]
