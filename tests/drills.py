"""Short drills for tests: a log told as (second, verb, arguments), and what is read off its trace."""

from pathlib import Path
from typing import Any

from simulator import SEAT, Decision, Scenario, Session, Trace, load

EVERYTHING = load(Path(__file__).parent / "data" / "everything.yaml")
"""A shop with zones, cores, a cache, a quota, a backup, automations, procedures and a provider."""

Told = list[tuple[float, str, dict[str, Any]]]


def log(*decided: tuple[float, str, dict[str, Any]]) -> list[Decision]:
    everything: Told = [(61.0, "acknowledge", {}), *decided]
    return [
        Decision(f"d{n}", round(1000 * at), SEAT, verb, args)
        for n, (at, verb, args) in enumerate(everything, 1)
    ]


def reasons(trace: Trace) -> dict[str, str | None]:
    return {e.detail["id"]: e.detail["reason"] for e in trace.events if e.kind == "decision"}


def refusal(scenario: Scenario, before: Told, verb: str, args: dict[str, Any], at: float) -> str | None:
    session = Session(scenario, 7, log(*before))
    session.advance(round(1000 * at))
    return session.refusal(verb, args)


def work(trace: Trace, *decisions: str) -> list[tuple[float, str, str]]:
    return [
        (e.at_ms / 1000, e.detail["decision"], e.detail["state"])
        for e in trace.events
        if e.kind == "work" and e.detail["decision"] in decisions
    ]


def story(trace: Trace, *kinds: str) -> list[tuple[float, str, str]]:
    return [(e.at_ms / 1000, e.kind, e.subject) for e in trace.events if e.kind in kinds]


def affected(trace: Trace, at_s: float) -> float:
    """Share of users affected at a sample."""
    row = trace.impact["at_ms"].index(round(1000 * at_s))
    return trace.impact["users_affected"][row] / trace.impact["users"][row]


def levels(trace: Trace) -> list[tuple[float, int | None]]:
    return [(e.at_ms / 1000, e.detail["level"]) for e in trace.events if e.kind == "truth.severity"]


def mitigation(trace: Trace) -> list[tuple[float, str, str, str]]:
    return [
        (e.at_ms / 1000, e.subject, e.detail["verb"], e.detail["state"])
        for e in trace.events
        if e.kind == "production"
    ]


def workers(session: Session, service: str) -> float:
    return session._drill.world.reading(service).workers
