"""Decisions and the log of them: the record of value.

`scenario + seed + decision log` is a drill; everything else is computed from it. A decision says who
wanted what, when; whether it was possible is for the drill to say.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.errors import DecisionError, nearest, one_of
from simulator.rand import check_seed

LOG_FORMAT = 1
"""The decision log format this version writes. Older ones are upgraded, newer ones refused."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One thing a seat decided to do."""

    id: str
    """Names the decision in the log; its random draws hang on it, so it never changes."""
    at_ms: int
    """When, in ms since the scenario opened."""
    seat: str
    """Who decided."""
    verb: str
    """Which move, e.g. `roll_back`."""
    args: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """The move's arguments, plain JSON values."""

    def as_json(self) -> dict[str, Any]:
        """The decision as a JSON object."""
        return {
            "id": self.id,
            "at_ms": self.at_ms,
            "seat": self.seat,
            "verb": self.verb,
            "args": dict(self.args),
        }


@dataclass(frozen=True, slots=True)
class DecisionLog:
    """Decisions in the order in which they act, with what is needed to play them again."""

    scenario: str
    version: int
    seed: int
    decisions: tuple[Decision, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The log as a JSON object, as `sevdrill play --decisions` reads it."""
        return {
            "format": LOG_FORMAT,
            "scenario": self.scenario,
            "version": self.version,
            "seed": self.seed,
            "decisions": [decision.as_json() for decision in self.decisions],
        }


_FIELDS = {"id", "at_ms", "seat", "verb", "args"}


def read_decisions(raw: Any, where: str) -> tuple[Decision, ...]:
    """Read decisions from parsed JSON: a log, the output of `play --json`, or a bare list.

    Args:
        raw: the parsed JSON.
        where: what to call the source in messages (a file name).

    Raises:
        DecisionError: naming the decision's number, the fault and what was expected.
    """
    if isinstance(raw, Mapping):
        _check_format(raw.get("format", LOG_FORMAT), where)
        if "decisions" not in raw:
            raise DecisionError(where, "no 'decisions' in it", "a decision log or the output of play --json")
        raw = raw["decisions"]
    if not isinstance(raw, list):
        raise DecisionError(where, f"decisions are a {type(raw).__name__}", "a list of decisions")
    decisions = tuple(_read_one(item, number, where) for number, item in enumerate(raw, 1))
    return tuple(in_order(decisions, f"{where}, "))


def seed_of(raw: Any, scenario: str, version: int, where: str) -> int | None:
    """The seed that a stored log was played with, after checking that it is a log of this scenario.

    Args:
        raw: the parsed JSON; a bare list of decisions says nothing of either.
        scenario: id of the scenario that it is to be played in.
        version: that scenario's version.
        where: what to call the source in messages.

    Raises:
        DecisionError: it is of another scenario, or of another version of it.
        SeedError: its seed is no seed.
    """
    if not isinstance(raw, Mapping):
        return None
    for key, wanted in (("scenario", scenario), ("version", version)):
        if raw.get(key, wanted) != wanted:
            raise DecisionError(where, f"it is a log of {key} {raw[key]!r}", f"{key} {wanted!r}")
    seed = raw.get("seed")
    return None if seed is None else check_seed(seed, f"{where}, seed")


def _check_format(number: Any, where: str) -> None:
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise DecisionError(where, f"format is {number!r}", f"a whole number from 1 to {LOG_FORMAT}")
    if number > LOG_FORMAT:
        raise DecisionError(
            where, f"decision log format {number} is newer than this sevdrill knows", f"format {LOG_FORMAT}"
        )


def _read_one(item: Any, number: int, where: str) -> Decision:
    place = f"{where}, decision {number}"
    if not isinstance(item, Mapping):
        raise DecisionError(place, f"it is a {type(item).__name__}", "an object with at_ms, seat, verb, args")
    for key in item:
        if key not in _FIELDS:
            raise DecisionError(place, f"unknown key '{key}'", one_of(sorted(_FIELDS)), nearest(key, _FIELDS))
    at_ms = item.get("at_ms")
    if not isinstance(at_ms, int) or isinstance(at_ms, bool) or at_ms < 0:
        raise DecisionError(
            place, f"at_ms is {at_ms!r}", "whole milliseconds since the scenario opened, 0 or more"
        )
    for key in ("seat", "verb"):
        if not isinstance(item.get(key), str):
            raise DecisionError(place, f"{key} is {item.get(key)!r}", "a name")
    args = item.get("args", {})
    if not isinstance(args, Mapping):
        raise DecisionError(place, f"args is a {type(args).__name__}", "an object")
    identity = item.get("id", f"d{number}")
    if not isinstance(identity, str) or not identity or not identity.isprintable():
        raise DecisionError(place, f"id is {identity!r}", "a name such as 'd7'")
    return Decision(identity, at_ms, item["seat"], item["verb"], dict(args))


def in_order(decisions: Iterable[Decision], where: str = "") -> Iterator[Decision]:
    """The decisions of a log, each checked against those above it.

    Args:
        decisions: the log's decisions.
        where: what goes before the decision's number in messages.

    Raises:
        DecisionError: a time before the last one, or an id used twice.
    """
    last, seen = 0, set[str]()
    for number, decision in enumerate(decisions, 1):
        if decision.at_ms < last:
            raise DecisionError(
                f"{where}decision {number}",
                f"at_ms {decision.at_ms} is before the decision above it ({last})",
                "times that never go back",
            )
        if decision.id in seen:
            raise DecisionError(
                f"{where}decision {number}", f"id '{decision.id}' is used twice", "one id each"
            )
        seen.add(decision.id)
        last = decision.at_ms
        yield decision
