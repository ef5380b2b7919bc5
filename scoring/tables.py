"""Scores, times and timelines as pandas tables. A rim: imported by name."""

from collections.abc import Mapping

import pandas as pd

from scoring.narrative import lines
from scoring.playbook import Playbook, default_playbook
from scoring.scorecard import Scorecard, review
from scoring.whatif import WhatIf
from simulator.scenario.model import Scenario
from simulator.trace import Trace


def score_table(card: Scorecard, playbook: Playbook | None = None) -> pd.DataFrame:
    """One row per rule: points, what there was to have, and why; no points where it was not scored."""
    rules = (playbook or default_playbook()).rules
    rows = [(r.id, rules[r.id].title, r.points, r.possible, r.reason) for r in card.rules]
    return pd.DataFrame(rows, columns=["Rule", "Title", "Points", "Of", "Why"]).set_index("Rule")


def times_table(card: Scorecard) -> pd.DataFrame:
    """One row per metric, in words ('6 min 40 s', 'not reached'), with its definition."""
    rows = [(metric.title, metric.text, metric.definition) for metric in card.metrics]
    return pd.DataFrame(rows, columns=["Metric", "Result", "Definition"]).set_index("Metric")


def timeline_table(scenario: Scenario, trace: Trace, *, hidden: bool = False) -> pd.DataFrame:
    """What happened, one line per event; `hidden` adds the truth that no seat could see."""
    told = [line for line in lines(review(scenario, trace)) if hidden or not line.hidden]
    rows = [(line.seq, line.clock, line.text) for line in told]
    return pd.DataFrame(rows, columns=["Seq", "Time", "What happened"]).set_index("Seq")


def regret_table(what: WhatIf) -> pd.DataFrame:
    """One row per decision, most regretted first: what would have helped instead, and what it was worth.

    Regret and worth are in user-minutes: saved by the best advice, and saved by having decided so at all.
    """
    rows = [
        (judged.clock, judged.label, judged.regret, judged.best.text if judged.best else "", judged.worth)
        for judged in what.by_regret
    ]
    columns = ["Time", "Decision", "Regret", "What would have helped", "Worth"]
    return pd.DataFrame(rows, columns=columns)


def comparison_table(cards: Mapping[str, Scorecard]) -> pd.DataFrame:
    """Drills side by side: one column per drill, one row per metric and rule, in words.

    Args:
        cards: what to call each drill, and its score.
    """
    columns = {name: _column(card) for name, card in cards.items()}
    table = pd.DataFrame(columns)
    table.index.name = "What"
    return table


def _column(card: Scorecard) -> dict[str, str]:
    total = "not scored" if card.total is None else f"{card.total:g}"
    outcome = {"Total of 100": total, "Rating": card.rating or "not scored"}
    metrics = {metric.title: metric.text for metric in card.metrics}
    rules = {result.id: result.text for result in card.rules}
    return outcome | metrics | rules
