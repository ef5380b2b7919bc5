"""What happened in a drill: the timeline and the impact series, frozen and versioned.

Event kinds are listed in `KINDS`; `docs/trace.md` gives every field. A kind that begins with `truth.` is
hidden from the seats. Wall-clock facts (who played, when) are no part of a trace, so equal play gives
equal bytes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from types import MappingProxyType
from typing import Any, NamedTuple

TRACE_FORMAT = 1
"""The trace format this version writes."""
ENGINE_VERSION = 2
"""Raised whenever the same drill would give another trace: scores are comparable within one number."""

KINDS: Mapping[str, str] = {
    "opened": "the scenario opens; subject: scenario id",
    "alert": "an alert fires or clears; subject: alert id",
    "page": "somebody is paged, acknowledges, joins or stands down; subject: who",
    "decision": "a seat decided; subject: seat; refused ones say why",
    "work": "somebody queues, starts, ends or drops a piece of work; subject: who",
    "message": "a line in the incident channel; subject: author",
    "evidence": "a piece of evidence is seen; subject: evidence id",
    "triage": "triage questions are answered; subject: seat",
    "severity": "a severity is declared; subject: seat",
    "role": "a role changes hands; subject: role",
    "update": "a status update is posted; subject: channel",
    "question": "a stakeholder asks because nobody told them; subject: stakeholder",
    "production": "production is changed by hand; subject: what was changed",
    "hold": "a case is opened with a provider, and we wait; subject: the provider",
    "status_page": "the status page goes down, or is up again; subject: the service it needs",
    "fix": "a fix is ready, not found, or shipped; subject: what it fixes",
    "declared": "mitigated or resolved is declared; subject: which of the two",
    "postmortem": "the postmortem is scheduled or written; subject: seat",
    "truth.fault": "a fault begins or ends to act; subject: fault id",
    "truth.severity": "the true severity changes; subject: scenario id",
    "truth.cause": "the cause is removed from, or back in, production; subject: cause id",
    "closed": "the drill's time is over; subject: scenario id",
}


class TraceEvent(NamedTuple):
    """One line of the timeline."""

    seq: int
    """Position in the timeline, from 0; rules cite it as evidence."""
    at_ms: int
    kind: str
    subject: str
    detail: Mapping[str, Any] = MappingProxyType({})

    @property
    def hidden(self) -> bool:
        """True for what no seat may see while the drill runs."""
        return self.kind.startswith("truth.")

    def as_json(self) -> dict[str, Any]:
        """The event as a JSON object."""
        return {
            "seq": self.seq,
            "at_ms": self.at_ms,
            "kind": self.kind,
            "subject": self.subject,
            "detail": dict(self.detail),
        }


@dataclass(frozen=True, slots=True)
class TraceHeader:
    """What a trace is a trace of."""

    scenario: str
    version: int
    scenario_digest: str
    """SHA-256 of the scenario's canonical JSON."""
    variant: str
    seed: int
    engine: int = ENGINE_VERSION
    format: int = TRACE_FORMAT


@dataclass(frozen=True)
class Trace:
    """The whole drill: header, timeline, and the impact series as columns of equal length.

    Impact columns (users are numbers of people, at the sample's moment):
        `at_ms`, `users`, `users_served`, `users_failed`, `users_slow` (served, but too slowly),
        `users_affected` (failed + slow), `requests_per_s`, `requests_failed_per_s`,
        `user_minutes` (lost so far), and the first six users columns again for each journey as
        `<journey>.users` and so on.
    """

    header: TraceHeader
    events: tuple[TraceEvent, ...]
    impact: Mapping[str, tuple[float, ...]]

    def as_json(self) -> dict[str, Any]:
        """The trace as a JSON object."""
        header = {name: getattr(self.header, name) for name in TraceHeader.__slots__}
        return {
            "header": header,
            "events": [event.as_json() for event in self.events],
            "impact": {name: list(column) for name, column in self.impact.items()},
        }

    def to_bytes(self) -> bytes:
        """Canonical bytes: equal play gives equal bytes on any machine."""
        return json.dumps(
            self.as_json(), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
        ).encode()

    @cached_property
    def digest(self) -> str:
        """SHA-256 of `to_bytes()`, in hex."""
        return sha256(self.to_bytes()).hexdigest()
