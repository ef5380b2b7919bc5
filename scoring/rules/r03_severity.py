"""R3: the declared severity follows the true one, and the people it asks for are woken, no more."""

from typing import NamedTuple

from scoring.case import Case
from scoring.metrics import humane_span
from scoring.paging import asked_for, missing, needless, pages
from scoring.rules.result import RuleResult, not_scored, scored
from simulator.moves.common import name_of

LEVEL_SHARE = 0.6
"""The part of the rule that the declared level is worth; the rest is who was paged. Chosen for teaching."""
OVER_COST = 0.25
"""What a minute declared one level too high costs, against 1 for one too low: when unsure, the higher."""
LEAST_JUDGED_MS = 600_000
"""Least time over which a wrong level is judged, so that a minute costs a tenth at most."""
NEEDLESS_COST = 0.34
"""What each needless page takes off the paging part; chosen for teaching."""


class Mark(NamedTuple):
    """One of the two parts, marked."""

    share: float
    remark: str


def severity_sets_the_response(case: Case) -> RuleResult:
    """Declared against true level from page to mitigation, and people paged against people asked for."""
    if case.page is None or case.worst_level is None:
        return not_scored(case, "R3", "nobody was paged about users being hurt in this drill.")
    declared = case.events("severity")
    if not declared:
        reason = (
            f"No severity was declared, so nobody knew how big this was (SEV-{case.worst_level} at worst)."
        )
        return scored(case, "R3", 0, reason, case.events("truth.severity"))
    level, paging = _level(case), _paging(case)
    share = LEVEL_SHARE * level.share + (1 - LEVEL_SHARE) * paging.share
    return scored(case, "R3", share, f"{level.remark} {paging.remark}", [*declared, *pages(case)])


def _level(case: Case) -> Mark:
    under_ms, over_ms, over_cost_ms = _misjudged_ms(case)
    first = case.events("severity")[0]
    said = f"SEV-{first.detail['level']} was declared at {case.clock(first.at_ms)}"
    if under_ms + over_ms < 1000:
        return Mark(1, f"{said}, and what was declared fitted what users felt.")
    wrong = ((under_ms, "too low or missing"), (over_ms, "too high"))
    parts = [f"{word} for {humane_span(ms / 1000)}" for ms, word in wrong if ms >= 1000]
    judged_ms = max(LEAST_JUDGED_MS, case.over_ms - _graced_ms(case))
    share = 1 - (under_ms + over_cost_ms) / judged_ms
    return Mark(max(0.0, share), f"{said}; the level was {' and '.join(parts)}.")


def _graced_ms(case: Case) -> int:
    assert case.page is not None
    return case.page.at_ms + round(1000 * case.playbook.timing.declare_grace_s)


def _misjudged_ms(case: Case) -> tuple[int, int, float]:
    """Time declared too low, time declared too high, and what the latter costs; grace times left out."""
    assert case.page is not None
    follow_ms = round(1000 * case.playbook.timing.follow_grace_s)
    true_until: dict[int | None, int] = {}
    under_ms, over_ms, over_cost_ms = 0, 0, 0.0
    for true in case.true_level.spans(case.page.at_ms, case.over_ms):
        for said in case.declared_level.spans(true.start_ms, true.end_ms):
            if true.value is None or said.value == true.value:
                continue
            was_true_ms = true_until.get(said.value, -follow_ms)
            wrong_ms = said.end_ms - max(said.start_ms, _graced_ms(case), was_true_ms + follow_ms)
            if wrong_ms <= 0:
                continue
            if said.value is None or said.value > true.value:
                under_ms += wrong_ms
            else:
                over_ms += wrong_ms
                over_cost_ms += OVER_COST * (true.value - said.value) * wrong_ms
        if true.value is not None:
            true_until[true.value] = true.end_ms
    return under_ms, over_ms, over_cost_ms


def _paging(case: Case) -> Mark:
    """Who was woken, against the worst true level that was more than a spike."""
    assert case.worst_level is not None
    groups, lacking, idle = asked_for(case), missing(case), needless(case)
    share = 1 - (len(lacking) / len(groups) if groups else 0) - NEEDLESS_COST * len(idle)
    if not lacking and not idle:
        return Mark(1, f"The people that SEV-{case.worst_level} asks for were woken, and no others.")
    asleep = ", ".join(" or ".join(name_of(case.scenario, who) for who in group) for group in lacking)
    awake = ", ".join(name_of(case.scenario, who) for who in idle)
    remarks = [
        f"{names} {word}" for names, word in ((asleep, "not woken"), (awake, "woken without need")) if names
    ]
    return Mark(max(0.0, share), f"For a SEV-{case.worst_level}: {'; '.join(remarks)}.")
