"""How a piece of evidence is laid out for reading: by its kind."""

import re
from collections.abc import Callable, Iterable, Mapping

from simulator.room.diffs import DiffLine, diff_lines
from simulator.room.logs import LogLine, lines_of
from simulator.room.markup import Markup, el, join
from simulator.room.view import Item, RecentChange
from simulator.room.waterfall import waterfall
from simulator.scenario.model import Scenario

_REPORT = re.compile(r'"(?P<said>[^"]+)"\s*\(?(?P<who>[^"()]*)\)?\s*')


def sheet(scenario: Scenario, item: Item, body: Markup | None = None) -> Markup:
    """A piece of evidence with its heading; `body` replaces how its kind is usually laid out."""
    where = f"{item.source} · {item.about}" if item.about and item.about != item.title else item.source
    by = "you" if item.mine else item.by
    return el(
        "article",
        "sevdrill-sheet",
        el("h4", "", item.title),
        el("p", "sevdrill-source", f"{where} · {item.time} · found by {by}"),
        SHEETS[item.style](scenario, item) if body is None else body,
        data_evidence=item.id,
    )


def log(lines: Iterable[LogLine]) -> Markup:
    """Lines of a log, numbered, with their levels and what was found marked."""
    return el("pre", "sevdrill-code sevdrill-log", *(_log_line(line) for line in lines))


def _log_line(line: LogLine) -> Markup:
    level = f" sevdrill-log-{line.level}" if line.level else ""
    pieces = (
        el("mark", "", piece.text)
        if piece.look == "match"
        else piece.text
        if piece.look == "plain"
        else el("b", f"sevdrill-level sevdrill-level-{piece.look}", piece.text)
        for piece in line.pieces
    )
    number = el("span", "sevdrill-number", str(line.number), aria_hidden="true")
    return el("span", f"sevdrill-log-line{level}", number, el("span", "", *pieces))


def _logs(scenario: Scenario, item: Item) -> Markup:
    return log(lines_of(item.text))


# -- diffs -----------------------------------------------------------------------------------------------


def _diff(scenario: Scenario, item: Item) -> Markup:
    parts: list[Markup] = []
    run: list[DiffLine] = []
    for line in diff_lines(item.text):
        if line.kind in ("file", "note"):
            parts += _code(run)
            run = []
            parts.append(
                el("h5", "sevdrill-file", line.text) if line.kind == "file" else el("p", "", line.text)
            )
        else:
            run.append(line)
    return el("div", "sevdrill-diff", *parts, *_code(run))


def _code(lines: list[DiffLine]) -> list[Markup]:
    if not lines:
        return []
    numbered = any(line.number is not None for line in lines)
    return [el("pre", "sevdrill-code", *(_diff_line(line, numbered=numbered) for line in lines), tabindex=0)]


def _diff_line(line: DiffLine, *, numbered: bool) -> Markup:
    text = line.text or " "
    if not numbered:
        return el("span", f"sevdrill-{line.kind}", text)
    number = "" if line.number is None else str(line.number)
    return el(
        "span",
        f"sevdrill-{line.kind}",
        el("span", "sevdrill-number", number, aria_hidden="true"),
        text,
    )


# -- the change list -------------------------------------------------------------------------------------

_CHANGE_HEADS = ("When", "What", "Who", "Way back")


def _changes(scenario: Scenario, item: Item) -> Markup:
    if not item.changes:
        return _prose(scenario, item)
    return el(
        "table",
        "sevdrill-changes",
        el("caption", "sevdrill-hidden", "Recent changes, newest first"),
        el("thead", "", el("tr", "", *(el("th", "", head, scope="col") for head in _CHANGE_HEADS))),
        el("tbody", "", *(_change(change) for change in item.changes)),
    )


def _change(change: RecentChange) -> Markup:
    return el(
        "tr",
        "",
        el("td", "sevdrill-when", change.time),
        el("th", "", change.title, scope="row"),
        el("td", "", change.by),
        el("td", "", change.way_back),
        data_change=change.id,
    )


# -- words -----------------------------------------------------------------------------------------------


def _traces(scenario: Scenario, item: Item) -> Markup:
    told = _prose(scenario, item)
    return join(told, waterfall(scenario, item.spans)) if item.spans else told


def _reports(scenario: Scenario, item: Item) -> Markup:
    return el("div", "sevdrill-reports", *(_report(line) for line in item.text.splitlines() if line.strip()))


def _report(line: str) -> Markup:
    said = _REPORT.fullmatch(line.strip())
    if said is None:
        return el("p", "", *_with_code(line))
    who = [el("footer", "", said["who"])] if said["who"] else []
    return el("blockquote", "", el("p", "", f"“{said['said']}”"), *who)


def _plain(scenario: Scenario, item: Item) -> Markup:
    return el("pre", "sevdrill-code sevdrill-wrapped", item.text.rstrip("\n"))


def _prose(scenario: Scenario, item: Item) -> Markup:
    return el("div", "sevdrill-prose", *_with_code(item.text.rstrip("\n")))


def _with_code(text: str) -> list[str]:
    """What stands between backquotes is set as code."""
    return [el("code", "", part) if n % 2 else part for n, part in enumerate(text.split("`"))]


SHEETS: Mapping[str, Callable[[Scenario, Item], Markup]] = {
    "logs": _logs,
    "diff": _diff,
    "traces": _traces,
    "changes": _changes,
    "reports": _reports,
    "code": _plain,
    "prose": _prose,
}
"""By style."""
