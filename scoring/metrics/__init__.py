"""How it went for users and how long things took: one function per metric, each with one definition."""

from collections.abc import Callable

from scoring.case import Case
from scoring.metrics.conduct import (
    commander_hands_on,
    over_declared,
    people_needlessly_woken,
    people_not_woken,
    people_woken,
    under_declared,
    update_adherence,
    wrong_guesses,
)
from scoring.metrics.metric import Metric, Unit, humane_span
from scoring.metrics.times import (
    time_to_acknowledge,
    time_to_command,
    time_to_declare,
    time_to_detect,
    time_to_detect_fault,
    time_to_engage,
    time_to_first_update,
    time_to_first_working_action,
    time_to_localise,
    time_to_localise_for_good,
    time_to_mitigate,
    time_to_postmortem,
    time_to_resolve,
)
from scoring.metrics.users import (
    error_budget_burned,
    peak_users_affected,
    records_at_risk,
    requests_failed,
    user_minutes_lost,
)

METRICS: tuple[Callable[[Case], Metric], ...] = (
    user_minutes_lost,
    peak_users_affected,
    requests_failed,
    error_budget_burned,
    records_at_risk,
    time_to_detect,
    time_to_detect_fault,
    time_to_acknowledge,
    time_to_engage,
    time_to_command,
    time_to_declare,
    time_to_first_update,
    time_to_localise,
    time_to_localise_for_good,
    time_to_first_working_action,
    time_to_mitigate,
    time_to_resolve,
    time_to_postmortem,
    under_declared,
    over_declared,
    update_adherence,
    people_woken,
    people_not_woken,
    people_needlessly_woken,
    commander_hands_on,
    wrong_guesses,
)
"""Every metric, the headline first."""

__all__ = ["METRICS", "Metric", "Unit", "humane_span"]
