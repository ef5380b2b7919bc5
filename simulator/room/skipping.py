"""Skipping to the next event: drill time runs by itself until the room has news."""

from simulator.room import words
from simulator.room.news import News
from simulator.room.view import view_of
from simulator.session import Session

LONGEST_MS = 300_000
"""Most drill time that one skip takes."""
STEP_MS = 1000
"""How often it looks for news."""
PIECE_MS = 30_000
"""Most that runs in one go: some tens of milliseconds of real time, so that the loop is never held up."""


class Skip:
    """One skip, from where a session stands. Nothing is decided meanwhile.

    Args:
        session: the drill.
    """

    def __init__(self, session: Session) -> None:
        self.news = ""
        """What it stopped at; empty while it goes on, and when nothing happened for `LONGEST_MS`."""
        self._session, self._from_ms = session, session.now_ms
        self._last_ms = min(self._from_ms + LONGEST_MS, session.scenario.length_ms)
        self._watch = News()
        self._look()

    @property
    def over(self) -> bool:
        """Whether there is news, or nothing came in time."""
        return bool(self.news) or self._session.now_ms >= self._last_ms

    @property
    def told(self) -> str:
        """How far it went and what it stopped at, in a sentence."""
        passed = words.stopwatch(self._session.now_ms - self._from_ms)
        return f"{passed} later. {self.news or 'Nothing new happened.'}"

    def run(self) -> None:
        """Go on for a piece, or until it is over."""
        until_ms = min(self._session.now_ms + PIECE_MS, self._last_ms)
        while not self.news and self._session.now_ms < until_ms:
            self._session.advance(min(self._session.now_ms + STEP_MS, until_ms))
            self._look()

    def _look(self) -> None:
        self.news = self._watch.of(view_of(self._session.scenario, self._session.observe()))
