"""Every move there is, as forms in tabs by group."""

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as W  # noqa: N812

from simulator.moves import GROUPS, MOVES, options
from simulator.observe import Observation
from simulator.room.boxes import column
from simulator.room.drafts import timeline_of
from simulator.room.form import MoveForm, Submit
from simulator.room.keys import UPDATE, mark
from simulator.room.markup import el
from simulator.room.posting import Post
from simulator.scenario.model import Scenario

ELSEWHERE = ("acknowledge",)
"""Moves with a place of their own in the room."""
COPY = "Copy timeline from the channel"
WhyNot = Callable[[str, Mapping[str, Any]], str | None]
FIRST = "triage"
"""The tab that is open at first."""


class MovesPanel:
    """The tabs. Their forms are made once, and only follow changes after that.

    Args:
        scenario: what is played.
        seen: what the seat sees now.
        submit: called on the loop with verb and arguments when a move is made.
        why_not: says why a move would be refused now; None if it would not.
        post: how handlers reach the loop.
    """

    def __init__(
        self, scenario: Scenario, seen: Observation, submit: Submit, why_not: WhyNot, post: Post
    ) -> None:
        shown = [
            move for move in MOVES.values() if move.verb not in ELSEWHERE and _playable(scenario, move.args)
        ]
        self._scenario, self._seen, self._why_not = scenario, seen, why_not
        layout = W.Layout()
        self.forms: Mapping[str, MoveForm] = {
            move.verb: MoveForm(move, scenario, seen, submit, post, layout) for move in shown
        }
        self._line_up_drafts(post)
        if "post_update" in self.forms:
            mark(self.forms["post_update"].widget, UPDATE)
        for form in self.forms.values():
            form.watch(post.handler(self._weigh))
        self._groups = [group for group in GROUPS if any(move.group == group for move in shown)]
        self._tabs = self._in_tabs()
        self._tabs.observe(post.handler(self._follow), "selected_index")
        self._drawn_for: tuple[Any, ...] = ()
        self._stale: set[str] = set()
        """Groups whose forms have not followed yet: they do when their tab is opened."""
        heading = W.HTML(el("h3", "sevdrill-heading", "Moves"))
        self.widget = column("sevdrill-moves sevdrill-card", heading, self._tabs)

    def _in_tabs(self) -> W.Tab:
        """The forms by group; a group's number is the same in every scenario, for it is a key."""
        return W.Tab(
            [
                _page(GROUPS.index(group) + 1, [f for f in self.forms.values() if f.move.group == group])
                for group in self._groups
            ],
            titles=[group.capitalize() for group in self._groups],
            selected_index=self._groups.index(FIRST) if FIRST in self._groups else 0,
        )

    def show(self, seen: Observation) -> None:
        """Follow what can be chosen now, if that has changed."""
        self._seen = seen
        drawn_for = (
            tuple(person.presence for person in seen.people),
            tuple(work.decision for work in seen.work),
            seen.undone,
            seen.flags_off,
            seen.fixes_ready,
            seen.roles.get("incident_commander"),
        )
        if drawn_for != self._drawn_for:
            self._drawn_for = drawn_for
            self._stale = set(self._groups)
        self._follow()

    def _follow(self) -> None:
        """Bring the forms of the open tab up to date, if they are not."""
        group = self._groups[self._tabs.selected_index or 0]
        if group in self._stale:
            self._stale.remove(group)
            for form in self._open_forms():
                form.show(self._seen)
        self._weigh()

    def _weigh(self) -> None:
        """Say in the forms of the open tab which moves cannot be made now, and why."""
        for form in self._open_forms():
            form.warn(self._why_not(form.move.verb, form.args()))

    def _open_forms(self) -> list[MoveForm]:
        group = self._groups[self._tabs.selected_index or 0]
        return [form for form in self.forms.values() if form.move.group == group]

    def open(self, verb: str) -> None:
        """Open the tab in which a move is."""
        if verb in self.forms:
            self._tabs.selected_index = self._groups.index(self.forms[verb].move.group)

    def refuse(self, verb: str, reason: str) -> None:
        """Say in the move's place why it cannot be done."""
        self._forget_others(verb)
        if verb in self.forms:
            self.forms[verb].refuse(reason)

    def accept(self, verb: str, text: str) -> None:
        """Say in the move's place that it is under way."""
        self._forget_others(verb)
        if verb in self.forms:
            self.forms[verb].accept(text)

    def forget(self) -> None:
        """Take every answer away."""
        self._forget_others("")

    def _line_up_drafts(self, post: Post) -> None:
        if "write_postmortem" in self.forms:
            form = self.forms["write_postmortem"]
            offer_timeline(form, lambda: timeline_of(self._scenario, self._seen), post)

    def _forget_others(self, verb: str) -> None:
        for other, form in self.forms.items():
            if other != verb:
                form.forget()


def offer_timeline(form: MoveForm, timeline: Callable[[], str], post: Post) -> None:
    """Give a postmortem's form a button that fills in a timeline to start from: what the channel told."""
    copy = W.Button(description=COPY, tooltip="Replaces what stands there")
    copy.on_click(post.handler(lambda: form.fill("timeline", timeline())))
    form.add(copy)


def _page(number: int, forms: list[MoveForm]) -> W.DOMWidget:
    page = column("sevdrill-forms", *(form.widget for form in forms))
    mark(page, str(number))
    return page


def _playable(scenario: Scenario, args: Any) -> bool:
    """Whether the scenario has anything to name: without flags there is no flag to turn off."""
    named = (options(arg, scenario) for arg in args if arg.required)
    return all(known is None or known for known in named)
