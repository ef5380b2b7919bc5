"""One drill: the world, the people and the moves on one clock. The only module that imports SimPy.

The same driver serves batch and live play: `advance_to(t)` runs everything before t, `apply(decision)`
acts at once. So a decision at t acts before the world's own events at t, and decisions at equal t act in
log order, however the drill is driven.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

import simpy

from simulator import alerts
from simulator.board import Board
from simulator.collector import put_off
from simulator.dashboards import Dashboard, Dashboards
from simulator.decisions import Decision, in_order
from simulator.moves import MOVES, SEAT, Act, check
from simulator.moves.base import Move
from simulator.moves.common import name_of
from simulator.people import answer_page, expected_s, grow_restless
from simulator.rand import check_seed, human_time_ms, uniform
from simulator.scenario.model import Inject, Scenario
from simulator.timeline import Timeline, Visible
from simulator.trace import Trace, TraceEvent, TraceHeader
from simulator.witness import Witness
from simulator.world import World

WATCH_MS = 15_000
"""How often alert rules are evaluated, as monitoring systems commonly do."""


@put_off()
def simulate(scenario: Scenario, seed: int, decisions: Iterable[Decision] = ()) -> Trace:
    """Play a decision log to the end of the scenario. Pure: equal arguments give equal bytes.

    Args:
        scenario: what is played.
        seed: a whole number; picks the variant and every random draw.
        decisions: in the order in which they act, times never going back.

    Raises:
        DecisionError: a decision that could never be played in this scenario.
    """
    drill = Drill(scenario, seed)
    for decision in playable(decisions, scenario):
        drill.advance_to(decision.at_ms)
        drill.apply(decision)
    return drill.finish()


def playable(decisions: Iterable[Decision], scenario: Scenario) -> Iterator[Decision]:
    """The decisions of a log, each checked as it is taken.

    Raises:
        DecisionError: a decision that could never be played in this scenario, one before the last, or an id
            used twice.
    """
    for number, decision in enumerate(in_order(decisions), 1):
        check(decision, MOVES, scenario, f"decision {number}")
        yield decision


def pick_variant(scenario: Scenario, seed: int) -> str:
    """The id of the variant that this seed plays, by the authors' weights."""
    weights = [(key, variant.weight) for key, variant in scenario.variants.items()]
    total = 0.0
    for _, weight in weights:
        total += weight
    left = uniform(seed, "variant") * total
    for key, weight in weights:
        left -= weight
        if left < 0:
            return key
    return weights[-1][0]


class Drill:
    """A drill being played. It is the `Stage` on which moves and simulated people act.

    Args:
        scenario: what is played.
        seed: picks the variant and every random draw.
        dashboards: whether to record what the dashboards show. It changes nothing that happens.
    """

    def __init__(self, scenario: Scenario, seed: int, *, dashboards: bool = False) -> None:
        self.scenario = scenario
        self.seed = check_seed(seed, "seed")
        self.variant_id = pick_variant(scenario, seed)
        self.variant = scenario.variants[self.variant_id]
        self._world = World(scenario, self.variant, seed)
        self._dashboards = Dashboards(scenario, seed, self._world) if dashboards else None
        record = self._dashboards.record if self._dashboards else None
        self._witness = Witness(scenario, self.variant, self._world, self._tell, record)
        self.board = Board()
        self.events: list[TraceEvent] = []
        self._visible = Visible(self.events)
        self._env = _Clock()
        self._length_ms = scenario.length_ms
        self._timeout = self._env.timeout
        self._hands = {who: _Hands(self._soon, self._take_up) for who in (SEAT, *scenario.responders)}
        self._jobs: dict[str, _Job] = {}
        self._watches = {key: alerts.Watch(alert) for key, alert in scenario.alerts.items()}
        self._turning = False
        """Whether any rule is on the other side of its threshold, and waits."""
        self._closed = False
        self.emit("opened", scenario.id, title=scenario.title)
        self._env.process(self._monitor())
        for inject in scenario.injects:
            self._env.process(self._speak(inject))

    # -- driving -----------------------------------------------------------------------------------

    @property
    def now_ms(self) -> int:
        """Drill time."""
        return self._env.now_ms

    def advance_to(self, at_ms: int) -> None:
        """Run everything before `at_ms`; never past the scenario's length, never back."""
        at_ms = min(int(at_ms), self._length_ms)
        if at_ms > self._env.now_ms:
            self._env.run_up_to(at_ms)

    def refusal(self, decision: Decision) -> str | None:
        """Why this decision cannot be carried out now, or None. Changes nothing."""
        return self.bar(decision) or MOVES[decision.verb].refuse(self.board, self.scenario, decision)

    def bar(self, decision: Decision) -> str | None:
        """Why whoever would do this can do nothing of the kind now, whatever its arguments say; or None."""
        now_ms = self._env.now_ms
        self._witness.catch_up(now_ms)
        if now_ms >= self._length_ms:
            return "The drill is over."
        if decision.seat not in self.board.paged_ms:
            return "Nothing has paged you yet."
        if decision.verb != "acknowledge" and decision.seat not in self.board.acknowledged_ms:
            return "Acknowledge the page first."
        actor = _actor(decision)
        if actor != decision.seat and not self.board.present(actor):
            return f"{name_of(self.scenario, actor)} is not here: page them first."
        return None

    def apply(self, decision: Decision) -> str | None:
        """Let a decision act now; returns why it was refused, or None."""
        reason = self.refusal(decision)
        self.emit(
            "decision",
            decision.seat,
            id=decision.id,
            verb=decision.verb,
            args=dict(decision.args),
            outcome="refused" if reason else "accepted",
            reason=reason,
        )
        if reason is None:
            self._ask(_Job(Act(self, decision, _actor(decision)), MOVES[decision.verb]))
        return reason

    @property
    def world(self) -> World:
        """The world at its last sample, for reading; to change it, see `changing`."""
        self._witness.catch_up(self._env.now_ms)
        return self._world

    @property
    def impact(self) -> Mapping[str, list[float]]:
        """The impact series so far, as columns (see `Trace`)."""
        self._witness.catch_up(self._env.now_ms)
        return self._witness.impact

    @property
    def dashboards(self) -> Mapping[str, Dashboard]:
        """Those that have been looked at, by service; none if they are not recorded."""
        self._witness.catch_up(self._env.now_ms)
        return self._dashboards.seen_by(self.board) if self._dashboards else {}

    @property
    def timeline(self) -> Timeline:
        """The visible events so far."""
        self._witness.catch_up(self._env.now_ms)
        return self._visible.so_far()

    @property
    def closed(self) -> bool:
        """Whether the drill has been finished: nothing can be added to it."""
        return self._closed

    def finish(self) -> Trace:
        """Run to the end of the scenario and return the whole trace."""
        self.advance_to(self._length_ms)
        if not self._closed:
            self._closed = True
            self._witness.catch_up(self._env.now_ms)
            self._witness.sample(self.now_ms)
            self.emit("closed", self.scenario.id)
        header = TraceHeader(
            self.scenario.id, self.scenario.version, self.scenario.digest, self.variant_id, self.seed
        )
        return Trace(header, tuple(self.events), {key: tuple(column) for key, column in self.impact.items()})

    # -- the stage ---------------------------------------------------------------------------------

    def emit(self, kind: str, subject: str, **detail: Any) -> None:
        """Put an event on the timeline, and on the board if a seat may see it."""
        self._put(kind, subject, detail)

    def _put(self, kind: str, subject: str, detail: dict[str, Any]) -> None:
        now_ms = self._env.now_ms
        self._witness.catch_up(now_ms)
        self._tell(now_ms, kind, subject, detail)

    def _tell(self, at_ms: int, kind: str, subject: str, detail: dict[str, Any]) -> None:
        event = TraceEvent(len(self.events), at_ms, kind, subject, detail)
        self.events.append(event)
        self.board.on(event)

    def say(self, author: str, text: str, about: str = "report") -> None:
        """Put a line in the incident channel."""
        self.emit("message", author, text=text, about=about)

    def wait(self, ms: int) -> simpy.Event:
        """What a process yields to let time pass."""
        return self._timeout(max(0, ms))

    def _soon(self, act: Callable[[], None]) -> None:
        """Let something happen after all else that is due at this moment."""
        self._timeout(0).callbacks.append(lambda _: act())

    def call_in(self, who: str) -> None:
        """Let a paged person answer in their own time."""
        self._env.process(answer_page(self, who))

    @contextmanager
    def changing(self) -> Iterator[World]:
        """The world brought to this moment, to be changed; the truth is noted afterwards."""
        now_ms = self._env.now_ms
        self._witness.catch_up(now_ms)
        self._world.advance(now_ms)
        yield self._world
        self._witness.note(now_ms)

    def stop_work(self, decision: str) -> None:
        """Drop work that is waiting or under way, and put back what it began."""
        job = self._jobs.pop(decision)
        if job.started:
            job.move.drop(job.act)
        self._hands[job.act.actor].let_go(job)
        self._note_work(job, "dropped")

    # -- work --------------------------------------------------------------------------------------

    def _ask(self, job: "_Job") -> None:
        self._jobs[job.act.decision.id] = job
        if job.move.at_once(self.board, job.act.decision) or self._hands[job.act.actor].ask(job):
            self._begin(job)
        else:
            self._note_work(job, "waiting")

    def _take_up(self, job: "_Job") -> None:
        """Begin work that had to wait, unless it was stopped or has become impossible meanwhile."""
        decision = job.act.decision
        if decision.id not in self._jobs:
            return
        reason = job.move.refuse(self.board, self.scenario, decision)
        if reason is None:
            self._begin(job)
            return
        self.say(job.act.actor, reason, about="notice")
        self.stop_work(decision.id)

    def _begin(self, job: "_Job") -> None:
        job.started = True
        self._note_work(job, "started")
        job.move.begin(job.act)
        takes_ms = human_time_ms(job.expected_s, self.seed, job.act.draw())
        if job.box_ms is None or takes_ms <= job.box_ms:
            self._timeout(takes_ms).callbacks.append(lambda _: self._finish(job))
        else:
            self._timeout(job.box_ms).callbacks.append(lambda _: self._give_up(job))

    def _finish(self, job: "_Job") -> None:
        if self._jobs.pop(job.act.decision.id, None) is None:
            return
        job.move.finish(job.act)
        self._note_work(job, "done")
        self._hands[job.act.actor].let_go(job)

    def _give_up(self, job: "_Job") -> None:
        """The time box is over, and the work is not done."""
        if job.act.decision.id not in self._jobs:
            return
        self.stop_work(job.act.decision.id)
        minutes = f"{job.act['time_box_min']:g} min"
        self.say(
            job.act.actor, f"Time is up after {minutes} and I am not done: {job.facts['label']}. I stop."
        )

    def _note_work(self, job: "_Job", state: str) -> None:
        self._put("work", job.act.actor, {"state": state, **job.facts})

    # -- what goes on by itself --------------------------------------------------------------------

    def _monitor(self) -> Generator[simpy.Event, None, None]:
        while True:
            self._witness.catch_up(self._env.now_ms + 1)
            self._watch()
            yield self._timeout(WATCH_MS)

    def _watch(self) -> None:
        if not self._world.crossed() and not self._turning:
            return
        self._turning = False
        for (key, watch), value in zip(self._watches.items(), self._world.watched(), strict=True):
            if watch.see(value, self.now_ms):
                self._turn(key, watch, value)
            self._turning |= watch.turned_ms is not None

    def _turn(self, key: str, watch: alerts.Watch, value: float) -> None:
        rule = watch.alert
        self.emit(
            "alert",
            key,
            state="firing" if watch.firing else "cleared",
            title=rule.title,
            text=alerts.in_words(rule, value),
            value=value,
            above=rule.above,
            of=rule.of,
            metric=rule.metric,
        )
        if watch.firing and key == self.scenario.brief.alert and SEAT not in self.board.paged_ms:
            self.emit("page", SEAT, state="sent", by=key)
            self.say("pager", self.scenario.brief.text, about="page")
            for who in self.scenario.stakeholders:
                self._env.process(grow_restless(self, who))

    def _speak(self, inject: Inject) -> Generator[simpy.Event, None, None]:
        yield self.wait(round(1000 * inject.at_s))
        self.say(inject.author, inject.text, about="inject")


class _Clock(simpy.Environment):
    """SimPy's environment, made to run up to a moment without an event of its own there.

    `run(until=...)` schedules one for each call and leaves with an exception, at several times the cost.
    """

    @property
    def now_ms(self) -> int:
        """The time, always in whole ms here."""
        return cast("int", self._now)

    def run_up_to(self, at_ms: int) -> None:
        """Let everything happen that comes before this moment, and stand there."""
        while self.peek() < at_ms:
            self.step()
        self._now = at_ms


class _Job:
    """A piece of work from the moment it is asked for."""

    def __init__(self, act: Act, move: Move) -> None:
        scenario, args = act.stage.scenario, act.decision.args
        self.act = act
        self.move = move
        self.started = False
        self.expected_s = expected_s(move, scenario, args, act.actor)
        self.facts = {
            "decision": act.decision.id,
            "verb": move.verb,
            "label": move.label(scenario, args),
            "target": args.get(move.about) if move.about else None,
            "expected_ms": round(1000 * self.expected_s),
            "hands_on": move.hands_on(args),
            "production": move.production,
        }
        """What every event about it says."""
        self.box_ms = _box_ms(args)
        if self.box_ms is not None:
            self.facts["time_box_ms"] = self.box_ms


class _Hands:
    """A person's: they hold one piece of work at a time, and the others wait in the order asked.

    `simpy.Resource` does the same with two events for each piece, whether or not anything waits.

    Args:
        soon: lets something happen after all else that is due at this moment.
        take_up: begins what has waited.
    """

    def __init__(self, soon: Callable[[Callable[[], None]], None], take_up: Callable[[_Job], None]) -> None:
        self._soon, self._take_up = soon, take_up
        self._held: _Job | None = None
        self._waiting: list[_Job] = []

    def ask(self, job: _Job) -> bool:
        """Whether they are free to begin it at once; if not, it waits."""
        if self._held is None and not self._waiting:
            self._held = job
            return True
        self._waiting.append(job)
        self._next()
        return False

    def let_go(self, job: _Job) -> None:
        """Be free of work that is held, or no longer asked for."""
        if self._held is job:
            self._held = None
            if self._waiting:
                self._soon(self._next)
        elif job in self._waiting:
            self._waiting.remove(job)

    def _next(self) -> None:
        if self._held is None and self._waiting:
            self._held = job = self._waiting.pop(0)
            self._soon(lambda: self._take_up(job))


def _box_ms(args: Mapping[str, Any]) -> int | None:
    minutes = args.get("time_box_min")
    return None if minutes is None else max(1, round(60_000 * minutes))


def _actor(decision: Decision) -> str:
    return str(decision.args.get("by") or decision.seat)
