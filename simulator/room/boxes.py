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


def _dress(box: W.Box, classes: str) -> None:
    for each in classes.split():
        box.add_class(each)
