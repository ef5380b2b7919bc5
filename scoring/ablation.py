"""Proof that every rule is seen by its own score: what each of twelve players that break one rule loses.

The players are `simulator.policies.ablations`: by the book, but for one rule.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from scoring.playbook import Playbook, default_playbook
from scoring.rules import RULES
from scoring.scorecard import Scorecard, score
from simulator.policies.ablations import ABLATIONS
from simulator.policies.base import MakePlayer, play
from simulator.policies.by_the_book import ByTheBook
from simulator.scenario.model import Scenario

COUPLING = 0.1
"""The most of another rule's points that breaking one rule may cost, unless the two are tied."""
TIED: Mapping[str, tuple[str, ...]] = {
    "R2": ("R6",),
    "R6": ("R2", "R5"),
    "R7": ("R2", "R5", "R6", "R9", "R10", "R11", "R12"),
    "R12": ("R6", "R11"),
}
"""Rules that fall together by what they mean. Without a workaround users stay hurt until the fix: the wrong
way, no relief, a fix shipped early, and nothing yet to declare or to learn from. Whoever acts wrongly or
understands first is late; whoever works alone is slower and has less time to learn."""


@dataclass(frozen=True, slots=True)
class Ablated:
    """One seed of one variant, played by the book and with each rule broken."""

    scenario: str
    variant: str
    seed: int
    book: Scorecard
    broken: Mapping[str, Scorecard]
    """Broken rule to the score."""
    provider: bool
    """Whether the cause is a provider's, so that there is no fix to rush."""

    def had_a_chance(self, rule: str) -> bool:
        """Whether this rule could be broken here at all."""
        if rule == "R9" and self.provider:
            return False
        return self.book.rule(rule).scored or self.broken[rule].rule(rule).scored

    def fall(self, broken: str, rule: str) -> float | None:
        """Share of a rule's points that breaking one cost; None if it was not scored both times.

        A rule that is scored only once it is broken falls from full marks.
        """
        after, before = share(self.broken[broken], rule), share(self.book, rule)
        if after is None or (before is None and broken != rule):
            return None
        return (1.0 if before is None else before) - after

    def total_fall(self, broken: str) -> float:
        """Points out of 100 that breaking a rule cost."""
        return (self.book.total or 0.0) - (self.broken[broken].total or 0.0)


def share(card: Scorecard, rule: str) -> float | None:
    """Share of a rule's points that were reached; None if it was not scored or weighs nothing."""
    result = card.rule(rule)
    return None if result.points is None or not result.possible else result.points / result.possible


def ablate(scenario: Scenario, variant: str, seed: int, playbook: Playbook | None = None) -> Ablated:
    """Play one variant with one seed by the book and with each rule broken: thirteen drills."""
    alone = scenario.only(variant)

    def played(make: MakePlayer) -> Scorecard:
        return score(alone, play(alone, seed, make).trace, playbook)

    broken = {rule: played(make) for rule, make in ABLATIONS.items()}
    provider = scenario.variants[variant].cause.kind == "provider"
    return Ablated(scenario.id, variant, seed, played(ByTheBook), broken, provider)


def as_markdown(drills: Sequence[Ablated], playbook: Playbook | None = None) -> str:
    """The table: mean share of each rule's points lost, in percent, over the drills in which it could be."""
    rules = (playbook or default_playbook()).rules
    lines = [
        f"| Broken rule | {' | '.join(RULES)} | Total |",
        f"|---|{'---:|' * (len(RULES) + 1)}",
    ]
    for broken in ABLATIONS:
        chances = [drill for drill in drills if drill.had_a_chance(broken)]
        cells = [_cell(broken, rule, chances) for rule in RULES]
        total = _mean(drill.total_fall(broken) for drill in chances)
        fallen = "" if total is None else f"{-total:.1f}"
        lines.append(f"| **{broken}** {rules[broken].title} | {' | '.join(cells)} | {fallen} |")
    return "\n".join(lines) + "\n"


def _cell(broken: str, rule: str, drills: Iterable[Ablated]) -> str:
    mean = _mean(fall for drill in drills if (fall := drill.fall(broken, rule)) is not None)
    if mean is None or round(100 * mean) == 0:
        return ""
    return f"**{-100 * mean:.0f}**" if rule == broken else f"{-100 * mean:+.0f}"


def _mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return sum(found) / len(found) if found else None
