"""What a notebook opens: a control room that ends in a debrief.

Here simulator and scoring are joined; the room itself knows nothing of scores.
"""

import secrets

from scoring.report import Debrief, full_debrief
from simulator.room.room import Room
from simulator.scenario.load import load
from simulator.session import Session

FIRST_DRILL = "api-500s-after-deploy"


def drill(scenario: str = FIRST_DRILL, seed: int | None = None, speed: int = 10) -> Room:
    """A control room for a drill, ready to start.

    Args:
        scenario: a library id, or the path of a scenario file.
        seed: picks the variant and every chance event; none: one that nobody knows beforehand.
        speed: drill seconds per real second to begin with, one of `simulator.room.pacing.SPEEDS`.

    Raises:
        InputError: an unknown scenario, a faulty file, or a speed that is not offered.
    """
    chosen = secrets.randbelow(2**31) if seed is None else seed
    return Room(Session(load(scenario), chosen), on_end=_debrief_session, speed=speed)


def debrief(room: Room) -> Debrief | None:
    """The debrief of a room's drill, for a cell of its own; None, and a word why, while it is not over."""
    if room.phase != "ended":
        print("The drill is not over. Play it, press “End drill”, and run this cell again.")  # noqa: T201
        return None
    return _debrief_session(room.session)


def _debrief_session(session: Session) -> Debrief:
    return full_debrief(session.scenario, session.finish())
