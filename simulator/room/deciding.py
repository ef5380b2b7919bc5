"""The way of a move from where it is made to the drill, past the coach, and back with an answer."""

from collections.abc import Callable, Mapping
from typing import Any

from simulator.errors import DecisionError, InputError
from simulator.policies.base import Wish
from simulator.room import words
from simulator.room.coaching import Coaching
from simulator.room.guard import RoomGuard
from simulator.room.incident import IncidentStrip
from simulator.room.moves import MovesPanel
from simulator.room.play import Play
from simulator.room.view import view_of
from simulator.session import Decided


class Deciding:
    """Hands moves on. What became of one is said where it was made, and aloud.

    Args:
        play: the drill.
        coaching: may hold a move back with a question, or warn of it.
        strip: where the page is acknowledged.
        moves: gives the forms of all other moves.
        guard: speaks.
        draw: called after a move, or when a question stands.
    """

    def __init__(
        self,
        play: Play,
        coaching: Coaching,
        strip: IncidentStrip,
        moves: Callable[[], MovesPanel],
        guard: RoomGuard,
        draw: Callable[[], None],
    ) -> None:
        self._play, self._coaching, self._guard, self._draw = play, coaching, guard, draw
        self._strip, self._moves = strip, moves

    def submit(self, verb: str, args: Mapping[str, Any]) -> None:
        """Make a move, unless the coach has a question first."""
        if self._is_held_back(verb, args):
            self._draw()
            return
        self.make(verb, args)
        if self._coaching.told:
            self._guard.announce = f"{self._guard.announce} {self._coaching.told}"

    def make(self, verb: str, args: Mapping[str, Any]) -> None:
        """Make a move; what cannot be one is answered like a refusal."""
        try:
            self.act(verb, args)
        except InputError as fault:
            self._refuse(verb, f"{words.sentence(fault.what)}; expected {fault.expected}.")

    def act(self, verb: str, args: Mapping[str, Any]) -> Decided:
        """Make a move now. A refusal is shown in its place and returned.

        Raises:
            DecisionError: no such move, target or argument; or the drill is not being played.
        """
        if not self._play.live:
            state = "has not started" if self._play.phase == "ready" else "is over"
            raise DecisionError(verb, f"the drill {state}", "moves while it runs or is paused")
        self._play.skip = None
        decided = self._play.session.decide(verb, args)
        self._coaching.decided()
        if decided.refused:
            self._refuse(verb, decided.refused)
        else:
            self._accept(decided)
        self._draw()
        return decided

    def why_not(self, verb: str, args: Mapping[str, Any]) -> str | None:
        """Why a move would be refused now, also while its form is not complete; None if it would not."""
        try:
            return self._play.session.refusal(verb, args)
        except InputError:
            return self._play.session.bar(verb, args)

    def _is_held_back(self, verb: str, args: Mapping[str, Any]) -> bool:
        """Whether a question comes first. What would be refused anyway needs no second thought."""
        session = self._play.session
        try:
            possible = self._play.live and session.refusal(verb, args) is None
        except InputError:
            return False
        return possible and self._coaching.holds(session.observe(), Wish(verb, args))

    def _refuse(self, verb: str, reason: str) -> None:
        self._guard.announce = f"Not done. {reason}"
        if verb == "acknowledge":
            self._strip.refuse(reason)
        else:
            self._moves().refuse(verb, reason)

    def _accept(self, decided: Decided) -> None:
        session, decision = self._play.session, decided.decision
        jobs = view_of(session.scenario, session.observe()).jobs
        job = next((job for job in jobs if job.id == decision.id), None)
        told = job.told if job else "Done"
        self._guard.announce = f"{job.label if job else decision.verb}: {told}."
        if decision.verb == "acknowledge":
            self._strip.accept()
        self._moves().accept(decision.verb, f"{told}.")
