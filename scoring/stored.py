"""Stored traces, read back: a drill can be scored again, by another playbook, without being played again."""

from collections.abc import Mapping
from typing import Any

from simulator.decisions import Decision
from simulator.errors import InputError, nearest, one_of
from simulator.trace import ENGINE_VERSION, KINDS, TRACE_FORMAT, Trace, TraceEvent, TraceHeader

_HEADER: Mapping[str, type] = {
    "scenario": str,
    "version": int,
    "scenario_digest": str,
    "variant": str,
    "seed": int,
    "engine": int,
    "format": int,
}
_EVENT: Mapping[str, type] = {"seq": int, "at_ms": int, "kind": str, "subject": str, "detail": dict}


class TraceError(InputError):
    """A stored trace that cannot be read."""


def read_trace(raw: Any, where: str) -> Trace:
    """A trace from parsed JSON, as `Trace.to_bytes` writes it.

    Args:
        raw: the parsed JSON.
        where: what to call the source in messages (a file name).

    Raises:
        TraceError: naming the place, the fault and what was expected.
    """
    parts = _fields(raw, {"header": dict, "events": list, "impact": dict}, where, "a stored trace")
    header = _fields(parts["header"], _HEADER, f"{where}, header", "a header")
    if header["format"] > TRACE_FORMAT:
        what = f"trace format {header['format']} is newer than this sevdrill knows"
        raise TraceError(where, what, f"format {TRACE_FORMAT}")
    if header["engine"] > ENGINE_VERSION:
        raise TraceError(where, f"it is of engine {header['engine']}", f"an engine up to {ENGINE_VERSION}")
    events = tuple(_event(item, number, where) for number, item in enumerate(parts["events"]))
    return Trace(TraceHeader(**header), events, _columns(parts["impact"], where))


def decisions_of(trace: Trace) -> tuple[Decision, ...]:
    """The decision log that a trace was played from: with scenario and seed it gives the same trace again."""
    return tuple(
        Decision(e.detail["id"], e.at_ms, e.subject, e.detail["verb"], e.detail["args"])
        for e in trace.events
        if e.kind == "decision"
    )


def _fields(raw: Any, wanted: Mapping[str, type], where: str, what: str) -> Mapping[str, Any]:
    if not isinstance(raw, Mapping):
        raise TraceError(
            where, f"it is a {type(raw).__name__}", f"{what}, an object with {', '.join(wanted)}"
        )
    for key in raw:
        if key not in wanted:
            raise TraceError(where, f"unknown key '{key}'", one_of(wanted), nearest(key, wanted))
    for key, kind in wanted.items():
        value = raw.get(key)
        if not isinstance(value, kind) or isinstance(value, bool):
            raise TraceError(where, f"'{key}' is {value!r:.60}", f"a value of type {kind.__name__}")
    return raw


def _event(item: Any, number: int, where: str) -> TraceEvent:
    place = f"{where}, event {number}"
    event = _fields(item, _EVENT, place, "an event")
    if event["seq"] != number:
        raise TraceError(place, f"its seq is {event['seq']}", f"{number}, its place in the timeline")
    if event["kind"] not in KINDS:
        raise TraceError(
            place, f"unknown kind '{event['kind']}'", one_of(KINDS), nearest(event["kind"], KINDS)
        )
    return TraceEvent(**event)


def _columns(raw: Mapping[str, Any], where: str) -> dict[str, tuple[float, ...]]:
    lengths = {len(column) if isinstance(column, list) else -1 for column in raw.values()}
    if "at_ms" not in raw or len(lengths) != 1 or lengths == {-1}:
        raise TraceError(
            f"{where}, impact", "its columns are not equally long", "lists with one value a sample"
        )
    return {name: tuple(column) for name, column in raw.items()}
