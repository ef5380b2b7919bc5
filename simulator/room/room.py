"""The control room: a session with a face. It holds no rules; it draws, and it hands decisions on.

Everything that touches the session runs on one event loop, one after the other: the pulse's ticks, and
what the handlers post. Without a loop (a script, a test) the methods do the same by hand.
"""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import ipywidgets as W  # noqa: N812

from simulator.coach import Coach
from simulator.coach.guide import Guide
from simulator.conduct import MODES, Answer, Hint, Mode
from simulator.errors import UnknownNameError, nearest, one_of
from simulator.room import keys, words
from simulator.room.coaching import Coaching
from simulator.room.controls import Acts, Controls
from simulator.room.deciding import Deciding
from simulator.room.ending import Ending
from simulator.room.guard import RoomGuard
from simulator.room.guide import GuidePanel
from simulator.room.incident import IncidentStrip
from simulator.room.keys import KeysPanel
from simulator.room.modechoice import ModeChoice
from simulator.room.moments import earliest_ms
from simulator.room.moves import MovesPanel
from simulator.room.news import News
from simulator.room.opening import Opening
from simulator.room.pacing import ALONE_S
from simulator.room.panels import Panels
from simulator.room.play import Phase, Play
from simulator.room.pointer import Pointer
from simulator.room.posting import Post
from simulator.room.problem import AFTER_THE_END, WHAT_TO_DO, ProblemBox
from simulator.room.rewind import RewindPanel, past_of
from simulator.room.screen import Screen
from simulator.room.ticking import DrillClock
from simulator.room.view import view_of
from simulator.session import Decided, Session


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
        _check_mode(mode)
        self._play = Play(session, speed, begin)
        self._coach = Coach(session.scenario, mode or session.conduct.mode)
        self._on_end = on_end
        self.post = Post(self._failed)
        """How handlers of widgets, also of others', reach the room's loop; what they raise is shown."""
        self._make_bar()
        self._make_help()
        self._make_screens(may_choose=begin is not None and mode is None)
        self._wire_up(alone_s)
        self._furnish()
        self.draw()

    # -- what it is made of --------------------------------------------------------------------------

    def _make_bar(self) -> None:
        """The line of controls, and what it opens."""
        self.guard = RoomGuard()
        self.guard.shortcuts = dict(keys.ROOM)
        acts = Acts(
            toggle=self._toggle,
            skip=self.skip,
            rewind=self.rewind,
            set_speed=self.set_speed,
            set_sound=self.set_sound,
            show_keys=self.show_keys,
            end=self.end,
        )
        self.controls = Controls(self.speed, acts, self.post)
        self.problem = ProblemBox(self.post)
        self.rewinding = RewindPanel(self.branch, self.return_to_original, self.close_dialog, self.post)
        self.keys = KeysPanel(self.close_dialog, self.post)

    def _make_help(self) -> None:
        """The coach and the guide, who may let the clock wait."""
        self.pointer = Pointer()
        self.coaching = Coaching(
            self._coach,
            go_on=lambda wish: self._deciding.make(wish.verb, wish.args),
            lead_to=self._lead_to,
            noted=self._hinted,
            pointer=self.pointer,
            post=self.post,
        )
        self.guide = GuidePanel(
            Guide(self.session.scenario, self.session.observe()),
            pointer=self.pointer,
            open_move=self._open_move,
            speak=self._speak,
            gone_on=self.draw,
            post=self.post,
        )

    def _make_screens(self, *, may_choose: bool) -> None:
        """What stands under the bar before, during and after the drill."""
        self.mode_choice = ModeChoice(self.mode, self._choose, self.post) if may_choose else None
        self.opening = Opening(
            self.session.scenario,
            self.controls.speed,
            self.start,
            self.post,
            resumed=self.session.now_ms > 0,
            choice=self.mode_choice.widget if self.mode_choice else None,
        )
        self.strip = IncidentStrip(lambda: self._submit("acknowledge", {}), self.post)
        self.ending = Ending(self.go_back, self.post)
        self.screen = Screen(
            line=(self.guard, self.coaching.badge, self.controls.widget),
            notices=(self.guide.widget, self.coaching.widget),
            pointer=self.pointer,
            problem=self.problem.widget,
        )
        self.panel = self.screen.panel

    def _wire_up(self, alone_s: float) -> None:
        """What lets the drill go on: its clock, and the trainee's moves."""
        self.clock = DrillClock(
            self._play,
            coaching=self.coaching,
            guide=self.guide,
            guard=self.guard,
            post=self.post,
            face=self,
            alone_s=alone_s,
        )
        self._deciding = Deciding(
            self._play, self.coaching, self.strip, lambda: self.moves, self.guard, self.draw
        )

    def _furnish(self, before: Panels | None = None) -> None:
        """Make what remembers the drill's past: at first, and when another drill takes its place."""
        self._news = News()
        self.panels = Panels(self.session.scenario, self._submit, self._open_dashboard, self.post)
        if before is not None:
            self.panels.watch.look_as(before.watch)
        self.screen.head(self.panels.status.widget)

    @cached_property
    def moves(self) -> MovesPanel:
        """The forms of all moves; made when the drill starts, for they are most of the room's widgets."""
        session, deciding = self.session, self._deciding
        return MovesPanel(session.scenario, session.observe(), deciding.submit, deciding.why_not, self.post)

    # -- where the drill stands ----------------------------------------------------------------------

    @property
    def session(self) -> Session:
        """The drill that is played here."""
        return self._play.session

    @property
    def phase(self) -> Phase:
        """`ready`, `running`, `paused` or `ended`."""
        return self._play.phase

    @property
    def speed(self) -> int:
        """Drill seconds per second."""
        return self._play.speed

    @property
    def left_ms(self) -> int | None:
        """When the trainee ended it early, in drill time; None while it goes on, or if its time was over."""
        return self._play.left_ms

    @property
    def mode(self) -> Mode:
        """How much the room helps."""
        return self._coach.mode

    @property
    def may_rewind(self) -> bool:
        """Whether the trainee may go back to a moment: not before the page, and not in an exam."""
        return self.mode != "exam" and self._play.live and earliest_ms(self.session.observe()) is not None

    # -- the clock -----------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the drill just before the first page, or resume it; a second call starts the pulse afresh."""
        self.post.bind()
        self.clock.start(self.mode)

    def pause(self) -> None:
        """Stop the clock. Moves can still be made; they take effect from where it stands."""
        self.clock.pause()

    def set_speed(self, speed: int) -> None:
        """Let drill time pass `speed` times as fast as real time.

        Raises:
            UnknownNameError: a speed that is not offered.
        """
        self._play.set_speed(speed)
        self.draw()

    def tick(self, dt_s: float) -> None:
        """Let `dt_s` real seconds pass, if the clock goes and no skip is on."""
        self.clock.tick(dt_s)

    def skip(self) -> None:
        """Let drill time run until there is news, or for `skipping.LONGEST_MS`, in whatever phase."""
        self.clock.skip()

    def _toggle(self) -> None:
        if self.phase == "paused":
            self.start()
        else:
            self.pause()

    # -- moves ---------------------------------------------------------------------------------------

    def act(self, verb: str, **args: Any) -> Decided:
        """Make a move now. A refusal is shown in the room and returned.

        Raises:
            DecisionError: no such move, target or argument; or the drill is not being played.
        """
        return self._deciding.act(verb, args)

    def _submit(self, verb: str, args: Mapping[str, Any]) -> None:
        self._deciding.submit(verb, args)

    def _open_dashboard(self, service: str) -> str | None:
        return self.act("look", source="dashboard", about=service).refused

    def _open_move(self, verb: str) -> None:
        self.moves.open(verb)

    def _lead_to(self, verb: str) -> None:
        """Show where a move is made."""
        self.moves.open(verb)
        self.pointer.show(f".move-{verb} :is(select, input, textarea, button)", focus=True)

    def _hinted(self, key: str, answer: Answer) -> None:
        self.session.note_hint(Hint(self.session.now_ms, key, answer))

    def _choose(self, mode: Mode) -> None:
        self._coach.mode = mode
        self.coaching.show_mode()

    # -- the end -------------------------------------------------------------------------------------

    def end(self) -> None:
        """Play the rest of the time without the trainee and show the result of `on_end`."""
        if self.phase == "ended":
            return
        self.close_dialog()
        self.coaching.clear()
        self.guide.hide()
        self._play.finish()
        self._conclude()

    def show_end(self, session: Session, left_ms: int) -> None:
        """Show another end of the drill: somebody has taken it up again and played it to the end.

        Args:
            session: the drill as it is now, finished.
            left_ms: when the trainee left it this time.
        """
        self._play.finished_as(session, left_ms)
        self._furnish(self.panels)
        self._conclude()

    def _conclude(self) -> None:
        self.ending.wait()
        self.draw()
        self.post(self._show_result)

    def _show_result(self) -> None:
        self.ending.back.layout.display = "none" if self.mode == "exam" else None
        result = self._on_end(self.session) if self._on_end else None
        view = view_of(self.session.scenario, self.session.observe())
        self.ending.show(view, result, self._play.left_at, self._play.branched_at)
        self.pointer.show(".sevdrill-end-head")  # wherever the page was scrolled to
        self._speak("The drill is over.")

    # -- going back ----------------------------------------------------------------------------------

    def go_back(self) -> None:
        """Take an early end back: the drill stands again, paused, where it was ended. Not in an exam."""
        if self.phase == "ended" and self.left_ms is not None and self.mode != "exam":
            self._take_up(self.session.back_to(self.left_ms + 1))

    def rewind(self) -> None:
        """Pause, and let a moment be chosen at which a branch shall begin."""
        if self.may_rewind:
            self.pause()
            self.rewinding.show(past_of(self.session))
            self.screen.open(self.rewinding.widget)

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
        self._play.take_up(session)
        self._furnish(self.panels)
        self.strip.forget()
        self.moves.forget()
        at = words.time_of_day(session.scenario.starts, session.now_ms)
        which = "again, in a branch" if session.branched_from_ms is not None else "in the original drill"
        self.draw(told=f"It is {at} {which}. Press Resume to play on.")

    # -- the bar -------------------------------------------------------------------------------------

    def set_sound(self, on: bool) -> None:  # noqa: FBT001 - it is the value of a switch
        """Let the room make sounds, or not."""
        self.guard.sound = on
        self.controls.show_sound(on=on)

    def show_keys(self) -> None:
        """List the room's keys, or put the list away."""
        if self.screen.dialog is self.keys.widget:
            self.close_dialog()
        else:
            never = {keys.REWIND} if self.mode == "exam" else set()
            self.keys.show({key: told for key, told in keys.ROOM.items() if key not in never})
            self.screen.open(self.keys.widget)

    def close_dialog(self) -> None:
        """Put away whatever panel is open."""
        self.screen.close()

    # -- what goes wrong -----------------------------------------------------------------------------

    def _failed(self, fault: Exception) -> None:
        self.problem.show(fault, AFTER_THE_END if self.phase == "ended" else WHAT_TO_DO)
        self._play.skip = None
        if self.phase == "running":
            self._play.halt()
            self.controls.show(self.phase, self.speed, branch=self._play.branched_at)
            self._lay_out()

    # -- drawing -------------------------------------------------------------------------------------

    def draw(self, told: str = "") -> None:
        """Draw what the seat sees now; panels send only what has changed. `told` is said before any news."""
        play, seen = self._play, self.session.observe()
        view = view_of(self.session.scenario, seen)
        self.strip.show(view)
        if play.live:
            self.moves.show(seen)
        self.panels.show(view, seen, self.speed if self.clock.goes else 0)
        self._tell(self._news.of(view), told)
        if play.live:
            self.guide.show(seen)  # before the controls: while it explains, the clock waits
        self.controls.show(self.phase, self.speed, play.note, play.branched_at, waits=self.clock.waits)
        self.controls.offer_rewind(possible=self.may_rewind)
        self._lay_out()

    def _tell(self, news: str, told: str) -> None:
        if self._news.alarming:
            self.guard.chime += 1
        if (told or news) and self.phase != "ended":  # what passed without the trainee, the debrief tells
            self._speak(told or news)

    def _speak(self, text: str) -> None:
        self.guard.announce = text

    def _lay_out(self) -> None:
        marks = {"sevdrill-guided": self.guide.shown, "sevdrill-branched": bool(self._play.branched_at)}
        self.screen.show(self.phase, self._body(), marks)

    def _body(self) -> tuple[W.Widget, ...]:
        if self.phase == "ready":
            return (self.opening.widget,)
        records = self.panels.records.widget
        if self.phase == "ended":
            return (self.ending.widget, self.panels.widget, records)
        return (self.strip.widget, self.panels.widget, self.screen.lower(self.moves.widget, records))

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Show the panel; where widgets cannot be shown, say what this is."""
        self.post.bind()
        bundle = self.panel._repr_mimebundle_(**kwargs)
        if isinstance(bundle, dict):
            bundle["text/plain"] = f"Control room: {self.session.scenario.title}"
        return bundle


def _check_mode(mode: str | None) -> None:
    if mode is not None and mode not in MODES:
        raise UnknownNameError("mode", f"it is {mode!r}", one_of(MODES), nearest(mode, MODES))
