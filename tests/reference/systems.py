"""Systems that the world and the simulation of every request are compared on."""

from dataclasses import dataclass

from simulator.scenario.model import Scenario

ENDLESS = 1_000_000
"""A queue bound that is never reached."""
QUIET = {"f": {"kind": "errors", "service": "a", "amount": 0.0}}
"""A fault that does nothing."""
SLOW_30_S = {"f": {"kind": "slowdown", "service": "a", "amount": 3.0, "at_s": 30.0, "until_s": 60.0}}


@dataclass(frozen=True)
class Case:
    """A system played over time, and what is done to it meanwhile."""

    scenario: Scenario
    bins: int = 30
    """How long, in bins of 10 s."""
    seeds: int = 6
    shed: tuple[tuple[float, float], ...] = ()
    """Moments in s, and the share of users turned away from then on."""
    restarts: tuple[tuple[float, str], ...] = ()
    """Moments in s, and the service restarted then, with nobody waiting there: only its caches matter."""
    queue: str | None = None
    """The service whose queue is recorded."""
    tail_s: float = 20.0
    """How long requests begun in the last bin may take to end."""


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


# One service -------------------------------------------------------------------------------------------


def one_service(rho: float, retries: int, queue: int, faults=QUIET, workers: int = 10) -> Scenario:
    """0.1 s of work, one journey with a patience of 1 s; ten workers can do 100 requests/s."""
    return system(
        {"a": {"workers": workers, "latency_s": 0.1, "queue": queue}},
        {"j": {"share": 1.0, "path": ("a",), "timeout_s": 1.0, "retries": retries, "backoff_s": 0.5}},
        100.0 * workers * rho,
        faults,
    )


def steady_cells() -> list[tuple[int, float, int, int]]:
    """(workers, rho, retries, queue) of one service at rest; a bounded queue holds half a second's work."""
    return [
        (workers, rho, retries, 5 * workers if bounded else ENDLESS)
        for workers in (10, 4, 40)
        for retries, bounded in ((0, False), (0, True), (2, True))
        for rho in (0.5, 0.8, 0.95, 1.1, 1.5)
    ]


def metastable_cells() -> list[tuple[float, int, int]]:
    """(rho, retries, queue) of one service with a slow spell of 30 s."""
    return [
        (rho, retries, queue)
        for rho in (0.2, 0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.9)
        for retries in range(4)
        for queue in (ENDLESS, 300, 50)
    ]


# Cascades ----------------------------------------------------------------------------------------------


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


CASCADES = {
    "4x slow": Case(two_tiers()),
    "8x slow": Case(two_tiers(amount=8.0)),
    "no retries": Case(two_tiers(call={"retries": 0}, client={"retries": 0})),
    "3 and 2 retries": Case(two_tiers(call={"retries": 3}, client={"retries": 2})),
    "3 retries, 10 % budget": Case(two_tiers(call={"retries": 3, "retry_budget": 0.1})),
    "short timeout": Case(two_tiers(call={"timeout_s": 0.3})),
    "small front": Case(two_tiers(front={"workers": 20})),
    "deep back queue": Case(
        two_tiers(
            amount=3.0, front={"workers": 40}, back={"queue": 5000}, call={"retries": 0, "timeout_s": 2.0}
        )
    ),
    "60 % of workers lost": Case(two_tiers("capacity_loss", 0.6)),
    "half fail": Case(two_tiers("errors", 0.5)),
    "five services, db 2.5x slow": Case(five_services(2.5)),
    "five services, db 4x slow": Case(five_services(4.0)),
    "five services, db 8x slow": Case(five_services(8.0)),
    "five services, db 12x slow": Case(five_services(12.0)),
}


def _db(calls=1.0) -> dict[str, object]:
    return {"calls": calls, "timeout_s": 0.5, "retries": 1}


def shop(amount: float) -> Scenario:
    """Ten services and 18 dependencies, 900 requests/s; the shared database is slow from 60 s to 180 s.

    It is asked 1,765 times a second, a sixth of what it can do; at 7.5 times its work it is a fifth too slow.
    """
    services = {
        "web": {
            "workers": 300,
            "latency_s": 0.005,
            "queue": 300,
            "depends": {
                "catalog": {"calls": 0.7, "timeout_s": 1.5, "retries": 1},
                "search": {"calls": 0.4, "timeout_s": 1.0, "kind": "soft"},
                "account": {"calls": 0.5, "timeout_s": 1.0, "kind": "soft"},
                "cart": {"calls": 0.3, "timeout_s": 1.5},
            },
        },
        "app": {
            "workers": 150,
            "latency_s": 0.005,
            "queue": 200,
            "depends": {
                "catalog": {"calls": 0.6, "timeout_s": 1.5, "retries": 1},
                "account": {"calls": 0.5, "timeout_s": 1.0},
                "cart": {"calls": 0.3, "timeout_s": 1.5},
            },
        },
        "checkout": {
            "workers": 80,
            "latency_s": 0.02,
            "queue": 100,
            "depends": {
                "cart": {"timeout_s": 1.5, "retries": 1},
                "stock": {"timeout_s": 1.0, "retries": 1},
                "account": {"timeout_s": 1.0},
                "pay": {"timeout_s": 3.0},
                "db": _db(),
            },
        },
        "catalog": {
            "workers": 60,
            "latency_s": 0.006,
            "queue": 150,
            "depends": {"db": _db(), "stock": {"calls": 0.3, "timeout_s": 0.5, "kind": "soft"}},
        },
        "search": {"workers": 40, "latency_s": 0.02, "queue": 100, "depends": {"db": _db(0.5)}},
        "cart": {"workers": 30, "latency_s": 0.006, "queue": 100, "depends": {"db": _db()}},
        "account": {"workers": 50, "latency_s": 0.005, "queue": 100, "depends": {"db": _db()}},
        "stock": {"workers": 40, "latency_s": 0.004, "queue": 100, "depends": {"db": _db()}},
        "db": {"workers": 44, "latency_s": 0.004, "queue": 200},
        "pay": {"workers": 1000, "latency_s": 0.2, "provider": True},
    }
    short = {"timeout_s": 4.0, "retries": 1, "slow_after_s": 1.0}
    return system(
        services,
        {
            "browse": {"share": 10 / 15, "path": ("web",), **short},
            "app": {"share": 4 / 15, "path": ("app",), **short},
            "buy": {"share": 1 / 15, "path": ("checkout",), **short, "timeout_s": 8.0, "slow_after_s": 3.0},
        },
        9000.0,
        {"f": {"kind": "slowdown", "service": "db", "amount": amount, "at_s": 60.0, "until_s": 180.0}},
    )


SHOP = {
    "database 7.5x slow": Case(shop(7.5), seeds=3),
    "database 12x slow": Case(shop(12.0), seeds=3),
}


# Retry storms ------------------------------------------------------------------------------------------

PULSE = {"f": {"kind": "slowdown", "service": "a", "amount": 3.0, "at_s": 60.0, "until_s": 90.0}}


def storm(queue: int) -> Scenario:
    """One service of ten workers at 60 % with two retries, and a slow spell from 60 s to 90 s."""
    return one_service(0.6, 2, queue, PULSE)


def budgeted_storm(retry_budget: float | None) -> Scenario:
    """The same, with the retries made by a caller in front of it."""
    call = {"timeout_s": 1.0, "retries": 2, "backoff_s": 0.5, "retry_budget": retry_budget}
    return system(
        {
            "front": {"workers": 5000, "latency_s": 0.001, "queue": 100, "depends": {"a": call}},
            "a": {"workers": 10, "latency_s": 0.1, "queue": ENDLESS},
        },
        {"j": {"share": 1.0, "path": ("front",), "timeout_s": 10.0}},
        600.0,
        PULSE,
    )


STORMS = {
    "endless queue: stays down": Case(storm(ENDLESS)),
    "queue of 50: recovers": Case(storm(50)),
    "retries by a caller: stays down": Case(budgeted_storm(None)),
    "10 % retry budget: recovers": Case(budgeted_storm(0.1)),
    "queue of 300, 70 % shed for 60 s: freed": Case(storm(300), shed=((150.0, 0.7), (210.0, 0.0))),
    "queue of 300, 30 % shed for 60 s: relapses": Case(storm(300), shed=((150.0, 0.3), (210.0, 0.0))),
    "endless queue, 80 % shed for 60 s: relapses": Case(storm(ENDLESS), shed=((105.0, 0.8), (165.0, 0.0))),
}


# Caches ------------------------------------------------------------------------------------------------


def cached(queue=500, retries=1, entries=2000.0, client_retries=0, **cache) -> Scenario:
    """200 requests/s, of which a warm cache leaves 20 for a database that can do 100."""
    call = {"timeout_s": 1.0, "retries": retries, "cache": {"hit_ratio": 0.9, "entries": entries, **cache}}
    path = {"path": ("web",), "timeout_s": 4.0, "retries": client_retries, "slow_after_s": 1.0}
    return system(
        {
            "web": {"workers": 1500, "latency_s": 0.005, "queue": 100, "depends": {"db": call}},
            "db": {"workers": 20, "latency_s": 0.2, "queue": queue},
            "store": {"workers": 1, "latency_s": 0.001},
        },
        {"j": {"share": 1.0, **path}},
        2000.0,
        {"f": {"kind": "errors", "service": "web", "amount": 0.0}},
    )


EMPTIED = ((60.0, "web"),)
CACHES = {
    "short queue: recovers": Case(cached(40, 0, 5000.0, 1), restarts=EMPTIED),
    "entries expire after 60 s, kept elsewhere: recovers": Case(
        cached(40, 0, ttl_s=60.0, kept_in="store"), restarts=((60.0, "store"),)
    ),
    "deep queue, retries: stays down": Case(cached(), restarts=EMPTIED),
    "the same, 80 % shed for 120 s: recovers": Case(
        cached(), 36, restarts=EMPTIED, shed=((90.0, 0.8), (210.0, 0.0))
    ),
    "the same, 80 % shed for 30 s: relapses": Case(
        cached(), 36, restarts=EMPTIED, shed=((90.0, 0.8), (120.0, 0.0))
    ),
}


# Limits: connections, processors, quotas ---------------------------------------------------------------


def pooled(connections: int | None) -> Scenario:
    """200 requests/s need 4 connections to a roomy database, and 20 while it is slow, from 60 s to 150 s."""
    call = {"timeout_s": 1.0, "connections": connections}
    return system(
        {
            "web": {"workers": 50, "latency_s": 0.01, "queue": 100, "depends": {"db": call}},
            "db": {"workers": 100, "latency_s": 0.02, "queue": 100},
        },
        {"j": {"share": 1.0, "path": ("web",), "timeout_s": 3.0, "retries": 1, "slow_after_s": 1.0}},
        2000.0,
        {"f": {"kind": "slowdown", "service": "db", "amount": 5.0, "at_s": 60.0, "until_s": 150.0}},
    )


CONNECTIONS = {
    "10 connections": Case(pooled(10)),
    "16 connections": Case(pooled(16)),
    "no pool": Case(pooled(None)),
}


def on_cores(cores: int | None, amount: float) -> Scenario:
    """150 requests/s at 40 workers that share processors; four can do 200. Slow from 60 s to 150 s."""
    web = {"workers": 40, "latency_s": 0.02, "queue": 100, "cores": cores}
    return system(
        {
            "web": {**web, "depends": {"db": {"timeout_s": 1.0}}},
            "db": {"workers": 100, "latency_s": 0.1, "queue": 100},
        },
        {"j": {"share": 1.0, "path": ("web",), "timeout_s": 4.0, "retries": 1, "slow_after_s": 1.0}},
        1500.0,
        {"f": {"kind": "slowdown", "service": "web", "amount": amount, "at_s": 60.0, "until_s": 150.0}},
    )


CORES = {
    "4 processors, 1.2x slow": Case(on_cores(4, 1.2)),
    "4 processors, 1.5x slow": Case(on_cores(4, 1.5)),
    "4 processors, 3x slow": Case(on_cores(4, 3.0)),
    "a processor for every worker, 3x slow": Case(on_cores(None, 3.0)),
}


def metered(quota_per_s: float | None, amount: float, retries=0, client_retries=1) -> Scenario:
    """80 requests/s to a provider that lets fewer in from 60 s to 150 s."""
    call = {"timeout_s": 1.0, "retries": retries, "backoff_s": 0.2}
    path = {"path": ("web",), "timeout_s": 3.0, "retries": client_retries, "slow_after_s": 1.0}
    return system(
        {
            "web": {"workers": 100, "latency_s": 0.01, "queue": 100, "depends": {"api": call}},
            "api": {"workers": 50, "latency_s": 0.05, "queue": 100, "quota_per_s": quota_per_s},
        },
        {"j": {"share": 1.0, **path}},
        800.0,
        {"f": {"kind": "quota", "service": "api", "amount": amount, "at_s": 60.0, "until_s": 150.0}},
    )


REFUSALS = {
    "quota cut to 50 of 80": Case(metered(None, 50.0)),
    "quota cut to 50 of 80, 2 retries by the caller": Case(metered(None, 50.0, 2, 0)),
    "quota cut to 20 of 80": Case(metered(None, 20.0)),
    "own quota of 70 for 80": Case(metered(70.0, 1000.0)),
    "half refused by an expired certificate": Case(two_tiers("expiry", 0.5)),
    "all refused by an expired certificate": Case(two_tiers("expiry", 1.0)),
}


# Calls that are never answered, and breakers -----------------------------------------------------------


def unanswered(amount: float, kind="hard", workers=60) -> Scenario:
    """200 requests/s whose calls get lost on the way to a healthy back, from 60 s to 150 s."""
    call = {"timeout_s": 1.0, "retries": 1, "kind": kind}
    fault = {"kind": "lost_calls", "service": "web", "to": "back", "amount": amount}
    return system(
        {
            "web": {"workers": workers, "latency_s": 0.02, "queue": 60, "depends": {"back": call}},
            "back": {"workers": 20, "latency_s": 0.05, "queue": 100},
        },
        {"j": {"share": 1.0, "path": ("web",), "timeout_s": 3.0, "retries": 1, "slow_after_s": 0.5}},
        2000.0,
        {"f": {**fault, "at_s": 60.0, "until_s": 150.0}},
    )


LOST_CALLS = {
    "10 % lost": Case(unanswered(0.1)),
    "30 % lost": Case(unanswered(0.3)),
    "all lost": Case(unanswered(1.0)),
    "half lost, callers to spare": Case(unanswered(0.5, workers=1000)),
    "half lost, soft": Case(unanswered(0.5, "soft")),
}


def with_breaker(kind: str, breaker: dict[str, float] | None, retries=0, fault="slowdown", amount=100.0):
    """200 requests/s through 60 workers to a back with a deep queue, in trouble from 60 s to 180 s."""
    call = {"kind": kind, "timeout_s": 1.0, "retries": retries, "breaker": breaker}
    return system(
        {
            "web": {"workers": 60, "latency_s": 0.02, "queue": 200, "depends": {"back": call}},
            "back": {"workers": 20, "latency_s": 0.05, "queue": 5000},
        },
        {"j": {"share": 1.0, "path": ("web",), "timeout_s": 3.0, "slow_after_s": 1.0}},
        2000.0,
        {"f": {"kind": fault, "service": "back", "amount": amount, "at_s": 60.0, "until_s": 180.0}},
    )


BREAKERS = {
    "soft, slow": Case(with_breaker("soft", {})),
    "soft, slow, no breaker": Case(with_breaker("soft", None)),
    "hard, slow": Case(with_breaker("hard", {})),
    "hard, slow, 2 retries, open for 20 s": Case(with_breaker("hard", {"open_s": 20.0}, 2)),
    "hard, 80 % fail": Case(with_breaker("hard", {}, 0, "errors", 0.8)),
    "hard, 30 % fail: stays closed": Case(with_breaker("hard", {}, 0, "errors", 0.3)),
}


# Jobs, and users who come back -------------------------------------------------------------------------


def with_jobs(kind="capacity_loss", amount=0.8, queue=100_000, until_s=360.0) -> Scenario:
    """100 requests/s, each leaving a job; the workers can do 150 a second, but for a while from 60 s on."""
    job = {"kind": "job", "retries": 2}
    path = {"path": ("shop",), "job": "mail", "job_slow_after_s": 60.0}
    return system(
        {
            "shop": {"workers": 50, "latency_s": 0.02, "depends": {"mail": job}},
            "mail": {"workers": 30, "latency_s": 0.2, "queue": queue},
        },
        {"j": {"share": 1.0, **path}},
        1000.0,
        {"f": {"kind": kind, "service": "mail", "amount": amount, "at_s": 60.0, "until_s": until_s}},
    )


JOBS = {
    "80 % of workers lost": Case(with_jobs(), 100, 3, queue="mail", tail_s=300.0),
    "80 % of workers lost, queue of 6,000": Case(with_jobs(queue=6000), 100, 3, queue="mail", tail_s=300.0),
    "half fail, done again": Case(with_jobs("errors", 0.5), 80, 3, queue="mail", tail_s=300.0),
}


def herd(returns: float, workers: int, kind="errors", amount=1.0) -> Scenario:
    """100 requests/s at 150 or 200 a second; users whom trouble from 60 s to 180 s sends away come back."""
    back = {"returns": returns, "returns_after_s": 60.0}
    path = {"path": ("a",), "timeout_s": 2.0, "retries": 1, "slow_after_s": 1.0, **back}
    return system(
        {"a": {"workers": workers, "latency_s": 0.1, "queue": 100}},
        {"j": {"share": 1.0, **path}},
        1000.0,
        {"f": {"kind": kind, "service": "a", "amount": amount, "at_s": 60.0, "until_s": 180.0}},
    )


RETURNS = {
    "nobody comes back": Case(herd(0.0, 15), 48),
    "80 % come back": Case(herd(0.8, 15), 48),
    "80 % come back, room for more": Case(herd(0.8, 20), 48),
    "80 % come back, 3x slow": Case(herd(0.8, 15, "slowdown", 3.0), 48),
}

SERIES = {
    "cascades": CASCADES,
    "shop": SHOP,
    "storms": STORMS,
    "caches": CACHES,
    "connections": CONNECTIONS,
    "cores": CORES,
    "refusals": REFUSALS,
    "lost-calls": LOST_CALLS,
    "breakers": BREAKERS,
    "jobs": JOBS,
    "returns": RETURNS,
}
"""Cases by the name of the file that holds what came of them."""
