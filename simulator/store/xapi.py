"""Finished drills as xAPI 1.0.3 statements, which learning systems take in.

Who played is an opaque id: no statement carries a name. A statement's id follows from the drill and the
playbook, so a drill that is sent twice is one statement.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid5

from simulator.store.records import StoredDrill, StoredScore
from simulator.store.store import Store

HOME = "https://sevdrill.invalid"
"""What ids hang on; a name that no site will ever have (RFC 2606)."""
NAMES = UUID("5d6a7a0f-6a3c-5b1e-9c6b-1f6f0f8f4c11")
COMPLETED = {"id": "http://adlnet.gov/expapi/verbs/completed", "display": {"en": "completed"}}
SIMULATION = "http://adlnet.gov/expapi/activities/simulation"


def statements(store: Store) -> Iterator[dict[str, Any]]:
    """One statement per finished drill and playbook, oldest first.

    Raises:
        StoreError: the store cannot be read.
    """
    for drill in reversed(store.drills(finished=True)):
        for score in store.scores(drill):
            yield statement(drill, score, store.scenario(drill).title)


def statement(drill: StoredDrill, score: StoredScore, title: str) -> dict[str, Any]:
    """The statement that somebody completed a drill, with its score.

    Args:
        drill: a finished drill.
        score: its score by one playbook.
        title: the scenario's title.
    """
    assert drill.finished_at is not None
    return {
        "id": str(uuid5(NAMES, f"{drill.id} {score.playbook_digest}")),
        "actor": {"objectType": "Agent", "account": {"homePage": HOME, "name": drill.trainee}},
        "verb": COMPLETED,
        "object": {
            "objectType": "Activity",
            "id": f"{HOME}/scenarios/{drill.scenario}/{drill.version}",
            "definition": {"type": SIMULATION, "name": {"en": title}},
        },
        "result": _result(drill, score),
        "context": {
            "registration": str(uuid5(NAMES, drill.id)),
            "platform": "sevdrill",
            "extensions": {
                f"{HOME}/extensions/{key}": value
                for key, value in (
                    ("seed", drill.seed),
                    ("mode", drill.mode),
                    ("origin", drill.origin),
                    ("playbook", f"{score.playbook} {score.playbook_version}"),
                    ("trace-digest", drill.trace_digest),
                )
            },
        },
        "timestamp": drill.finished_at.isoformat(),
        "version": "1.0.3",
    }


def _result(drill: StoredDrill, score: StoredScore) -> dict[str, Any]:
    result: dict[str, Any] = {"completion": True, "duration": f"PT{drill.at_ms / 1000:g}S"}
    result["extensions"] = {
        f"{HOME}/extensions/metrics/{name.replace('_', '-')}": metric["value"]
        for name, metric in score.card["metrics"].items()
        if metric["value"] is not None
    }
    if score.total is not None:
        result["score"] = {"scaled": score.total / 100, "raw": score.total, "min": 0, "max": 100}
    return result
