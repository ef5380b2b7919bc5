"""R2: a safe, quick rollback is taken where there is one, a workaround where there is none."""

from scoring.acts import Act
from scoring.case import Case
from scoring.rules.result import NOBODY_PAGED, RuleResult, not_scored, scored
from simulator.board import Found
from simulator.grounds import HOLD
from simulator.trace import TraceEvent

LUCKY = 0.4
"""What the right move is worth when nothing seen before it pointed there; chosen for teaching."""
REASONED = 0.3
"""What a wrong but harmless move is worth when the evidence seen had pointed to it; chosen for teaching."""
BLIND = 0.1
"""What a wrong but harmless move is worth without such evidence; chosen for teaching."""
PUT_RIGHT = 0.3
"""Added when the right move followed, from evidence; chosen for teaching."""


def choose_the_way(case: Case) -> RuleResult:
    """Judged by the first mitigation, or the fix that was shipped instead of one."""
    first = next((act for act in case.acts if act.mitigates or _patches(act)), None)
    if first is None:
        return _nothing_tried(case)
    if _patches(first):
        return _patched_forward(case, first)
    support = case.support_for(first)
    if case.is_right(first):
        return _right(case, first, support)
    return _wrong(case, first, case.seen_before(first.begun.seq), support)


def _patches(act: Act) -> bool:
    return act.verb == "ship_fix" and not act.dropped


def _nothing_tried(case: Case) -> RuleResult:
    if case.page is None:
        return not_scored(case, "R2", NOBODY_PAGED)
    if case.impact_ms is None:
        return not_scored(case, "R2", "users were never hurt enough to need a mitigation.")
    if case.passed_quickly:
        return not_scored(case, "R2", "users were well again by themselves before a mitigation was due.")
    span = f"from {case.clock(case.impact_ms)} to {case.clock(case.over_ms)}"
    return scored(case, "R2", 0, f"Users were hurt {span}, and nothing was tried to relieve them.")


def _patched_forward(case: Case, act: Act) -> RuleResult:
    at = case.clock(act.begun.at_ms)
    if case.can_roll_back:
        return scored(case, "R2", 0, f"A fix was shipped at {at} with a safe rollback at hand.", [act.begun])
    reason = f"The first relief, at {at}, was a fix; a workaround would have helped users sooner."
    return scored(case, "R2", REASONED, reason, [act.begun])


def _right(case: Case, act: Act, support: list[Found]) -> RuleResult:
    at, what = case.clock(act.begun.at_ms), case.doing(act)
    if not support:
        reason = f"The first move at {at}, {what}, was right by luck: nothing seen by then pointed to it."
        return scored(case, "R2", LUCKY, reason, [act.begun])
    reason = f"The first move at {at}, {what}, was right, and “{support[0].title}” pointed to it."
    return scored(case, "R2", 1, reason, [act.begun, support[0].seq])


def _wrong(case: Case, act: Act, seen: list[Found], support: list[Found]) -> RuleResult:
    at, what = case.clock(act.begun.at_ms), case.doing(act)
    proof: list[TraceEvent | int] = [act.begun, *(item.seq for item in support[:1])]
    if case.is_harmful(act):
        reason = f"The first move at {at}, {what}, was unsafe: it makes things worse."
        warned = next((item for item in seen if act.target in item.unsafe), None)
        if warned is not None:
            reason += f" “{warned.title}” had warned of it."
            proof.append(warned.seq)
        elif sources := _warnings(case, act.target):
            reason += f" A look at the {sources} first would have warned you."
        return scored(case, "R2", 0, reason, proof)
    against = next((item for item in seen if act.target in item.clears), None)
    if against is not None:
        reason = f"The first move at {at}, {what}, could not help, and “{against.title}” had said so."
        return scored(case, "R2", 0, reason, [act.begun, against.seq])
    reason = f"The first move at {at}, {what}, {_falls_short(case, act)}."
    share = REASONED if support else BLIND
    better = case.right_act
    if better and case.support_for(better):
        reason += f" The right one, {case.doing(better)}, followed at {case.clock(better.begun.at_ms)}."
        return scored(case, "R2", share + PUT_RIGHT, reason, [*proof, better.begun])
    return scored(case, "R2", share, reason, proof)


def _falls_short(case: Case, act: Act) -> str:
    """Why a harmless act that is not right does not help."""
    alike = [m for m in case.variant.right_moves if (m.verb, m.target) == (act.verb, act.target)]
    if any(m.zone is not None and m.zone != act.zone for m in alike):
        return "left the wrong zone"
    if alike:
        return "was not enough of it"
    return (
        "brought nobody back while something better was at hand"
        if act.verb == HOLD
        else "could not help users"
    )


def _warnings(case: Case, target: str) -> str:
    """Where it could have been read that a change must not be undone."""
    told = (item.source for item in case.scenario.evidence + case.variant.evidence if target in item.unsafe)
    return " or ".join(dict.fromkeys(source.replace("_", " ") for source in told))
