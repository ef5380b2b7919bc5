"""What comes after a drill, in the room: the debrief, what if, the postmortem, files to take along."""

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as W  # noqa: N812

from scoring.acts import in_full
from scoring.case import Case
from scoring.markup import Table, to_html
from scoring.postmortem import grade
from scoring.report import Debrief, full_debrief
from scoring.slider import ActSlider
from simulator.app.boxes import column, row
from simulator.app.exports import files_of
from simulator.app.keeping import keep_score
from simulator.app.latewriting import ORDER, played_on, standing_at, why_not
from simulator.clock import clock
from simulator.errors import InputError
from simulator.moves import MOVES
from simulator.room.download import Download
from simulator.room.drafts import timeline_of
from simulator.room.form import MoveForm
from simulator.room.markup import Markup, el
from simulator.room.moves import COPY
from simulator.room.posting import Post
from simulator.room.room import Room
from simulator.room.words import sentence
from simulator.scenario.model import Mitigation
from simulator.session import Session
from simulator.store import StoredSession

PARTS = ("Debrief", "What if", "Postmortem", "Files")
SCHEDULE, WRITE = ORDER


def debrief_of(over: Session) -> Debrief:
    """The debrief of a session that is over; the score of one that is kept is kept beside it.

    Raises:
        StoreError: the store did not take the score.
    """
    trace = over.finish()
    if isinstance(over, StoredSession):
        keep_score(over.store, over.drill, over.scenario, trace)
    return full_debrief(over.scenario, trace, conduct=over.conduct)


def after_drill(room: Room) -> W.Widget:
    """The parts, in tabs; all but the debrief are made when they are first opened.

    Args:
        room: one whose session is over.
    """
    over = room.session
    debrief = debrief_of(over)
    told = W.HTML(to_html(debrief.blocks, debrief.title))
    told.add_class("sevdrill-result")
    made: dict[int, Callable[[], W.Widget]] = {
        1: lambda: what_if(over, debrief.case, room.post),
        2: lambda: LatePostmortem(room, debrief.case).widget,
        3: lambda: files(over, debrief, room.post),
    }
    places = [column("sevdrill-after-part") for _ in PARTS[1:]]
    tabs = W.Tab([told, *places], titles=PARTS, selected_index=0)

    def turn() -> None:
        part = int(tabs.selected_index or 0)
        if part in made:
            places[part - 1].children = (made.pop(part)(),)

    tabs.observe(room.post.handler(turn), "selected_index")
    tabs.add_class("sevdrill-after")
    return tabs


def what_if(over: Session, case: Case, post: Post) -> W.Widget:
    """A slider that moves a mitigation through the drill; which one is chosen over it."""
    place = column("sevdrill-slider")

    def choose() -> None:
        place.children = (
            ActSlider(over.scenario, over.seed, over.decisions, choice.value, post=post.handler).widget,
        )

    choice = W.Dropdown(
        options=list(_worth_moving(case).items()),
        description="If this had been done",
        tooltip="Which act to move through the drill",
    )
    choice.observe(post.handler(choose), "value")
    choose()
    told = (
        "Drag the handle: the whole drill is simulated anew with this act at that moment. "
        "The grey area is the drill as you played it."
    )
    return column("sevdrill-after-part", _html(el("p", "sevdrill-lead", told)), choice, place)


def _worth_moving(case: Case) -> dict[str, Mitigation]:
    """What to call it, and the act: what brings users back, then what the trainee tried in vain."""
    right = {f"{_act(case, move)} (brings users back)": move for move in case.variant.right_moves}
    tried = (
        Mitigation.model_validate(
            {"verb": act.verb, "target": act.target, "amount": act.amount, "zone": act.zone}
        )
        for act in case.mitigations
        if not case.is_right(act)
    )
    return right | {f"{_act(case, move)} (as you did)": move for move in tried}


def _act(case: Case, move: Mitigation) -> str:
    return sentence(in_full(case.scenario, move))


def files(over: Session, debrief: Debrief, post: Post) -> W.Widget:
    """A button for every file."""
    rows = []
    for file in files_of(over, debrief):
        button = Download(file.label, file.name, file.mime, file.make, post, about=file.about)
        rows.append(row("sevdrill-file", button, _html(el("span", "sevdrill-help", file.about))))
    lead = _html(
        el("p", "sevdrill-lead", "Each file is made when you press its button, and saved by your browser.")
    )
    return column("sevdrill-after-part", lead, *rows)


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
        copy = W.Button(description=COPY, tooltip="Replaces what stands there")
        copy.on_click(room.post.handler(self._copy))
        self.form.add(copy)
        hours = {"No meeting": None, "In 24 hours": 24, "In 48 hours": 48, "In a week": 168}
        self.meeting = W.Dropdown(
            options=list(hours.items()), description="Meeting", tooltip="When to meet over it"
        )
        ask = self.counts and case.first("postmortem", state="scheduled") is None
        self._graded = W.HTML()
        self._graded.add_class("sevdrill-result")
        head = _html(el("p", "sevdrill-lead", self._told()))
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

    def _copy(self) -> None:
        seen = standing_at(self._over, self._left_ms).observe() if self._left_ms is not None else self._seen
        self.form.fill("timeline", timeline_of(self._over.scenario, seen))

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


def _html(markup: Markup) -> W.HTML:
    return W.HTML(markup)
