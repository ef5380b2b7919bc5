"""Randomness as a pure function of (seed, name, index).

No generator is consumed in order: an inserted decision therefore shifts no later draw. The name carries
the entity (`page:<who>:<nth>`, `act:<decision id>`), never a list position. Only integer arithmetic and
`+ - * / sqrt` are used, so every machine gives the same bits.
"""

from functools import lru_cache
from hashlib import blake2b
from math import sqrt
from typing import Any

from simulator.errors import SeedError

MOST_SEED = 2**63 - 1
"""The largest seed."""

_MASK = (1 << 64) - 1


def check_seed(seed: Any, where: str) -> int:
    """The seed, if it is one.

    Args:
        seed: what was given.
        where: what to call its source in the message.

    Raises:
        SeedError: it is not a whole number from 0 to `MOST_SEED`.
    """
    if not isinstance(seed, int) or isinstance(seed, bool) or not 0 <= seed <= MOST_SEED:
        raise SeedError(where, f"it is {seed!r}", f"a whole number from 0 to {MOST_SEED}")
    return seed


@lru_cache(maxsize=4096)
def _key(seed: int, name: str) -> int:
    return int.from_bytes(blake2b(f"{seed}|{name}".encode(), digest_size=8).digest(), "big")


def uniform(seed: int, name: str, index: int = 0) -> float:
    """A number in the open interval (0, 1): splitmix64 (Steele et al. 2014) over a BLAKE2b key."""
    return _draw(_key(seed, name), index)


def _draw(key: int, index: int) -> float:
    z = (key + (index + 1) * 0x9E3779B97F4A7C15) & _MASK
    z = ((z ^ z >> 30) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ z >> 27) * 0x94D049BB133111EB) & _MASK
    return (((z ^ z >> 31) >> 11) + 0.5) * 2.0**-53


def human_time_ms(median_s: float, seed: int, name: str, index: int = 0) -> int:
    """How long a person takes, in ms: log-logistic around `median_s`, 5-95 % within 0.48-2.1 of it.

    The square root of the square root of the odds is the log-logistic quantile with shape 4.
    """
    u = uniform(seed, name, index)
    return max(1, round(1000 * median_s * sqrt(sqrt(u / (1 - u)))))


def noise(seed: int, name: str, index: int) -> float:
    """A bell-shaped number with mean 0 and variance 1 (sum of four uniforms)."""
    a, b, c, d = _four_keys(seed, name)
    return (_draw(a, index) + _draw(b, index) + _draw(c, index) + _draw(d, index) - 2.0) * sqrt(3.0)


@lru_cache(maxsize=1024)
def _four_keys(seed: int, name: str) -> tuple[int, int, int, int]:
    return _key(seed, f"{name}:0"), _key(seed, f"{name}:1"), _key(seed, f"{name}:2"), _key(seed, f"{name}:3")
