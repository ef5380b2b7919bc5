"""The search over logs: what is looked for, in which logs, and how much was found."""

from collections.abc import Callable, Iterable
from itertools import chain

import ipywidgets as W  # noqa: N812

from simulator.room import words
from simulator.room.boxes import row
from simulator.room.logs import LogLine, found_in, lines_of
from simulator.room.markup import Markup, el, join
from simulator.room.posting import Post
from simulator.room.sheets import log
from simulator.room.view import Item


class LogSearch:
    """A search field and two switches. Nothing ever writes into the field: typing is never disturbed.

    Args:
        changed: called on the loop when something else is searched for.
        post: how handlers reach the loop.
    """

    def __init__(self, changed: Callable[[], None], post: Post) -> None:
        self.text = W.Text(description="Search", placeholder="Text to find", tooltip="Find text in the log")
        self.only = W.Checkbox(
            description="Matching lines only",
            indent=False,
            tooltip="Leave out lines in which the text is not found",
        )
        self.everywhere = W.Checkbox(
            description="In all logs seen",
            indent=False,
            tooltip="Search every log seen so far, not only this",
        )
        self._count = W.HTML()
        for control in (self.text, self.only, self.everywhere):
            control.observe(post.handler(changed), "value")
        self.widget = row("sevdrill-search", self.text, self.only, self.everywhere, self._count)

    def body(self, item: Item, logs: Iterable[Item]) -> Markup:
        """The open log, or all of them, as the search wants them; and says what was found."""
        chosen = list(logs) if self.everywhere.value else [item]
        read = [(one, lines_of(one.text, self._wanted)) for one in chosen]
        self._tell(list(chain.from_iterable(lines for _, lines in read)))
        if not self.everywhere.value:
            return self._log(read[0][1])
        shown = [(one, lines) for one, lines in read if not self._narrow or found_in(lines)[0]]
        return join(*(join(el("h5", "sevdrill-file", one.title), self._log(lines)) for one, lines in shown))

    @property
    def _wanted(self) -> str:
        return str(self.text.value).strip()

    @property
    def _narrow(self) -> bool:
        return bool(self.only.value and self._wanted)

    def _log(self, lines: tuple[LogLine, ...]) -> Markup:
        shown = [line for line in lines if line.matches or not self._narrow]
        return log(shown) if shown else el("p", "sevdrill-empty", "No line has it.")

    def _tell(self, lines: list[LogLine]) -> None:
        self._count.value = el("span", "sevdrill-count", self._told(lines), role="status")

    def _told(self, lines: list[LogLine]) -> str:
        if self._wanted:
            matches, among = found_in(lines)
            told = f"{matches} match" if matches == 1 else f"{matches} matches"
            return f"{told} in {among} of {words.plural(len(lines), 'line')}"
        levels = [line.level for line in lines]
        counts = ((levels.count(level), level.upper()) for level in ("error", "warn"))
        return " · ".join(
            [words.plural(len(lines), "line"), *(f"{count} {level}" for count, level in counts if count)]
        )
