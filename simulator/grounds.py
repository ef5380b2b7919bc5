"""What seen evidence says for and against an act. It knows what a careful reader concludes, not the truth."""

from collections.abc import Iterable
from typing import get_args

from simulator.board import Found
from simulator.scenario.model import MitigationVerb

MITIGATIONS: tuple[str, ...] = get_args(MitigationVerb)
"""Verbs that take a fault out of the users' way."""
HOLD = "hold_for_provider"
"""The mitigation that leaves production alone: wait for a provider, and say so."""
FOLLOWS = ("roll_back", "restart", HOLD)
"""Verbs for which evidence against their target is reason enough: undo the guilty change, restart the sick
service, hold for the failing provider. Others must be named by evidence as a way out."""


def supports(found: Found, verb: str, target: str, zone: str | None = None) -> bool:
    """Whether a piece of evidence points to this act, whatever its size."""
    if any((way.verb, way.target) == (verb, target) and way.zone in (None, zone) for way in found.workaround):
        return True
    return verb in FOLLOWS and target in found.implicates


def against(seen: Iterable[Found], target: str) -> list[Found]:
    """What rules a target out, unless something seen later takes its side again."""
    known = list(seen)
    implicating = max((item.seq for item in known if target in item.implicates), default=-1)
    return [item for item in known if target in item.clears and item.seq > implicating]
