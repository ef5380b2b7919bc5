"""R12: whoever holds command does no work by hand meanwhile."""

from scoring.case import Case
from scoring.command import Slip, slips
from scoring.metrics import humane_span
from scoring.rules.result import RuleResult, not_scored, scored
from simulator.moves.common import name_of

SLIPPED = 0.5
"""What is left as soon as the commander has worked by hand at all; it falls to 0 over `LOST_MIN`."""
LOST_MIN = 5.0
"""Minutes of work by hand at which nothing is left; chosen for teaching."""


def command_with_hands_free(case: Case) -> RuleResult:
    """Minutes in which the holder of command worked by hand."""
    if not case.scenario.responders:
        return not_scored(case, "R12", "there was nobody to hand work or command to.")
    slipped = list(slips(case))
    if slipped:
        return _slipped(case, slipped)
    if not case.saw_it_through:
        return not_scored(case, "R12", "no work was done by hand and the incident was not worked to its end.")
    commands = [event for event in case.events("role") if event.subject == "incident_commander"]
    return scored(case, "R12", 1, "Whoever held command kept their hands off the systems.", commands)


def _slipped(case: Case, slipped: list[Slip]) -> RuleResult:
    total_ms = sum(slip.length_ms for slip in slipped)
    share = SLIPPED * max(0.0, 1 - total_ms / (60_000 * LOST_MIN))
    first = slipped[0]
    who = "You" if case.is_seat(first.job.actor) else name_of(case.scenario, first.job.actor)
    reason = (
        f"{who} held command and worked by hand for {humane_span(total_ms / 1000)}, first at "
        f"{case.clock(first.start_ms)} ({first.job.label}); nobody was looking at the whole meanwhile."
    )
    return scored(case, "R12", share, reason, [slip.job.start for slip in slipped])
