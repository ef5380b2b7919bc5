"""How many users are active: straight lines between knots.

Knots are the author's points and, with noise or a rhythm of the day, every whole minute. At a knot the users
are the author's line times the rhythm and the minute's noise, a pure function of the seed and the minute.
"""

from bisect import bisect_left, bisect_right
from functools import lru_cache, partial
from typing import NamedTuple

from simulator import rand
from simulator.scenario.model import Daily, Traffic

MINUTE_MS = 60_000
DAY_H = 24
WAVE = (
    1.0,
    0.9659258262890683,
    0.8660254037844387,
    0.7071067811865476,
    0.5,
    0.25881904510252074,
    0.0,
    -0.25881904510252074,
    -0.5,
    -0.7071067811865476,
    -0.8660254037844387,
    -0.9659258262890683,
)
"""cos(2 pi h / 24) for the hours 0 to 11; the other twelve are the same with the sign turned. Written out,
since the mathematical library's cosine differs in the last bit between machines."""


class Line(NamedTuple):
    """Active users from one knot to the next."""

    start_ms: int
    users: float
    """At the start."""
    per_s: float
    """Their change per second."""
    end_ms: int | None
    """None: the line goes on for ever, and is level."""

    def at(self, at_ms: int) -> float:
        """Users at a moment on the line."""
        return self.users + self.per_s * ((at_ms - self.start_ms) / 1000.0)


class UserCurve:
    """Active users over time.

    Args:
        traffic: what the author wrote.
        starts: the calendar time at the opening.
        seed: the drill's seed.
    """

    def __init__(self, traffic: Traffic, starts: str, seed: int) -> None:
        points = traffic.users if isinstance(traffic.users, tuple) else ((0.0, traffic.users),)
        self._at_ms = [round(1000 * at_s) for at_s, _ in points]
        self._users = [users for _, users in points]
        self._noise = traffic.noise
        self._daily = traffic.daily
        self._opens_h = hour_of(starts)
        self._draw = partial(rand.noise, seed, "traffic")
        self.after = lru_cache(maxsize=8)(self._after)
        """Users at a knot; where the author's line jumps, the value after the jump."""

    def line(self, at_ms: int) -> Line:
        """The line that begins at or before `at_ms` and ends after it; no decision moves it."""
        n = bisect_right(self._at_ms, at_ms)
        start = max(0, self._at_ms[n - 1]) if n else 0
        end = self._at_ms[n] if n < len(self._at_ms) else None
        if self._noise > 0.0 or self._daily is not None:
            minute = at_ms - at_ms % MINUTE_MS
            start = max(start, minute)
            end = minute + MINUTE_MS if end is None else min(end, minute + MINUTE_MS)
        users = self.after(start)
        if end is None:
            return Line(start, users, 0.0, None)
        return Line(start, users, (self.before(end) - users) / ((end - start) / 1000.0), end)

    def _after(self, at_ms: int) -> float:
        n = bisect_right(self._at_ms, at_ms)
        if n == 0:
            users = self._users[0]
        elif n == len(self._at_ms):
            users = self._users[-1]
        else:
            start, end = self._at_ms[n - 1], self._at_ms[n]
            users = self._users[n - 1] + (at_ms - start) / (end - start) * (
                self._users[n] - self._users[n - 1]
            )
        return users * self._rhythm(at_ms) * self._ripple(at_ms)

    def jumps(self, at_ms: int) -> bool:
        """Whether the author's line jumps at a moment."""
        return at_ms in self._at_ms and self.before(at_ms) != self.after(at_ms)

    def before(self, at_ms: int) -> float:
        """Users just before a knot: differs from `after` only where the author's line jumps."""
        n = bisect_left(self._at_ms, at_ms)
        if 0 < n < len(self._at_ms) and self._at_ms[n] == at_ms:
            return self._users[n] * self._rhythm(at_ms) * self._ripple(at_ms)
        return self.after(at_ms)

    def _rhythm(self, at_ms: int) -> float:
        """The day's factor, 1 at the opening."""
        if self._daily is None:
            return 1.0
        return wave(self._daily, self._opens_h + at_ms / 3_600_000) / wave(self._daily, self._opens_h)

    def _ripple(self, at_ms: int) -> float:
        """The noise's factor: a bell-shaped draw per minute, joined by straight lines, never below 0."""
        if self._noise == 0.0:
            return 1.0
        minute, into = divmod(at_ms, MINUTE_MS)
        here = self._draw(minute)
        there = self._draw(minute + 1) if into else here
        return max(0.0, 1.0 + self._noise * (here + (there - here) * (into / MINUTE_MS)))


def hour_of(starts: str) -> float:
    """The hour of the day at the opening, 0 to 24."""
    return int(starts[11:13]) + int(starts[14:16]) / 60 + int(starts[17:19]) / 3600


def wave(daily: Daily, hour: float) -> float:
    """The users at an hour of the day, as a share of the day's mean."""
    since_peak = (hour - daily.busiest_h) % DAY_H
    whole = int(since_peak)
    here, there = _cosine(whole), _cosine(whole + 1)
    return 1.0 + daily.swing * (here + (there - here) * (since_peak - whole))


def _cosine(hour: int) -> float:
    turns, into = divmod(hour, len(WAVE))
    return -WAVE[into] if turns % 2 else WAVE[into]
