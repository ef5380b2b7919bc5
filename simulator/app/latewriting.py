"""A postmortem written after the drill was ended: the drill is taken up where it was left, and played on.

It is an honest part of the drill only if it could have been written in it: users had been declared well, and
there was time. Otherwise it is practice: graded, and no part of the score.
"""

from collections.abc import Mapping
from typing import Any

from simulator.moves import SEAT
from simulator.session import Session

ORDER = ("schedule_postmortem", "write_postmortem")
"""The meeting takes seconds, the draft minutes: in this order none waits for the other."""
Asked = Mapping[str, Mapping[str, Any]]
"""Move to its arguments."""


def standing_at(over: Session, left_ms: int) -> Session:
    """A copy of the drill as it stood when the trainee left; nothing of it is kept."""
    return over.branch(left_ms + 1)


def why_not(over: Session, left_ms: int | None) -> str:
    """Why nothing that is written now can be part of the drill; empty if it can."""
    if left_ms is None:
        return "The time of the drill was over."
    cause = next(iter(over.scenario.services))
    return standing_at(over, left_ms).refusal("write_postmortem", {"cause": cause}) or ""


def played_on(over: Session, left_ms: int, asked: Asked) -> tuple[Session, int] | str:
    """The drill with these moves made where it was left, finished; and when it was left this time.

    It is tried on a copy first, so that nothing is kept of what could not be done; then the answer says why.

    Args:
        over: the finished drill.
        left_ms: when the trainee left it.
        asked: the moves, of those in `ORDER`.

    Raises:
        InputError: arguments that could never be, or a store that did not take it.
    """
    trial = standing_at(over, left_ms)
    refused = _make(trial, asked)
    if refused:
        return refused
    wanted = {decision.id for decision in trial.decisions if decision.verb in asked}
    done = {event.detail["decision"] for event in trial.finish().events if event.kind == "postmortem"}
    if "write_postmortem" in asked and not wanted <= done:
        return "There was not enough time left in the drill to write it."
    late = over.back_to(left_ms + 1)
    _make(late, asked)
    left_ms = late.now_ms
    late.finish()
    return late, left_ms


def _make(session: Session, asked: Asked) -> str:
    for verb in ORDER:
        if verb in asked:
            refused = session.decide(verb, asked[verb], SEAT).refused
            if refused:
                return refused
    return ""
