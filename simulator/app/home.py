"""What a notebook opens: a control room that ends in a debrief.

Here simulator and scoring are joined; the room itself knows nothing of scores.
"""

import secrets

from scoring.report import Debrief, full_debrief
from simulator.app.keeping import keep_score
from simulator.room.room import Room
from simulator.scenario.load import load
from simulator.scenario.model import Scenario
from simulator.session import Session
from simulator.store import StoredSession, begin, open_store, resume
from simulator.trace import ENGINE_VERSION

FIRST_DRILL = "api-500s-after-deploy"


def drill(
    scenario: str = FIRST_DRILL,
    seed: int | None = None,
    speed: int = 10,
    *,
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
        fresh: begin a new drill even if one is under way.
        keep: False plays without a store.

    Raises:
        InputError: an unknown scenario, a faulty file, a speed that is not offered, or a store that cannot be
            used (then `keep=False` plays without one).
    """
    chosen = load(scenario)
    session = _kept(chosen, seed, fresh=fresh) if keep else Session(chosen, _seed(seed))
    return Room(session, on_end=_debrief_session, on_pace=_note_pace, speed=speed)


def _seed(seed: int | None) -> int:
    return secrets.randbelow(2**31) if seed is None else seed


def _kept(scenario: Scenario, seed: int | None, *, fresh: bool) -> StoredSession:
    """The trainee's drill of this scenario that is under way, or a new one."""
    store = open_store()
    me = store.me()
    for found in [] if fresh else store.drills(me, scenario.id, finished=False):
        same = found.scenario_digest == scenario.digest and found.engine == ENGINE_VERSION
        if same and seed in (None, found.seed):
            return resume(store, found.id)
    return begin(store, scenario, _seed(seed), me)


def _note_pace(session: Session, speed: int) -> None:
    if isinstance(session, StoredSession):
        session.note_pace(speed)


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
    return full_debrief(session.scenario, trace)
