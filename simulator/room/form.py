"""One move as a compact form: its arguments, its button, what it costs, and what came of it."""

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as W  # noqa: N812

from simulator.moves import Move, options
from simulator.observe import Observation
from simulator.room.choices import choices
from simulator.room.costs import cost, missing
from simulator.room.fields import WIDE, Field, Prose, field_for
from simulator.room.markup import el, icon, join
from simulator.room.posting import Post
from simulator.scenario.model import Scenario

ASIDES = {
    "declare": "As a rule, SEV-1 wakes everybody, SEV-2 the people on call and the manager, SEV-3 the people "
    "on call.",
}
"""What a newcomer may not know of a move, beside its help."""
Submit = Callable[[str, Mapping[str, Any]], None]


class MoveForm:
    """The form of one move.

    Args:
        move: the move.
        scenario: the scenario being played.
        seen: what the seat sees now.
        submit: called on the loop with verb and arguments when the button is pressed.
        post: how handlers reach the loop.
        layout: one for all widgets of all forms, which saves hundreds; nobody changes it.
    """

    def __init__(
        self,
        move: Move,
        scenario: Scenario,
        seen: Observation,
        submit: Submit,
        post: Post,
        layout: W.Layout,
    ) -> None:
        self.move = move
        self._layout = layout
        self._scenario, self._submit, self.seen = scenario, submit, seen
        self.fields = {arg.name: self._field(arg.name) for arg in move.args}
        self.button = W.Button(description=move.title, tooltip=move.help, layout=layout)
        self.button.add_class("sevdrill-do")
        if move.production:
            self.button.add_class("sevdrill-risky")
        self.button.on_click(post.handler(self.press))
        self._cost, self._answer = W.HTML(layout=layout), W.HTML(layout=layout)
        self._answers = 0
        self._refused: str | None = None
        self._bar: str | None = None
        self.widget = self._lay_out()
        for field in self.fields.values():
            field.watch(post.handler(self._changed))
        self._show_cost()

    def _field(self, name: str) -> Field:
        arg = next(arg for arg in self.move.args if arg.name == name)
        field = field_for(
            arg,
            choices(self.move, arg, self._scenario, self.seen),
            options(arg, self._scenario),
            self._layout,
        )
        field.widget.add_class(f"arg-{self.move.verb}-{name}")
        field.widget.add_class("sevdrill-wide" if arg.kind in WIDE else "sevdrill-field")
        return field

    def _lay_out(self) -> W.DOMWidget:
        kinds = {arg.name: arg.kind for arg in self.move.args}
        short = [field.widget for name, field in self.fields.items() if kinds[name] not in WIDE]
        wide = [field.widget for name, field in self.fields.items() if kinds[name] in WIDE]
        rows = [short, wide, [self.button]] if wide else [[*short, self.button]]
        controls = [W.HBox(row, layout=self._layout) for row in rows]
        self._last_row = controls[-1]
        for row in controls:
            row.add_class("sevdrill-row")
        foot = W.HBox([self._cost, self._answer], layout=self._layout)
        foot.add_class("sevdrill-foot")
        told = " ".join(part for part in (self.move.help, ASIDES.get(self.move.verb)) if part)
        note = W.HTML(el("p", "sevdrill-help", told), layout=self._layout)
        form = W.VBox([note, *controls, foot], layout=self._layout)
        form.add_class("sevdrill-move")
        form.add_class(f"move-{self.move.verb}")
        return form

    def args(self) -> dict[str, Any]:
        """The arguments as they stand, without those left out."""
        given = {name: field.value() for name, field in self.fields.items()}
        return {name: value for name, value in given.items() if value is not None}

    def press(self) -> None:
        """Ask for the move, or say what is missing."""
        args = self.args()
        lacking = missing(self.move, args)
        if lacking:
            self.refuse(lacking)
        else:
            self._submit(self.move.verb, args)

    def fill(self, name: str, text: str) -> None:
        """Write into one of the text fields."""
        field = self.fields[name]
        if isinstance(field, Prose):
            field.fill(text)

    def add(self, button: W.Button) -> None:
        """Put another button beside the move's own."""
        self._last_row.children = (*self._last_row.children, button)

    def refuse(self, reason: str) -> None:
        """Say in place why it cannot be done."""
        self._say("sevdrill-refused", "warning", f"Not done. {reason}", role="alert")
        self._refused = reason
        self._show_cost()

    def warn(self, reason: str | None) -> None:
        """Say quietly why it cannot be done now, before anybody asks; None if it can."""
        if reason == self._bar:
            return
        self._bar = reason
        self.button.tooltip = f"Not now: {reason}" if reason else self.move.help
        if reason:
            self.button.add_class("sevdrill-cannot")
        else:
            self.button.remove_class("sevdrill-cannot")
        self._show_cost()

    def watch(self, handler: Callable[..., None]) -> None:
        """Call the handler whenever the trainee changes a field."""
        for field in self.fields.values():
            field.watch(handler)

    def accept(self, text: str) -> None:
        """Say in place that it has been asked for, and empty the text fields."""
        self._say("sevdrill-accepted", "check", text)
        for field in self.fields.values():
            field.clear()

    def _say(self, classes: str, sign: str, text: str, role: str | None = None) -> None:
        self._refused = None
        self._answers += 1  # an equal answer is shown, and spoken, anew
        self._answer.value = el("p", classes, icon(sign), text, role=role, data_nth=self._answers)

    def forget(self) -> None:
        """Take the last answer away."""
        if self._answer.value:
            self._answer.value, self._refused = "", None
            self._show_cost()

    def show(self, seen: Observation) -> None:
        """Follow what can be chosen now."""
        self.seen = seen
        source = str(self.args().get("source", ""))
        for arg in self.move.args:
            self.fields[arg.name].offer(choices(self.move, arg, self._scenario, seen, source))
        self._show_cost()

    def _changed(self) -> None:
        self.show(self.seen)

    def _show_cost(self) -> None:
        commander = self.seen.roles.get("incident_commander")
        told = cost(self.move, self._scenario, self.args(), commander)
        bar = self._bar if self._bar != self._refused else None  # one that was asked for stands there already
        warning = [el("span", "sevdrill-not-now", el("b", "", "Not now: "), bar)] if bar else []
        self._cost.value = join(el("span", "sevdrill-cost", told), *warning)
