"""The ways in which responses usually go wrong: one table for the coach, the debrief and the store."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class FailureMode(NamedTuple):
    """One way of going wrong."""

    title: str
    question: str
    """What somebody who pauses asks themselves."""


FAILURES: Mapping[str, FailureMode] = MappingProxyType(
    {
        "acting_first": FailureMode(
            "Acting before triage", "What do users feel, what changed, and does it roll back quickly?"
        ),
        "fixing_first": FailureMode(
            "Fixing before mitigating", "What would take the fault out of the users' way first?"
        ),
        "debugging_on_users": FailureMode(
            "Debugging in production", "Could staging show the same, and hurt nobody?"
        ),
        "going_silent": FailureMode(
            "Going silent", "Who is waiting to hear from you, even if there is no news?"
        ),
        "promising": FailureMode(
            "Promising a time to fix", "Can you keep that time? The next update is yours to promise."
        ),
        "guessing": FailureMode("Acting on a guess stated as a fact", "What have you seen that says so?"),
        "anchoring": FailureMode(
            "Staying with a suspect that evidence clears", "If it is innocent, where would you look next?"
        ),
        "victory": FailureMode(
            "Declaring victory while users are hurt", "Are users well, and has it held for a while?"
        ),
        "adrenaline": FailureMode(
            "Shipping the fix under adrenaline", "What does it cost to wait for a review and a calm hour?"
        ),
        "hands_on": FailureMode(
            "Holding command with hands on the keyboard", "Who else can do it while you keep the whole view?"
        ),
        "waking": FailureMode(
            "Waking people without need", "Whom does this severity need, and who may sleep?"
        ),
        "naming": FailureMode(
            "Naming a person as the cause", "What in the system let it happen to whoever was there?"
        ),
    }
)
"""Id to failure mode, in the order in which they are told."""
