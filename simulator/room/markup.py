"""HTML that is escaped unless it says otherwise.

Scenario and trainee text reaches the page only as a child or an attribute of `el`, which escapes every
string that is not `Markup`.
"""

from html import escape
from typing import Final


class Markup(str):
    """HTML that goes to the page as it is."""

    __slots__ = ()


def el(tag: str, classes: str = "", *children: str, **attributes: str | float | None) -> Markup:
    """One HTML element.

    Args:
        tag: its name.
        classes: its classes, separated by spaces.
        children: `Markup` is put in as it is, any other string escaped.
        attributes: `data_n` becomes `data-n`; None leaves the attribute out.
    """
    given = {"class": classes or None, **attributes}
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for name, value in given.items()
        if value is not None
    )
    return Markup(f"<{tag}{written}>{join(*children)}</{tag}>")


def join(*children: str) -> Markup:
    """Several pieces as one; strings that are not `Markup` are escaped."""
    return Markup("".join(child if isinstance(child, Markup) else escape(child) for child in children))


def icon(name: str) -> Markup:
    """A small line drawing that follows the text's colour; screen readers skip it."""
    return Markup(
        f'<svg class="sevdrill-icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">'
        f'<path d="{_PATHS[name]}"/></svg>'
    )


_PATHS: Final = {
    "bell": "M8 2a4 4 0 0 0-4 4c0 4-1.6 5-1.6 5h11.2S12 10 12 6a4 4 0 0 0-4-4M6.6 13.6a1.6 1.6 0 0 0 2.8 0",
    "check": "M2.8 8.6 6.4 12 13.2 4.4",
    "question": "M5.4 5.8a2.6 2.6 0 1 1 3.8 2.3c-.8.4-1.2 1-1.2 1.9M8 12.7v.1",
    "horn": "M2 6.2v3.6h2.4L11 13V3L4.4 6.2ZM13 6.4a2.6 2.6 0 0 1 0 3.2",
    "search": "M7 2.4a4.6 4.6 0 1 1 0 9.2 4.6 4.6 0 0 1 0-9.2M10.4 10.4 14 14",
    "warning": "M8 2 14.6 13.6H1.4ZM8 6.4v3.4M8 11.7v.1",
    "branch": "M4.5 2v12M4.5 10.5c0-3.5 7-2 7-6M9.6 4.4l1.9-2 1.9 2",
    "clock": "M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8M8 4.6V8l2.4 1.6",
    "hand": "M3.6 8.4V4.2M6.2 7.6V2.6M8.8 7.6V2.6M11.4 8.4V4.2M11.4 8v2.4a4 4 0 0 1-7.8 0V8",
}
