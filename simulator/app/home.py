"""What a notebook opens: a control room that ends in a debrief.

Here simulator and scoring are joined; the room itself knows nothing of scores.
"""

import secrets

from scoring.report import Debrief, full_debrief
from simulator.app.keeping import keep_score
from simulator.conduct import Mode
from simulator.room.room import Room
from simulator.scenario.load import load
from simulator.scenario.model import Scenario
from simulator.session import Session
from simulator.store import Store, StoredSession, begin, open_store, resume
from simulator.trace import ENGINE_VERSION

FIRST_DRILL = "api-500s-after-deploy"


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

    The drill is kept in your store: run the cell again, after a crash or on another day, and it goes on where
    it stands, until it is over.

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
    if under_way is not None:
        return Room(under_way, on_end=_debrief_session, speed=speed)
    new = Session(chosen, _seed(seed))

    def start(mode: Mode) -> Session:
        """Only a drill that is really started is kept."""
        return begin(store, chosen, new.seed, mode=mode) if store else new

    return Room(new, on_end=_debrief_session, speed=speed, mode=mode, begin=start)


def _seed(seed: int | None) -> int:
    return secrets.randbelow(2**31) if seed is None else seed


def _under_way(store: Store, scenario: Scenario, seed: int | None, mode: Mode | None) -> StoredSession | None:
    """The trainee's drill of this scenario that is not over, if there is one."""
    for found in store.drills(store.me(), scenario.id, finished=False):
        same = found.scenario_digest == scenario.digest and found.engine == ENGINE_VERSION
        if same and seed in (None, found.seed) and mode in (None, found.mode):
            return resume(store, found.id)
    return None


def debrief(room: Room) -> Debrief | None:
    """The debrief of a room's drill, for a cell of its own; None, and a word why, while it is not over."""
    if room.phase != "ended":
        print("The drill is not over. Play it, press “End drill”, and run this cell again.")  # noqa: T201
        return None
    return _debrief_session(room.session)


def _debrief_session(session: Session) -> Debrief:
    trace = session.finish()
    if isinstance(session, StoredSession):
        keep_score(session.store, session.drill, session.scenario, trace)
    return full_debrief(session.scenario, trace, conduct=session.conduct)
