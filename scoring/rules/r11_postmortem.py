"""R11: a postmortem within two days: complete, true to the log, with owned actions, and without blame."""

from scoring.case import Case
from scoring.postmortem import checks_of, draft_of
from scoring.rules.result import NOBODY_PAGED, RuleResult, not_scored, scored
from simulator.blaming import in_draft
from simulator.wording import quoted

BLAME_COST = 0.5
"""Share of the points that blame takes off; chosen for teaching."""


def learn_without_blame(case: Case) -> RuleResult:
    """A meeting in time and the parts of a written draft, less what blame costs."""
    if case.page is None:
        return not_scored(case, "R11", NOBODY_PAGED)
    scheduled, written = case.first("postmortem", state="scheduled"), draft_of(case)
    if scheduled is None and written is None and case.mitigated_ms is None:
        return not_scored(case, "R11", "the incident was still going on at the end of the drill.")
    checks = checks_of(case)
    share = sum(check.weight * check.share for check in checks) / sum(check.weight for check in checks)
    words = in_draft(case.scenario, written.detail) if written else []
    missing = [check.missing for check in checks if check.share < 1]
    reason = f"To add: {'; '.join(missing)}." if missing else "Scheduled in time and complete."
    if words:
        reason += f" It points at people ({quoted(words)}); describe what let it happen instead."
        share *= 1 - BLAME_COST
    return scored(case, "R11", share, reason, [scheduled, written])
