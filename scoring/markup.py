"""Blocks of a report, and how they become HTML, Markdown or plain text.

The HTML is self-contained and legible on light and dark pages: it takes the page's own text colour, draws
borders in a half-transparent grey, and inverts charts on dark pages. All text is escaped.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from textwrap import fill, indent
from typing import Protocol

WIDTH = 96
"""Columns of the plain text."""

CSS = """
.sevdrill { max-width: 60rem; line-height: 1.45; color: var(--jp-ui-font-color1, inherit); }
.sevdrill h2, .sevdrill h3 { line-height: 1.2; margin: 1.2em 0 0.4em; }
.sevdrill table { border-collapse: collapse; width: 100%; margin: 0.6em 0; color: inherit; }
.sevdrill th, .sevdrill td { text-align: left; vertical-align: top; padding: 0.3em 0.6em 0.3em 0;
  border-bottom: 1px solid rgba(128, 128, 128, 0.45); background: transparent; white-space: normal; }
.sevdrill caption { text-align: left; font-weight: bold; color: inherit; }
.sevdrill td.short { white-space: nowrap; font-variant-numeric: tabular-nums; }
.sevdrill aside { border: 1px solid rgba(128, 128, 128, 0.6); border-left-width: 5px; padding: 0.2em 1em;
  margin: 0.8em 0; }
.sevdrill img { max-width: 100%; }
.sevdrill summary { cursor: pointer; }
.sevdrill textarea { width: 100%; box-sizing: border-box; font: inherit; color: inherit;
  background: transparent; border: 1px solid rgba(128, 128, 128, 0.6); }
@media print { .sevdrill details > * { display: block; }
  .sevdrill img, .sevdrill tr { break-inside: avoid; } }
""".strip()
DARK = "filter: invert(1) hue-rotate(180deg);"
"""Turns a chart without a background dark side out: black becomes white, and hues stay what they are."""
THEME_CSS = f"""
[data-jp-theme-light="false"] :is(.sevdrill img, .sevdrill-figure) {{ {DARK} }}
""".strip()
"""Follows the notebook's theme."""
PAGE_CSS = f"""
:root {{ color-scheme: light dark; }}
body {{ font-family: system-ui, sans-serif; margin: 1.5rem auto; padding: 0 1rem; max-width: 62rem; }}
@media screen and (prefers-color-scheme: dark) {{ .sevdrill img {{ {DARK} }} }}
""".strip()


class Block(Protocol):
    """A part of a report."""

    def html(self) -> str:
        """The block as HTML, escaped."""
        ...

    def text(self) -> str:
        """The block as plain text; empty if it has none."""
        ...

    def markdown(self) -> str:
        """The block as Markdown; empty if it has none."""
        ...


class Drawing(Protocol):
    """A chart, as a report needs it."""

    alt: str

    def data_uri(self) -> str:
        """The address of an image that carries itself."""
        ...

    def png(self, dpi: int = ...) -> bytes:
        """The chart as a PNG image."""
        ...


def _plain(words: str) -> str:
    """Text in which nothing is Markdown, on one line."""
    return re.sub(r"([\\`*_\[\]<>#|~$])", r"\\\1", " ".join(words.split()))


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of the report (level 2) or of a part (3)."""

    title: str
    level: int = 3

    def html(self) -> str:
        return f"<h{self.level}>{escape(self.title)}</h{self.level}>"

    def text(self) -> str:
        return f"{self.title}\n{('=' if self.level == 2 else '-') * len(self.title)}"

    def markdown(self) -> str:
        return f"{'#' * (self.level - 1)} {_plain(self.title)}"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    words: str

    def html(self) -> str:
        return f"<p>{escape(self.words)}</p>"

    def text(self) -> str:
        return fill(self.words, WIDTH)

    def markdown(self) -> str:
        return _plain(self.words)


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list."""

    items: Sequence[str]

    def html(self) -> str:
        return f"<ul>{''.join(f'<li>{escape(item)}</li>' for item in self.items)}</ul>"

    def text(self) -> str:
        filled = (fill(item, WIDTH, initial_indent="- ", subsequent_indent="  ") for item in self.items)
        return "\n".join(filled)

    def markdown(self) -> str:
        return "\n".join(f"- {_plain(item)}" for item in self.items)


@dataclass(frozen=True, slots=True)
class Box:
    """Something set apart: a question, a piece of advice."""

    title: str
    items: Sequence[str]

    def html(self) -> str:
        return f"<aside><p><strong>{escape(self.title)}</strong></p>{Bullets(self.items).html()}</aside>"

    def text(self) -> str:
        return f"{self.title}\n{Bullets(self.items).text()}"

    def markdown(self) -> str:
        items = "\n".join(f"> - {_plain(item)}" for item in self.items)
        return f"> **{_plain(self.title)}**\n>\n{items}"


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the columns named in `short` are kept on one line."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    short: Sequence[str] = ()

    def html(self) -> str:
        head = "".join(f'<th scope="col">{escape(name)}</th>' for name in self.head)
        rows = "\n".join(f"<tr>{self._cells(row)}</tr>" for row in self.rows)
        caption = f"<caption>{escape(self.title)}</caption>"
        return f"<table>{caption}<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table>"

    def _cells(self, row: Sequence[str]) -> str:
        kinds = (' class="short"' if name in self.short else "" for name in self.head)
        return "".join(f"<td{kind}>{escape(cell)}</td>" for kind, cell in zip(kinds, row, strict=True))

    def text(self) -> str:
        """Every column but the last is as wide as its content; the last one is wrapped."""
        widths = [max(len(row[n]) for row in (self.head, *self.rows)) for n in range(len(self.head) - 1)]
        margin = " " * sum(width + 2 for width in widths)
        lines = [self.title]
        for row in (self.head, *self.rows):
            start = "".join(f"{cell:<{width}}  " for cell, width in zip(row, widths, strict=False))
            lines.append(start + fill(row[-1], max(30, WIDTH - len(margin))).replace("\n", "\n" + margin))
        return "\n".join(lines)

    def markdown(self) -> str:
        rows = "\n".join(f"| {' | '.join(map(_plain, row))} |" for row in self.rows)
        head = f"| {' | '.join(map(_plain, self.head))} |\n|{'---|' * len(self.head)}"
        return f"**{_plain(self.title)}**\n\n{head}\n{rows}"


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart, drawn only when it is asked for. Plain text has the table beside it instead."""

    draw: Callable[[], Drawing]

    def html(self) -> str:
        chart = self.draw()
        return f'<p><img src="{escape(chart.data_uri())}" alt="{escape(chart.alt)}"></p>'

    def text(self) -> str:
        return ""

    def markdown(self) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class Fold:
    """Details that a reader opens."""

    title: str
    inside: Sequence[Block]

    def html(self) -> str:
        inside = "\n".join(block.html() for block in self.inside)
        return f"<details><summary>{escape(self.title)}</summary>\n{inside}\n</details>"

    def text(self) -> str:
        return indent("\n\n".join(text for text in (block.text() for block in self.inside) if text), "    ")

    def markdown(self) -> str:
        inside = "\n\n".join(text for text in (block.markdown() for block in self.inside) if text)
        return f"<details><summary>{escape(self.title)}</summary>\n\n{inside}\n\n</details>"


@dataclass(frozen=True, slots=True)
class Blank:
    """A box for the reader to write in."""

    title: str

    def html(self) -> str:
        label = escape(self.title)
        return f'<p><label>{label}<br><textarea rows="3" aria-label="{label}"></textarea></label></p>'

    def text(self) -> str:
        return f"{self.title}\n{'_' * WIDTH}"

    def markdown(self) -> str:
        return f"**{_plain(self.title)}**\n\n<br>"


def to_html(blocks: Iterable[Block], label: str) -> str:
    """The blocks as an HTML fragment; `label` names it for screen readers."""
    body = "\n".join(block.html() for block in blocks)
    start = f'<section class="sevdrill" lang="en" aria-label="{escape(label)}">'
    return f"{start}\n<style>{CSS}\n{THEME_CSS}</style>\n{body}\n</section>"


def to_page(blocks: Iterable[Block], label: str) -> str:
    """The blocks as an HTML page that needs nothing from outside."""
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    body = f"<body>\n{to_html(blocks, label)}\n</body>"
    head += f"<title>{escape(label)}</title><style>{PAGE_CSS}</style>"
    return f'<!doctype html>\n<html lang="en">\n<head>{head}</head>\n{body}\n</html>\n'


def to_markdown(blocks: Iterable[Block]) -> str:
    """The blocks as Markdown."""
    return "\n\n".join(text for text in (block.markdown() for block in blocks) if text) + "\n"


def to_text(blocks: Iterable[Block]) -> str:
    """The blocks as plain text."""
    return "\n\n".join(text for text in (block.text() for block in blocks) if text) + "\n"
