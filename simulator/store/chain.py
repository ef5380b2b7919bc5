"""The chain through a decision log: each row carries a hash of itself and of everything above it.

So a row that was edited, moved or taken out is found, and which. It is a seal against slips and quiet edits,
not against somebody who owns the database and writes the whole chain anew.
"""

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from simulator.decisions import Decision


def canonical(content: Any) -> str:
    """JSON with one spelling."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)


def first_link(facts: Mapping[str, Any]) -> str:
    """What the chain of a drill hangs on: the facts that its row holds for ever."""
    return sha256(canonical(facts).encode()).hexdigest()


def next_link(link: str, decision: Decision) -> str:
    """The link of a decision that follows the row with `link`."""
    return sha256(f"{link}\n{canonical(decision.as_json())}".encode()).hexdigest()


def broken_row(facts: Mapping[str, Any], written: Iterable[tuple[Decision, str]]) -> str | None:
    """The first row of a log that is not as it was written, in words; None if all are.

    Args:
        facts: what the chain hangs on.
        written: decisions and links, in the order of the rows.
    """
    link = first_link(facts)
    for number, (decision, stored) in enumerate(written, 1):
        link = next_link(link, decision)
        if link != stored:
            return f"row {number} of its log, decision '{decision.id}', is not what was written there"
    return None
