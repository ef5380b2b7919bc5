"""What a notebook opens: a control room that ends in a debrief.

Here simulator and scoring are joined; the room itself knows nothing of scores.
"""

import secrets

from scoring.report import Debrief, debrief

from simulator.room.room import Room
from simulator.scenario.load import load
from simulator.session import Session

FIRST_DRILL = "api-500s-after-deploy"


def drill(scenario: str = FIRST_DRILL, seed: int | None = None, speed: int = 10) -> Room:
    """A control room for a drill, ready to start.

    Args:
        scenario: a library id, or the path of a scenario file.
        seed: picks the variant and every chance event; none: one that nobody knows beforehand.
        speed: drill seconds per real second to begin with, 1 to 60.

    Raises:
        InputError: an unknown scenario or a faulty file.
    """
    chosen = secrets.randbelow(2**31) if seed is None else seed
    return Room(Session(load(scenario), chosen), on_end=debrief_of, speed=speed)


def debrief_of(session: Session) -> Debrief:
    """The debrief of a drill that was played in a session."""
    return debrief(session.scenario, session.finish())
