"""What the command line prints for people."""

from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from scoring.scorecard import Scorecard
from simulator.clock import clock, span
from simulator.moves.common import name_of, title_of
from simulator.scenario.check import Finding
from simulator.scenario.model import Scenario
from simulator.trace import Trace, TraceEvent

LONG_MS = 40_000
"""Work shorter than this is told by what comes of it, not by its beginning and end."""


def scenarios(console: Console, every: Iterable[Scenario]) -> None:
    """One line per scenario."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("Scenario", "Title", "Level", "Minutes", "Trains"):
        table.add_column(heading, no_wrap=heading == "Scenario")
    for scenario in every:
        minutes = f"{scenario.length_s // 60}"
        table.add_row(
            scenario.id, escape(scenario.title), scenario.difficulty, minutes, ", ".join(scenario.skills)
        )
    console.print(table)


def finding(console: Console, found: Finding) -> None:
    """One line per check."""
    mark = "[green]ok  [/]" if found.ok else "[red bold]FAIL[/]"
    detail = f" [dim]({escape(found.detail)})[/]" if found.detail else ""
    console.print(f"{mark} {escape(found.what)}{detail}", soft_wrap=True)


def drill(console: Console, scenario: Scenario, trace: Trace, card: Scorecard, who: str) -> None:
    """A whole drill: timeline, metrics, score."""
    console.print(f"[bold]{escape(scenario.title)}[/] · {escape(who)} · seed {trace.header.seed}")
    console.print(f"[dim]{escape(scenario.variants[trace.header.variant].title)}[/]\n")
    for event in trace.events:
        line = in_words(scenario, event)
        if line:
            row = Text(f"{clock(scenario.starts, event.at_ms)}  ", style="dim")
            console.print(row + Text(line), soft_wrap=True)
    console.print()
    console.print(_metrics(card))
    console.print()
    console.print(_rules(card))
    console.print(f"\n[bold]{card.total:.0f} out of 100[/] · {escape(card.rating)}")


def _metrics(card: Scorecard) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Metric")
    table.add_column("Value", justify="right")
    for metric in card.metrics:
        table.add_row(metric.title, metric_in_words(metric.value, metric.unit))
    return table


def metric_in_words(value: float | None, unit: str) -> str:
    """A metric as people say it; an unreached one says so."""
    if value is None:
        return "not reached"
    return span(1000 * value) if unit == "s" else f"{value:,.0f} {unit}"


def _rules(card: Scorecard) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Rule")
    table.add_column("Points", justify="right", no_wrap=True)
    table.add_column("Why")
    for result in card.rules:
        points = "-" if result.points is None else f"{result.points:g}"
        table.add_row(result.id, f"{points} / {result.possible:g}", escape(result.reason))
    return table


def in_words(scenario: Scenario, event: TraceEvent) -> str:
    """One event as a line of the timeline; empty for what a line beside it says already."""
    return _Words(scenario, event).line()


class _Words:
    def __init__(self, scenario: Scenario, event: TraceEvent) -> None:
        self.scenario, self.event, self.detail = scenario, event, event.detail

    def line(self) -> str:
        tell = getattr(self, "_" + self.event.kind.replace(".", "_"), None)
        return tell() if tell else ""

    def _who(self, key: Any) -> str:
        return "You" if key == "commander" else name_of(self.scenario, key)

    def _alert(self) -> str:
        return f"ALERT {self.detail['state']}: {self.detail['title']} ({self.detail['text']})"

    def _page(self) -> str:
        words = {
            "sent": "paged",
            "acknowledged": "acknowledged",
            "joined": "joined",
            "stood_down": "stood down",
        }
        return f"{self._who(self.event.subject)}: {words[self.detail['state']]}"

    def _decision(self) -> str:
        return f"You: refused. {self.detail['reason']}" if self.detail["reason"] else ""

    def _work(self) -> str:
        if self.detail["state"] == "waiting" or self.detail["expected_ms"] < LONG_MS:
            return ""
        return f"{self._who(self.event.subject)}: {self.detail['label']} ({self.detail['state']})"

    def _message(self) -> str:
        if self.detail["about"] == "page":
            return ""
        who = self._who(self.event.subject)
        return f"{who} {'say' if who == 'You' else 'says'}: {self.detail['text']}"

    def _evidence(self) -> str:
        return f"{self._who(self.detail['by'])} found: {self.detail['title']}"

    def _triage(self) -> str:
        return "Triage: " + ", ".join(
            f"{key} {title_of(self.scenario, value)}" for key, value in self.detail.items()
        )

    def _severity(self) -> str:
        return f"Declared SEV-{self.detail['level']}"

    def _role(self) -> str:
        return f"{self._who(self.detail['holder'])}: now {self.event.subject.replace('_', ' ')}"

    def _declared(self) -> str:
        return f"Declared {self.event.subject}"

    def _truth_fault(self) -> str:
        return f"[truth] fault {self.event.subject} {self.detail['state']}"

    def _truth_severity(self) -> str:
        level = self.detail["level"]
        return f"[truth] severity {'none' if level is None else f'SEV-{level}'}"
