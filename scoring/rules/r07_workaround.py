"""R7: where nothing can be rolled back safely, a workaround that helps is used."""

from scoring.acts import Act
from scoring.case import Case
from scoring.rules.result import NOBODY_PAGED, RuleResult, not_scored, scored

LUCKY = 0.5
"""What a workaround is worth when nothing seen before it pointed there; chosen for teaching."""
OUTWEIGHED = 0.5
"""What is left of a workaround after which users were still hurt, by something else; chosen for teaching."""
TRIED = 0.25
"""What a harmless workaround that cannot help is worth; chosen for teaching."""


def work_around_it(case: Case) -> RuleResult:
    """Full marks for a workaround that helps here, chosen from evidence."""
    if case.page is None:
        return not_scored(case, "R7", NOBODY_PAGED)
    if case.can_roll_back:
        return not_scored(case, "R7", "a rollback was the right way in this drill.")
    if case.impact_ms is None or (not case.mitigations and case.passed_quickly):
        return not_scored(case, "R7", "users needed no workaround in this drill.")
    if case.right_act is not None:
        return _used(case, case.right_act)
    tried = [act for act in case.mitigations if act.verb != "roll_back" and not case.is_harmful(act)]
    if tried:
        names = ", ".join(case.doing(act) for act in tried)
        reason = f"A workaround was tried ({names}), but none that takes this fault out of the users' way."
        return scored(case, "R7", TRIED, reason, [act.begun for act in tried])
    return scored(case, "R7", 0, "No workaround was used, and there was no safe rollback to wait for.")


def _used(case: Case, act: Act) -> RuleResult:
    support = next(iter(case.support_for(act)), None)
    at = case.clock(act.begun.at_ms)
    share, remarks = 1.0, [f"A workaround that helps, {case.doing(act)}, began at {at}"]
    if support is None:
        share *= LUCKY
        remarks.append("but nothing seen by then pointed to it")
    else:
        remarks.append(f"after “{support.title}” pointed to it")
    if case.mitigated_ms is None:
        share *= OUTWEIGHED
        remarks.append("and something else went on hurting users")
    proof = [act.begun, support.seq if support else None]
    return scored(case, "R7", share, f"{', '.join(remarks)}.", proof)
