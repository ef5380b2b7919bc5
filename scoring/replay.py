"""A decision log played on another seed: same truth, other luck.

People answer sooner or later there, so a decision may not be possible at its moment. It is tried again, as a
person would, for a while; what stays impossible is told with its reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from simulator.decisions import Decision
from simulator.drill import Drill
from simulator.moves import SEAT
from simulator.scenario.model import Scenario
from simulator.trace import Trace

PATIENCE_MS = 1_200_000
"""How long a decision is tried again: a fix may take that much longer. Chosen for teaching."""
AGAIN_MS = 5000
"""How often."""


@dataclass(frozen=True, slots=True)
class Impossible:
    """A decision that could not be made on another seed."""

    decision: Decision
    reason: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of a log on a seed."""

    seed: int
    trace: Trace
    impossible: tuple[Impossible, ...]


def accepted(trace: Trace) -> tuple[Decision, ...]:
    """The decisions of a trace that were carried out, in order."""
    return tuple(
        Decision(e.detail["id"], e.at_ms, e.subject, e.detail["verb"], e.detail["args"])
        for e in trace.events
        if e.kind == "decision" and e.detail["outcome"] == "accepted"
    )


def replay(scenario: Scenario, seed: int, decisions: Sequence[Decision], paged_ms: int) -> Replayed:
    """Play a log on a seed, moved by as much as the page comes earlier or later there.

    Args:
        scenario: what is played; one variant, for the truth to be the same.
        seed: for every chance event.
        decisions: those that were carried out.
        paged_ms: when the trainee was paged in the drill that the log is from.
    """
    drill = Drill(scenario, seed)
    while SEAT not in drill.board.paged_ms and drill.now_ms < scenario.length_ms:
        drill.advance_to(drill.now_ms + 1000)
    shift_ms = drill.board.paged_ms.get(SEAT, drill.now_ms) - paged_ms
    due = [replace(decision, at_ms=max(drill.now_ms, decision.at_ms + shift_ms)) for decision in decisions]
    waiting: list[Decision] = []
    impossible: list[Impossible] = []
    while (due or waiting) and drill.now_ms < scenario.length_ms:
        moments = [due[0].at_ms] if due else []
        moments += [drill.now_ms + AGAIN_MS] if waiting else []
        drill.advance_to(min(moments))
        while due and due[0].at_ms <= drill.now_ms:
            waiting.append(due.pop(0))
        waiting = _try(drill, waiting, impossible)
    impossible += [Impossible(decision, "The drill was over.") for decision in (*waiting, *due)]
    return Replayed(seed, drill.finish(), tuple(impossible))


def _try(drill: Drill, waiting: Sequence[Decision], impossible: list[Impossible]) -> list[Decision]:
    """Make what can be made now; what cannot be goes on waiting, or is given up."""
    still = []
    for decision in waiting:
        reason = drill.refusal(replace(decision, at_ms=drill.now_ms))
        if reason is None:
            drill.apply(replace(decision, at_ms=drill.now_ms))
        elif drill.now_ms - decision.at_ms >= PATIENCE_MS:
            impossible.append(Impossible(decision, reason))
        else:
            still.append(decision)
    return still
