"""The debrief of a drill, in the order in which people learn: reactions, what happened, analysis, summary.

A rim: imported by name. Shows itself in a notebook; `.text` is the same for a terminal or a ticket.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from scoring.acts import in_full
from scoring.case import Case
from scoring.figures import Chart, impact_figure, rule_figure
from scoring.markup import Block, Box, Bullets, Fold, Heading, Paragraph, Picture, Table, to_html, to_text
from scoring.narrative import line, lines
from scoring.playbook import Playbook
from scoring.rules.result import RuleResult
from scoring.scorecard import Scorecard, review, score
from simulator.scenario.model import Scenario
from simulator.trace import Trace

REACTIONS = (
    "What was going through your mind when the pager went off?",
    "At which moment were you least sure what to do?",
    "What would you have liked to know sooner?",
)
"""Asked before anything is shown: people listen better once they have spoken."""
KEPT_WELL = 0.9
"""Share of a rule's points from which it counts as kept."""


@dataclass(frozen=True)
class Debrief:
    """The debrief of one drill."""

    case: Case
    card: Scorecard

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The whole debrief as blocks, for any rendering."""
        title = Heading(f"Debrief: {self.case.scenario.title}", 2)
        parts = (_reactions(), _what_happened(self), _analysis(self), _summary(self))
        return (title, *(block for part in parts for block in part))

    @property
    def text(self) -> str:
        """The debrief as plain text."""
        return to_text(self.blocks)

    def _repr_html_(self) -> str:
        return to_html(self.blocks, f"Debrief: {self.case.scenario.title}")


def debrief(scenario: Scenario, trace: Trace, playbook: Playbook | None = None) -> Debrief:
    """The debrief of a drill that has been played to its end.

    Raises:
        ScoreError: the trace is of another scenario, or of another state of it.
    """
    return Debrief(review(scenario, trace, playbook), score(scenario, trace, playbook))


# -- reactions -----------------------------------------------------------------------------------------


def _reactions() -> Iterator[Block]:
    yield Box("Before you read on: a minute for how it felt.", REACTIONS)


# -- what happened -------------------------------------------------------------------------------------


def _what_happened(debriefed: Debrief) -> Iterator[Block]:
    case, card = debriefed.case, debriefed.card
    yield Heading("What happened")
    yield Picture(lambda: _drawn(impact_figure(case.scenario, case.trace, case.playbook)))
    rows = [(metric.title, metric.text, metric.definition) for metric in card.metrics]
    yield Table("What it came to", ("Measure", "Result", "Counted"), rows, ("Result",))
    yield from _truth(case)
    told = [(each.clock, each.text) for each in lines(case)]
    yield Fold("The whole timeline", [Table("Timeline", ("Time", "What happened"), told, ("Time",))])


def _drawn(chart: Chart) -> tuple[str, str]:
    return chart.data_uri(), chart.alt


def _truth(case: Case) -> Iterator[Block]:
    yield Heading("What it really was")
    yield Paragraph(f"{case.variant.title}. {case.variant.cause.text}")
    helps = " or ".join(in_full(case.scenario, move) for move in case.variant.right_moves)
    if helps:
        yield Paragraph(f"What brings users back: {helps}.")
    herrings = list(_herrings(case))
    if herrings:
        yield Paragraph("What pointed the wrong way:")
        yield Bullets(herrings)


def _herrings(case: Case) -> Iterator[str]:
    seen = {event.subject for event in case.events("evidence")}
    for item in case.scenario.evidence + case.variant.evidence:
        if item.herring:
            met = "you saw it" if item.id in seen else "you did not come across it"
            yield f"“{item.title}” ({met}). {item.herring.strip()}"
    for inject in case.scenario.injects:
        if inject.herring:
            yield f"“{inject.text}” ({inject.author}). {inject.herring.strip()}"


# -- analysis ------------------------------------------------------------------------------------------


def _analysis(debriefed: Debrief) -> Iterator[Block]:
    case, card = debriefed.case, debriefed.card
    yield Heading("How the playbook was kept")
    yield Paragraph(_total(card))
    yield Picture(lambda: _drawn(rule_figure(card, case.playbook)))
    rows = [(r.id, case.playbook.rules[r.id].title, r.text, r.reason) for r in card.rules]
    yield Table("Rule by rule", ("Rule", "What it asks for", "Points", "Why"), rows, ("Rule", "Points"))
    proof = [(r.id, *told) for r in card.rules for told in _evidence(case, r)]
    table = Table("Evidence", ("Rule", "Time", "What happened"), proof, ("Rule", "Time"))
    yield Fold("The moments behind each rule", [table])


def _total(card: Scorecard) -> str:
    if card.total is None:
        return "Nothing was scored: the drill gave no chance to keep or break a rule."
    counted = f"{card.points:.1f} of {card.possible:g} points"
    left_out = [result.id for result in card.rules if not result.scored]
    without = f"; not scored: {', '.join(left_out)}" if left_out else ""
    return f"{card.total:g} out of 100, {card.rating} ({counted}{without})."


def _evidence(case: Case, result: RuleResult) -> Iterator[tuple[str, str]]:
    for seq in result.evidence:
        told = line(case, case.trace.events[seq])
        yield told.clock, told.text


# -- summary -------------------------------------------------------------------------------------------


def _summary(debriefed: Debrief) -> Iterator[Block]:
    case, card = debriefed.case, debriefed.card
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
    if case.scenario.debrief.teaches:
        yield Paragraph("What this scenario teaches:")
        yield Bullets(case.scenario.debrief.teaches)
