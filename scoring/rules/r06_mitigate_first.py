"""R6: the right relief starts as soon as the evidence points to it, before the hunt for the root cause."""

from scoring.acts import Act
from scoring.case import DEEP_DIGS, ROOT_CAUSE_WORK, Case, Job
from scoring.metrics import humane_span
from scoring.rules.result import NOBODY_PAGED, RuleResult, not_scored, scored
from simulator.grounds import supports
from simulator.trace import TraceEvent

DIG_LOST_MIN = 10.0
"""Minutes of root-cause work before relief at which nothing is left for the order; chosen for teaching."""
CHECKS = 1
"""Looks into logs or traces that only confirm what is plain by then; chosen for teaching."""
OUTWEIGHED = 0.2
"""What a right move is worth after which users were still hurt, by something else; chosen for teaching."""
LUCKY = 0.5
"""What speed is worth when nothing seen pointed to the move; chosen for teaching."""


def mitigate_before_you_fix(case: Case) -> RuleResult:
    """Half for the order (relief before root cause), half for the time from evidence to relief."""
    if case.page is None:
        return not_scored(case, "R6", NOBODY_PAGED)
    if case.impact_ms is None:
        return not_scored(case, "R6", "users were never hurt enough to need a mitigation.")
    relief = case.relief
    if relief is None and case.passed_quickly:
        return not_scored(case, "R6", "users were well again by themselves before a mitigation was due.")
    evident = evident_right_move(case)
    if relief is None:
        return _no_relief(case, evident)
    if evident is not None and evident.seq > relief.begun.seq:
        evident = None
    dug = _root_cause_work(case, relief, evident)
    share = 0.5 * _order(dug, relief) + 0.5 * _speed(case, relief, evident)
    reason = f"{_pace(case, relief, evident)} {_digging(case, dug, relief)}".strip()
    return scored(case, "R6", share, reason, [relief.begun, evident, *(job.start for job in dug)])


def _no_relief(case: Case, evident: TraceEvent | None) -> RuleResult:
    if case.right_act is not None and case.mitigated_ms is None:
        at = case.clock(case.right_act.begun.at_ms)
        reason = (
            f"The act that helps here began at {at}, but something else went on hurting users to the end."
        )
        return scored(case, "R6", OUTWEIGHED, reason, [case.right_act.begun, evident])
    known = f", although “{evident.detail['title']}” pointed to one" if evident else ""
    return scored(
        case, "R6", 0, f"No act that helps was carried out while users were hurt{known}.", [evident]
    )


def evident_right_move(case: Case) -> TraceEvent | None:
    """The evidence with which a right move became plain: a strong piece for it, or the second hint."""
    hints: dict[tuple[str, str], set[str]] = {}
    for item in case.found:
        for move in case.variant.right_moves:
            if not supports(item, move.verb, move.target, move.zone):
                continue
            seen = hints.setdefault((move.verb, move.target), set())
            seen.add(item.id)
            if item.strength == "strong" or len(seen) > 1:
                return case.trace.events[item.seq]
    return None


def _root_cause_work(case: Case, relief: Act, evident: TraceEvent | None) -> list[Job]:
    """Work past what triage needs, begun before relief: debugging, fixing; digging once the move is plain."""
    before = [
        job for job in case.jobs if job.start.seq < relief.begun.seq and job.decision != relief.decision
    ]
    digs = [job for job in before if evident is not None and job.start.seq > evident.seq and _digs(case, job)]
    checks = [job.decision for job in digs if job.verb == "look"][:CHECKS]
    return [
        job for job in before if job.verb in ROOT_CAUSE_WORK or (job in digs and job.decision not in checks)
    ]


def _digs(case: Case, job: Job) -> bool:
    if job.verb == "reproduce_in_staging":
        return True
    asked = case.first("decision", id=job.decision)
    return job.verb == "look" and asked is not None and asked.detail["args"].get("source") in DEEP_DIGS


def _dug_ms(job: Job, relief: Act) -> int:
    end_ms = min(job.end.at_ms, relief.begun.at_ms) if job.end else relief.begun.at_ms
    return max(0, end_ms - job.start.at_ms)


def _order(dug: list[Job], relief: Act) -> float:
    minutes = sum(_dug_ms(job, relief) for job in dug) / 60_000
    return max(0.0, 1 - minutes / DIG_LOST_MIN)


def _speed(case: Case, relief: Act, evident: TraceEvent | None) -> float:
    if evident is None:
        return LUCKY
    timing = case.playbook.timing
    taken_s = (relief.begun.at_ms - evident.at_ms) / 1000
    lost = (taken_s - timing.mitigate_within_s) / (timing.mitigate_lost_s - timing.mitigate_within_s)
    return 1 - min(1.0, max(0.0, lost))


def _pace(case: Case, relief: Act, evident: TraceEvent | None) -> str:
    at = case.clock(relief.begun.at_ms)
    if evident is None:
        return f"The act that helped began at {at}, before anything seen pointed to it."
    taken = humane_span((relief.begun.at_ms - evident.at_ms) / 1000)
    return f"The act that helped began at {at}, {taken} after “{evident.detail['title']}” pointed to it."


def _digging(case: Case, dug: list[Job], relief: Act) -> str:
    if not dug:
        return "No root-cause work came before it."
    minutes = humane_span(sum(_dug_ms(job, relief) for job in dug) / 1000)
    began = case.clock(dug[0].start.at_ms)
    return f"{minutes} of root-cause work came before it, from {began} on, while users were hurt."
