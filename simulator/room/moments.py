"""The moments to which a drill can be rewound: the trainee's decisions, and what they were told."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from simulator.decisions import Decision
from simulator.moves import MOVES
from simulator.observe import Observation
from simulator.room import words
from simulator.scenario.model import Scenario

LONGEST = 90
"""Characters of what happened, in a list."""
_DAY_MS = 86_400_000
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment to go back to."""

    at_ms: int
    """Where the drill would stand: just before a decision, just after anything else."""
    text: str


def moments(scenario: Scenario, seen: Observation, decisions: Iterable[Decision]) -> tuple[Moment, ...]:
    """All of them since the page, the latest first.

    Args:
        scenario: what is played.
        seen: what the seat sees now.
        decisions: the log so far.
    """
    if seen.paged_ms is None:
        return ()
    found = [*_decided(scenario, seen, decisions), *_told(scenario, seen), *_alerts(seen)]
    past = [moment for moment in found if seen.paged_ms < moment.at_ms < seen.at_ms]
    return tuple(sorted(past, key=lambda moment: moment.at_ms, reverse=True))


def earliest_ms(seen: Observation) -> int | None:
    """The first moment that can be gone back to: when the page came; None before that."""
    return None if seen.paged_ms is None else seen.paged_ms + 1


def read_time(starts: str, near_ms: int, text: str) -> int | None:
    """The drill time that a time of day stands for: `14:07` or `14:07:30`; None if it is not one.

    Args:
        starts: calendar time of the opening.
        near_ms: of a long drill's days, the one whose moment is nearest to this is meant.
        text: what was written.
    """
    match = _TIME.fullmatch(text.strip())
    if match is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    if hours > 23 or minutes > 59 or seconds > 59:
        return None
    opening = datetime.fromisoformat(starts)
    opened_s = opening.hour * 3600 + opening.minute * 60 + opening.second
    at_ms = 1000 * (hours * 3600 + minutes * 60 + seconds - opened_s)
    return at_ms + _DAY_MS * round((near_ms - at_ms) / _DAY_MS)


def _decided(scenario: Scenario, seen: Observation, decisions: Iterable[Decision]) -> Iterator[Moment]:
    for decision in decisions:
        if decision.seat == seen.seat:
            label = MOVES[decision.verb].label(scenario, decision.args)
            yield Moment(decision.at_ms, f"Before you decided: {words.short(label, LONGEST)}")


def _told(scenario: Scenario, seen: Observation) -> Iterator[Moment]:
    for line in seen.channel:
        if line.author != seen.seat:
            said = f"{words.name_of(scenario, line.author)}: {line.text}"
            yield Moment(line.at_ms + 1, words.short(said, LONGEST))


def _alerts(seen: Observation) -> Iterator[Moment]:
    for alert in seen.alerts:
        state = "fired" if alert.firing else "cleared"
        yield Moment(alert.since_ms + 1, f"Alert {state}: {alert.title}")
