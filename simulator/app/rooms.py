"""Control rooms that end in a debrief: the room itself knows nothing of scores."""

from collections.abc import Callable
from weakref import WeakSet

import ipywidgets as W  # noqa: N812

from simulator.conduct import Mode
from simulator.room.room import Room
from simulator.session import Session
from simulator.store import StoredSession

_ROOMS: WeakSet[Room] = WeakSet()
"""Those of this kernel. A second room on a drill would let two clocks write into one log."""


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
        # pandas and matplotlib: a second, and a hundred megabytes, that opening a room need not wait for
        from simulator.app.after import after_drill  # noqa: PLC0415

        return after_drill(room)

    room = Room(session, on_end=ended, speed=speed, mode=mode, begin=begin)
    _ROOMS.add(room)
    return room


def room_of(drill: str) -> Room | None:
    """The room of this kernel in which a stored drill is being played, however often its cell is run.

    Args:
        drill: the drill's id in the store.
    """
    return next((room for room in _ROOMS if room.phase != "ended" and drill_of(room) == drill), None)


def drill_of(room: Room) -> str | None:
    """The id of a room's drill in the store; None if it is not kept."""
    return room.session.drill.id if isinstance(room.session, StoredSession) else None
