"""The few functions the equations need, from + - * / sqrt and comparisons alone.

The mathematical library's exp, log and pow differ in the last bit between processors and versions, which
changes digests; the four operations and the square root are fixed by IEEE 754.
"""

from math import sqrt

CERTAIN = 1e-7
"""A probability below this is taken as 0: it moves no output that anybody could read."""


def power(base: float, exponent: int) -> float:
    """`base` to a whole power from 0 up, by repeated squaring."""
    result = base if exponent & 1 else 1.0
    while exponent > 1:
        exponent >>= 1
        base *= base
        if exponent & 1:
            result *= base
    return result


def real_power(base: float, exponent: float) -> float:
    """`base`, from 0 to 1, to any power from 0 up: in a straight line between the two whole powers."""
    n = int(exponent)
    part = exponent - n
    return power(base, n) * (1.0 - part + part * base)


def cube_root(x: float) -> float:
    """The cube root of x > 0, relative error below 1e-7: three rounds of Halley's iteration from 1."""
    scale = 1.0
    while x > 8.0:
        x *= 0.125
        scale *= 2.0
    while x < 0.125:
        x *= 8.0
        scale *= 0.5
    y = (1.0 + 2.0 * x) / (2.0 + x)
    cube = y * y * y
    y *= (cube + 2.0 * x) / (2.0 * cube + x)
    cube = y * y * y
    return scale * y * (cube + 2.0 * x) / (2.0 * cube + x)


def normal_cdf(z: float) -> float:
    """P(standard normal < z), error below 1.5e-7: Abramowitz and Stegun (1964), 26.2.19."""
    x = z if z > 0.0 else -z
    p = 0.0000380036 + x * (0.0000488906 + x * 0.0000053830)
    p = 1.0 + x * (0.0498673470 + x * (0.0211410061 + x * (0.0032776263 + x * p)))
    p *= p
    p *= p
    p *= p
    tail = 0.5 / (p * p)
    return 1.0 - tail if z > 0.0 else tail


def gamma_cdf(t: float, mean: float, variance: float) -> float:
    """P(X < t) for a gamma-distributed X, by Wilson and Hilferty (1931): its cube root is nearly normal.

    Errors: at most 0.013 for shapes (mean**2 / variance) from 1 up, 0.05 at shape 0.5. Where less than
    one in a million is left on one side, the answer is 0 or 1 without further work.
    """
    off = t - mean
    if off > 0.0:
        if off * mean > 16.0 * variance and off * off > 40.0 * variance:
            return 1.0
    elif off * off > 40.0 * variance:
        return 0.0
    if t <= 0.0:
        return 0.0
    ninth = variance / (9.0 * mean * mean)
    return normal_cdf((cube_root(t / mean) - 1.0 + ninth) / sqrt(ninth))


def gamma_quantile(z: float, mean: float, variance: float) -> float:
    """The value below which a gamma-distributed X stays with the probability of `normal_cdf(z)`.

    Wilson and Hilferty (1931) again, solved for the value.
    """
    ninth = variance / (9.0 * mean * mean)
    root = 1.0 - ninth + z * sqrt(ninth)
    return mean * root * root * root if root > 0.0 else 0.0


def larger(most: float, x: float) -> float:
    """The larger of `most` and the size of x."""
    if x < 0.0:
        x = -x
    return x if x > most else most
