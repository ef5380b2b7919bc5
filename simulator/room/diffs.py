"""A diff, read line by line: which file, which place, what was added and removed, and the notes around it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

_PLACE = re.compile(r"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")
_NOWHERE = "/dev/null"


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line of a diff."""

    kind: str
    """`file`, `place`, `added`, `removed`, `same` or `note` (text that is no part of the diff)."""
    text: str
    """Of a file its name and what became of it; else the line as it stands, with its sign."""
    number: int | None = None
    """In the new file, or for what was removed in the old; None where the diff does not say."""


def diff_lines(text: str) -> tuple[DiffLine, ...]:
    """The lines of a diff. What stands before the first file, or does not look like a diff, is a note."""
    return tuple(_read(text.splitlines()))


def _read(lines: list[str]) -> Iterator[DiffLine]:
    inside, before, old, new = False, "", None, None
    for line, after in zip_longest(lines, lines[1:], fillvalue=""):
        if line.startswith("--- ") and after.startswith("+++ "):
            before, inside, old, new = line, True, None, None
        elif line.startswith("+++ ") and before:
            yield DiffLine("file", _file(before[4:], line[4:]))
            before = ""
        elif line.startswith("@@") and inside:
            place = _PLACE.match(line)
            old, new = (int(place[1]), int(place[2])) if place else (None, None)
            yield DiffLine("place", line)
        elif line.startswith("+"):
            yield DiffLine("added", line, new)
            new = _next(new)
        elif line.startswith("-"):
            yield DiffLine("removed", line, old)
            old = _next(old)
        elif inside and (not line or line.startswith(" ")):
            yield DiffLine("same", line, new)
            old, new = _next(old), _next(new)
        else:
            yield DiffLine("note", line)


def _next(number: int | None) -> int | None:
    return None if number is None else number + 1


def _file(before: str, after: str) -> str:
    if before == _NOWHERE:
        return f"{_plain(after)} (new file)"
    return f"{_plain(before)} (deleted)" if after == _NOWHERE else _plain(after)


def _plain(path: str) -> str:
    """A path without the `a/` or `b/` that diffs put before it."""
    return path[2:] if path.startswith(("a/", "b/")) else path
