"""R8: what staging can show is not debugged on users."""

from scoring.case import Case, Job
from scoring.metrics import humane_span
from scoring.rules.result import RuleResult, not_scored, scored

CALLED_OFF_S = 60
"""A debugging session called off within this time keeps half the points; chosen for teaching."""


def debug_away_from_users(case: Case) -> RuleResult:
    """Nothing is left once production is debugged although staging reproduces the fault."""
    debugged = [job for job in case.jobs if job.verb == "debug_in_production"]
    staged = [job for job in case.jobs if job.verb == "reproduce_in_staging"]
    if not case.variant.staging_reproduces:
        return not_scored(case, "R8", "this fault could not be reproduced outside production.")
    if debugged:
        length_s = sum(_length_ms(case, job) for job in debugged) / 1000
        began = case.clock(debugged[0].start.at_ms)
        share = 0.5 if length_s <= CALLED_OFF_S else 0
        reason = (
            f"Production was debugged for {humane_span(length_s)} from {began}, "
            "which hurt more users; staging would have shown the same."
        )
        return scored(case, "R8", share, reason, [job.start for job in debugged])
    if staged:
        began = case.clock(staged[0].start.at_ms)
        reason = f"The fault was looked for in staging from {began}, where no user is hurt."
        return scored(case, "R8", 1, reason, [job.start for job in staged])
    if not case.saw_it_through:
        return not_scored(
            case, "R8", "nothing was debugged anywhere and the incident was not worked to its end."
        )
    return scored(case, "R8", 1, "Nobody debugged on production.")


def _length_ms(case: Case, job: Job) -> int:
    return (job.end.at_ms if job.end else case.end_ms) - job.start.at_ms
