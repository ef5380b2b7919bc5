"""One argument of a move as a control. Five kinds of control serve every kind of argument."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import ipywidgets as W  # noqa: N812

from simulator.moves import SEAT, Arg
from simulator.room.choices import Choices

WIDE = ("text", "lines", "actions", "journeys", "choices")
"""Kinds that need room: they stand in a row of their own."""
LONG = ("timeline",)
"""Arguments with many lines."""
_LONG_ROWS = 7
_ROWS = {"text": 2, "lines": 3, "actions": 3}
_HINTS = {
    "lines": "One per line",
    "actions": "One per line: what | owning role | due in days | prevent, detect or mitigate",
}


class Field(Protocol):
    """A control for one argument."""

    @property
    def widget(self) -> W.DOMWidget:
        """The control itself."""
        ...

    def value(self) -> Any:
        """What it says, as the move wants it; None leaves the argument out."""
        ...

    def offer(self, choices: Choices | None) -> None:
        """Replace what can be chosen, keeping the choice where it still exists."""
        ...

    def clear(self) -> None:
        """Empty it, if it holds text."""
        ...

    def watch(self, handler: Callable[..., None]) -> None:
        """Call the handler whenever the trainee changes it."""
        ...


class Pick:
    """One of a set."""

    def __init__(self, arg: Arg, choices: Choices, layout: W.Layout) -> None:
        start = SEAT if arg.kind in ("actor", "holder") and arg.default == SEAT else str(arg.default or "")
        values = [value for _, value in choices]
        self._kind = arg.kind
        self.widget = W.Dropdown(
            options=choices,
            value=start if start in values else values[0],
            description=arg.title,
            tooltip=arg.title,
            layout=layout,
        )

    def value(self) -> Any:
        """The chosen id; a number for levels, minutes and hours."""
        chosen = str(self.widget.value or "")
        return _NUMBERS.get(self._kind, str)(chosen) if chosen else None

    def offer(self, choices: Choices | None) -> None:
        """Replace what can be chosen."""
        if choices is None or tuple(self.widget.options) == choices:
            return
        chosen = self.widget.value
        self.widget.options = choices
        if chosen in [value for _, value in choices]:
            self.widget.value = chosen

    def clear(self) -> None:
        """A choice stays."""

    def watch(self, handler: Callable[..., None]) -> None:
        """Call the handler whenever the trainee changes it."""
        self.widget.observe(handler, "value")


class Several:
    """Any of a set, as boxes to tick."""

    def __init__(self, arg: Arg, known: Mapping[str, str], layout: W.Layout) -> None:
        self._boxes = {
            key: W.Checkbox(
                value=key in (arg.default or ()),
                description=title,
                indent=False,
                tooltip=title,
                layout=layout,
            )
            for key, title in known.items()
        }
        boxes = W.HBox(list(self._boxes.values()), layout=layout)
        self.widget = W.VBox([W.Label(arg.title, layout=layout), boxes], layout=layout)
        self.widget.add_class("sevdrill-several")
        self.widget.add_class("sevdrill-whole")

    def value(self) -> list[str] | None:
        """The ids that are ticked."""
        return [key for key, box in self._boxes.items() if box.value]

    def offer(self, choices: Choices | None) -> None:
        """The set is the scenario's."""

    def clear(self) -> None:
        """Ticks stay."""

    def watch(self, handler: Callable[..., None]) -> None:
        """Call the handler whenever the trainee changes it."""
        for box in self._boxes.values():
            box.observe(handler, "value")


class Switch:
    """Yes or no."""

    def __init__(self, arg: Arg, layout: W.Layout) -> None:
        self.widget = W.Checkbox(
            value=bool(arg.default), description=arg.title, indent=False, tooltip=arg.title, layout=layout
        )

    def value(self) -> bool:
        """True when it is ticked."""
        return bool(self.widget.value)

    def offer(self, choices: Choices | None) -> None:
        """There is nothing to choose from."""

    def clear(self) -> None:
        """A tick stays."""

    def watch(self, handler: Callable[..., None]) -> None:
        """Call the handler whenever the trainee changes it."""
        self.widget.observe(handler, "value")


class Share:
    """A share, in per cent."""

    def __init__(self, arg: Arg, layout: W.Layout) -> None:
        start = round(100 * (arg.default or 0))
        title = f"{arg.title} (%)"
        self.widget = W.BoundedIntText(
            value=start, min=0, max=100, step=5, description=title, tooltip=title, layout=layout
        )

    def value(self) -> float:
        """The share, from 0 to 1."""
        return int(self.widget.value) / 100

    def offer(self, choices: Choices | None) -> None:
        """There is nothing to choose from."""

    def clear(self) -> None:
        """A number stays."""

    def watch(self, handler: Callable[..., None]) -> None:
        """Call the handler whenever the trainee changes it."""
        self.widget.observe(handler, "value")


class Prose:
    """Text in the trainee's words: one text, lines, or lines with columns."""

    def __init__(self, arg: Arg, layout: W.Layout) -> None:
        self._kind = arg.kind
        self._read = _READERS[arg.kind]
        self.widget = W.Textarea(
            description=arg.title,
            rows=_LONG_ROWS if arg.name in LONG else _ROWS[arg.kind],
            placeholder=_HINTS.get(arg.kind, ""),
            tooltip=arg.title,
            layout=layout,
        )
        if arg.kind == "actions" or arg.name in LONG:
            self.widget.add_class("sevdrill-whole")

    def value(self) -> Any:
        """The text, or None when there is none."""
        return self._read(str(self.widget.value)) or None

    def offer(self, choices: Choices | None) -> None:
        """There is nothing to choose from."""

    def fill(self, text: str) -> None:
        """Write into it."""
        self.widget.value = text

    def clear(self) -> None:
        """Empty it: it has been said."""
        if self._kind == "text":
            self.widget.value = ""

    def watch(self, handler: Callable[..., None]) -> None:
        """Call the handler whenever the trainee changes it."""
        self.widget.observe(handler, "value")


def field_for(arg: Arg, choices: Choices | None, known: Mapping[str, str] | None, layout: W.Layout) -> Field:
    """The control for an argument.

    Args:
        arg: the argument.
        choices: label and value, if it picks one of a set.
        known: value to title, for several of a set.
        layout: one for all; nobody changes it.
    """
    if arg.kind in ("journeys", "choices"):
        return Several(arg, known or {}, layout)
    if choices is not None:
        return Pick(arg, choices, layout)
    if arg.kind == "switch":
        return Switch(arg, layout)
    return Share(arg, layout) if arg.kind == "share" else Prose(arg, layout)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _actions(text: str) -> list[dict[str, Any]]:
    return [_action(line) for line in _lines(text)]


def _action(line: str) -> dict[str, Any]:
    what, *rest = (part.strip() for part in line.split("|"))
    given = dict(zip(("owner_role", "due_days", "kind"), rest, strict=False))
    action: dict[str, Any] = {"what": what} | {key: value for key, value in given.items() if value}
    if action.get("due_days", "").isdecimal():
        action["due_days"] = int(action["due_days"])
    return action


_NUMBERS: Mapping[str, Callable[[str], float]] = {"level": int, "minutes": int, "hours": int, "times": float}
_READERS: Mapping[str, Callable[[str], Any]] = {"text": str.strip, "lines": _lines, "actions": _actions}
