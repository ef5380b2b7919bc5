"""Live play that loses nothing: what is decided is in the store before it acts, and so is the clock."""

from simulator.conduct import Hint
from simulator.decisions import Decision
from simulator.scenario.model import Scenario
from simulator.session import Session
from simulator.store.faults import GoneError, StoreError
from simulator.store.records import StoredDrill, Terms, Trainee
from simulator.store.store import Store
from simulator.trace import ENGINE_VERSION, Trace

NOTE_MS = 1000
"""The clock is noted whenever another second of the drill begins."""


class StoredSession(Session):
    """A session of a stored drill. Made by `begin` and `resume`.

    Same driver, same digest: only, a decision is written durably before it acts, and drill time is noted
    before it passes. When the store refuses, nothing has happened.

    Args:
        store: where the drill is.
        drill: which.
        scenario: what it is played with.
        decisions: its log so far.
    """

    def __init__(
        self, store: Store, drill: StoredDrill, scenario: Scenario, decisions: tuple[Decision, ...] = ()
    ) -> None:
        super().__init__(scenario, drill.seed, decisions, dashboards=True)
        self.store = store
        self.drill = drill
        self.conduct = store.conduct(drill)
        self.branched_from_ms = drill.branched_ms
        self._noted_ms = drill.at_ms
        self._in_doubt = False
        super().advance(drill.at_ms)

    def advance(self, to_ms: int) -> None:
        """Let time pass until `to_ms`; never past the end, never back.

        Raises:
            StoreError: the store did not take it, and no time has passed.
        """
        to_ms = min(int(to_ms), self.scenario.length_ms)
        if to_ms // NOTE_MS > self._noted_ms // NOTE_MS:
            self._note_time(to_ms)
        super().advance(to_ms)

    def _note_time(self, at_ms: int) -> None:
        if not self.drill.finished:
            self.store.note_time(self.drill, at_ms)
            self._noted_ms = at_ms

    def _keep(self, decision: Decision) -> None:
        if self._in_doubt:
            self._settle()
        try:
            self.store.append(self.drill, decision, after=len(self._decisions))
        except GoneError:
            self._in_doubt = True
            raise

    def _settle(self) -> None:
        """After a database that fell silent: see whether it took the last decision."""
        stored = self.store.decisions(self.drill)
        self._in_doubt = False
        if len(stored) > len(self._decisions):
            what = f"decision '{stored[-1].id}' did reach it before it fell silent"
            raise StoreError(f"drill {self.drill.id}", what, "this drill opened again, where it stands")

    def note_pace(self, speed: int) -> None:
        """Note that drill time passes `speed` times as fast as real time from now on; 0: paused."""
        self.store.note_pace(self.drill, self.now_ms, speed)
        super().note_pace(speed)

    def note_hint(self, hint: Hint) -> None:
        """Note a hint, once it is known what became of it."""
        self.store.note_hint(self.drill, hint)
        super().note_hint(hint)

    def back_to(self, at_ms: int) -> "StoredSession":
        """A drill of its own that takes this one up again at `at_ms`; this one stays as it stands.

        Raises:
            StoreError: the store did not take it.
        """
        kept = tuple(d for d in self._decisions if d.at_ms < at_ms)
        terms = Terms(self.drill.mode, self.drill.seat, parent=self.drill.id, branched_ms=at_ms)
        trainee = self.store.find_trainee(self.drill.trainee)
        drill = self.store.add_drill(self.scenario, self.seed, trainee, terms, kept)
        return StoredSession(self.store, drill, self.scenario, kept)

    def original(self) -> "StoredSession | None":
        """The drill that this one branched from, where it was left, if it can still be played.

        Raises:
            StoreError: its log or scenario was changed.
        """
        if self.drill.parent is None:
            return None
        parent = self.store.drill(self.drill.parent)
        playable = not parent.finished and parent.engine == ENGINE_VERSION
        return resume(self.store, parent.id) if playable else None

    def finish(self) -> Trace:
        """Play to the end of the scenario, note that it is over, and return the whole trace.

        Raises:
            StoreError: the store did not take it; the drill can be resumed where it stood.
        """
        if not self.drill.finished:
            self._note_time(self.now_ms)
        trace = super().finish()
        if not self.drill.finished:
            self.store.finish(self.drill, trace)
            self.drill = self.store.drill(self.drill.id)
        return trace


def begin(
    store: Store, scenario: Scenario, seed: int, trainee: Trainee | None = None, mode: str = "standard"
) -> StoredSession:
    """A new drill, stored from its first second.

    Args:
        store: where.
        scenario: what is played.
        seed: picks the variant and every chance event.
        trainee: who plays; whoever is logged in, if left out.
        mode: one of `simulator.coach.MODES`.

    Raises:
        InputError: an unknown mode, a seed that is none, or what the store refuses.
    """
    drill = store.add_drill(scenario, seed, trainee or store.me(), Terms(mode))
    return StoredSession(store, drill, scenario)


def resume(store: Store, drill_id: str) -> StoredSession:
    """Take a drill up where it stands, with every decision: after a crash, or another day.

    Raises:
        StoreError: there is no such drill, it is over, another engine plays otherwise, or its log or scenario
            was changed.
    """
    drill = store.drill(drill_id)
    if drill.finished:
        raise StoreError(f"drill {drill_id}", "it is over", "one that is not: see sevdrill drills")
    if drill.engine != ENGINE_VERSION:
        what = f"it was begun with engine {drill.engine}, which played otherwise"
        raise StoreError(f"drill {drill_id}", what, f"engine {ENGINE_VERSION}: begin a new drill")
    return StoredSession(store, drill, store.scenario(drill), store.decisions(drill))
