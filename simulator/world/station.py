"""One service's queue: c workers, at most K requests waiting. Equations (3) and (10) of `docs/world.md`.

M/M/c/K is taken as a chain of states from -q to K with one ratio r between neighbours: q states in which
some worker is free, and 0 to K requests waiting. For c = 1 that is exact. The ratio is stored as a *tilt* x
from -1 to 1, so that an empty, a half full and a full queue are equally easy: x = r - 1 up to r = 1, and
1 - 1/r beyond.
"""

from math import sqrt

from simulator.world.maths import power, real_power

NEWTON = 1e-3
"""Newton's method stops after a move of this share of 1-u: the error left is of the order of its square."""
UNSEEN = 12.0
"""An end of the chain that is e^-12 as likely as the other is left out."""
CLOSE = 1e-5
"""How closely the requests in a half full system are met, as a share of them ..."""
LEAST = 1e-9
"""... and in requests."""
ALIKE = 1e-3
"""With less tilt than this over the whole chain, all its states count as equally likely."""

State = tuple[float, float, float, float, float]
"""Tilt x, share of workers busy u, chance of a full queue, chance that all workers are busy, evenness."""


def solve(c: float, bound: float, total: float, out: float, into: float, guess: float) -> State:
    """(10) The state after a step in which `total` requests were there or came.

    It has `c*u + Lq + out*u + into*full = total`: those in the system, those who left (at most `out`), and
    those of the `into` arrivals who found the queue full. With out = into = 0: the state for L = total.
    """
    if total <= LEAST:
        return -1.0, 0.0, 0.0, 0.0, 1.0
    q = sqrt(2.0 * (c + 1.0)) - 1.0
    edge = UNSEEN / (bound + q + 1.0)
    if total >= c + bound + out + into:
        return 1.0, 1.0, 1.0, 1.0, bound + 1.0
    if edge >= 1.0:
        return half_full(c, bound, q, (total, out, into), (-1.0, 0.0), (1.0, c + bound + out + into), guess)
    u = 1.0 - edge
    low = (c + out) * u
    if total > low:
        low += real_power(u, q + 1.0) / edge
    if total <= low:
        return nearly_empty(c, q, total, out, guess)
    high = c + bound + 1.0 - 1.0 / edge + out + into * edge
    if total >= high:
        return nearly_full(c, bound, total, out, into)
    return half_full(c, bound, q, (total, out, into), (-edge, low), (edge, high), guess)


def nearly_empty(c: float, q: float, total: float, out: float, guess: float) -> State:
    """The state while the bound does not matter: r = u, Lq = u^(q+1)/(1-u): Sakasegawa (1977)."""
    a, p = c + out, q + 1.0
    if p >= 17.0 and total < 0.5 * a:  # u^q is below 2^-16: nobody waits
        return total / a - 1.0, total / a, 0.0, 0.0, 1.0
    u = busy(c, a, total, p, 1.0 + guess if guess < 0.0 else 1.0)
    return u - 1.0, u, 0.0, real_power(u, q), 1.0


def nearly_full(c: float, bound: float, total: float, out: float, into: float) -> State:
    """The state while free workers do not matter: the holes in the queue are a queue of their own."""
    b = c + bound + 1.0 + out - total
    root = sqrt(b * b + 4.0 * into)
    x = 1.0
    if b > 0.0:
        x = 2.0 / (b + root)
    elif into > 0.0:
        x = (root - b) / (2.0 * into)
    if x > 1.0:
        x = 1.0
    holes = (1.0 - x) / x
    return x, 1.0, x, 1.0, evenness(bound - holes, holes / x)


def half_full(  # noqa: PLR0917  (two points and what is wanted between them)
    c: float,
    bound: float,
    q: float,
    wanted: tuple[float, float, float],
    low: tuple[float, float],
    high: tuple[float, float],
    guess: float,
) -> State:
    """The state in between two known points, by regula falsi in the tilt (Anderson and Bjorck 1973)."""
    total, out, into = wanted
    close = CLOSE * (total if total < c + bound else c + bound) + LEAST
    left, short = low[0], low[1] - total
    right, over = high[0], high[1] - total
    x = guess if left < guess < right else left - short * (right - left) / (over - short)
    state = chain(bound, q, x)
    for _ in range(60):
        u, waiting, full, _, _ = state
        off = (c + out) * u + waiting + into * full - total
        if off < close and -off < close:
            break
        if off < 0.0:
            over *= ease(off, short)
            left, short = x, off
        else:
            short *= ease(off, over)
            right, over = x, off
        x = left - short * (right - left) / (over - short)
        state = chain(bound, q, x)
    u, _, full, all_busy, even = state
    return x, u, full, all_busy, even


def ease(new: float, old: float) -> float:
    """By how much the far end's value shrinks when the near end has moved from `old` to `new`."""
    if old == 0.0:
        return 0.5
    factor = 1.0 - new / old
    return factor if 0.0 < factor < 1.0 else 0.5


def chain(bound: float, q: float, x: float) -> State:
    """(3) What the chain of states -q to K says at a tilt: u, Lq, full, Pw, evenness."""
    span = bound + q
    d = x if x > 0.0 else -x
    if d * span < ALIKE:
        mean = 0.5 * bound * (1.0 + x * (bound + 2.0) / 6.0)
        all_busy = (bound + 1.0) / (span + 1.0)
        even = evenness(mean, bound * (bound + 2.0) / 12.0)
        return span / (span + 1.0), all_busy * mean, 1.0 / (span + 1.0), all_busy, even
    r = 1.0 - d
    a = real_power(r, q)
    b = power(r, int(bound))
    end = b * r
    past = end / (1.0 - end) * (bound + 1.0)
    mean = r / d - past
    spread = r / (d * d) - (past * past / end if end > 0.0 else 0.0)
    rest = 1.0 - a * end
    if x < 0.0:
        u, full, all_busy = (r - a * end) / rest, a * b * d / rest, a * (1.0 - end) / rest
    else:
        u, full, all_busy = (1.0 - a * b) / rest, d / rest, (1.0 - end) / rest
        mean = bound - mean
    if mean < 0.0:
        mean = 0.0
    return u if u < 1.0 else 1.0, all_busy * mean, full, all_busy, evenness(mean, spread)


def evenness(mean: float, variance: float) -> float:
    """(4) The shape k of the wait behind a queue of that mean and variance; 1: like an exponential law."""
    if mean <= 0.0:
        return 1.0
    k = (mean + 1.0) * (mean + 1.0) / (mean + 1.0 + (variance if variance > 0.0 else 0.0))
    return k if k > 1.0 else 1.0


def busy(c: float, a: float, r: float, p: float, guess: float) -> float:
    """The u in [0, 1) with `a*u + u^p/(1-u) = r`.

    With a = c and r = L this is Sakasegawa's approximation of the M/M/c queue, solved for the utilisation.
    For a p between whole numbers the two powers are interpolated, so that u moves smoothly while capacity
    does. Newton's method on the equation times (1-u), kept in a bracket.
    """
    n = int(p)
    part = p - n
    low, high = 0.0, r / a if r < a else 1.0
    u = guess if guess < high else high
    for _ in range(60):
        rise = power(u, n - 1)
        bend = 1.0 - part + part * u
        short = a * u - r
        over = short * (1.0 - u) + rise * bend * u
        slope = a * (1.0 - u) - short + rise * (n * bend + part * u)
        if over > 0.0:
            high = u
        else:
            low = u
        new = u - over / slope if slope > 0.0 else low
        if not low <= new <= high:
            new = 0.5 * (low + high)
        moved = new - u if new > u else u - new
        u = new
        if moved <= NEWTON * (1.0 - u):
            break
    return u
