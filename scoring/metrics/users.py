"""What it cost users: the headline, counted in people and requests rather than in how long it took."""

from itertools import pairwise

from scoring.case import Case
from scoring.metrics.metric import Metric

MINUTES_PER_DAY = 1440


def user_minutes_lost(case: Case) -> Metric:
    """The headline: VOID and AWS GameDay both count what users lost rather than how long it took."""
    return Metric(
        "user_minutes_lost",
        "User-minutes lost",
        _last(case, "user_minutes"),
        "user-minutes",
        "users affected (failing or too slow), added up over every minute of the drill",
    )


def peak_users_affected(case: Case) -> Metric:
    """The largest blast radius."""
    column = case.trace.impact["users_affected"]
    return Metric(
        "peak_users_affected",
        "Most users affected at once",
        max(column, default=None),
        "users",
        "the largest number of users failing or too slow at one moment",
    )


def requests_failed(case: Case) -> Metric:
    """AWS GameDay counts requests: the rate of failing ones, added up between samples."""
    at_ms, rate = case.trace.impact["at_ms"], case.trace.impact["requests_failed_per_s"]
    pieces = (
        0.5 * (before + after) * (end_ms - start_ms) / 1000
        for (start_ms, end_ms), (before, after) in zip(pairwise(at_ms), pairwise(rate), strict=True)
    )
    return Metric(
        "requests_failed",
        "Requests failed",
        sum(pieces) if len(at_ms) > 1 else None,
        "requests",
        "requests that failed, added up over the drill: straight lines between samples of the rate",
    )


def error_budget_burned(case: Case) -> Metric:
    """Share of a whole window's error budget; Google's SRE workbook reckons in 30 days of 99.9 %."""
    objective, users = case.playbook.objective, case.trace.impact["users"]
    lost = _last(case, "user_minutes")
    allowed = (1 - objective.availability) * MINUTES_PER_DAY * objective.window_days
    budget = allowed * sum(users) / len(users) if users else 0.0
    return Metric(
        "error_budget_burned",
        "Error budget burned",
        None if lost is None or not budget else lost / budget,
        "share",
        f"user-minutes lost, as a share of the {1 - objective.availability:.3g} of all user-minutes of "
        f"{objective.window_days:g} days that an objective of {objective.availability:.5g} allows to lose",
        "not measured",
    )


def records_at_risk(case: Case) -> Metric:
    """Records lost or gone bad, which user-minutes do not show."""
    column = case.trace.impact.get("records_at_risk", ())
    return Metric(
        "records_at_risk",
        "Records at risk",
        max(column, default=None),
        "records",
        "the most records lost or gone bad at one moment, whether or not a user noticed",
        "not measured",
    )


def _last(case: Case, name: str) -> float | None:
    column = case.trace.impact[name]
    return column[-1] if column else None
