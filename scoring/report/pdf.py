"""A report as a PDF: charts and text on A4 pages, made with matplotlib, which is there anyway."""

from collections.abc import Iterable, Iterator
from io import BytesIO
from textwrap import wrap
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from matplotlib.image import imread

from scoring.markup import WIDTH, Block, Drawing, Heading, Picture

PAGE_IN = (8.27, 11.69)
MARGIN_IN = 0.7
LINE_IN = 0.155
FONT_PT = 8.0
"""At this size `WIDTH` columns of the monospaced font fill the page between its margins."""
PICTURE_DPI = 200
_FONTS: dict[Any, Any] = {"pdf.fonttype": 42, "font.family": "DejaVu Sans Mono"}


def to_pdf(blocks: Iterable[Block], title: str) -> bytes:
    """The blocks as a PDF document, each page numbered."""
    with mpl.rc_context(_FONTS), BytesIO() as target:
        pages = _Pages()
        for block in blocks:
            if isinstance(block, Picture):
                pages.picture(block.draw())
            elif text := block.text():
                pages.lines(list(_fitted(text)), heading=isinstance(block, Heading))
        with PdfPages(target, metadata={"Title": title, "CreationDate": None}) as document:
            for number, page in enumerate(pages.all, 1):
                _write(page, f"{number} / {len(pages.all)}", PAGE_IN[1] - 0.45)
                document.savefig(page)
        return target.getvalue()


class _Pages:
    """Pages being filled from top to bottom."""

    def __init__(self) -> None:
        self.all: list[Figure] = []
        self._new()

    def _new(self) -> None:
        self.all.append(Figure(figsize=PAGE_IN))
        self._at_in = MARGIN_IN

    def lines(self, lines: list[str], *, heading: bool) -> None:
        """Text; a heading keeps some room for what follows it."""
        needed_in = (len(lines) + 6 if heading else min(3, len(lines))) * LINE_IN
        if self._at_in + needed_in > PAGE_IN[1] - MARGIN_IN:
            self._new()
        for line in lines:
            if self._at_in + LINE_IN > PAGE_IN[1] - MARGIN_IN:
                self._new()
            _write(self.all[-1], line, self._at_in, bold=heading)
            self._at_in += LINE_IN
        self._at_in += LINE_IN

    def picture(self, chart: Drawing) -> None:
        """A chart, as wide as the text."""
        image = imread(BytesIO(chart.png(PICTURE_DPI)))
        width_in = PAGE_IN[0] - 2 * MARGIN_IN
        height_in = width_in * image.shape[0] / image.shape[1]
        if self._at_in + height_in > PAGE_IN[1] - MARGIN_IN:
            self._new()
        bottom = 1 - (self._at_in + height_in) / PAGE_IN[1]
        box = (MARGIN_IN / PAGE_IN[0], bottom, width_in / PAGE_IN[0], height_in / PAGE_IN[1])
        axes = self.all[-1].add_axes(box)
        axes.imshow(image, aspect="auto", interpolation="none")
        axes.set_axis_off()
        self._at_in += height_in + LINE_IN


def _write(page: Figure, line: str, at_in: float, *, bold: bool = False) -> None:
    page.text(
        MARGIN_IN / PAGE_IN[0],
        1 - at_in / PAGE_IN[1],
        line,
        fontsize=FONT_PT,
        fontweight="bold" if bold else "normal",
        va="top",
        parse_math=False,
    )


def _fitted(text: str) -> Iterator[str]:
    """The lines of a text, none longer than the page is wide."""
    for line in text.splitlines():
        margin = line[: len(line) - len(line.lstrip())]
        yield from wrap(line, WIDTH, subsequent_indent=margin, drop_whitespace=False) or [""]
