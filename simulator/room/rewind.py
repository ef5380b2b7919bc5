"""Rewinding: choose a moment, see that a branch will begin there, and begin it."""

from collections.abc import Callable
from dataclasses import dataclass

import ipywidgets as W  # noqa: N812

from simulator.room import words
from simulator.room.boxes import column, row
from simulator.room.markup import el, icon
from simulator.room.moments import Moment, earliest_ms, moments, read_time
from simulator.room.posting import Post
from simulator.session import Session

EMPTY = "Choose a moment from the list, or write a time."
NO_TIME = "Write a time such as 14:07 or 14:07:30."


@dataclass(frozen=True, slots=True)
class Past:
    """What can be gone back to."""

    starts: str
    """Calendar time of the opening."""
    earliest_ms: int
    now_ms: int
    moments: tuple[Moment, ...]
    decided_ms: tuple[int, ...]
    """When each decision so far was made."""
    original: bool
    """Whether this is a branch whose original can still be played."""


def past_of(session: Session) -> Past:
    """The past of a drill whose trainee has been paged."""
    scenario, seen, decisions = session.scenario, session.observe(), session.decisions
    return Past(
        starts=scenario.starts,
        earliest_ms=earliest_ms(seen) or 0,
        now_ms=session.now_ms,
        moments=moments(scenario, seen, decisions),
        decided_ms=tuple(decision.at_ms for decision in decisions),
        original=session.original() is not None,
    )


class RewindPanel:
    """The panel; the room shows it while a moment is being chosen.

    Args:
        begin: called on the loop with the drill time at which a branch shall begin.
        leave: called on the loop to return to the drill that this one branched from.
        close: called on the loop when nothing shall change.
        post: how handlers reach the loop.
    """

    def __init__(
        self, begin: Callable[[int], None], leave: Callable[[], None], close: Callable[[], None], post: Post
    ) -> None:
        self._begin = begin
        self._past: Past | None = None
        self._at_ms: int | None = None
        heading = W.HTML(el("h3", "sevdrill-heading", "Rewind to a moment"))
        self.list = W.Select(
            options=[], rows=8, description="What happened", tooltip="The latest is at the top"
        )
        self.list.add_class("sevdrill-past")
        self.time = W.Text(description="Time", placeholder="14:07:30", tooltip="Any time since the page")
        self.time.add_class("sevdrill-when")
        self._told = W.HTML()
        self.button = _button("Begin branch", "The drill stands paused there, and goes on when you resume")
        self.button.add_class("sevdrill-do")
        self.leave = _button("Return to the original", "Take up the drill that this branch came from")
        self.close = _button("Cancel", "Close this panel; nothing changes")
        self.close.add_class("sevdrill-close")
        self.list.observe(post.handler(self._pick), "value")
        self.time.observe(post.handler(self._write), "value")
        self.button.on_click(post.handler(self._confirm))
        self.leave.on_click(post.handler(leave))
        self.close.on_click(post.handler(close))
        buttons = row("sevdrill-row", self.button, self.leave, self.close)
        self.widget = column("sevdrill-dialog", heading, self.list, self.time, self._told, buttons)

    def show(self, past: Past) -> None:
        """Offer what can be gone back to, with nothing chosen yet."""
        self._past, self._at_ms = past, None
        self.list.options = [
            (f"{words.time_of_day(past.starts, moment.at_ms)}  {moment.text}", n)
            for n, moment in enumerate(past.moments)
        ]
        self.list.value = None
        self.time.value = ""
        self.leave.layout.display = None if past.original else "none"
        self._tell()

    def _pick(self) -> None:
        if self._past is not None and self.list.value is not None:
            self._at_ms = self._past.moments[int(self.list.value)].at_ms
            self.time.value = words.time_of_day(self._past.starts, self._at_ms)
            self._tell()

    def _write(self) -> None:
        past, text = self._past, str(self.time.value)
        if past is None or (self._at_ms is not None and text == words.time_of_day(past.starts, self._at_ms)):
            return  # the list has written it
        self._at_ms = read_time(past.starts, past.now_ms, text)
        self.list.value = None
        self._tell()

    def _confirm(self) -> None:
        if self._past is not None and not self._lacking(self._past) and self._at_ms is not None:
            self._begin(self._at_ms)
        else:
            self._tell(asked=True)

    def _lacking(self, past: Past) -> str:
        """Why no branch can begin at what is chosen, or an empty string."""
        if self._at_ms is None:
            return NO_TIME if self.time.value else EMPTY
        if past.earliest_ms <= self._at_ms < past.now_ms:
            return ""
        first, last = (words.time_of_day(past.starts, at) for at in (past.earliest_ms + 999, past.now_ms - 1))
        return f"Choose a time from {first} to {last}."

    def _tell(self, *, asked: bool = False) -> None:
        if self._past is None:
            return
        lacking = self._lacking(self._past)
        if not lacking:
            self._told.value = el("p", "sevdrill-branching", icon("branch"), self._promise(), role="status")
        elif asked:
            self._told.value = el("p", "sevdrill-refused", icon("warning"), lacking, role="alert")
        else:
            self._told.value = el("p", "sevdrill-help", lacking)

    def _promise(self) -> str:
        past, at_ms = self._past, self._at_ms
        assert past is not None
        assert at_ms is not None
        dropped = sum(decided >= at_ms for decided in past.decided_ms)
        lost = "decision" if dropped == 1 else f"{dropped} decisions"
        without = f" without your last {lost}" if dropped else ""
        return (
            f"A branch will begin at {words.time_of_day(past.starts, at_ms)}{without}. It is practice. "
            "This drill stays as it is, and you can return to it."
        )


def _button(title: str, tooltip: str) -> W.Button:
    return W.Button(description=title, tooltip=tooltip)
