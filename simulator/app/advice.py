"""What to train next: the rule on which a trainee loses most, and a drill that trains it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scoring.playbook import Playbook, default_playbook
from scoring.report.summary import KEPT_WELL, TRAINED_BY
from simulator.scenario.model import Scenario
from simulator.store import StoredDrill, StoredScore

RECENT = 5
"""How many of the last drills count: habits change."""
LEVELS = ("starter", "intermediate", "advanced")

Scored = tuple[StoredDrill, StoredScore]


@dataclass(frozen=True, slots=True)
class Advice:
    """The next drill, and why."""

    scenario: str
    title: str
    reason: str
    rule: str = ""
    """The rule that it is about; empty if it is about none."""


@dataclass(frozen=True, slots=True)
class Weakness:
    """A rule, and how it was kept."""

    rule: str
    share: float
    """Mean share of its points, 0 to 1."""
    drills: int


def advise(library: Mapping[str, Scenario], scored: Sequence[Scored]) -> Advice:
    """The drill to take next.

    Args:
        library: what can be played, by id; at least one.
        scored: the trainee's drills with their scores, newest first. Branches, which repeat with hindsight,
            and drills that were played elsewhere or by a program say nothing and are left out.
    """
    own = [(drill, score) for drill, score in scored if drill.parent is None and drill.origin == "played"]
    if not own:
        first = min(library.values(), key=how_hard)
        return Advice(first.id, first.title, "You have no scored drill yet. This one is made to begin with.")
    often = {key: sum(drill.scenario == key for drill, _ in own) for key in library}
    worst = weakest(own)
    if worst is None:
        hard = max(library.values(), key=lambda one: (LEVELS.index(one.difficulty), -often[one.id]))
        return Advice(hard.id, hard.title, "No rule stands out in your last drills. Take a hard one.")
    chosen, skill = _trains(worst.rule, library, often)
    return Advice(chosen.id, chosen.title, _reason(worst, skill, default_playbook()), worst.rule)


def how_hard(scenario: Scenario) -> tuple[int, bool, str]:
    """Sorts drills: easy ones first, and before them those that explain the room."""
    return LEVELS.index(scenario.difficulty), not scenario.guide, scenario.id


def weakest(own: Sequence[Scored]) -> Weakness | None:
    """The rule on which most points were lost in the last drills that scored it; None if all are kept."""
    rules = default_playbook().rules
    lost: list[tuple[float, Weakness]] = []
    for rule in TRAINED_BY:
        figures = [score.figures.get(rule) for _, score in own]
        shares = [share for share in figures if share is not None][:RECENT]
        if shares and sum(shares) / len(shares) < KEPT_WELL:
            mean = sum(shares) / len(shares)
            lost.append((rules[rule].weight * (1 - mean), Weakness(rule, mean, len(shares))))
    return max(lost, key=lambda one: one[0])[1] if lost else None


def _trains(rule: str, library: Mapping[str, Scenario], often: Mapping[str, int]) -> tuple[Scenario, str]:
    """Of the drills that train a rule's best skill the one played least; any, if none does."""
    for skill in TRAINED_BY[rule]:
        able = [one for one in library.values() if skill in one.skills]
        if able:
            return min(able, key=lambda one: (often[one.id], LEVELS.index(one.difficulty))), skill
    return min(library.values(), key=lambda one: often[one.id]), ""


def _reason(worst: Weakness, skill: str, playbook: Playbook) -> str:
    drills = "drill" if worst.drills == 1 else f"{worst.drills} drills"
    rule = playbook.rules[worst.rule]
    trains = f" This drill trains {skill}." if skill else ""
    return (
        f"You lose most on “{rule.title}” ({worst.rule}): {100 * worst.share:.0f} % of its points in the "
        f"last {drills} that asked for it. {rule.statement}{trains}"
    )
