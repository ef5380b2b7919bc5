"""What a notebook opens: the home page, or one drill's control room."""

import os
import secrets
from typing import TYPE_CHECKING

from simulator.app.rooms import open_room, room_of
from simulator.app.serve import ONE_DRILL
from simulator.conduct import Mode
from simulator.room.room import Room
from simulator.scenario.load import load
from simulator.scenario.model import Scenario
from simulator.session import Session
from simulator.store import Store, StoredDrill, begin, open_store, resume
from simulator.trace import ENGINE_VERSION

if TYPE_CHECKING:  # what needs pandas and matplotlib is imported where it is used: a drill opens without them
    from scoring.report import Debrief
    from simulator.app.homepage import Home

FIRST_DRILL = "api-500s-after-deploy"


def home(
    speed: int = 10, *, mode: Mode = "standard", keep: bool = True, trainee: str | None = None
) -> "Home":
    """The home page: choose a drill, go on with one, look back at those that are over.

    Args:
        speed: drill seconds per real second that is chosen at first, one of `simulator.room.pacing.SPEEDS`.
        mode: the help that is chosen at first, one of `simulator.store.MODES`.
        keep: False plays without a store. One that cannot be used is said on the page, and drills are played
            without it.
        trainee: the name of whoever plays; whoever is logged in, if left out.

    Raises:
        UnknownNameError: a speed or a mode that is not offered.
    """
    from simulator.app.desk import Desk  # noqa: PLC0415
    from simulator.app.homepage import Home  # noqa: PLC0415

    return Home(Desk(trainee, keep=keep), mode, speed)


def served() -> "Home | Room":
    """What `sevdrill serve` shows a visitor: the home page, or the one drill that was asked for."""
    scenario = os.environ.get(ONE_DRILL)
    return drill(scenario) if scenario else home()


def drill(
    scenario: str = FIRST_DRILL,
    seed: int | None = None,
    speed: int = 10,
    *,
    mode: Mode | None = None,
    fresh: bool = False,
    keep: bool = True,
) -> Room:
    """A control room for a drill, ready to start.

    The drill is kept in your store: run the cell again, after a reload, a crash or on another day, and it
    goes on where it stands, until it is over.

    Args:
        scenario: a library id, or the path of a scenario file.
        seed: picks the variant and every chance event; none: one that nobody knows beforehand.
        speed: drill seconds per real second to begin with, one of `simulator.room.pacing.SPEEDS`.
        mode: how much the room helps: `coached` asks before a risky move, `standard` warns, `exam` says
            nothing; none: you choose before you start.
        fresh: begin a new drill even if one is under way.
        keep: False plays without a store.

    Raises:
        InputError: an unknown scenario, a faulty file, a speed or mode that is not offered, or a store that
            cannot be used (then `keep=False` plays without one).
    """
    chosen = load(scenario)
    store = open_store() if keep else None
    under_way = _under_way(store, chosen, seed, mode) if store and not fresh else None
    if store and under_way is not None:
        return room_of(under_way.id) or open_room(resume(store, under_way.id), speed)
    new = Session(chosen, _seed(seed))

    def start(mode: Mode) -> Session:
        """Only a drill that is really started is kept."""
        return begin(store, chosen, new.seed, mode=mode) if store else new

    return open_room(new, speed, mode=mode, begin=start)


def _seed(seed: int | None) -> int:
    return secrets.randbelow(2**31) if seed is None else seed


def _under_way(store: Store, scenario: Scenario, seed: int | None, mode: Mode | None) -> StoredDrill | None:
    """The trainee's drill of this scenario that is not over, if there is one."""
    for found in store.drills(store.me(), scenario.id, finished=False):
        same = found.scenario_digest == scenario.digest and found.engine == ENGINE_VERSION
        if same and seed in (None, found.seed) and mode in (None, found.mode):
            return found
    return None


def debrief(room: Room) -> "Debrief | None":
    """The debrief of a room's drill, for a cell of its own; None, and a word why, while it is not over."""
    if room.phase != "ended":
        print("The drill is not over. Play it, press “End drill”, and run this cell again.")  # noqa: T201
        return None
    from simulator.app.after import debrief_of  # noqa: PLC0415

    return debrief_of(room.session)
