"""Live play: a decision log that grows while the drill goes on, on the same driver as `simulate`.

The drill advances incrementally. It is simulated again from the opening only when a decision arrives with
a time already passed, or for a branch.
"""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from simulator.conduct import Conduct, Hint
from simulator.decisions import Decision, DecisionLog
from simulator.drill import Drill, playable
from simulator.errors import DecisionError
from simulator.moves import MOVES, SEAT, check
from simulator.observe import Observation, observe
from simulator.scenario.model import Scenario
from simulator.trace import Trace


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of a decision."""

    decision: Decision
    refused: str | None
    """Why it was refused, or None when it was accepted."""


class Session:
    """A drill in play.

    Args:
        scenario: what is played.
        seed: picks the variant and every random draw.
        decisions: a log to take up; the session stands at its last decision.
        dashboards: whether observations carry what the dashboards that were looked at show.

    Raises:
        DecisionError: a decision of the log that could never be played in this scenario.
    """

    def __init__(
        self, scenario: Scenario, seed: int, decisions: Iterable[Decision] = (), *, dashboards: bool = False
    ) -> None:
        self.scenario = scenario
        self.seed = seed
        self.branched_from_ms: int | None = None
        """Where it branched from another session; None if it did not."""
        self._original: Session | None = None
        self.conduct = Conduct()
        """How it is played: facts of the wall clock, which change nothing that happens."""
        self._decisions = list(playable(decisions, scenario))
        self._dashboards = dashboards
        self._drill = self._replayed()

    def _replayed(self) -> Drill:
        drill = Drill(self.scenario, self.seed, dashboards=self._dashboards)
        for decision in self._decisions:
            drill.advance_to(decision.at_ms)
            drill.apply(decision)
        return drill

    @property
    def now_ms(self) -> int:
        """Drill time."""
        return self._drill.now_ms

    def keep_dashboards(self) -> None:
        """From now on, let observations carry what the dashboards show: see `Observation.dashboards`.

        What was not recorded so far is simulated again, once.
        """
        if not self._dashboards:
            self._dashboards = True
            drill, self._drill = self._drill, self._replayed()
            self._drill.advance_to(drill.now_ms)
            if drill.closed:
                self._drill.finish()

    @property
    def ended(self) -> bool:
        """Whether the scenario's length has been played."""
        return self.now_ms >= self.scenario.length_ms

    @property
    def closed(self) -> bool:
        """Whether it has been finished: nothing can be added to it."""
        return self._drill.closed

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """The decisions so far, in the order in which they act."""
        return tuple(self._decisions)

    @property
    def log(self) -> DecisionLog:
        """The record of value: with it the drill can be played again anywhere."""
        return DecisionLog(self.scenario.id, self.scenario.version, self.seed, self.decisions)

    def advance(self, to_ms: int) -> None:
        """Let time pass until `to_ms`; never past the end, never back."""
        self._drill.advance_to(to_ms)

    def decide(self, verb: str, args: Mapping[str, Any] | None = None, seat: str = SEAT) -> Decided:
        """Decide something now. It enters the log, accepted or refused, unless the drill has been finished.

        Raises:
            DecisionError: an unknown verb, target or seat, or a wrong type; nothing has happened then.
        """
        decision = self._proposal(verb, args, seat)
        check(decision, MOVES, self.scenario, f"decision {len(self._decisions) + 1}")
        if self.closed:
            return Decided(decision, self._drill.refusal(decision))
        self._keep(decision)
        self._decisions.append(decision)
        return Decided(decision, self._drill.apply(decision))

    def refusal(self, verb: str, args: Mapping[str, Any] | None = None, seat: str = SEAT) -> str | None:
        """Why this would be refused now, or None. Changes nothing.

        Raises:
            DecisionError: as `decide`.
        """
        decision = self._proposal(verb, args, seat)
        check(decision, MOVES, self.scenario, f"decision {len(self._decisions) + 1}")
        return self._drill.refusal(decision)

    def bar(self, verb: str, args: Mapping[str, Any] | None = None, seat: str = SEAT) -> str | None:
        """Why this would be refused now whatever is added to its arguments, or None. Changes nothing."""
        return self._drill.bar(self._proposal(verb, args, seat))

    def _proposal(self, verb: str, args: Mapping[str, Any] | None, seat: str) -> Decision:
        return Decision(self._next_id(), self.now_ms, seat, verb, deepcopy(dict(args or {})))

    def _next_id(self) -> str:
        numbers = [int(d.id[1:]) for d in self._decisions if d.id[:1] == "d" and d.id[1:].isdecimal()]
        return f"d{max(numbers, default=0) + 1}"

    def insert(self, decision: Decision) -> None:
        """Take in a late decision from elsewhere: the drill is simulated again up to now.

        Raises:
            DecisionError: a decision that could never be played, one for a moment still to come, or an id
                already used; nothing has happened then.
        """
        where = f"decision '{decision.id}'"
        check(decision, MOVES, self.scenario, where)
        if any(known.id == decision.id for known in self._decisions):
            raise DecisionError(where, "that id is used already", "one id each")
        now_ms = self.now_ms
        if decision.at_ms < 0:
            raise DecisionError(where, f"at_ms {decision.at_ms} is before the opening", "0 or more")
        if decision.at_ms > now_ms:
            raise DecisionError(where, f"at_ms {decision.at_ms} is still to come", f"at most {now_ms}")
        self._keep(decision)
        self._decisions.append(decision)
        self._decisions.sort(key=lambda known: known.at_ms)
        self._drill = self._replayed()
        self._drill.advance_to(now_ms)

    def _keep(self, decision: Decision) -> None:
        """Called with every decision before it acts, for a session that keeps them somewhere safe.

        What this raises stops the decision; nothing has happened then.
        """

    def observe(self, seat: str = SEAT) -> Observation:
        """What a seat may see now. Never steps the world."""
        drill = self._drill
        return observe(
            self.scenario,
            drill.board,
            drill.impact,
            self.now_ms,
            seat,
            dashboards=drill.dashboards,
            timeline=drill.timeline,
        )

    def branch(self, at_ms: int) -> "Session":
        """A new session with the decisions before `at_ms`, standing at `at_ms`; this one goes on as it is."""
        kept = [d for d in self._decisions if d.at_ms < at_ms]
        other = Session(self.scenario, self.seed, kept, dashboards=self._dashboards)
        other.advance(at_ms)
        other.branched_from_ms = at_ms
        other.conduct = self.conduct.until(at_ms)
        other._original = self
        return other

    def back_to(self, at_ms: int) -> "Session":
        """The branch that goes on from `at_ms` in the place of this one; this one stays as it stands."""
        return self.branch(at_ms)

    def original(self) -> "Session | None":
        """The session that this one branched from, where it was left, if it can still be played."""
        return None if self._original is None or self._original.closed else self._original

    def note_pace(self, speed: int) -> None:
        """Note that drill time passes `speed` times as fast as real time from now on; 0: paused."""
        self.conduct = self.conduct.paced(self.now_ms, speed)

    def note_hint(self, hint: Hint) -> None:
        """Note a hint, once it is known what became of it."""
        self.conduct = self.conduct.hinted(hint)

    def first_page_ms(self) -> int:
        """When the trainee is paged if nobody does anything; the scenario's length if never."""
        drill = Drill(self.scenario, self.seed)
        while drill.now_ms < self.scenario.length_ms and SEAT not in drill.board.paged_ms:
            drill.advance_to(drill.now_ms + 1000)
        return drill.board.paged_ms.get(SEAT, self.scenario.length_ms)

    def finish(self) -> Trace:
        """Play to the end of the scenario and return the whole trace."""
        if self.conduct.left_ms is None:
            self.conduct = replace(self.conduct, left_ms=self.now_ms)
        return self._drill.finish()
