"""The control room: a session with a face. It holds no rules; it draws, and it hands decisions on.

Everything that touches the session runs on one event loop, one after the other: the pulse's ticks, and
what the handlers post. Without a loop (a script, a test) the methods do the same by hand.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import ipywidgets as W  # noqa: N812

from simulator.clock import clock
from simulator.coach import Coach
from simulator.coach.guide import Guide
from simulator.conduct import MODES, Answer, Hint, Mode
from simulator.errors import DecisionError, InputError, UnknownNameError, nearest, one_of
from simulator.policies.base import Wish
from simulator.room import keys, words
from simulator.room.coaching import Coaching, ModeChoice
from simulator.room.controls import Acts, Controls
from simulator.room.ending import Ending
from simulator.room.guard import ROOM_CLASS, RoomGuard
from simulator.room.guide import GuidePanel
from simulator.room.incident import IncidentStrip
from simulator.room.keys import KeysPanel
from simulator.room.moments import earliest_ms, moments
from simulator.room.moves import MovesPanel
from simulator.room.news import News
from simulator.room.opening import Opening
from simulator.room.pacing import ALONE_S, SPEEDS, Pulse
from simulator.room.panels import Panels
from simulator.room.pointer import Pointer
from simulator.room.posting import Post
from simulator.room.problem import AFTER_THE_END, WHAT_TO_DO, ProblemBox
from simulator.room.rewind import Past, RewindPanel
from simulator.room.skipping import Skip
from simulator.room.view import RoomView, view_of
from simulator.session import Decided, Session

_STATIC = Path(__file__).parent / "static"
STYLE = "\n".join(
    part.read_text(encoding="utf-8") for part in (_STATIC / "room.css", *sorted(_STATIC.glob("room-*.css")))
)
"""`room.css`, then what single panels bring along: `room-<panel>.css`."""
LEAD_S = 2.5
"""Real seconds between Start and the first page."""
_PLAYED = ("running", "paused")
ALONE = "Paused: no page has been open for {}."


class Room:
    """A control room for one drill. As the last expression of a notebook cell it shows itself.

    Args:
        session: the drill; one that has been played before goes on where it stands.
        on_end: called with the finished session; what it returns is shown (a widget, an object with
            `_repr_html_`, or HTML text). What it raises is shown, too.
        speed: drill seconds per second, one of `pacing.SPEEDS`.
        mode: how much the room helps, one of `conduct.MODES`; what the session says, if left out.
        begin: called with the mode when a new drill starts; gives the session that is played from then on.
            With it, and without a mode, the trainee chooses one on the opening screen.
        alone_s: real seconds without a word from any page after which the drill pauses.

    Raises:
        UnknownNameError: a speed or a mode that is not offered.
    """

    def __init__(
        self,
        session: Session,
        on_end: Callable[[Session], Any] | None = None,
        speed: int = 10,
        *,
        mode: Mode | None = None,
        begin: Callable[[Mode], Session] | None = None,
        alone_s: float = ALONE_S,
    ) -> None:
        _check_speed(speed)
        _check_mode(mode)
        self.session = session
        self.phase = "ready"
        """`ready`, `running`, `paused` or `ended`."""
        self.speed = speed
        self._on_end, self._begin, self._note = on_end, begin, ""
        self._coach = Coach(session.scenario, mode or session.conduct.mode)
        self._may_choose = begin is not None and mode is None
        self._left_ms: int | None = None
        self._skip: Skip | None = None
        self._post = Post(self._failed)
        self._alone_s = alone_s
        self._pulse = Pulse(self._ticked, self._beat, self._alone, alone_s)
        self._build()
        self._refresh()

    def _build(self) -> None:
        scenario, post = self.session.scenario, self._post
        self.guard = RoomGuard()
        self.guard.observe(post.handler(self._pulse.hear), "heard")
        acts = Acts(
            toggle=self._toggle,
            skip=self.skip,
            rewind=self.rewind,
            set_speed=self.set_speed,
            set_sound=self.set_sound,
            show_keys=self.show_keys,
            end=self.end,
        )
        self.controls = Controls(self.speed, acts, post)
        self.problem = ProblemBox(post)
        self.pointer = Pointer()
        self.coaching = Coaching(
            self._coach,
            go_on=lambda wish: self._make(wish.verb, wish.args),
            lead_to=self._lead_to,
            noted=self._hinted,
            pointer=self.pointer,
            post=post,
        )
        self.guide = GuidePanel(
            Guide(scenario, self.session.observe()),
            pointer=self.pointer,
            open_move=self._open_move,
            speak=self._speak,
            gone_on=self._refresh,
            post=post,
        )
        self.mode_choice = ModeChoice(self.mode, self._choose, post) if self._may_choose else None
        self.opening = Opening(
            scenario,
            self.controls.speed,
            self.start,
            post,
            resumed=self.session.now_ms > 0,
            choice=self.mode_choice.widget if self.mode_choice else None,
        )
        self.ending = Ending(self.go_back, post)
        self.rewinding = RewindPanel(self.branch, self.return_to_original, self.close_dialog, post)
        self.keys = KeysPanel(self.close_dialog, post)
        self._dialogs = W.VBox([])
        self._dialogs.add_class("sevdrill-dialogs")
        self._status = W.VBox([])
        line = W.HBox([self.guard, self.coaching.badge, self.controls.widget])
        top = W.VBox([self._status, line, self.guide.widget, self.coaching.widget, self._dialogs])
        top.add_class("sevdrill-top")
        self._body = W.VBox([])
        self._body.add_class("sevdrill-body")
        style = W.HTML(f"<style>{STYLE}</style>", layout={"display": "none"})
        self.panel = W.VBox([style, self.pointer, top, self.problem.widget, self._body])
        self.panel.add_class(ROOM_CLASS)
        self._furnish()

    def _furnish(self, before: Panels | None = None) -> None:
        """Make what remembers the drill's past: at first, and when another drill takes its place."""
        self._news = News()
        self.strip = IncidentStrip(lambda: self._submit("acknowledge", {}), self._post)
        self.panels = Panels(self.session.scenario, self._submit, self._open_dashboard, self._post)
        if before is not None:
            self.panels.watch.look_as(before.watch)
        self._status.children = (self.panels.status.widget,)
        self.__dict__.pop("_lower", None)
        self._line_up_keys()

    def _line_up_keys(self) -> None:
        """The keys of this room."""
        places = {
            keys.CHANNEL: self.panels.channel.widget,
            keys.EVIDENCE: self.panels.records.evidence.widget,
            keys.TIMELINE: self.panels.records.timeline.widget,
        }
        for key, widget in places.items():
            keys.mark(widget, key)
        known = {**keys.DRILL, **keys.PLACES, keys.PLUS_UNSHIFTED: keys.DRILL[keys.FASTER]}
        self.guard.shortcuts = known

    @property
    def session(self) -> Session:
        """The drill that is played here; it keeps what the dashboards show."""
        return self._session

    @session.setter
    def session(self, session: Session) -> None:
        session.keep_dashboards()
        self._session = session

    @cached_property
    def moves(self) -> MovesPanel:
        """The forms of all moves; made when the drill starts, for they are most of the room's widgets."""
        return MovesPanel(
            self.session.scenario, self.session.observe(), self._submit, self._why_not, self._post
        )

    @cached_property
    def _lower(self) -> W.Widget:
        lower = W.HBox([self.moves.widget, self.panels.records.widget])
        lower.add_class("sevdrill-lower")
        return lower

    @property
    def mode(self) -> Mode:
        """How much the room helps."""
        return self._coach.mode

    @property
    def _waits(self) -> bool:
        """Whether the clock waits for the trainee: to answer a question, or to read the guide."""
        return self.coaching.asking or self.guide.explains

    @property
    def _clock_goes(self) -> bool:
        """Whether drill time passes."""
        return self.phase == "running" and not self._waits

    # -- playing -------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the drill just before the first page, or resume it; a second call starts the pulse afresh."""
        self._post.bind()
        if self.phase == "ended":
            return
        if self.phase == "ready" and self.session.now_ms == 0:
            if self._begin is not None:
                self.session = self._begin(self.mode)
            self.session.conduct = replace(self.session.conduct, mode=self.mode)
            self.session.advance(max(0, self.session.first_page_ms() - round(1000 * LEAD_S * self.speed)))
        self.phase, self._note = "running", ""
        self.session.note_pace(self.speed)
        self._pulse.start()
        self._refresh()

    def pause(self) -> None:
        """Stop the clock. Moves can still be made; they take effect from where it stands."""
        if self.phase == "running":
            self.phase = "paused"
            self._skip = None
            self.session.note_pace(0)
            self._refresh()

    def set_sound(self, on: bool) -> None:  # noqa: FBT001 - it is the value of a switch
        """Let the room make sounds, or not."""
        self.guard.sound = on
        self.controls.show_sound(on=on)

    def set_speed(self, speed: int) -> None:
        """Let drill time pass `speed` times as fast as real time.

        Raises:
            UnknownNameError: a speed that is not offered.
        """
        _check_speed(speed)
        if self.phase == "running" and speed != self.speed:
            self.session.note_pace(speed)
        self.speed = speed
        self._refresh()

    def tick(self, dt_s: float) -> None:
        """Let `dt_s` real seconds pass, if the clock goes and no skip is on."""
        self.coaching.pass_time(dt_s, playing=self._clock_goes)
        if not self._clock_goes or self._skip is not None:
            return
        self.session.advance(self.session.now_ms + round(1000 * dt_s * self.speed))
        self._refresh()
        if self.session.ended:
            self.end()
        elif self.coaching.watch(self.session.observe):
            self._spoke()

    def skip(self) -> None:
        """Let drill time run until there is news, or for `skipping.LONGEST_MS`, in whatever phase."""
        if self.phase in _PLAYED and self._skip is None and not self._waits:
            self._skip = Skip(self.session)
            self._skip_on()

    def _skip_on(self) -> None:
        skip = self._skip
        if skip is None:
            return  # something else was done meanwhile
        skip.run()
        if not skip.over:
            self._refresh()
            self._post(self._skip_on)
            return
        self._skip = None
        self._refresh(told=skip.told)
        if self.session.ended:
            self.end()

    def act(self, verb: str, **args: Any) -> Decided:
        """Make a move now. A refusal is shown in the room and returned.

        Raises:
            DecisionError: no such move, target or argument; or the drill is not being played.
        """
        if self.phase not in _PLAYED:
            state = "has not started" if self.phase == "ready" else "is over"
            raise DecisionError(verb, f"the drill {state}", "moves while it runs or is paused")
        self._skip = None
        decided = self.session.decide(verb, args)
        self.coaching.decided()
        if decided.refused:
            self._refuse(verb, decided.refused)
        else:
            self._accept(decided)
        self._refresh()
        return decided

    def end(self) -> None:
        """Play the rest of the time without the trainee and show the result of `on_end`."""
        if self.phase == "ended":
            return
        self._skip = None
        self.close_dialog()
        self._left_ms = None if self.session.ended else self.session.now_ms
        self.coaching.clear()
        self.guide.hide()
        self.session.finish()
        self.phase = "ended"
        self.ending.wait()
        self._refresh()
        self._post(self._show_result)

    def _show_result(self) -> None:
        self.ending.back.layout.display = "none" if self.mode == "exam" else None
        result = self._on_end(self.session) if self._on_end else None
        left_at = "" if self._left_ms is None else clock(self.session.scenario.starts, self._left_ms)
        self.ending.show(self._view(), result, left_at, self._branch_at)
        self.guard.announce = "The drill is over."

    @property
    def left_ms(self) -> int | None:
        """When the trainee ended it early, in drill time; None while it goes on, or if its time was over."""
        return self._left_ms

    @property
    def post(self) -> Post:
        """How handlers of widgets that others put into the room reach its loop; what they raise is shown."""
        return self._post

    def show_end(self, session: Session, left_ms: int) -> None:
        """Show another end of the drill: somebody has taken it up again and played it to the end.

        Args:
            session: the drill as it is now, finished.
            left_ms: when the trainee left it this time.
        """
        self.session, self.phase, self._left_ms = session, "ended", left_ms
        self._furnish(self.panels)
        self.ending.wait()
        self._refresh()
        self._post(self._show_result)

    def go_back(self) -> None:
        """Take an early end back: the drill stands again, paused, where it was ended. Not in an exam."""
        if self.phase == "ended" and self._left_ms is not None and self.mode != "exam":
            self._take_up(self.session.back_to(self._left_ms + 1))

    # -- rewinding -----------------------------------------------------------------------------------

    @property
    def may_rewind(self) -> bool:
        """Whether the trainee may go back to a moment: not before the page, and not in an exam."""
        return (
            self.mode != "exam" and self.phase in _PLAYED and earliest_ms(self.session.observe()) is not None
        )

    def rewind(self) -> None:
        """Pause, and let a moment be chosen at which a branch shall begin."""
        if not self.may_rewind:
            return
        self.pause()
        scenario, seen, decisions = self.session.scenario, self.session.observe(), self.session.decisions
        past = Past(
            starts=scenario.starts,
            earliest_ms=earliest_ms(seen) or 0,
            now_ms=self.session.now_ms,
            moments=moments(scenario, seen, decisions),
            decided_ms=tuple(decision.at_ms for decision in decisions),
            original=self.session.original() is not None,
        )
        self.rewinding.show(past)
        self._open(self.rewinding.widget)

    def branch(self, at_ms: int) -> None:
        """Go on from `at_ms` as a branch, paused; the drill so far stays as it stands."""
        if self.may_rewind:
            self._take_up(self.session.back_to(at_ms))

    def return_to_original(self) -> None:
        """Leave a branch as it stands, and take up the drill that it came from, paused."""
        original = self.session.original()
        if original is not None:
            self._take_up(original)

    def _take_up(self, session: Session) -> None:
        """Play another session in the place of this one."""
        self.close_dialog()
        self.coaching.clear()
        self.session, self.phase, self._left_ms, self._skip = session, "paused", None, None
        session.note_pace(0)
        self._furnish(self.panels)
        self.moves.forget()
        at = words.time_of_day(session.scenario.starts, session.now_ms)
        which = "again, in a branch" if session.branched_from_ms is not None else "in the original drill"
        self._refresh(told=f"It is {at} {which}. Press Resume to play on.")

    # -- panels that are opened ----------------------------------------------------------------------

    def show_keys(self) -> None:
        """List the room's keys, or put the list away."""
        if self._dialogs.children == (self.keys.widget,):
            self.close_dialog()
        else:
            never = {keys.REWIND} if self.mode == "exam" else set()
            self.keys.show({key: told for key, told in self.guard.shortcuts.items() if key not in never})
            self._open(self.keys.widget)

    def _open(self, panel: W.Widget) -> None:
        self._dialogs.children = (panel,)

    def close_dialog(self) -> None:
        """Put away whatever panel is open."""
        self._dialogs.children = ()

    # -- handlers, all on the loop -------------------------------------------------------------------

    def _submit(self, verb: str, args: Mapping[str, Any]) -> None:
        """Make a move, unless the coach has a question first."""
        if self._is_possible(verb, args) and self.coaching.holds(self.session.observe(), Wish(verb, args)):
            self._spoke()
            return
        self._make(verb, args)
        if self.coaching.told:
            self.guard.announce = f"{self.guard.announce} {self.coaching.told}"

    def _why_not(self, verb: str, args: Mapping[str, Any]) -> str | None:
        """Why a move would be refused now, also while its form is not complete; None if it would not."""
        try:
            return self.session.refusal(verb, args)
        except InputError:
            return self.session.bar(verb, args)

    def _is_possible(self, verb: str, args: Mapping[str, Any]) -> bool:
        """Whether a move would be accepted now: a refusal needs no second thought."""
        try:
            return self.phase in _PLAYED and self.session.refusal(verb, args) is None
        except InputError:
            return False

    def _make(self, verb: str, args: Mapping[str, Any]) -> None:
        try:
            self.act(verb, **args)
        except InputError as fault:
            self._refuse(verb, f"{words.sentence(fault.what)}; expected {fault.expected}.")

    def _open_dashboard(self, service: str) -> str | None:
        return self.act("look", source="dashboard", about=service).refused

    def _refuse(self, verb: str, reason: str) -> None:
        self.guard.announce = f"Not done. {reason}"
        if verb == "acknowledge":
            self.strip.refuse(reason)
        else:
            self.moves.refuse(verb, reason)

    def _accept(self, decided: Decided) -> None:
        job = next((job for job in self._view().jobs if job.id == decided.decision.id), None)
        told = job.told if job else "Done"
        self.guard.announce = f"{job.label if job else decided.decision.verb}: {told}."
        if decided.decision.verb == "acknowledge":
            self.strip.accept()
        self.moves.accept(decided.decision.verb, f"{told}.")

    def _choose(self, mode: Mode) -> None:
        self._coach.mode = mode
        self.coaching.show_mode()

    def _hinted(self, key: str, answer: Answer) -> None:
        self.session.note_hint(Hint(self.session.now_ms, key, answer))

    def _spoke(self) -> None:
        """Something of the coach's stands there: draw the clock as it goes now, and speak it."""
        self._refresh()
        if not self.coaching.asking:  # a question speaks for itself
            self.guard.announce = self.coaching.told

    def _open_move(self, verb: str) -> None:
        self.moves.open(verb)

    def _speak(self, text: str) -> None:
        self.guard.announce = text

    def _lead_to(self, verb: str) -> None:
        """Show where a move is made."""
        self.moves.open(verb)
        self.pointer.show(f".move-{verb} :is(select, input, textarea, button)", focus=True)

    def _toggle(self) -> None:
        if self.phase == "paused":
            self.start()
        else:
            self.pause()

    def _ticked(self, dt_s: float) -> None:
        self._post.guarded(self.tick, dt_s)

    def _beat(self) -> None:
        self.guard.beat += 1

    def _alone(self) -> None:
        self.pause()
        self._note = self.guard.announce = ALONE.format(words.about(1000 * self._alone_s))
        self._refresh()

    def _failed(self, fault: Exception) -> None:
        self.problem.show(fault, AFTER_THE_END if self.phase == "ended" else WHAT_TO_DO)
        self._skip = None
        if self.phase == "running":
            self.phase = "paused"
            self.controls.show(self.phase, self.speed, branch=self._branch_at)
            self._lay_out()

    # -- drawing -------------------------------------------------------------------------------------

    def _view(self) -> RoomView:
        return view_of(self.session.scenario, self.session.observe())

    @property
    def _branch_at(self) -> str:
        """The clock where this drill branched from another; empty if it did not."""
        at_ms = self.session.branched_from_ms
        return "" if at_ms is None else clock(self.session.scenario.starts, at_ms)

    def _refresh(self, told: str = "") -> None:
        """Draw what the seat sees now; panels send only what has changed. `told` is said before any news."""
        seen = self.session.observe()
        view = view_of(self.session.scenario, seen)
        waits = self.phase == "running" and self._waits
        self.controls.show(self.phase, self.speed, self._note, self._branch_at, waits=waits)
        self.controls.offer_rewind(possible=self.may_rewind)
        self.strip.show(view)
        if self.phase in _PLAYED:
            self.moves.show(seen)
        self.panels.show(view, seen, self.speed if self._clock_goes else 0)
        news = self._news.of(view)
        if self._news.alarming:
            self.guard.chime += 1
        news = told or news
        if news and self.phase != "ended":  # what passed without the trainee is told by the debrief
            self.guard.announce = news
        if self.phase in _PLAYED:
            self.guide.show(seen)
        self._lay_out()

    def _lay_out(self) -> None:
        for phase in ("ready", "running", "paused", "ended"):
            if phase != self.phase:
                self.panel.remove_class(f"sevdrill-at-{phase}")
        self.panel.add_class(f"sevdrill-at-{self.phase}")
        wanted = self._screen()
        if self._body.children != wanted:
            self._body.children = wanted

    def _screen(self) -> tuple[W.Widget, ...]:
        if self.phase == "ready":
            return (self.opening.widget,)
        if self.phase == "ended":
            return (self.ending.widget, self.panels.widget, self.panels.records.widget)
        return (self.strip.widget, self.panels.widget, self._lower)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Show the panel; where widgets cannot be shown, say what this is."""
        self._post.bind()
        bundle = self.panel._repr_mimebundle_(**kwargs)
        if isinstance(bundle, dict):
            bundle["text/plain"] = f"Control room: {self.session.scenario.title}"
        return bundle


def _check_mode(mode: str | None) -> None:
    if mode is not None and mode not in MODES:
        raise UnknownNameError("mode", f"it is {mode!r}", one_of(MODES), nearest(mode, MODES))


def _check_speed(speed: int) -> None:
    if speed not in SPEEDS:
        raise UnknownNameError("speed", f"it is {speed!r}", one_of(map(str, SPEEDS)))
