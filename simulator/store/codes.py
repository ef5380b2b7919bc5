"""Drills that travel: as a drill code, which fits into a message, or as a file with the scenario in it.

A code is `SD1-` and base32 of deflated JSON and its checksum. It names the scenario by its hash; whoever
plays it must have that scenario. A file is JSON and carries the scenario itself.
"""

import base64
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from pydantic import ValidationError

from simulator.conduct import MODES
from simulator.decisions import LOG_FORMAT, Decision, read_decisions
from simulator.rand import check_seed
from simulator.scenario.model import Scenario
from simulator.store.chain import canonical
from simulator.store.faults import StoreError
from simulator.store.records import StoredDrill
from simulator.trace import ENGINE_VERSION

PREFIX = "SD1-"
CHECK_BYTES = 5
LONGEST_BYTES = 4_000_000
"""Most that a code may unfold to."""
WHOLE = "the whole code, from SD1- on"


@dataclass(frozen=True, slots=True)
class Carried:
    """A drill on its way."""

    scenario: str
    version: int
    scenario_id: str
    """SHA-256 of the scenario's exact text."""
    seed: int
    mode: str
    seat: str
    engine: int
    at_ms: int
    trace_digest: str | None
    """If it is over."""
    decisions: tuple[Decision, ...]
    text: str | None = None
    """The scenario itself, as JSON; a code has none."""


def carried(drill: StoredDrill, decisions: tuple[Decision, ...], text: str | None = None) -> Carried:
    """A stored drill, ready to travel."""
    return Carried(
        drill.scenario,
        drill.version,
        drill.scenario_id,
        drill.seed,
        drill.mode,
        drill.seat,
        drill.engine,
        drill.at_ms,
        drill.trace_digest,
        decisions,
        text,
    )


def write_code(drill: Carried) -> str:
    """A drill as one line of capitals and digits."""
    packed = zlib.compress(canonical(_as_json(drill)).encode(), 9)
    return PREFIX + base64.b32encode(_checksum(packed) + packed).decode().rstrip("=")


def write_file(drill: Carried) -> str:
    """A drill as JSON, with its scenario; `sevdrill play --decisions` reads it, too."""
    scenario = {} if drill.text is None else {"scenario_text": drill.text}
    return json.dumps({**_as_json(drill), **scenario}, indent=1) + "\n"


def read_carried(text: str, where: str) -> Carried:
    """A drill from a code or from a file's text.

    Args:
        text: the code, with any line breaks and blanks in it, or JSON.
        where: what to call it in messages.

    Raises:
        InputError: it is neither, was cut short or mistyped, or is of a newer sevdrill.
    """
    stripped = text.strip()
    if stripped.startswith("{"):
        try:
            return _from_json(json.loads(stripped), where)
        except (json.JSONDecodeError, RecursionError):
            raise StoreError(where, "it is not valid JSON", "a file that sevdrill export wrote") from None
    return _from_json(_unpack("".join(stripped.split()).upper(), where), where)


def scenario_in(drill: Carried, where: str) -> Scenario | None:
    """The scenario that a drill carries with it, or None.

    Raises:
        StoreError: it is not the one that the drill was played with.
    """
    if drill.text is None:
        return None
    if sha256(drill.text.encode()).hexdigest() != drill.scenario_id:
        raise StoreError(where, "its scenario was changed", "the file as sevdrill export wrote it")
    try:
        return Scenario.model_validate_json(drill.text)
    except ValidationError:
        raise StoreError(where, "its scenario is of another format", "one that this sevdrill knows") from None


def _checksum(packed: bytes) -> bytes:
    return sha256(packed).digest()[:CHECK_BYTES]


def _unpack(code: str, where: str) -> Any:
    if not code.startswith(PREFIX):
        newer = code.startswith("SD") and "-" in code[:6]
        what = "it is a code of a newer sevdrill" if newer else "it is no drill code"
        raise StoreError(where, what, f"a code that begins with {PREFIX}")
    body = code.removeprefix(PREFIX).rstrip("=")
    try:
        raw = base64.b32decode(body + "=" * (-len(body) % 8))
        packed = raw[CHECK_BYTES:]
        if not packed or _checksum(packed) != raw[:CHECK_BYTES]:
            raise StoreError(where, "it was cut short, or a character is wrong", WHOLE)
        content = zlib.decompressobj().decompress(packed, LONGEST_BYTES)
        return json.loads(content)
    except (ValueError, zlib.error, RecursionError):
        raise StoreError(where, "it was cut short, or a character is wrong", WHOLE) from None


def _as_json(drill: Carried) -> dict[str, Any]:
    return {
        "format": LOG_FORMAT,
        "scenario": drill.scenario,
        "version": drill.version,
        "scenario_id": drill.scenario_id,
        "seed": drill.seed,
        "mode": drill.mode,
        "seat": drill.seat,
        "engine": drill.engine,
        "at_ms": drill.at_ms,
        "trace_digest": drill.trace_digest,
        "decisions": [decision.as_json() for decision in drill.decisions],
    }


_KINDS: Mapping[str, type] = {
    "scenario": str,
    "version": int,
    "scenario_id": str,
    "mode": str,
    "seat": str,
    "engine": int,
    "at_ms": int,
}


def _from_json(raw: Any, where: str) -> Carried:
    if not isinstance(raw, Mapping):
        raise StoreError(where, f"it is a {type(raw).__name__}", "a drill that sevdrill export wrote")
    decisions = read_decisions(raw, where)
    for key, kind in _KINDS.items():
        if not isinstance(raw.get(key), kind) or isinstance(raw.get(key), bool):
            raise StoreError(where, f"its {key} is {raw.get(key)!r:.40}", f"a value of type {kind.__name__}")
    if raw["engine"] > ENGINE_VERSION:
        raise StoreError(where, f"it is of engine {raw['engine']}", f"an engine up to {ENGINE_VERSION}")
    if raw["mode"] not in MODES:
        raise StoreError(where, f"its mode is '{raw['mode']}'", f"one of {', '.join(MODES)}")
    digest, text = raw.get("trace_digest"), raw.get("scenario_text")
    if not isinstance(digest, str | None) or not isinstance(text, str | None):
        raise StoreError(where, "its trace_digest or scenario_text is no text", "text, or nothing")
    facts = {key: raw[key] for key in _KINDS}
    seed = check_seed(raw.get("seed"), f"{where}, seed")
    return Carried(**facts, seed=seed, trace_digest=digest, decisions=decisions, text=text)
