"""Where a postmortem is written after the drill."""

from collections.abc import Mapping
from typing import Any

import ipywidgets as W  # noqa: N812

from scoring.case import Case
from scoring.markup import Table, to_html
from scoring.postmortem import grade
from simulator.app.latewriting import ORDER, played_on, standing_at, why_not
from simulator.clock import clock
from simulator.errors import InputError
from simulator.moves import MOVES
from simulator.room.boxes import column
from simulator.room.drafts import timeline_of
from simulator.room.form import MoveForm
from simulator.room.markup import el
from simulator.room.moves import offer_timeline
from simulator.room.room import Room
from simulator.room.words import sentence

SCHEDULE, WRITE = ORDER


def _why_not(room: Room) -> str:
    """Why a postmortem that is written now can be no part of the drill; empty if it can."""
    if room.mode == "exam":
        return "An exam is not taken up again."
    return why_not(room.session, room.left_ms)


class LatePostmortem:
    """The form of the postmortem after the drill: part of it where that is honest, practice otherwise.

    Args:
        room: one whose session is over.
        case: its drill.
    """

    def __init__(self, room: Room, case: Case) -> None:
        self._room, self._case, self._over, self._left_ms = room, case, room.session, room.left_ms
        self._written = case.first("postmortem", state="written") is not None
        self._why_not = "" if self._written else _why_not(room)
        self._seen = self._over.observe()
        self.counts = not self._written and not self._why_not
        """Whether what is written becomes part of the drill."""
        self.form = MoveForm(
            MOVES[WRITE], self._over.scenario, self._seen, self._submit, room.post, W.Layout()
        )
        offer_timeline(self.form, self._timeline, room.post)
        hours = {"No meeting": None, "In 24 hours": 24, "In 48 hours": 48, "In a week": 168}
        self.meeting = W.Dropdown(
            options=list(hours.items()), description="Meeting", tooltip="When to meet over it"
        )
        ask = self.counts and case.first("postmortem", state="scheduled") is None
        self._graded = W.HTML()
        self._graded.add_class("sevdrill-result")
        head = W.HTML(el("p", "sevdrill-lead", self._told()))
        self.widget = column(
            "sevdrill-after-part", head, *([self.meeting] if ask else []), self.form.widget, self._graded
        )

    def _told(self) -> str:
        if self._written:
            return (
                "You wrote it in the drill, and the debrief grades it. What you write here is practice: "
                "it is graded, and changes no score."
            )
        if self._why_not:
            return (
                f"It was not written, and now it can be no part of the drill: {self._why_not} Write it as "
                "practice: it is graded, and changes no score."
            )
        at = clock(self._over.scenario.starts, self._left_ms or 0)
        return (
            f"It was not written. Write it now, and the drill is taken up at {at}, where you left it, and "
            "scored anew. It is kept as a branch beside the first one."
        )

    def _timeline(self) -> str:
        seen = standing_at(self._over, self._left_ms).observe() if self._left_ms is not None else self._seen
        return timeline_of(self._over.scenario, seen)

    def _submit(self, verb: str, args: Mapping[str, Any]) -> None:
        if not self.counts or self._left_ms is None:
            self._practise(args)
            return
        asked: dict[str, Mapping[str, Any]] = {WRITE: args}
        if self.meeting.value is not None:
            asked[SCHEDULE] = {"in_hours": self.meeting.value}
        try:
            done = played_on(self._over, self._left_ms, asked)
        except InputError as fault:
            self.form.refuse(f"{sentence(fault.what)}; expected {fault.expected}.")
            return
        if isinstance(done, str):
            self.form.refuse(done)
        else:
            self._room.show_end(*done)

    def _practise(self, args: Mapping[str, Any]) -> None:
        rows = [
            (each.part, "good" if each.good else "to mend", each.remark) for each in grade(self._case, args)
        ]
        table = Table("Your draft, part by part", ("Part", "Verdict", "Why"), rows, ("Part", "Verdict"))
        self._graded.value = to_html([table], "Your draft, graded")
