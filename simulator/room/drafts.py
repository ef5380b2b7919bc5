"""First drafts that the room offers, to be corrected by the trainee."""

from simulator.clock import clock
from simulator.observe import Observation
from simulator.room import words
from simulator.scenario.model import Scenario

TELLING = ("page", "report", "said", "update")
"""Kinds of channel lines that belong into a timeline."""
LONGEST = 160


def timeline_of(scenario: Scenario, seen: Observation) -> str:
    """A postmortem's timeline from the channel, one event per line."""
    return "\n".join(
        f"{clock(seen.starts, told.at_ms)} "
        + words.short(f"{words.name_of(scenario, told.author)}: {told.text}", LONGEST)
        for told in seen.channel
        if told.about in TELLING
    )
