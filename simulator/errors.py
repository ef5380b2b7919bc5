"""The one family of errors a user can cause.

Every message says where the fault is, what is wrong, what was expected and the nearest match, in that
order. All arguments go to `super().__init__` positionally, because SimPy rebuilds an exception from its
`args` when it crosses a process.
"""

from collections.abc import Iterable
from difflib import get_close_matches


class InputError(Exception):
    """A mistake in something the user gave: a scenario, a decision, a stored log, a setting.

    Args:
        where: file and line, or decision number, or the name of the setting.
        what: the fault, in one clause.
        expected: what would have been right; may be empty.
        nearest: the closest known name; may be empty.
    """

    def __init__(self, where: str, what: str, expected: str = "", nearest: str = "") -> None:
        super().__init__(where, what, expected, nearest)

    where = property(lambda self: self.args[0])
    what = property(lambda self: self.args[1])
    expected = property(lambda self: self.args[2])
    nearest = property(lambda self: self.args[3])

    def __str__(self) -> str:
        hint = f"; did you mean '{self.nearest}'?" if self.nearest else ""
        wanted = f"; expected {self.expected}" if self.expected else ""
        return f"{self.where}: {self.what}{wanted}{hint}"


class ScenarioError(InputError):
    """A scenario file that cannot be used."""


class DecisionError(InputError):
    """A decision, or a log of them, that cannot be played."""


class UnknownNameError(InputError):
    """A scenario, player or setting that does not exist."""


class SeedError(InputError):
    """A seed that is not a whole number in range."""


class MissingExtraError(InputError):
    """Something was asked for whose optional packages are not installed."""


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name closest to `name`, or one that begins with it; else an empty string."""
    names = list(known)
    close = get_close_matches(str(name), names, n=1, cutoff=0.5)
    begun = [known_name for known_name in names if name and known_name.startswith(str(name))]
    return next(iter(close or begun), "")


def one_of(known: Iterable[str]) -> str:
    """'one of a, b, c' for the `expected` part of a message."""
    return "one of " + ", ".join(known)
