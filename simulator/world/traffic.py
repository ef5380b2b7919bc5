"""How many users are active: straight lines between knots.

Knots are the author's points and, with noise, every whole minute. At a knot the users are the author's
line times a minute's noise; the noise is a pure function of the seed and the minute.
"""

from bisect import bisect_left, bisect_right
from functools import lru_cache, partial

from simulator import rand
from simulator.scenario.model import Traffic

MINUTE_MS = 60_000


class UserCurve:
    """Active users over time, as straight pieces that start at whole milliseconds.

    Args:
        traffic: what the author wrote.
        seed: the drill's seed.
    """

    def __init__(self, traffic: Traffic, seed: int) -> None:
        points = traffic.users if isinstance(traffic.users, tuple) else ((0.0, traffic.users),)
        self._at_ms = [round(1000 * at_s) for at_s, _ in points]
        self._users = [users for _, users in points]
        self._noise = traffic.noise
        self._draw = lru_cache(maxsize=8)(partial(rand.noise, seed, "traffic"))

    def after(self, at_ms: int) -> float:
        """Users at a moment; where the author's line jumps, the value after the jump."""
        n = bisect_right(self._at_ms, at_ms)
        if n == 0:
            users = self._users[0]
        elif n == len(self._at_ms):
            users = self._users[-1]
        else:
            users = self._between(n, at_ms)
        return users * self._ripple(at_ms)

    def before(self, at_ms: int) -> float:
        """Users just before a moment: differs from `after` only where the author's line jumps."""
        n = bisect_left(self._at_ms, at_ms)
        if 0 < n < len(self._at_ms) and self._at_ms[n] == at_ms:
            return self._users[n] * self._ripple(at_ms)
        return self.after(at_ms)

    def next_knot(self, at_ms: int) -> int | None:
        """The first knot later than `at_ms`, if there is one."""
        n = bisect_right(self._at_ms, at_ms)
        point = self._at_ms[n] if n < len(self._at_ms) else None
        if self._noise == 0.0:
            return point
        minute = (at_ms // MINUTE_MS + 1) * MINUTE_MS
        return minute if point is None else min(minute, point)

    def _between(self, n: int, at_ms: int) -> float:
        start, end = self._at_ms[n - 1], self._at_ms[n]
        way = (at_ms - start) / (end - start)
        return self._users[n - 1] + way * (self._users[n] - self._users[n - 1])

    def _ripple(self, at_ms: int) -> float:
        """The noise's factor: a bell-shaped draw per minute, joined by straight lines, never below 0."""
        if self._noise == 0.0:
            return 1.0
        minute, into = divmod(at_ms, MINUTE_MS)
        here = self._draw(minute)
        there = self._draw(minute + 1) if into else here
        return max(0.0, 1.0 + self._noise * (here + (there - here) * (into / MINUTE_MS)))
