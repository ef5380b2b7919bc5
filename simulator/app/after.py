"""What comes after a drill, in the room: the debrief, what if, the postmortem, files to take along."""

from collections.abc import Callable

import ipywidgets as W  # noqa: N812

from scoring.acts import in_full
from scoring.case import Case
from scoring.markup import to_html
from scoring.report import Debrief, full_debrief
from scoring.slider import ActSlider
from simulator.app.exports import files_of
from simulator.app.keeping import keep_score
from simulator.app.latepostmortem import LatePostmortem
from simulator.room.boxes import column, row
from simulator.room.download import Download
from simulator.room.markup import el
from simulator.room.posting import Post
from simulator.room.room import Room
from simulator.room.words import sentence
from simulator.scenario.model import Mitigation
from simulator.session import Session
from simulator.store import StoredSession

PARTS = ("Debrief", "What if", "Postmortem", "Files")


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
    return column("sevdrill-after-part", W.HTML(el("p", "sevdrill-lead", told)), choice, place)


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
        rows.append(row("sevdrill-export", button, W.HTML(el("span", "sevdrill-help", file.about))))
    lead = W.HTML(
        el("p", "sevdrill-lead", "Each file is made when you press its button, and saved by your browser.")
    )
    return column("sevdrill-after-part", lead, *rows)
