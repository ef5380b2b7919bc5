"""The drill beside what it could have been: references, other seeds, and each decision otherwise."""

from collections.abc import Iterator

from scoring.markup import Block, Heading, Paragraph, Picture, Table
from scoring.references import References
from scoring.standing import MINE, Middle, Standing
from scoring.whatif import Judged, WhatIf
from scoring.whatif_figures import MOST, whatif_figure

ROWS = 8
"""Decisions shown in the table."""


def beside(found: References) -> Iterator[Block]:
    """What users lost, beside nobody, par and the best that is known."""
    yield Heading("Beside others, on the same seed")
    rows = [
        ("This drill", _minutes(found.mine), _share(found.avoided)),
        ("By the book (par)", _minutes(found.par), _share(found.par_avoided)),
        ("The best that is known", _minutes(found.best), f"100% ({found.best_by})"),
        ("Nobody does anything", _minutes(found.nothing), "0%"),
    ]
    head = ("Who", "User-minutes lost", "Of what could be avoided, avoided")
    yield Table("Outcome beside references", head, rows, head[:2])


def over_seeds(found: Standing) -> Iterator[Block]:
    """The same decisions and the reference players with other luck."""
    seeds = len(next(values for who, values in found.lost.items() if who != MINE))
    yield Heading("With other luck")
    yield Paragraph(
        f"The same truth with {seeds} other throws of the dice: who answers when, how long work takes. "
        "Medians, and the range in which the true median lies with 95% confidence."
    )
    rows = [(who, _range(found.middle(who))) for who in found.lost]
    yield Table("User-minutes lost over seeds", ("Who", "Median (range)"), rows, ("Who",))
    for seed, missing in found.left_out[:3]:
        yield Paragraph(
            f"Seed {seed} is left out: {missing.decision.verb.replace('_', ' ')}: {missing.reason}"
        )
    if len(found.left_out) > 3:
        yield Paragraph(f"So are {len(found.left_out) - 3} more.")


def what_would_have_helped(what: WhatIf, found: References | None = None) -> Iterator[Block]:
    """The decisions most regretted, and the best one."""
    yield Heading("What would have helped")
    if what.best is not None:
        yield Paragraph(
            f"Your best decision: {what.best.label}, at {what.best.clock}. "
            f"Without it users would have lost {_minutes(what.best.worth)} user-minutes more."
        )
    for other in what.missed:
        yield Paragraph(f"Not done, although something you had seen pointed to it: {other.text}")
    worst = what.worst
    if worst is None or worst.best is None:
        yield Paragraph("No decision that you made would have saved users anything if made otherwise.")
        if found is not None and found.best < found.mine:
            spared = _minutes(found.mine - found.best)
            yield Paragraph(f"What you did not do would have: {found.best_by}, {spared} user-minutes saved.")
        return
    yield Paragraph(f"Most to gain: {worst.label}, at {worst.clock}. {worst.best.text}")
    regretted = [judged for judged in what.by_regret if judged.regret > 0]
    yield Picture(lambda: whatif_figure(what, MOST))
    rows = [(judged.clock, _minutes(judged.regret), _otherwise(judged)) for judged in regretted[:ROWS]]
    head = ("Time", "Regret", "Decision, and what would have helped")
    yield Table("Decisions by regret, in user-minutes", head, rows, head[:2])


def _otherwise(judged: Judged) -> str:
    return f"{judged.label}. {judged.best.text}" if judged.best else judged.label


def _minutes(value: float) -> str:
    return f"{value:,.0f}"


def _share(value: float | None) -> str:
    return "nothing could be avoided" if value is None else f"{value:.0%}"


def _range(found: Middle | None) -> str:
    if found is None:
        return "no seed could be replayed"
    if found.low is None or found.high is None:
        return f"{_minutes(found.median)} (too few seeds for a range)"
    return f"{_minutes(found.median)} ({_minutes(found.low)} to {_minutes(found.high)})"
