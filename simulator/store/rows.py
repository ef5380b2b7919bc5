"""Rows of the tables to records, and back."""

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from simulator.decisions import Decision
from simulator.scenario.model import Scenario
from simulator.store.chain import canonical, first_link, next_link
from simulator.store.faults import StoreError
from simulator.store.records import StoredDrill, StoredScore, Trainee


def trainee(row: Any) -> Trainee:
    """From a row of `trainees`."""
    return Trainee(row.id, row.name, row.login, row.cohort, row.simulated)


def drill(row: Any) -> StoredDrill:
    """From a row of `drills`, joined with what identifies its scenario."""
    return StoredDrill(
        id=row.id,
        trainee=row.trainee_id,
        scenario=row.scenario,
        version=row.version,
        scenario_id=row.scenario_id,
        scenario_digest=row.digest,
        seed=row.seed,
        mode=row.mode,
        seat=row.seat,
        engine=row.engine,
        origin=row.origin,
        parent=row.parent_id,
        branched_ms=row.branched_ms,
        started_at=row.started_at,
        at_ms=row.at_ms,
        finished_at=row.finished_at,
        trace_digest=row.trace_digest,
    )


def score(row: Any) -> StoredScore:
    """From a row of `scores`.

    Raises:
        StoreError: it is not what was written there.
    """
    try:
        figures = dict(zip(json.loads(row.names), map(_number, row.figures.split()), strict=True))
        card = json.loads(row.card)
    except ValueError:
        where = f"scores of {row.drill_id} by {row.playbook} {row.playbook_version}"
        raise StoreError(where, "it cannot be read", "the row as it was written") from None
    return StoredScore(
        drill=row.drill_id,
        playbook_digest=row.playbook_digest,
        playbook=row.playbook,
        playbook_version=row.playbook_version,
        variant=row.variant,
        severity=row.severity,
        total=row.total,
        rating=row.rating,
        figures=figures,
        card=card,
    )


def log(found: Iterable[Any]) -> list[tuple[Decision, str]]:
    """Decisions and their links, from rows of `decisions`."""
    return [
        (Decision(row.id, row.at_ms, row.seat, row.verb, json.loads(row.args)), row.link) for row in found
    ]


def of_scenario(scenario: Scenario, content: str) -> dict[str, Any]:
    """A row of `scenarios`; `content` is the scenario as JSON, in the order of its file."""
    return {
        "id": sha256(content.encode()).hexdigest(),
        "scenario": scenario.id,
        "version": scenario.version,
        "digest": scenario.digest,
        "text": content,
    }


def of_decision(to: StoredDrill, seq: int, link: str, decision: Decision) -> dict[str, Any]:
    """A row of `decisions`, at place `seq`, after the row with `link`."""
    return {
        "drill_id": to.id,
        "seq": seq,
        "id": decision.id,
        "at_ms": decision.at_ms,
        "seat": decision.seat,
        "verb": decision.verb,
        "args": canonical(dict(decision.args)),
        "link": next_link(link, decision),
    }


def of_log(to: StoredDrill, decisions: Iterable[Decision]) -> list[dict[str, Any]]:
    """The rows of `decisions` for a whole log."""
    made: list[dict[str, Any]] = []
    link = first_link(to.facts)
    for seq, decision in enumerate(decisions, 1):
        made.append(of_decision(to, seq, link, decision))
        link = made[-1]["link"]
    return made


def of_score(card: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of `scores` from `Scorecard.as_json()`; what cohorts read lies beside the whole card."""
    figures = figures_of(card)
    return {
        "playbook": card["playbook"],
        "playbook_version": card["playbook_version"],
        "variant": card["variant"],
        "severity": card.get("severity"),
        "total": card["total"],
        "rating": card["rating"],
        "names": _text(list(figures)),
        "figures": " ".join("nan" if value is None else repr(float(value)) for value in figures.values()),
        "card": _text(card),
    }


def _text(content: Any) -> str:
    """JSON in the order of the playbook."""
    return json.dumps(content, separators=(",", ":"), allow_nan=False)


def figures_of(card: Mapping[str, Any]) -> dict[str, float | None]:
    """What a cohort compares: the share of each rule's points that was reached, and each metric's value."""
    shares = {rule["id"]: _share(rule) for rule in card["rules"]}
    return shares | {name: metric["value"] for name, metric in card["metrics"].items()}


def _number(text: str) -> float | None:
    return None if text == "nan" else float(text)


def _share(rule: Mapping[str, Any]) -> float | None:
    return None if rule["points"] is None or not rule["possible"] else rule["points"] / rule["possible"]
