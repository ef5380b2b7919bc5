"""A drill as the room plays it: which session, in what phase, how fast. It has no widgets."""

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from simulator.clock import clock
from simulator.conduct import Mode
from simulator.errors import UnknownNameError, one_of
from simulator.room.pacing import SPEEDS
from simulator.room.skipping import Skip
from simulator.session import Session

Phase = Literal["ready", "running", "paused", "ended"]
PHASES: tuple[Phase, ...] = ("ready", "running", "paused", "ended")
LEAD_S = 2.5
"""Real seconds between Start and the first page."""


class Play:
    """Where the drill stands, and how it gets from there to elsewhere.

    Args:
        session: the drill.
        speed: drill seconds per second, one of `pacing.SPEEDS`.
        begin: called with the mode when a new drill starts; gives the session that is played from then on.

    Raises:
        UnknownNameError: a speed that is not offered.
    """

    def __init__(self, session: Session, speed: int, begin: Callable[[Mode], Session] | None) -> None:
        _check_speed(speed)
        self.session = session
        self.phase: Phase = "ready"
        self.speed = speed
        self.note = ""
        """Why it stands, where nobody has asked for that."""
        self.left_ms: int | None = None
        """When the trainee ended it early, in drill time; None while it goes on, or if its time was over."""
        self.skip: Skip | None = None
        """The skip that is on."""
        self._begin = begin

    @property
    def session(self) -> Session:
        """The session; it keeps what the dashboards show."""
        return self._session

    @session.setter
    def session(self, session: Session) -> None:
        session.keep_dashboards()
        self._session = session

    @property
    def live(self) -> bool:
        """Whether moves can be made: it runs, or is paused."""
        return self.phase in ("running", "paused")

    @property
    def left_at(self) -> str:
        """The clock when the trainee ended it early; empty if they did not."""
        return self._clock(self.left_ms)

    @property
    def branched_at(self) -> str:
        """The clock where it branched from another drill; empty if it did not."""
        return self._clock(self.session.branched_from_ms)

    def _clock(self, at_ms: int | None) -> str:
        return "" if at_ms is None else clock(self.session.scenario.starts, at_ms)

    def start(self, mode: Mode) -> None:
        """Run: a new drill from just before its first page, any other from where it stands."""
        if self.phase == "ready" and self.session.now_ms == 0:
            if self._begin is not None:
                self.session = self._begin(mode)
            self.session.conduct = replace(self.session.conduct, mode=mode)
            self.session.advance(max(0, self.session.first_page_ms() - round(1000 * LEAD_S * self.speed)))
        self.phase, self.note = "running", ""
        self.session.note_pace(self.speed)

    def pause(self) -> None:
        """Stand still, after having run."""
        self.halt()
        self.session.note_pace(0)

    def halt(self) -> None:
        """Stand still without a word to the session, which may be what has failed."""
        self.phase, self.skip = "paused", None

    def set_speed(self, speed: int) -> None:
        """Let drill time pass `speed` times as fast as real time.

        Raises:
            UnknownNameError: a speed that is not offered.
        """
        _check_speed(speed)
        if self.phase == "running" and speed != self.speed:
            self.session.note_pace(speed)
        self.speed = speed

    def advance(self, real_s: float) -> None:
        """Let real seconds pass, at the speed of now."""
        self.session.advance(self.session.now_ms + round(1000 * real_s * self.speed))

    def finish(self) -> None:
        """Let the rest of the time pass without the trainee."""
        self.skip = None
        self.left_ms = None if self.session.ended else self.session.now_ms
        self.session.finish()
        self.phase = "ended"

    def finished_as(self, session: Session, left_ms: int) -> None:
        """Take another end for this one: a session that is finished, and when the trainee left it."""
        self.session, self.phase, self.left_ms = session, "ended", left_ms

    def take_up(self, session: Session) -> None:
        """Play another session from now on, paused where it stands."""
        self.session, self.left_ms = session, None
        self.pause()


def _check_speed(speed: int) -> None:
    if speed not in SPEEDS:
        raise UnknownNameError("speed", f"it is {speed!r}", one_of(map(str, SPEEDS)))
