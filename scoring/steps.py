"""A value over drill time that changes at moments and stays the same in between."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Span(Generic[T]):
    """A stretch of time with one value, from `start_ms` up to but not including `end_ms`."""

    start_ms: int
    end_ms: int
    value: T

    @property
    def length_ms(self) -> int:
        """How long it is, in ms."""
        return self.end_ms - self.start_ms


@dataclass(frozen=True, slots=True)
class Steps(Generic[T]):
    """A step function over drill time.

    Args:
        first: the value before the first change.
        changes: moments in ms, never going back, each with the value from then on.
    """

    first: T
    changes: tuple[tuple[int, T], ...] = ()

    @classmethod
    def of(cls, first: T, changes: Iterable[tuple[int, T]]) -> "Steps[T]":
        """Steps from changes in order of time."""
        return cls(first, tuple(changes))

    def at(self, ms: int) -> T:
        """The value at a moment; of several changes at that moment the last counts."""
        value = self.first
        for moment, changed in self.changes:
            if moment > ms:
                break
            value = changed
        return value

    def spans(self, start_ms: int, end_ms: int) -> Iterator[Span[T]]:
        """The stretches between two moments, none of them empty; neighbours may have equal values."""
        since, value = start_ms, self.at(start_ms)
        for moment, changed in self.changes:
            if not start_ms < moment < end_ms:
                continue
            if moment > since:
                yield Span(since, moment, value)
            since, value = moment, changed
        if end_ms > since:
            yield Span(since, end_ms, value)
