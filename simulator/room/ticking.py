"""The drill's clock: what lets its time pass, by the pulse or in a skip, and what holds it."""

from typing import Protocol

from simulator.conduct import Mode
from simulator.room import words
from simulator.room.coaching import Coaching
from simulator.room.guard import RoomGuard
from simulator.room.guide import GuidePanel
from simulator.room.pacing import Pulse
from simulator.room.play import Play
from simulator.room.posting import Post
from simulator.room.skipping import Skip

ALONE = "Paused: no page has been open for {}."


class Face(Protocol):
    """Whom time shows on: the room."""

    def draw(self, told: str = "") -> None:
        """Show the moment that has come; `told` is said before any news."""

    def end(self) -> None:
        """The drill's time is over."""


class DrillClock:
    """Starts, stops and moves drill time. It waits while a question stands or the guide explains.

    Args:
        play: whose time it is.
        coaching: hears of real time; its questions hold the clock.
        guide: its explanations hold the clock.
        guard: beats, hears the page, and speaks.
        post: the room's loop.
        face: drawn whenever time has passed, and told of the end.
        alone_s: real seconds without a word from any page after which the clock pauses.
    """

    def __init__(
        self,
        play: Play,
        *,
        coaching: Coaching,
        guide: GuidePanel,
        guard: RoomGuard,
        post: Post,
        face: Face,
        alone_s: float,
    ) -> None:
        self._play, self._coaching, self._guide, self._guard = play, coaching, guide, guard
        self._post, self._face, self._alone_s = post, face, alone_s
        self.pulse = Pulse(self.ticked, self._beat, self.alone, alone_s)
        guard.observe(post.handler(self.pulse.hear), "heard")

    @property
    def waits(self) -> bool:
        """Whether the drill runs, but waits for the trainee: to answer a question, or to read the guide."""
        return self._play.phase == "running" and self._held

    @property
    def goes(self) -> bool:
        """Whether drill time passes."""
        return self._play.phase == "running" and not self._held

    @property
    def _held(self) -> bool:
        return self._coaching.asking or self._guide.explains

    def start(self, mode: Mode) -> None:
        """Start the drill, or resume it; a second call starts the pulse afresh."""
        if self._play.phase != "ended":
            self._play.start(mode)
            self.pulse.start()
            self._face.draw()

    def pause(self) -> None:
        """Stop, if it runs."""
        if self._play.phase == "running":
            self._play.pause()
            self._face.draw()

    def tick(self, real_s: float) -> None:
        """Let real seconds pass, if the clock goes and no skip is on."""
        self._coaching.pass_time(real_s, playing=self.goes)
        if not self.goes or self._play.skip is not None:
            return
        self._play.advance(real_s)
        self._face.draw()
        if self._play.session.ended:
            self._face.end()
        elif self._coaching.watch(self._play.session.observe):
            self._face.draw()
            if not self._coaching.asking:  # a question speaks for itself
                self._guard.announce = self._coaching.told

    def skip(self) -> None:
        """Let drill time run until there is news, or for `skipping.LONGEST_MS`, in whatever phase."""
        if self._play.live and self._play.skip is None and not self._held:
            self._play.skip = Skip(self._play.session)
            self._skip_on()

    def _skip_on(self) -> None:
        skip = self._play.skip
        if skip is None:
            return  # something else was done meanwhile
        skip.run()
        if not skip.over:
            self._face.draw()
            self._post(self._skip_on)
            return
        self._play.skip = None
        self._face.draw(told=skip.told)
        if self._play.session.ended:
            self._face.end()

    def ticked(self, real_s: float) -> None:
        """A tick of the pulse; what goes wrong is shown."""
        self._post.guarded(self.tick, real_s)

    def alone(self) -> None:
        """Nobody is watching: pause, and say why."""
        self.pause()
        self._play.note = self._guard.announce = ALONE.format(words.about(1000 * self._alone_s))
        self._face.draw()

    def _beat(self) -> None:
        self._guard.beat += 1
