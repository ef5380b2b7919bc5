"""The room's pulse, and the only wall clock in the product: drill time follows it while the drill runs."""

import asyncio
from collections.abc import Callable

PERIOD_S = 0.25
"""Time between ticks."""
LONGEST_S = 1.0
"""Most that one tick may take in: a notebook that was blocked, or a laptop that slept, makes no jump."""
BEAT_S = 1.0
"""Time between beats, which tell the page that the kernel lives."""
ALONE_S = 120.0
"""With no word from any page for this long, nobody is watching. Browsers slow hidden pages down."""
SPEEDS = (1, 2, 5, 10, 20, 30, 60)
"""Drill seconds per second."""


class Pulse:
    """Ticks four times a second on the running event loop.

    Args:
        tick: called with the seconds that have passed, at most `LONGEST_S`.
        beat: called once a second.
        alone: called when every page that was open has been silent for `alone_s`; the pulse stops then.
        alone_s: how long a silence means that nobody is watching.
    """

    def __init__(
        self,
        tick: Callable[[float], None],
        beat: Callable[[], None],
        alone: Callable[[], None],
        alone_s: float = ALONE_S,
    ) -> None:
        self._tick, self._beat, self._alone, self._alone_s = tick, beat, alone, alone_s
        self._task: asyncio.Task[None] | None = None
        self._silent_s: float | None = None
        self._last_s = self._beaten_s = 0.0

    @property
    def going(self) -> bool:
        """Whether it ticks."""
        return self._task is not None and not self._task.done()

    def start(self) -> bool:
        """Start, or start afresh: an old task is cancelled. False if no event loop is running here."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return False
        self.stop()
        self.begin(loop.time())
        self._task = loop.create_task(self._run(loop), name="sevdrill room")
        return True

    def stop(self) -> None:
        """Stop ticking."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def hear(self) -> None:
        """A page has said that it is open: note it, and wake up if the pulse had stopped."""
        if self.going or self.start():
            self._silent_s = 0.0

    def begin(self, now_s: float) -> None:
        """Count from `now_s`."""
        self._last_s = self._beaten_s = now_s
        self._silent_s = None

    def step(self, now_s: float) -> bool:
        """One tick at `now_s`; False when nobody is watching any more."""
        passed_s, self._last_s = min(now_s - self._last_s, LONGEST_S), now_s
        if self._silent_s is not None:
            self._silent_s += passed_s  # time in which the kernel was blocked is no page's silence
            if self._silent_s > self._alone_s:
                self._alone()
                return False
        self._tick(passed_s)
        if now_s - self._beaten_s >= BEAT_S - PERIOD_S / 2:
            self._beaten_s = now_s
            self._beat()
        return True

    async def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        due_s = loop.time()
        going = True
        while going:
            # An absolute schedule, so that it does not drift; ticks that were missed are not made up for.
            due_s = max(due_s + PERIOD_S, loop.time())
            await asyncio.sleep(due_s - loop.time())
            going = self.step(loop.time())
