"""Boxes of widgets with classes."""

import ipywidgets as W  # noqa: N812


def column(classes: str, *parts: W.Widget) -> W.VBox:
    """Parts one below the other; `classes` are separated by spaces."""
    box = W.VBox(parts)
    _dress(box, classes)
    return box


def row(classes: str, *parts: W.Widget) -> W.HBox:
    """Parts side by side."""
    box = W.HBox(parts)
    _dress(box, classes)
    return box


def set_class(widget: W.DOMWidget, name: str, *, on: bool) -> None:
    """Give a widget a class, or take it away."""
    (widget.add_class if on else widget.remove_class)(name)


def _dress(box: W.Box, classes: str) -> None:
    for each in classes.split():
        box.add_class(each)
