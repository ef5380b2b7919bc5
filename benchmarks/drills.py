"""The drill that speed is measured on: an hour, 10 services, 200 decisions, 40 alert rules; and larger."""

from typing import Any

from simulator.decisions import Decision
from simulator.moves import SEAT
from simulator.scenario.model import Scenario

METRICS = (("error_rate", 0.05), ("latency_p99_s", 2.0), ("busy_share", 0.7), ("queue", 50.0))
"""Four rules per service."""
USERS = 9_000.0
"""900 requests per second."""


def drill(services: int = 10, *, turbulent: bool = False) -> Scenario:
    """A shop of tiers: three doors, what they call, one shared database which becomes slow.

    Args:
        services: at least 10; the middle grows.
        turbulent: the slowness cascades through every tier, instead of being felt in one.
    """
    names = ["edge", "web", "mobile", *(f"mid-{n}" for n in range(services - 5)), "pay", "db"]
    middle = names[3:-2]
    tiers: dict[str, dict[str, Any]] = {name: _service(400, 0.01) for name in names}
    for n, door in enumerate(names[:3]):
        for name in middle[n::3]:
            tiers[door]["depends"][name] = _calls(3.0 / len(middle), 2.0)
    for n, name in enumerate(middle):
        tiers[name]["depends"]["db"] = _calls(1.0, 1.0)
        if n + 1 < len(middle):
            tiers[name]["depends"][middle[n + 1]] = _calls(0.2, 1.5)
    tiers["edge"]["depends"]["pay"] = {**_calls(0.3, 2.0), "kind": "soft"}
    tiers["db"] |= {"workers": 60, "latency_s": 0.008}
    tiers["pay"] |= {"latency_s": 0.15, "provider": True}
    return Scenario.model_validate(_file(tiers, slow=12.0 if turbulent else 6.2))


def decisions(scenario: Scenario, count: int = 200) -> list[Decision]:
    """So many decisions over the drill: looks, updates, pages and mitigations, as a busy team makes them."""
    services = list(scenario.services)
    told: list[tuple[str, dict[str, Any]]] = [
        ("look", {"source": "dashboard"}),
        ("look", {"source": "changes"}),
        (
            "post_update",
            {"channel": "status_page", "broken": ["buy"], "affected": "some", "next_update_min": 10},
        ),
        ("look", {"source": "logs", "about": "db"}),
    ]
    log = [
        Decision("d0", 180_000, SEAT, "acknowledge", {}),
        Decision("d1", 181_000, SEAT, "page", {"who": "ana"}),
    ]
    step_ms = (scenario.length_ms - 250_000) // count
    for n in range(2, count):
        verb, args = (
            told[n % 4] if n % 5 else ("look", {"source": "dashboard", "about": services[n % len(services)]})
        )
        by = {"by": "ana"} if n % 2 and n > 20 else {}
        log.append(Decision(f"d{n}", 190_000 + n * step_ms, SEAT, verb, {**args, **by}))
    log.append(Decision("end", 1_500_000, SEAT, "roll_back", {"change": "index", "by": "ana"}))
    return sorted(log, key=lambda one: one.at_ms)


def _service(workers: int, latency_s: float) -> dict[str, Any]:
    return {"workers": workers, "latency_s": latency_s, "queue": 500, "depends": {}}


def _calls(calls: float, timeout_s: float) -> dict[str, Any]:
    return {"calls": calls, "timeout_s": timeout_s, "retries": 1}


def _file(tiers: dict[str, dict[str, Any]], slow: float) -> dict[str, Any]:
    alerts = {
        f"{name}-{metric}".replace("_", "-"): {
            "title": f"{name} {metric}",
            "metric": metric,
            "of": name,
            "above": above,
        }
        for name in list(tiers)[:10]
        for metric, above in METRICS
    }
    fault = {"kind": "slowdown", "service": "db", "amount": slow, "at_s": 60.0, "when": {"live": "index"}}
    variant = {
        "title": "An index is gone",
        "cause": {"kind": "change", "id": "index", "fault": "slow", "text": "An index was dropped."},
        "faults": {"slow": fault},
        "evidence": (),
        "right_moves": ({"verb": "roll_back", "target": "index"},),
        "triage": {"changed": ("index",), "rollback": ("yes",)},
    }
    journeys = {
        "browse": _journey(0.5, "web"),
        "buy": _journey(0.3, "edge"),
        "app": _journey(0.2, "mobile"),
    }
    change = {
        "title": "Index",
        "kind": "deploy",
        "service": "db",
        "at_s": -60.0,
        "by": "Data",
        "undo_s": 100.0,
    }
    return {
        "format": 1,
        "id": "benchmark",
        "version": 1,
        "title": "-",
        "summary": "-",
        "brief": {"alert": "db-busy-share", "text": "-"},
        "traffic": {"users": USERS, "noise": 0.01},
        "services": {name: {"title": name, **spec} for name, spec in tiers.items()},
        "journeys": journeys,
        "responders": {"ana": {"name": "Ana", "title": "operations", "role": "operations"}},
        "changes": {"index": change},
        "alerts": alerts,
        "variants": {"v": variant},
    }


def _journey(share: float, door: str) -> dict[str, Any]:
    return {"title": door, "users": "-", "share": share, "path": (door,), "timeout_s": 4.0, "retries": 1}
