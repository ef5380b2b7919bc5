"""The debrief: its parts in order, and every form in which it can be handed on."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from io import StringIO

from scoring.case import Case
from scoring.edits import is_act
from scoring.markup import Block, Heading
from scoring.narrative import lines
from scoring.playbook import Playbook
from scoring.postmortem import as_markdown
from scoring.references import References, references
from scoring.report.analysis import known, learnt, rules_kept, self_checked, told
from scoring.report.compared import beside, over_seeds, what_would_have_helped
from scoring.report.document import Document
from scoring.report.happened import reactions, what_happened
from scoring.report.summary import headline, take_home
from scoring.scorecard import Scorecard, review, score
from scoring.standing import Standing, standing
from scoring.stored import decisions_of
from scoring.whatif import WhatIf, what_if
from simulator.conduct import Conduct
from simulator.scenario.load import library
from simulator.scenario.model import Scenario
from simulator.trace import ENGINE_VERSION, Trace


@dataclass(frozen=True)
class Debrief(Document):
    """The debrief of one drill."""

    case: Case
    card: Scorecard
    references: References | None = None
    standing: Standing | None = None
    what: WhatIf | None = None
    conduct: Conduct | None = None
    """How it was played, if anybody noted it: reported, never scored."""
    library: Mapping[str, Scenario] = field(default_factory=dict)
    """From which the next drill is chosen."""

    @property
    def title(self) -> str:
        """What to call it."""
        return f"Debrief: {self.case.scenario.title}"

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The whole debrief as blocks, for any rendering."""
        return (Heading(self.title, 2), *self._parts())

    def _parts(self) -> Iterator[Block]:
        yield from headline(self.case, self.card, self.references, self.library)
        yield from reactions()
        yield from what_happened(self.case, self.card, self.conduct)
        if self.references is not None:
            yield from beside(self.references)
        if self.standing is not None:
            yield from over_seeds(self.standing)
        yield from rules_kept(self.case, self.card)
        yield from known(self.case)
        yield from told(self.case)
        if self.what is not None:
            yield from what_would_have_helped(self.what, self.references)
        yield from self_checked(self.case)
        if self.case.events("postmortem"):
            yield from learnt(self.case)
        yield from take_home(self.case, self.card, self.library)

    def postmortem(self) -> str:
        """The postmortem as Markdown: what was written, or what the log gives to begin with."""
        return as_markdown(self.case)

    def csv(self) -> str:
        """Measures, rules and timeline as one table of comma-separated values, numbers unrounded."""
        target = StringIO()
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(("part", "id", "title", "value", "of", "unit", "text"))
        rules = self.case.playbook.rules
        for metric in self.card.metrics:
            writer.writerow(
                ("measure", metric.name, metric.title, metric.value, "", metric.unit, metric.text)
            )
        for r in self.card.rules:
            writer.writerow(("rule", r.id, rules[r.id].title, r.points, r.possible, "points", r.reason))
        for line in lines(self.case):
            writer.writerow(("timeline", line.seq, line.clock, line.at_ms / 1000, "", "s", line.text))
        return target.getvalue()


def debrief(scenario: Scenario, trace: Trace, playbook: Playbook | None = None) -> Debrief:
    """The debrief of a drill that has been played to its end, from its trace alone.

    Raises:
        ScoreError: the trace is of another scenario, or of another state of it.
    """
    return Debrief(review(scenario, trace, playbook), score(scenario, trace, playbook))


def full_debrief(
    scenario: Scenario,
    trace: Trace,
    playbook: Playbook | None = None,
    *,
    seeds: range | None = None,
    conduct: Conduct | None = None,
) -> Debrief:
    """The same with what the drill could have been: plays it again, in parts, some dozens of times.

    A trace of an older engine is not played again: its figures would not compare.

    Args:
        scenario: what was played.
        trace: what happened.
        playbook: the rules' weights and deadlines; sevdrill's own if left out.
        seeds: to take luck out as well, the seeds to play; every reference player plays each of them.
        conduct: how it was played: mode, hints, pauses and speed.

    Raises:
        ScoreError: as `debrief`.
    """
    plain = debrief(scenario, trace, playbook)
    if trace.header.engine != ENGINE_VERSION:
        return replace(plain, conduct=conduct, library=library())
    return Debrief(
        plain.case,
        plain.card,
        references(scenario, trace),
        standing(scenario, trace, seeds) if seeds else None,
        what_if(scenario, trace.header.seed, decisions_of(trace), playbook, only=is_act),
        conduct,
        library(),
    )
