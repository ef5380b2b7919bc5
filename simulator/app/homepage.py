"""The home page: choose a drill, go on with one, look back. The control room opens in its place.

It draws a `HomeView` and hands on what is pressed. Like the room it shows itself, as often as one likes, as
the last expression of a cell, and its handlers only post to the loop.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import ipywidgets as W  # noqa: N812

from simulator.app import homeparts
from simulator.app.homeview import HomeView, Row
from simulator.app.rooms import drill_of
from simulator.app.shelf import Shelf
from simulator.clock import clock
from simulator.conduct import Mode
from simulator.errors import InputError, UnknownNameError, one_of
from simulator.room.boxes import column, row
from simulator.room.guard import ROOM_CLASS, RoomGuard
from simulator.room.markup import el, icon
from simulator.room.modechoice import MODES
from simulator.room.pacing import SPEEDS, Pulse
from simulator.room.posting import Post
from simulator.room.problem import ProblemBox
from simulator.room.room import Room
from simulator.room.screen import STYLE
from simulator.room.words import sentence

ROW = "sevdrill-drill-row"
BAR = "sevdrill-bar-home"
ROWS = 8
"""Past drills on the page at first, and how many more each press of the button shows."""
FAILED = (
    "Nothing that was played is lost. Run the cell again. If it comes back, report the lines under Details."
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be opened."""

    scenario: str = ""
    """A drill to begin: its scenario's id."""
    drill: str = ""
    """Or one to take up or look at again: its id in the store."""
    mode: Mode = "standard"
    speed: int = 10


class Desk(Protocol):
    """What the page needs from behind it."""

    problem: str
    """Why drills are not kept; empty if they are."""
    lost: Callable[[], None]
    """Called when `problem` has changed."""

    def view(self) -> HomeView:
        """What to show now; what goes wrong with the store is in `problem` then."""
        ...

    def open(self, wish: Wish) -> Room:
        """A control room.

        Raises:
            InputError: it cannot be opened.
        """
        ...


class Home:
    """The page. As the last expression of a notebook cell it shows itself.

    Args:
        desk: what is behind it.
        mode: chosen at first, one of `MODES`.
        speed: chosen at first, drill seconds per second.

    Raises:
        UnknownNameError: a mode or a speed that is not offered.
    """

    def __init__(self, desk: Desk, mode: Mode = "standard", speed: int = 10) -> None:
        _check("mode", mode, MODES)
        _check("speed", speed, SPEEDS)
        self._desk, self._post = desk, Post(self._failed)
        self.room: Room | None = None
        """The room that was opened last."""
        self._rows = ROWS
        self._not_kept = W.HTML()
        desk.lost = self._tell_lost
        self._pulse = Pulse(lambda dt_s: None, self._beat, lambda: None)
        self._build(mode, speed)
        self.refresh()

    def _build(self, mode: Mode, speed: int) -> None:
        post = self._post
        self.guard = RoomGuard()
        self.guard.observe(post.handler(self._pulse.hear), "heard")
        self.problem = ProblemBox(post)
        self._note = W.HTML()
        self.mode = W.Dropdown(
            options=[(name, each) for each, (name, _) in MODES.items()],
            value=mode,
            description="Help during the drill",
            tooltip="How much the drill helps while it runs",
        )
        self.speed = W.Dropdown(
            options=[(f"{n}×", n) for n in SPEEDS],
            value=speed,
            description="Speed",
            tooltip="How fast drill time passes; it can be changed at any moment",
        )
        self._told = W.HTML()
        self.mode.observe(post.handler(self._tell_mode), "value")
        self._tell_mode()
        terms = row("sevdrill-terms", self.mode, self.speed, self._told)
        self._top, self._past = column("sevdrill-home-top"), column("sevdrill-past")
        self.shelf = Shelf(self._begin, post)
        style = W.HTML(f"<style>{STYLE}</style>", layout={"display": "none"})
        head = row("sevdrill-home-head", W.HTML(homeparts.heading()), self.guard)
        body = (self._note, self._top, terms, self.shelf.widget, self._past)
        self.page = column("sevdrill-home", style, head, self.problem.widget, *body)
        self.page.add_class(ROOM_CLASS)
        self.panel = W.VBox([self.page])
        self.panel.add_class("sevdrill-place")

    # -- what is pressed, all on the loop ------------------------------------------------------------

    def open(self, wish: Wish) -> Room | None:
        """Open a room in place of the page, or say on the page why it cannot be opened."""
        self._post.bind()
        try:
            room = self._desk.open(wish)
        except InputError as fault:
            self._say(f"{sentence(fault.what)}. Expected {fault.expected}." if fault.expected else fault.what)
            return None
        back = W.Button(description="All drills", tooltip="Back to the home page; this drill waits")
        back.on_click(self._post.handler(self.back))
        bar = row(BAR, back, self._not_kept)
        self._tell_lost()
        # A room that another page has opened before gets the way back to this one.
        room.panel.children = (bar, *(part for part in room.panel.children if not _is_bar(part)))
        self.room = room
        self._show_room()
        return room

    def back(self) -> None:
        """Back to the page; a drill that runs is paused, and waits."""
        if self.room is not None:
            self.room.pause()
        self.refresh()
        self.panel.children = (self.page,)
        self._pulse.start()

    def refresh(self) -> None:
        """Read what is kept, and draw the page anew."""
        view = self._desk.view()
        self._say(self._desk.problem)
        self._top.children = tuple(self._top_of(view))
        self.shelf.show(view.cards)
        self._show_past(view.over)

    def _begin(self, scenario: str) -> None:
        self.open(Wish(scenario=scenario, mode=self.mode.value, speed=int(self.speed.value)))

    def _take_up(self, drill: str) -> None:
        if self.room is not None and drill == drill_of(self.room):
            self._show_room()
        else:
            self.open(Wish(drill=drill, speed=int(self.speed.value)))

    def _show_room(self) -> None:
        assert self.room is not None
        self._pulse.stop()
        self.panel.children = (self.room.panel,)

    # -- drawing -------------------------------------------------------------------------------------

    def _top_of(self, view: HomeView) -> Sequence[W.Widget]:
        """The advice, and what is under way."""
        press = self._button("Begin", view.advice.title, lambda: self._begin(view.advice.scenario))
        press.add_class("sevdrill-do")
        advice = column("sevdrill-card sevdrill-advice", W.HTML(homeparts.advice(view.advice)), press)
        going = [self._under_way(kept) for kept in view.going]
        waiting = self._waiting_unkept()
        if waiting is not None:
            going.insert(0, waiting)
        if not going:
            return [advice]
        head = W.HTML(el("h3", "sevdrill-heading", "Under way"))
        return [column("sevdrill-card sevdrill-going", head, *going), advice]

    def _under_way(self, kept: Row) -> W.Widget:
        button = self._button("Resume", kept.title, lambda: self._take_up(kept.drill))
        return row(ROW, W.HTML(homeparts.going(kept)), *([] if kept.closed else [button]))

    def _waiting_unkept(self) -> W.Widget | None:
        """A drill that only this page knows of: it is played without a store."""
        room = self.room
        if room is None or drill_of(room) or room.phase in ("ready", "ended"):
            return None
        scenario = room.session.scenario
        at = clock(scenario.starts, room.session.now_ms)
        button = self._button("Return", scenario.title, self._show_room)
        return row(ROW, W.HTML(homeparts.unkept(scenario.title, at)), button)

    def _show_past(self, rows: Sequence[Row]) -> None:
        head = W.HTML(homeparts.past_heading(len(rows)))
        shown = [self._looked_back(kept) for kept in rows[: self._rows]]
        more = self._button("Show older", "", lambda: self._show_more(rows))
        self._past.children = (head, *shown, *([more] if len(rows) > self._rows else []))

    def _show_more(self, rows: Sequence[Row]) -> None:
        self._rows += ROWS
        self._show_past(rows)

    def _looked_back(self, kept: Row) -> W.Widget:
        button = self._button("Open debrief", kept.title, lambda: self._look_back(kept.drill))
        return row(ROW, W.HTML(homeparts.past(kept)), *([] if kept.closed else [button]))

    def _look_back(self, drill: str) -> None:
        room = self.open(Wish(drill=drill, speed=int(self.speed.value)))
        if room is not None:
            room.end()

    def _button(self, name: str, about: str, press: Callable[[], Any]) -> W.Button:
        button = W.Button(description=name, tooltip=about or name)
        button.on_click(self._post.handler(press))
        return button

    def _tell_mode(self) -> None:
        name, does = MODES[self.mode.value]
        self._told.value = el("span", "sevdrill-help", f"{name}: {does}")

    def _tell_lost(self) -> None:
        """Say in the room that what is played there is not kept."""
        self._not_kept.value = homeparts.not_kept(self._desk.problem)

    def _say(self, text: str) -> None:
        self._note.value = el("p", "sevdrill-note", icon("warning"), text, role="alert") if text else ""
        self._note.layout.display = None if text else "none"

    def _failed(self, fault: Exception) -> None:
        self.problem.show(fault, FAILED)
        self.panel.children = (self.page,)

    def _beat(self) -> None:
        self.guard.beat += 1

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Show the page; where widgets cannot be shown, say what this is."""
        self._post.bind()
        if self.panel.children == (self.page,):
            self._pulse.start()
        bundle = self.panel._repr_mimebundle_(**kwargs)
        if isinstance(bundle, dict):
            bundle["text/plain"] = "The home page: choose a drill"
        return bundle


def _is_bar(part: W.Widget) -> bool:
    return BAR in getattr(part, "_dom_classes", ())


def _check(name: str, given: object, known: Collection[object]) -> None:
    if given not in known:
        raise UnknownNameError(name, f"it is {given!r}", one_of(map(str, known)))
