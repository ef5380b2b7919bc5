"""R10: mitigated is declared when users are well and it has held, and not long after."""

from scoring.case import Case
from scoring.metrics import humane_span
from scoring.rules.result import NOBODY_PAGED, RuleResult, not_scored, scored
from simulator.trace import TraceEvent

TOO_SOON = 0.3
"""What is left of a declaration made at the moment users became well; it grows to 1 as they stay well."""
TOO_LATE = 0.25
"""What is left of a declaration that is late by twenty minutes or more; chosen for teaching."""
LATE_S = 1200.0
"""Lateness in seconds at which only `TOO_LATE` is left; chosen for teaching."""


def stable_means_users_are_well(case: Case) -> RuleResult:
    """Judged by the first declaration: were users well, for how long, and how long ago did they become so?"""
    if case.page is None:
        return not_scored(case, "R10", NOBODY_PAGED)
    if case.impact_ms is None:
        return not_scored(case, "R10", "users were never hurt enough for a mitigation to declare.")
    declared = next((event for event in case.events("declared") if event.subject == "mitigated"), None)
    if declared is None:
        return _never(case)
    since_ms = case.well_since_ms(declared.at_ms)
    if since_ms is None or declared.at_ms < case.impact_ms:
        reason = f"“Mitigated” was declared at {case.clock(declared.at_ms)}, while users were still hurt."
        return scored(case, "R10", 0, reason, [declared])
    return _judged(case, declared, since_ms)


def _never(case: Case) -> RuleResult:
    if case.mitigated_ms is None:
        return not_scored(
            case, "R10", "users were not well again by the end of the drill, and nobody said they were."
        )
    reason = f"Users were well from {case.clock(case.mitigated_ms)} on, and nobody declared it."
    return scored(case, "R10", 0, reason)


def _judged(case: Case, declared: TraceEvent, since_ms: int) -> RuleResult:
    timing = case.playbook.timing
    held_s = (declared.at_ms - since_ms) / 1000
    at, held = case.clock(declared.at_ms), humane_span(held_s)
    if held_s < timing.verify_s:
        share = TOO_SOON + (1 - TOO_SOON) * held_s / timing.verify_s
        reason = f"“Mitigated” was declared at {at}, when users had been well for only {held}: watch longer."
    elif held_s > timing.declare_within_s:
        late_s = held_s - timing.declare_within_s
        share = max(TOO_LATE, 1 - (1 - TOO_LATE) * late_s / LATE_S)
        reason = f"“Mitigated” was declared at {at}; users had been well for {held} by then."
    else:
        share = 1.0
        reason = f"“Mitigated” was declared at {at}, after users had been well for {held}."
    return scored(case, "R10", share, reason, [declared])
