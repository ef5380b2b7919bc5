"""What a form offers for each argument, as of now: who is here, what is off already, what is in flight."""

from collections.abc import Mapping

from simulator.moves import SEAT, Arg, Move, options
from simulator.moves.common import TIME_BOX
from simulator.moves.investigate import NEEDS_TARGET
from simulator.observe import Observation
from simulator.room import words
from simulator.scenario.model import Scenario

Choices = tuple[tuple[str, str], ...]
"""Label and value, as ipywidgets wants them. The value '' stands for none."""

PRESENCE = {
    "here": "here",
    "away": "not paged",
    "paged": "paged",
    "acknowledged": "on the way",
    "unanswered": "no answer",
    "stood_down": "stood down",
}
_PERSONS = ("actor", "holder", "person", "pageable")
MINUTES = (5, 10, 15, 20, 30, 45, 60)
BOXES = (1, 2, 3, 5, 10, 15, 20)
"""Time boxes, in minutes: much of what they are for takes less than five."""
_LEFT_OUT = {"next_update_min": "No promise", "time_box_min": "No limit"}
"""What an optional argument says when it is left out."""
TIMES = (1.0, 1.5, 2.0, 3.0, 5.0)
HOURS = (1, 4, 12, 24, 36, 48, 72, 168)


def choices(move: Move, arg: Arg, scenario: Scenario, seen: Observation, source: str = "") -> Choices | None:
    """Label and value for an argument that picks one of a set; None for free ones.

    Args:
        move: the move it belongs to.
        arg: the argument.
        scenario: the scenario being played.
        seen: what the seat sees now.
        source: for a look, where it looks, which decides what it can look at.
    """
    known = _known(arg, scenario, seen)
    if known is None:
        return None
    if move.verb == "look" and arg.name == "about":
        known = _subjects(source, known, scenario)
    first = () if arg.kind in ("actor", "holder") else ((_nothing(arg, known), ""),)
    return (*first, *((_label(arg, key, title, seen), key) for key, title in known.items()))


def _known(arg: Arg, scenario: Scenario, seen: Observation) -> Mapping[str, str] | None:
    if arg.kind == "decision":
        return {work.decision: f"{words.name_of(scenario, work.actor)}: {work.label}" for work in seen.work}
    if arg.kind == "minutes":
        offered = BOXES if arg.name == TIME_BOX.name else MINUTES
        return {str(minutes): f"{minutes} min" for minutes in offered}
    if arg.kind == "hours":
        return {str(hours): words.plural(hours, "hour") for hours in HOURS}
    if arg.kind == "times":
        return {f"{times:g}": f"{times:g} times as many" for times in TIMES}
    return options(arg, scenario)


def _nothing(arg: Arg, known: Mapping[str, str]) -> str:
    if not known:
        return "Nothing"
    if arg.required:
        return "Choose …"
    return _LEFT_OUT.get(arg.name, "–")


def _subjects(source: str, known: Mapping[str, str], scenario: Scenario) -> Mapping[str, str]:
    """What can be looked at there: the diff of a change, the logs of a service."""
    if source == "diff":
        pool = set(scenario.changes)
    elif source == "provider_status":
        pool = {key for key, service in scenario.services.items() if service.provider}
    elif source == "dashboard" or source in NEEDS_TARGET:
        pool = set(scenario.services)
    else:
        pool = set()
    return {key: title for key, title in known.items() if key in pool}


def _label(arg: Arg, key: str, title: str, seen: Observation) -> str:
    state = _state(arg, key, seen)
    if state and arg.kind in _PERSONS:
        name, _, post = title.partition(" · ")  # the state first: a narrow control cuts off the end
        return f"{name} ({state}) · {post}"
    return words.sentence(title) + (f" ({state})" if state else "")


def _state(arg: Arg, key: str, seen: Observation) -> str:
    if arg.kind in _PERSONS and key != SEAT:
        presence = {person.id: person.presence for person in seen.people}
        return PRESENCE.get(presence.get(key, ""), "")
    if arg.kind == "flag":
        return "is off" if key in seen.flags_off else ""
    if arg.kind == "change":
        return "rolled back" if key in seen.undone else ""
    if arg.kind == "cause" and key in seen.fixes_ready:
        return "fix ready"
    return ""
