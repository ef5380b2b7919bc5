"""The store as tables for analysis: plain pandas frames with documented columns. No names of people."""

import json
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Select, func, select

from simulator.errors import UnknownNameError, nearest, one_of
from simulator.store.chain import canonical
from simulator.store.schema import DecisionRow, DrillRow, HintRow, PaceRow, ScenarioRow, ScoreRow, TraineeRow
from simulator.store.store import Store

COLUMNS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "drills": {
            "drill": "opaque id",
            "trainee": "opaque id of who played",
            "cohort": "team or course; empty: none",
            "simulated": "played by a program, not by a person",
            "scenario": "id of the scenario",
            "version": "version of the scenario",
            "seed": "seed, which picks the variant and every chance event",
            "mode": "coached, standard or exam",
            "seat": "from where it was played",
            "engine": "version of the engine; scores are comparable within one",
            "origin": "played, imported or simulated",
            "parent": "the drill that it took up again; empty: none",
            "started_at": "when it was begun, UTC",
            "finished_at": "when it was over, UTC; empty: it is not",
            "at_ms": "the drill clock as it stands, in ms since the scenario opened",
            "trace_digest": "SHA-256 of what happened; empty: it is not over",
        },
        "decisions": {
            "drill": "id of the drill",
            "seq": "place in the log as it was written, from 1",
            "id": "name of the decision in its log",
            "at_ms": "drill time in ms since the scenario opened",
            "seat": "who decided",
            "verb": "which move",
            "args": "its arguments, a JSON object",
        },
        "hints": {
            "drill": "id of the drill",
            "seq": "how-manieth of the drill, from 1",
            "at_ms": "drill time in ms since the scenario opened",
            "hint": "the failure mode that it guards, or stuck: a nudge",
            "answer": "went_on, thought_again, or shown: it asked nothing",
        },
        "paces": {
            "drill": "id of the drill",
            "seq": "how-manieth of the drill, from 1",
            "at_ms": "drill time in ms since the scenario opened",
            "speed": "drill seconds per real second from then on; 0: paused",
        },
        "metrics": {
            "drill": "id of the drill",
            "playbook": "id and version of the playbook, as in 'sevdrill 1'",
            "metric": "name of the metric",
            "value": "its value; empty: never reached, or not to be measured",
            "unit": "its unit, as the score gives it",
        },
        "rules": {
            "drill": "id of the drill",
            "playbook": "id and version of the playbook, as in 'sevdrill 1'",
            "rule": "R1 to R12",
            "points": "points; empty: not scored",
            "possible": "points that there were to have",
            "reason": "why, in a sentence",
            "evidence": "places in the timeline that prove it, a JSON list",
        },
    }
)
"""Table to column to what it holds."""

_TYPES = {
    "seed": "int64",
    "version": "int64",
    "engine": "int64",
    "seq": "int64",
    "at_ms": "int64",
    "speed": "int64",
}
_TYPES |= {"simulated": "bool", "value": "float64", "points": "float64", "possible": "float64"}
_TYPES |= {"started_at": "datetime64[us, UTC]", "finished_at": "datetime64[us, UTC]"}


ATTEMPT = DrillRow.parent_id.is_(None)
"""Of drills that took up no other: in a branch the trainee knows what is to come."""


def frame(store: Store, table: str) -> pd.DataFrame:
    """One of the tables of `COLUMNS`.

    Raises:
        UnknownNameError: no such table.
        StoreError: the store cannot be read.
    """
    if table not in COLUMNS:
        raise UnknownNameError("table", f"there is no '{table}'", one_of(COLUMNS), nearest(table, COLUMNS))
    return typed(_ROWS[table](store), table)


def typed(rows: Iterable[Any] | pd.DataFrame, table: str) -> pd.DataFrame:
    """Rows as a frame with the columns and types of a table, from whatever source."""
    names = list(COLUMNS[table])
    made = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame.from_records(list(rows), columns=names)
    if "simulated" in names:
        made = made.assign(simulated=made["simulated"].isin([True, "True"]))  # CSV knows only text
    return made.astype({name: _TYPES.get(name, "str") for name in names})


def cohort(store: Store, playbook: str | None = None) -> pd.DataFrame:
    """One row per scored drill, for comparing drills: what `scoring.cohort` reads.

    A branch is practice and has none.

    Columns: `drill`, `trainee`, `nth` (their how-manieth, from 1), `cohort`, `simulated`, `scenario`,
    `version`, `variant`, `seed`, `mode`, `origin`, `started_at`, `severity` (the worst true one), `total`,
    `rating`, each rule with the share of its points that was reached, and each metric by its name.

    Args:
        store: where from.
        playbook: SHA-256 of the playbook to compare by; the one that scored most drills, if left out.

    Raises:
        StoreError: the store cannot be read.
    """
    with store.database.reading() as connection:
        if playbook is None:
            most = select(ScoreRow.playbook_digest).group_by(ScoreRow.playbook_digest)
            playbook = connection.execute(most.order_by(func.count().desc()).limit(1)).scalar()
        layouts = (
            select(ScoreRow.names)
            .join(DrillRow, DrillRow.id == ScoreRow.drill_id)
            .where(ScoreRow.playbook_digest == playbook, ATTEMPT)
            .distinct()
        )
        parts = [_part(connection, playbook, names) for names in connection.execute(layouts).scalars()]
    whole = pd.concat(parts or [_typed_part(dict.fromkeys(_FACTS, ()))])
    whole = whole.sort_values(["trainee", "started_at", "drill"], ignore_index=True)
    whole.insert(2, "nth", whole.groupby("trainee").cumcount() + 1)
    return whole


def _part(connection: Connection, playbook: str | None, names: str) -> pd.DataFrame:
    """The drills whose scores have the same figures: one, unless scores were kept by several versions."""
    found = connection.execute(_scored(playbook).where(ScoreRow.names == names))
    # Rows as the driver has them: there may be a hundred thousand, and every value is converted below.
    *facts, figures = zip(*found.cursor.fetchall(), strict=True)
    columns = json.loads(names)
    values = np.fromstring(" ".join(figures), sep=" ").reshape(-1, len(columns))
    table = pd.DataFrame(values, columns=columns)
    return pd.concat([_typed_part(dict(zip(_FACTS, facts, strict=True))), table], axis=1)


def _typed_part(columns: Mapping[str, Sequence[Any]]) -> pd.DataFrame:
    facts = pd.DataFrame({name: pd.Series(values, dtype=object) for name, values in columns.items()})
    facts["started_at"] = pd.to_datetime(facts["started_at"], utc=True, format="ISO8601")
    return facts.astype(_COHORT_TYPES)


_COHORT_TYPES = {
    **dict.fromkeys(("drill", "trainee", "cohort", "scenario", "variant", "mode", "origin", "rating"), "str"),
    **dict.fromkeys(("version", "seed"), "int64"),
    "severity": "Int64",
    "total": "float64",
    "simulated": "bool",
}


_FACTS = {
    "drill": DrillRow.id,
    "trainee": DrillRow.trainee_id,
    "cohort": TraineeRow.cohort,
    "simulated": TraineeRow.simulated,
    "scenario": ScenarioRow.scenario,
    "version": ScenarioRow.version,
    "variant": ScoreRow.variant,
    "seed": DrillRow.seed,
    "mode": DrillRow.mode,
    "origin": DrillRow.origin,
    "started_at": DrillRow.started_at,
    "severity": ScoreRow.severity,
    "total": ScoreRow.total,
    "rating": ScoreRow.rating,
}


def _scored(playbook: str | None) -> Select[*tuple[Any, ...]]:
    return (
        select(*_FACTS.values(), ScoreRow.figures)
        .join(ScoreRow, ScoreRow.drill_id == DrillRow.id)
        .join(TraineeRow, TraineeRow.id == DrillRow.trainee_id)
        .join(ScenarioRow, ScenarioRow.id == DrillRow.scenario_id)
        .where(ScoreRow.playbook_digest == playbook, ATTEMPT)
    )


def _drills(store: Store) -> Iterable[Any]:
    query = (
        select(
            DrillRow.id,
            DrillRow.trainee_id,
            TraineeRow.cohort,
            TraineeRow.simulated,
            ScenarioRow.scenario,
            ScenarioRow.version,
            DrillRow.seed,
            DrillRow.mode,
            DrillRow.seat,
            DrillRow.engine,
            DrillRow.origin,
            DrillRow.parent_id,
            DrillRow.started_at,
            DrillRow.finished_at,
            DrillRow.at_ms,
            DrillRow.trace_digest,
        )
        .join(TraineeRow, TraineeRow.id == DrillRow.trainee_id)
        .join(ScenarioRow, ScenarioRow.id == DrillRow.scenario_id)
        .order_by(DrillRow.started_at, DrillRow.id)
    )
    return _all(store, query)


def _decisions(store: Store) -> Iterable[Any]:
    row = DecisionRow
    query = select(row.drill_id, row.seq, row.id, row.at_ms, row.seat, row.verb, row.args)
    return _all(store, query.order_by(row.drill_id, row.seq))


def _hints(store: Store) -> Iterable[Any]:
    row = HintRow
    query = select(row.drill_id, row.seq, row.at_ms, row.hint, row.answer)
    return _all(store, query.order_by(row.drill_id, row.seq))


def _paces(store: Store) -> Iterable[Any]:
    row = PaceRow
    return _all(store, select(row.drill_id, row.seq, row.at_ms, row.speed).order_by(row.drill_id, row.seq))


def _metrics(store: Store) -> Iterable[Any]:
    return [
        (drill, playbook, name, metric["value"], metric["unit"])
        for drill, playbook, card in _cards(store)
        for name, metric in card["metrics"].items()
    ]


def _rules(store: Store) -> Iterable[Any]:
    return [
        (drill, playbook, r["id"], r["points"], r["possible"], r["reason"], canonical(list(r["evidence"])))
        for drill, playbook, card in _cards(store)
        for r in card["rules"]
    ]


def _cards(store: Store) -> Iterable[tuple[str, str, Any]]:
    query = select(ScoreRow.drill_id, ScoreRow.playbook, ScoreRow.playbook_version, ScoreRow.card)
    for drill, playbook, version, card in _all(
        store, query.order_by(ScoreRow.drill_id, ScoreRow.playbook_digest)
    ):
        yield drill, f"{playbook} {version}", json.loads(card)


def _all(store: Store, query: Select[*tuple[Any, ...]]) -> list[Any]:
    with store.database.reading() as connection:
        return list(connection.execute(query).fetchall())


_ROWS = {
    "drills": _drills,
    "decisions": _decisions,
    "hints": _hints,
    "paces": _paces,
    "metrics": _metrics,
    "rules": _rules,
}
