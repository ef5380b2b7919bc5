"""What the command line prints for people."""

from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from scoring.narrative import lines
from scoring.scorecard import Scorecard, review
from simulator.scenario.check import Finding
from simulator.scenario.model import Scenario
from simulator.store import StoredDrill
from simulator.trace import Trace


def scenarios(console: Console, every: Iterable[Scenario]) -> None:
    """One line per scenario."""
    table = _table("Scenario", "Title", "Level", "Minutes", "Trains")
    table.columns[0].no_wrap = True
    for scenario in every:
        minutes, trains = f"{scenario.length_s // 60}", ", ".join(scenario.skills)
        table.add_row(scenario.id, escape(scenario.title), scenario.difficulty, minutes, escape(trains))
    console.print(table)


def finding(console: Console, found: Finding) -> None:
    """One line per check."""
    mark = "[green]ok  [/]" if found.ok else "[red bold]FAIL[/]"
    detail = f" [dim]({escape(found.detail)})[/]" if found.detail else ""
    console.print(f"{mark} {escape(found.what)}{detail}", soft_wrap=True)


def drill(console: Console, scenario: Scenario, trace: Trace, card: Scorecard, who: str) -> None:
    """A whole drill: timeline, metrics, score."""
    title(console, scenario, trace, who)
    for line in lines(review(scenario, trace)):
        style = "italic dim" if line.hidden else ""
        console.print(Text(f"{line.clock}  ", style="dim") + Text(line.text, style=style), soft_wrap=True)
    console.print()
    card_of(console, card)


def title(console: Console, scenario: Scenario, trace: Trace, who: str) -> None:
    """What was played, by whom, and the truth behind it."""
    console.print(f"[bold]{escape(scenario.title)}[/] · {escape(who)} · seed {trace.header.seed}")
    console.print(f"[dim]{escape(scenario.variants[trace.header.variant].title)}[/]\n")


def card_of(console: Console, card: Scorecard) -> None:
    """Metrics, rules and total."""
    console.print(_metrics(card))
    console.print()
    console.print(_rules(card))
    total = "Not scored" if card.total is None else f"{card.total:.0f} out of 100 · {card.rating}"
    console.print(f"\n[bold]{escape(total)}[/]")


def standings(console: Console, cards: Mapping[str, Scorecard]) -> None:
    """One line per drill."""
    table = _table("Drill", "Scenario", "Variant", "Seed", "User-minutes", "Total", "Rating")
    for name, card in cards.items():
        lost, total = card.metric("user_minutes_lost").value, "-" if card.total is None else f"{card.total:g}"
        cells = (name, card.scenario, card.variant, str(card.seed), f"{lost or 0:,.0f}", total, card.rating)
        table.add_row(*(escape(cell) for cell in cells))
    console.print(table)


def drills(
    console: Console, every: Iterable[StoredDrill], totals: Mapping[str, Sequence[float | None]]
) -> None:
    """One line per stored drill.

    Args:
        console: where to.
        every: the drills.
        totals: the cached totals by drill.
    """
    table = _table("Drill", "Started", "Scenario", "Seed", "Mode", "From", "Stands at", "Total")
    for found in every:
        scored = ", ".join("-" if total is None else f"{total:g}" for total in totals.get(found.id, ()))
        at = "over" if found.finished else f"{found.at_ms // 60_000} min {found.at_ms // 1000 % 60} s"
        started = f"{found.started_at.astimezone():%Y-%m-%d %H:%M}"
        cells = (found.id, started, found.scenario, str(found.seed), found.mode, found.origin, at, scored)
        table.add_row(*(escape(cell) for cell in cells))
    console.print(table)


def _metrics(card: Scorecard) -> Table:
    table = _table("Metric", "Value")
    table.columns[1].justify = "right"
    for metric in card.metrics:
        table.add_row(escape(metric.title), escape(metric.text))
    return table


def _rules(card: Scorecard) -> Table:
    table = _table("Rule", "Points", "Why")
    table.columns[1].justify = "right"
    table.columns[1].no_wrap = True
    for result in card.rules:
        points = "-" if result.points is None else f"{result.points:g}"
        table.add_row(result.id, f"{points} / {result.possible:g}", escape(result.reason))
    return table


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(heading)
    return table
