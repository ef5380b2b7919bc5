"""Control rooms that end in a debrief: the room itself knows nothing of scores."""

from collections.abc import Callable

import ipywidgets as W  # noqa: N812

from simulator.app.after import after_drill
from simulator.conduct import Mode
from simulator.room.room import Room
from simulator.session import Session


def open_room(
    session: Session,
    speed: int = 10,
    *,
    mode: Mode | None = None,
    begin: Callable[[Mode], Session] | None = None,
) -> Room:
    """A room for a session, kept or not; what comes after the drill opens in it.

    The arguments are those of `Room`.

    Raises:
        UnknownNameError: a speed or a mode that is not offered.
    """

    def ended(over: Session) -> W.Widget:
        return after_drill(room)

    room = Room(session, on_end=ended, speed=speed, mode=mode, begin=begin)
    return room
