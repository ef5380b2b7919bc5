"""The timeline as a seat sees it: what has been visible so far, shared, not copied at every look."""

from collections.abc import Sequence
from typing import Any, overload

from simulator.trace import TraceEvent


class Timeline(Sequence[TraceEvent]):
    """The visible events up to a moment, in order.

    It shares the list that the drill goes on adding to, and never shows what came later.

    Args:
        events: visible events, to which others may be added at the end.
        length: how many of them belong to it.
    """

    __slots__ = ("_events", "_length")

    def __init__(self, events: Sequence[TraceEvent] = (), length: int = 0) -> None:
        self._events, self._length = events, length

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> TraceEvent: ...
    @overload
    def __getitem__(self, index: slice) -> list[TraceEvent]: ...
    def __getitem__(self, index: int | slice) -> TraceEvent | list[TraceEvent]:
        wanted = range(self._length)[index]
        return self._events[wanted] if isinstance(wanted, int) else [self._events[at] for at in wanted]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Timeline):
            return NotImplemented
        return len(self) == len(other) and (self._events is other._events or list(self) == list(other))

    __hash__ = None  # type: ignore[assignment]  # as of lists: it holds dicts

    def __repr__(self) -> str:
        return f"Timeline({list(self)!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        """Copied or sent, it takes nothing along that came later."""
        return Timeline, (list(self), self._length)


class Visible:
    """Keeps what a seat may see of a growing list of events.

    Args:
        events: all events, hidden ones too; others are added at the end.
    """

    def __init__(self, events: Sequence[TraceEvent]) -> None:
        self._events, self._read = events, 0
        self._visible: list[TraceEvent] = []

    def so_far(self) -> Timeline:
        """The visible events as of now."""
        self._visible.extend(event for event in self._events[self._read :] if not event.hidden)
        self._read = len(self._events)
        return Timeline(self._visible, len(self._visible))
