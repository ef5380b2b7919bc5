"""What to take home: the score, what went well, one thing to do better, and the next drill."""

from collections.abc import Iterator, Mapping

from scoring.case import Case
from scoring.markup import Block, Box, Bullets, Heading, Paragraph
from scoring.references import References
from scoring.rules.result import RuleResult
from scoring.scorecard import Scorecard
from simulator.scenario.model import Scenario

KEPT_WELL = 0.9
"""Share of a rule's points from which it counts as kept."""
TRAINED_BY: Mapping[str, tuple[str, ...]] = {
    "R1": ("triage",),
    "R2": ("workarounds", "workaround", "rollback"),
    "R3": ("severity",),
    "R4": ("communication",),
    "R5": ("communication",),
    "R6": ("rollback", "shedding", "overload"),
    "R7": ("workarounds", "workaround", "shedding", "procedures", "failover"),
    "R8": ("reading logs",),
    "R9": ("recovery", "procedures"),
    "R10": ("recovery",),
    "R11": ("communication",),
    "R12": ("command",),
}
"""Rule to the skills of scenarios that train it, best first."""


def headline(
    case: Case, card: Scorecard, references: References | None, library: Mapping[str, Scenario]
) -> Iterator[Block]:
    """The debrief in three lines, for whoever reads no further: score, one thing to do better, next drill."""
    if card.total is None:
        return
    worst, lines = card.to_improve, []
    if references is not None:
        lines.append(_lost(references))
    if worst is not None:
        lines.append(f"To do better: {case.playbook.rules[worst.id].title.lower()}. {worst.reason}")
    lines.append(f"Next: {next_drill(case.scenario, worst, library)}")
    yield Box(f"{card.total:g} out of 100: {card.rating}", lines)


def _lost(found: References) -> str:
    lost = f"{found.mine:,.0f} user-minutes lost"
    if found.avoided is None:
        return f"{lost}."
    return f"{lost}; {max(0.0, found.avoided):.0%} of what could be avoided was avoided."


def take_home(case: Case, card: Scorecard, library: Mapping[str, Scenario]) -> Iterator[Block]:
    """What was done well, one thing to do better, the next drill, and what the scenario teaches."""
    rules = case.playbook.rules
    yield Heading("To take home")
    kept = [
        r for r in card.rules if r.points is not None and r.possible and r.points >= KEPT_WELL * r.possible
    ]
    if kept:
        yield Paragraph("What you did well: " + "; ".join(rules[r.id].title.lower() for r in kept) + ".")
    elif card.possible:
        yield Paragraph(
            "A rough one, and better here than on a real night. Take the next with one thing in mind."
        )
    worst = card.to_improve
    if worst is None:
        yield Box("One thing to do better next time", ["Nothing stands out. Take a harder drill."])
    else:
        advice = f"{rules[worst.id].title} ({worst.id}). {rules[worst.id].statement}"
        yield Box("One thing to do better next time", [advice, f"This time: {worst.reason}"])
    yield Paragraph(f"The next drill: {next_drill(case.scenario, worst, library)}")
    if case.scenario.debrief.teaches:
        yield Paragraph("What this scenario teaches:")
        yield Bullets(case.scenario.debrief.teaches)


def next_drill(scenario: Scenario, worst: RuleResult | None, library: Mapping[str, Scenario]) -> str:
    """A scenario that trains what went worst; without one, the same page again: its cause may be another.

    Of those that do, one that is about as hard as this one.
    """
    level = _LEVELS.index(scenario.difficulty)
    others = sorted(
        (other for key, other in library.items() if key != scenario.id),
        key=lambda other: abs(_LEVELS.index(other.difficulty) - level),
    )
    for skill in TRAINED_BY[worst.id] if worst else ():
        for other in others:
            if skill in other.skills:
                return f"{other.title} ({other.id}). It trains {skill}."
    if worst is None and others:
        harder = max(others, key=lambda other: _LEVELS.index(other.difficulty))
        return f"{harder.title} ({harder.id})."
    return f"{scenario.title} again, with another seed: the same page may have another cause."


_LEVELS = ("starter", "intermediate", "advanced")
