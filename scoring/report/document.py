"""What every report can be: shown in a notebook, printed, or handed on as a page, a PDF or Markdown."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

from scoring.markup import Block, to_html, to_markdown, to_page, to_text
from scoring.report.pdf import to_pdf


class Document(ABC):
    """A report made of blocks."""

    @property
    @abstractmethod
    def title(self) -> str:
        """What to call it."""

    @property
    @abstractmethod
    def blocks(self) -> Sequence[Block]:
        """The whole report as blocks, for any rendering."""

    @property
    def text(self) -> str:
        """The report as plain text."""
        return to_text(self.blocks)

    def page(self) -> str:
        """The report as an HTML page that needs nothing from outside."""
        return to_page(self.blocks, self.title)

    def markdown(self) -> str:
        """The report as Markdown."""
        return to_markdown(self.blocks)

    def pdf(self) -> bytes:
        """The report as a PDF document."""
        return to_pdf(self.blocks, self.title)

    def _repr_html_(self) -> str:
        return to_html(self.blocks, self.title)
