"""Many drills at once, from a table: times by scenario and severity, rules kept, learning by trainee.

A rim: imported by name. One row is one drill; `COLUMNS` says what a table needs, so any source will do, and
`cohort_frame` makes one from scorecards. Durations are told by medians with an interval, never by means: they
are skewed, and a drill that never got there is longer than any, not missing (Davidovič, 2021).
"""

from collections.abc import Iterable, Iterator
from math import inf
from typing import Any, NamedTuple

import pandas as pd

from scoring.metrics import METRICS
from scoring.rules import RULES
from scoring.scorecard import Scorecard
from scoring.standing import middle

COLUMNS = ("trainee", "nth", "scenario", "severity", "total")
"""What a table needs besides any of the measures and rules: who, their how-manieth drill, what, how bad, the
total. Rules are columns `R1` to `R12` with the share of the points reached, from 0 to 1; measures have their
own names."""


EACH_DRILL = 20
"""Up to so many drills of a trainee, a learning curve has a point for each; beyond, for spans that widen."""
_FIRSTS = (*range(1, 6), *(step * 10**power + 1 for power in range(5) for step in (5, 10, 20)))
"""The first drill of each span: 1, 2, 3, 4, 5, 6 to 10, 11 to 20, 21 to 50, 51 to 100, …"""


class Entry(NamedTuple):
    """One drill of a cohort."""

    trainee: str
    nth: int
    """Their how-manieth drill, from 1."""
    card: Scorecard


class CohortError(ValueError):
    """A table that lacks what a cohort report needs."""


def cohort_frame(entries: Iterable[Entry]) -> pd.DataFrame:
    """A table with one row per drill."""
    return pd.DataFrame([_row(entry) for entry in entries])


def _row(entry: Entry) -> dict[str, object]:
    card = entry.card
    shares = {
        r.id: r.points / r.possible if r.points is not None and r.possible else None for r in card.rules
    }
    facts = {
        "trainee": entry.trainee,
        "nth": entry.nth,
        "scenario": card.scenario,
        "variant": card.variant,
        "seed": card.seed,
        "severity": card.severity,
        "total": card.total,
        "rating": card.rating,
    }
    return facts | shares | {metric.name: metric.value for metric in card.metrics}


def check(frame: pd.DataFrame) -> pd.DataFrame:
    """The table, if it has what a report needs.

    Raises:
        CohortError: it lacks a column, or has neither rules nor measures.
    """
    lacking = [name for name in COLUMNS if name not in frame]
    if lacking:
        message = f"cohort table: no column '{lacking[0]}'; expected {', '.join(COLUMNS)}"
        raise CohortError(message)
    if not rules_in(frame) and not measures_in(frame):
        message = "cohort table: neither rules nor measures; expected some of R1 to R12, time_to_mitigate, …"
        raise CohortError(message)
    return frame


def rules_in(frame: pd.DataFrame) -> list[str]:
    """The rules that a table has."""
    return [rule for rule in RULES if rule in frame]


def measures_in(frame: pd.DataFrame) -> list[str]:
    """The times that a table has, by name."""
    return [name for name in _TIMES if name in frame]


_TIMES = tuple(metric.__name__ for metric in METRICS if metric.__name__.startswith("time_to_"))


def times_table(frame: pd.DataFrame, measure: str) -> pd.DataFrame:
    """One row per scenario and severity: drills, how many got there, the median and its interval in s.

    A drill that did not get there counts as longer than any that did, so a median may be "not reached": NaN.
    With too few drills for an interval (fewer than six), `enough` is False.
    """
    rows = {key: _spread(drills) for key, drills in grouped(frame, measure).items()}
    index = pd.MultiIndex.from_tuples(list(rows), names=["scenario", "severity"])
    return pd.DataFrame(list(rows.values()), index=index)


def grouped(frame: pd.DataFrame, measure: str) -> dict[tuple[str, float], "pd.Series[float]"]:
    """A measure's values by scenario and severity, those without a severity last."""
    groups: Any = check(frame).groupby(["scenario", "severity"], dropna=False)[measure]
    return dict(iter(groups))


def _spread(drills: "pd.Series[float]") -> dict[str, Any]:
    found = middle(drills.astype(float).fillna(inf).tolist())
    ends = {"median": found.median, "low": found.low, "high": found.high}
    told = {name: float("nan") if end is None or end == inf else end for name, end in ends.items()}
    return {"drills": len(drills), "reached": drills.count(), **told, "enough": found.low is not None}


def records(table: pd.DataFrame) -> Iterator[tuple[Any, dict[Any, Any]]]:
    """A table's rows: each with its key and its cells by column."""
    return zip(table.index.tolist(), table.to_dict("records"), strict=True)


def rules_table(frame: pd.DataFrame, by: str = "scenario") -> pd.DataFrame:
    """The heat map: median share of each rule's points, one row per scenario (or per trainee), best first."""
    table = check(frame).groupby(by)[rules_in(frame)].median()
    return table.loc[table.mean(axis=1).sort_values(ascending=False, kind="stable").index]


def ranking(frame: pd.DataFrame) -> pd.DataFrame:
    """Rules from best to weakest kept: median share of the points, and in how many drills it was scored."""
    shares = check(frame)[rules_in(frame)]
    table = pd.DataFrame({"median share": shares.median(), "drills": shares.notna().sum()})
    table = table[table["drills"] > 0]
    return table.sort_values("median share", ascending=False, kind="stable")


def _scored(frame: pd.DataFrame) -> pd.DataFrame:
    """The drills that have a total, with no more than learning is told by."""
    return check(frame)[["trainee", "nth", "total"]].dropna(subset=["total"])


def learning_table(frame: pd.DataFrame) -> pd.DataFrame:
    """Total by trainee (rows) and their how-manieth drill (columns).

    Where somebody has more than `EACH_DRILL` drills, the columns are spans, each named by its first drill
    (`span`), and hold medians: there are about twenty at most, however many drills there are.
    """
    scored = _scored(frame)
    spanned = scored.assign(nth=_spanned(scored["nth"]))
    return spanned.pivot_table(index="trainee", columns="nth", values="total", aggfunc="median")


def _spanned(nth: "pd.Series[int]") -> Any:
    """Each drill's number, or the first of its span if somebody has many."""
    if nth.empty or nth.max() <= EACH_DRILL:
        return nth
    return pd.cut(nth, [*_FIRSTS, inf], right=False, labels=_FIRSTS).astype("Int64")


def span(first: int, columns: Iterable[int]) -> str:
    """One of the columns of a `learning_table` in words: which drills it holds."""
    if max(columns) <= EACH_DRILL or first + 1 in _FIRSTS:
        return f"{first:,}"
    after = next((after for after in _FIRSTS if after > first), None)
    return f"{first:,} and more" if after is None else f"{first:,} to {after - 1:,}"


def learning_curve(frame: pd.DataFrame) -> pd.DataFrame:
    """The cohort's learning, one row per column of `learning_table`: the median, and the quartiles around it.

    Each trainee counts once in a row, however many drills they played, and not at all in rows that they did
    not come to: `trainees` says how many did.
    """
    table = learning_table(frame)
    low, median, high = (table.quantile(part) for part in (0.25, 0.5, 0.75))
    return pd.DataFrame({"trainees": table.count(), "low": low, "median": median, "high": high})


def learning_summary(frame: pd.DataFrame) -> pd.DataFrame:
    """One row per trainee: drills, the median total of the earlier and of the later half, and the difference.

    The later half has the middle drill of an odd number; one drill alone is no curve.
    """
    scored = _scored(frame).sort_values("nth", kind="stable")
    by_trainee = scored.groupby("trainee")["total"]
    is_late = by_trainee.cumcount() >= by_trainee.transform("size") // 2
    earlier, later = (scored[half].groupby("trainee")["total"].median() for half in (~is_late, is_late))
    drills = frame.groupby("trainee")["total"].count()
    return pd.DataFrame({"drills": drills, "earlier": earlier, "later": later, "change": later - earlier})
