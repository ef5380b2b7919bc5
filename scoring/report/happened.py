"""First reactions, then what happened and what it really was."""

from collections.abc import Iterator, Sequence

from scoring.acts import in_full
from scoring.case import Case
from scoring.figures import impact_figure
from scoring.markup import Blank, Block, Box, Bullets, Fold, Heading, Paragraph, Picture, Table
from scoring.metrics import Metric
from scoring.narrative import lines
from scoring.scorecard import Scorecard
from simulator.conduct import Conduct

REACTIONS = (
    "What was going through your mind when the pager went off?",
    "At which moment were you least sure what to do?",
    "What would you have liked to know sooner?",
)
"""Asked before anything is shown: people listen better once they have spoken."""
HEADLINE = (
    "user_minutes_lost",
    "peak_users_affected",
    "time_to_detect",
    "time_to_acknowledge",
    "time_to_declare",
    "time_to_first_update",
    "time_to_mitigate",
    "time_to_resolve",
)
"""The measures that are read first; the others are folded away."""


def reactions() -> Iterator[Block]:
    """What to ask before anything is shown, and where to write it down."""
    yield Box("Before you read on: a minute for how it felt.", REACTIONS)
    yield Blank("Your notes")


def what_happened(case: Case, card: Scorecard, conduct: Conduct | None = None) -> Iterator[Block]:
    """How it was played, the impact, the measures, the truth and the timeline."""
    yield Heading("What happened")
    if conduct is not None:
        yield Paragraph(conduct.told)
    yield Picture(lambda: impact_figure(case.scenario, case.trace, case.playbook))
    yield _measures("What it came to", [metric for metric in card.metrics if metric.name in HEADLINE])
    rest = [metric for metric in card.metrics if metric.name not in HEADLINE]
    yield Fold("More measures", [_measures("More measures", rest)])
    yield from _truth(case)
    told = [(each.clock, each.text) for each in lines(case)]
    yield Fold("The whole timeline", [Table("Timeline", ("Time", "What happened"), told, ("Time",))])


def _measures(title: str, metrics: Sequence[Metric]) -> Table:
    rows = [(metric.title, metric.text, metric.definition) for metric in metrics]
    return Table(title, ("Measure", "Result", "Counted"), rows, ("Result",))


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
