"""The equations on one row of numbers and one of whole numbers, for a compiler.

A call with two arrays costs a tenth of one with twenty. `state` holds the tables one after another, then
their backups, then the control row; `whole` holds how many services, dependencies, legs and journeys there
are, then the wires.
"""

from typing import Any

from simulator.world.gauges import samples, watch
from simulator.world.layout import (
    CLIENT_COLUMNS,
    CONTROL_COLUMNS,
    EDGE_COLUMNS,
    LEG_COLUMNS,
    SERVICE_COLUMNS,
    Table,
    Tables,
    Wires,
)
from simulator.world.stepping import advance, coast, offer, poke

HEAD = 4
"""Counts at the head of `whole`."""


def tables_in(state: Any, whole: Any, nth: int) -> Tables:
    """The tables (nth = 0) or their backups (nth = 1)."""
    services, edges, legs, clients = whole[0], whole[1], whole[2], whole[3]
    size = (services + clients) * SERVICE_COLUMNS + edges * EDGE_COLUMNS
    size += legs * LEG_COLUMNS + clients * CLIENT_COLUMNS
    a = nth * size
    b = a + services * SERVICE_COLUMNS
    c = b + edges * EDGE_COLUMNS
    d = c + legs * LEG_COLUMNS
    e = d + clients * CLIENT_COLUMNS
    f = e + clients * SERVICE_COLUMNS
    return Tables(
        state[a:b].reshape(services, SERVICE_COLUMNS),
        state[b:c].reshape(edges, EDGE_COLUMNS),
        state[c:d].reshape(legs, LEG_COLUMNS),
        state[d:e].reshape(clients, CLIENT_COLUMNS),
        state[e:f].reshape(clients, SERVICE_COLUMNS),
        state[2 * size : 2 * size + CONTROL_COLUMNS],
    )


def wires_in(whole: Any) -> Wires:
    """The wires."""
    services, edges, legs, clients = whole[0], whole[1], whole[2], whole[3]
    a = HEAD + edges
    b = a + edges
    c = b + services + 1
    d = c + legs
    e = d + clients + 1
    f = e + clients
    return Wires(
        whole[HEAD:a], whole[a:b], whole[b:c], whole[c:d], whole[d:e], whole[e:f], whole[f : f + clients]
    )


def copy(source: Tables, into: Tables) -> None:
    """`stepping.copy`, number by number: a slice would need the compiler's memory manager, see `fast`."""
    copy_rows(source.service, into.service)
    copy_rows(source.edge, into.edge)
    copy_rows(source.leg, into.leg)
    copy_rows(source.client, into.client)


def copy_rows(source: Table, into: Table) -> None:
    """Overwrite a table's rows by those of `source`."""
    for i in range(len(source)):
        row, to = source[i], into[i]
        for n in range(len(row)):
            to[n] = row[n]


def advance_packed(state: Any, whole: Any, seconds: float) -> None:
    """`stepping.advance`."""
    advance(tables_in(state, whole, 0), tables_in(state, whole, 1), wires_in(whole), seconds)


def poke_packed(state: Any, whole: Any) -> None:
    """`stepping.poke`."""
    poke(tables_in(state, whole, 0), wires_in(whole))


def offer_packed(state: Any, whole: Any, rates: Any, users: float, users_per_s: float) -> None:
    """`stepping.offer`."""
    offer(tables_in(state, whole, 0), rates, users, users_per_s)


def coast_packed(state: Any, whole: Any) -> None:
    """`stepping.coast`."""
    coast(tables_in(state, whole, 0))


def samples_packed(  # noqa: PLR0913, PLR0917  (as `gauges.samples`)
    state: Any,
    whole: Any,
    group: Any,
    rows: Any,
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
    """`gauges.samples`."""
    return samples(
        tables_in(state, whole, 0),
        tables_in(state, whole, 1),
        wires_in(whole),
        group,
        rows,
        nth,
        now_ms,
        at_ms,
        before_ms,
        start_ms,
        users,
        users_per_s,
        least,
        most,
    )


def crossed(values: Any, thresholds: Any, above: Any) -> bool:
    """Whether any value is on another side of its threshold than `above` says (1: above); it says so then."""
    any_has = False
    for n in range(len(values)):
        side = 1.0 if values[n] > thresholds[n] else 0.0
        if side != above[n]:
            above[n] = side
            any_has = True
    return any_has


def watch_packed(state: Any, whole: Any, rules: Any, values: Any) -> None:
    """`gauges.watch`; `rules` holds metrics, then rows; `values` ends in room for two numbers per service."""
    count, services = len(rules) // 2, whole[0]
    attempts, failed = values[count : count + services], values[count + services :]
    tables, wires = tables_in(state, whole, 0), wires_in(whole)
    watch(tables, wires, rules[:count], rules[count:], attempts, failed, values[:count])
