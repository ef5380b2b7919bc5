"""R9: the fix ships once service is stable, by the reviewed path, with extra monitoring."""

from scoring.acts import Act
from scoring.case import Case
from scoring.rules.result import RuleResult, not_scored, scored

EARLY = 0.6
"""What is left of a reviewed fix that ships while users are still hurt; chosen for teaching."""
UNWATCHED = 0.3
"""What shipping without extra monitoring takes off; chosen for teaching."""
PREPARED = 0.75
"""What a fix that is ready, and not yet shipped, is worth; chosen for teaching."""
LEFT_OPEN = 0.5
"""What a workaround is worth with the cause still in production and no fix ready; chosen for teaching."""


def fix_calmly(case: Case) -> RuleResult:
    """Judged by every fix that shipped, the worst one counting."""
    shipped = [act for act in case.acts if act.verb == "ship_fix" and not act.dropped]
    if not shipped:
        return _none_shipped(case)
    marks = [_mark(case, act) for act in shipped]
    share, reason = min(marks, key=lambda mark: mark[0])
    return scored(case, "R9", share, reason, [act.begun for act in shipped])


def _mark(case: Case, act: Act) -> tuple[float, str]:
    at = case.clock(act.begun.at_ms)
    if act.begun.detail["path"] == "straight":
        return (
            0,
            f"A fix went straight to production at {at}, unreviewed: that is how the next incident starts.",
        )
    share, remarks = 1.0, [f"A reviewed fix began to ship at {at}"]
    if case.mitigated_ms is None or act.begun.at_ms < case.mitigated_ms:
        share *= EARLY
        remarks.append("while users were still hurt")
    else:
        remarks.append("once users were well")
    monitored = _monitored(case, act)
    if not monitored:
        share -= UNWATCHED
    remarks.append("with extra monitoring." if monitored else "without extra monitoring.")
    return share, ", ".join(remarks)


def _monitored(case: Case, act: Act) -> bool:
    """Whether monitoring was added; before the fix is out, whether that was asked for."""
    shipped = case.first("fix", state="shipped", decision=act.decision)
    if shipped is not None:
        return bool(shipped.detail["monitored"])
    asked = case.first("decision", id=act.decision)
    return asked is not None and asked.detail["args"].get("monitored") is not False


def _none_shipped(case: Case) -> RuleResult:
    if not case.saw_it_through:
        return not_scored(case, "R9", "service was not made stable, so there was no time for a fix.")
    cause = case.variant.cause
    if cause.kind == "provider":
        return scored(
            case, "R9", 1, "The cause was not yours to fix, and nothing was rushed into production."
        )
    if case.cleared_by is not None:
        because = (
            f"{case.doing(case.cleared_by)} had taken the cause out, and its fix can take the normal path."
        )
        return not_scored(case, "R9", because, [case.cleared_by.begun])
    if cause.kind == "service" and not case.cause_present:
        return not_scored(case, "R9", "the cause had passed by itself, and nothing was rushed.")
    ready = next(
        (e for e in case.events("fix") if e.detail["state"] == "ready" and e.subject == cause.id), None
    )
    if ready is not None:
        reason = (
            f"A fix was ready at {case.clock(ready.at_ms)} and not shipped: the cause is still in production."
        )
        return scored(case, "R9", PREPARED, reason, [ready])
    reason = "Users were well, but the cause was left in production and no fix was under way."
    return scored(case, "R9", LEFT_OPEN, reason)
