"""Log lines, read as a log viewer does: their level, and where a search finds something."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_LEVELS = {
    "FATAL": "error",
    "CRITICAL": "error",
    "ERROR": "error",
    "WARNING": "warn",
    "WARN": "warn",
    "INFO": "info",
    "DEBUG": "info",
}
_LEVEL = re.compile(rf"\b(?:{'|'.join(_LEVELS)})\b")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line that looks alike."""

    text: str
    look: str
    """`plain`, `match`, or the level that it names: `error`, `warn` or `info`."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of a log."""

    number: int
    """From 1, in its log."""
    level: str
    """`error`, `warn` or `info`; empty where the line names none."""
    pieces: tuple[Piece, ...]

    @property
    def matches(self) -> int:
        """How often the search was found in it."""
        return sum(piece.look == "match" for piece in self.pieces)


def lines_of(text: str, search: str = "") -> tuple[LogLine, ...]:
    """The lines of a log, with what is searched for marked, whatever its case."""
    return tuple(_line(number, line, search) for number, line in enumerate(text.splitlines(), 1))


def found_in(lines: Iterable[LogLine]) -> tuple[int, int]:
    """How many matches there are, and in how many lines."""
    counts = [line.matches for line in lines]
    return sum(counts), sum(count > 0 for count in counts)


def _line(number: int, text: str, search: str) -> LogLine:
    named = _LEVEL.search(text)
    level = _LEVELS[named.group()] if named else ""
    return LogLine(number, level, tuple(_pieces(text, search, named, level)))


def _pieces(text: str, search: str, named: re.Match[str] | None, level: str) -> Iterable[Piece]:
    matches = (
        [match.span() for match in re.finditer(re.escape(search), text, re.IGNORECASE)] if search else []
    )
    marked = [(start, end, "match") for start, end in matches]
    if named and not any(start < named.end() and named.start() < end for start, end in matches):
        marked.append((*named.span(), level))
    at = 0
    for start, end, look in sorted(marked):
        if start > at:
            yield Piece(text[at:start], "plain")
        yield Piece(text[start:end], look)
        at = end
    if at < len(text):
        yield Piece(text[at:], "plain")
