"""How well a drill went: `score(scenario, trace) -> Scorecard`, by a playbook that is data.

Pure: reads a trace and nothing else. The rims (`scoring.tables`, `scoring.figures`, `scoring.report`) are
imported by name; this package loads neither pandas nor matplotlib.
"""

from scoring.metrics import METRICS, Metric
from scoring.playbook import Playbook, PlaybookError, default_playbook, load_playbook
from scoring.rules import RULES, RuleResult
from scoring.scorecard import Scorecard, ScoreError, score

__all__ = [
    "METRICS",
    "RULES",
    "Metric",
    "Playbook",
    "PlaybookError",
    "RuleResult",
    "ScoreError",
    "Scorecard",
    "default_playbook",
    "load_playbook",
    "score",
]
