"""Where a text points at people: words that blame, and names where it judges."""

from collections.abc import Iterable, Mapping
from typing import Any

from simulator.scenario.model import Scenario
from simulator.wording import blame, names_in


def in_draft(scenario: Scenario, draft: Mapping[str, Any]) -> list[str]:
    """Words that blame anywhere in a postmortem, and people named where it judges or says what to do."""
    actions = draft.get("actions") or ()
    judging = [
        draft.get("summary") or "",
        *lines_of(draft, "went_badly"),
        *lines_of(draft, "factors"),
        draft.get("trigger") or "",
        *(str(value) for action in actions for value in (action["what"], action.get("owner_role") or "")),
    ]
    everything = [*judging, *lines_of(draft, "timeline"), *lines_of(draft, "went_well")]
    blaming = [word for text in everything for word in blame(text)]
    return blaming + [word for text in judging for word in names_in(text, _names(scenario))]


def in_update(scenario: Scenario, text: str) -> list[str]:
    """Words of a status update that blame, and people named in it."""
    return blame(text) + names_in(text, _names(scenario))


def lines_of(draft: Mapping[str, Any], part: str) -> list[str]:
    """The lines of a part of a postmortem, blank ones left out."""
    return [line for line in draft.get(part) or () if line.strip()]


def _names(scenario: Scenario) -> Iterable[str]:
    yield from (who.name for who in scenario.responders.values())
    yield from (who.name for who in scenario.stakeholders.values())
