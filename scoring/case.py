"""A drill under review: scenario, trace and playbook, with the facts that several rules need, found once.

What was known at a moment is what stood on the timeline before it: `seen_before` gives the evidence, and
only evidence makes a right move more than luck.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from scoring.acts import AMOUNTS, Act, doing, target_of
from scoring.playbook import Playbook, Response
from scoring.steps import Steps
from simulator.board import Found, board_of
from simulator.clock import clock
from simulator.grounds import HOLD, supports
from simulator.scenario.model import Scenario, Variant
from simulator.trace import Trace, TraceEvent

ROOT_CAUSE_WORK = ("debug_in_production", "prepare_fix")
"""Work that goes past what triage needs, whenever it is done."""
DEEP_DIGS = ("logs", "traces")
"""Sources that take digging."""
WORST_LASTS_MS = 60_000
"""How long a true level must have lasted in all to count as the worst one."""


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work by a seat or a responder, from its start to its end."""

    decision: str
    actor: str
    verb: str
    label: str
    target: str | None
    hands_on: bool
    start: TraceEvent
    end: TraceEvent | None
    """None while it goes on at the end of the drill."""


def _is(event: TraceEvent, state: str) -> bool:
    return bool(event.detail["state"] == state)


def hurts(level: int | None) -> bool:
    """Whether users are hurt at a true level: SEV-3 or worse. Losing data is SEV-1 whoever notices."""
    return level is not None and level <= 3


@dataclass(frozen=True)
class Case:
    """A drill under review."""

    scenario: Scenario
    trace: Trace
    playbook: Playbook

    # -- the timeline ------------------------------------------------------------------------------

    @cached_property
    def variant(self) -> Variant:
        """The truth behind the drill."""
        return self.scenario.variants[self.trace.header.variant]

    @cached_property
    def _by_kind(self) -> dict[str, list[TraceEvent]]:
        kinds: dict[str, list[TraceEvent]] = {}
        for event in self.trace.events:
            kinds.setdefault(event.kind, []).append(event)
        return kinds

    def events(self, kind: str) -> list[TraceEvent]:
        """The events of a kind, in order."""
        return self._by_kind.get(kind, [])

    def first(self, kind: str, **detail: object) -> TraceEvent | None:
        """The first event of a kind with these details."""
        matching = (e for e in self.events(kind) if all(e.detail.get(k) == v for k, v in detail.items()))
        return next(matching, None)

    @cached_property
    def end_ms(self) -> int:
        """When the drill's time was over."""
        return self.trace.events[-1].at_ms if self.trace.events else 0

    def clock(self, at_ms: int) -> str:
        """The time of day at a moment of the drill."""
        return clock(self.scenario.starts, at_ms)

    # -- who and when ------------------------------------------------------------------------------

    def is_seat(self, who: str) -> bool:
        """Whether somebody is a trainee rather than a simulated person."""
        return who not in self.scenario.responders and who not in self.scenario.stakeholders

    @cached_property
    def page(self) -> TraceEvent | None:
        """The first page to a seat."""
        sent = (e for e in self.events("page") if e.detail["state"] == "sent" and self.is_seat(e.subject))
        return next(sent, None)

    @cached_property
    def acknowledged(self) -> TraceEvent | None:
        """The first acknowledgement by a seat."""
        known = (
            e for e in self.events("page") if e.detail["state"] == "acknowledged" and self.is_seat(e.subject)
        )
        return next(known, None)

    # -- what users felt ---------------------------------------------------------------------------

    @cached_property
    def true_level(self) -> Steps[int | None]:
        """The true severity over time; None while nobody is hurt to speak of."""
        return Steps.of(None, ((e.at_ms, e.detail["level"]) for e in self.events("truth.severity")))

    @cached_property
    def declared_level(self) -> Steps[int | None]:
        """The declared severity over time."""
        return Steps.of(None, ((e.at_ms, e.detail["level"]) for e in self.events("severity")))

    @cached_property
    def impact_ms(self) -> int | None:
        """When users were first hurt (SEV-3 or worse); None if never."""
        spans = self.true_level.spans(0, self.end_ms)
        return next((span.start_ms for span in spans if hurts(span.value)), None)

    @cached_property
    def mitigated_ms(self) -> int | None:
        """When users were well again and stayed so for the playbook's window; None if never.

        A lull that ended before anybody was paged is no recovery from the incident that paged them.
        """
        if self.impact_ms is None:
            return None
        hold_ms = round(1000 * self.playbook.timing.hold_s)
        since_ms = max(self.impact_ms, self.page.at_ms if self.page else 0)
        calm = (spell for spell in self._calm_spells() if spell[0] > (self.impact_ms or 0))
        return next((start for start, end in calm if end - max(start, since_ms) >= hold_ms), None)

    def _calm_spells(self) -> Iterator[tuple[int, int]]:
        since: int | None = None
        for span in self.true_level.spans(0, self.end_ms):
            if hurts(span.value):
                if since is not None:
                    yield since, span.start_ms
                since = None
            elif since is None:
                since = span.start_ms
        if since is not None:
            yield since, self.end_ms

    def well_since_ms(self, at_ms: int) -> int | None:
        """Since when users had been well at a moment; None if they were not."""
        if hurts(self.true_level.at(at_ms)):
            return None
        return max((start for start, _ in self._calm_spells() if start <= at_ms), default=at_ms)

    @property
    def over_ms(self) -> int:
        """When the incident was over for users: mitigated, or the end of the drill."""
        return self.end_ms if self.mitigated_ms is None else self.mitigated_ms

    @cached_property
    def worst_level(self) -> int | None:
        """The worst true level, from the page to the mitigation, that was more than a spike."""
        lasted: dict[int, int] = {}
        if self.page is not None:
            for span in self.true_level.spans(self.page.at_ms, self.over_ms):
                if span.value is not None:
                    lasted[span.value] = lasted.get(span.value, 0) + span.length_ms
        held = [level for level, ms in lasted.items() if ms >= WORST_LASTS_MS]
        return min(held or lasted, default=None)

    def response(self, level: int) -> Response:
        """What the playbook asks for at a level."""
        return self.playbook.severities[level]

    # -- what was known ----------------------------------------------------------------------------

    @cached_property
    def found(self) -> tuple[Found, ...]:
        """Every piece of evidence each time it was seen, in order."""
        return tuple(board_of([event]).evidence[event.subject] for event in self.events("evidence"))

    def seen_before(self, seq: int) -> list[Found]:
        """The evidence that stood on the timeline before an event, each piece as last seen."""
        return list({item.id: item for item in self.found if item.seq < seq}.values())

    def support_for(self, act: Act) -> list[Found]:
        """The evidence seen before an act that points to it, or would to another size of it."""
        seen = self.seen_before(act.begun.seq)
        return [item for item in seen if supports(item, act.verb, act.target, act.zone)]

    def doing(self, act: Act) -> str:
        """An act in words: 'rolling back “Deploy orders-api 2.31.0”'."""
        return doing(self.scenario, act.verb, act.target)

    # -- what was done -----------------------------------------------------------------------------

    @cached_property
    def acts(self) -> tuple[Act, ...]:
        """Every change of production by hand and every hold, in the order in which they began."""
        begun = [e for e in self.events("production") if e.detail["state"] == "begun"]
        holds = [e for e in self.events("work") if _is(e, "started") and e.detail["verb"] == HOLD]
        acts: list[Act] = []
        for event in sorted([*begun, *holds], key=lambda event: event.seq):
            acts.append(self._act(event, acts))
        return tuple(acts)

    def _act(self, begun: TraceEvent, before: list[Act]) -> Act:
        detail, verb = begun.detail, begun.detail["verb"]
        target, amount = target_of(begun), detail.get(AMOUNTS.get(verb, ""))
        shed = [act.amount or 0.0 for act in before if (act.verb, act.target) == ("shed", target)]
        eases = verb == "shed" and bool(shed) and (amount or 0.0) < shed[-1]
        return Act(
            decision=detail["decision"],
            verb=verb,
            target=target,
            begun=begun,
            done=self._done.get(detail["decision"]),
            dropped=detail["decision"] in self._dropped,
            amount=amount,
            zone=detail.get("zone"),
            undoes=amount == 0 or eases or bool(detail.get("again")),
        )

    @cached_property
    def _done(self) -> dict[str, TraceEvent]:
        """By decision: the end of a change of production, or of opening a case with a provider."""
        changes = (e for e in self.events("production") if _is(e, "done"))
        holds = (e for e in self.events("work") if _is(e, "done") and e.detail["verb"] == HOLD)
        return {e.detail["decision"]: e for e in (*changes, *holds)}

    @cached_property
    def _dropped(self) -> set[str]:
        return {e.detail["decision"] for e in self.events("work") if _is(e, "dropped")}

    @cached_property
    def first_touch(self) -> Act | None:
        """The first change of production by hand, called-off ones included."""
        return next((act for act in self.acts if act.touches_production), None)

    @cached_property
    def mitigations(self) -> tuple[Act, ...]:
        """The acts meant to take the fault out of the users' way, called-off ones left out."""
        return tuple(act for act in self.acts if act.mitigates)

    def is_right(self, act: Act) -> bool:
        """Whether an act is one of those that work in this variant."""
        return any(act.is_a(move) for move in self.variant.right_moves)

    def is_harmful(self, act: Act) -> bool:
        """Whether an act is one of those that make it worse in this variant."""
        undoing = act.verb == "roll_back" and act.target in self.variant.unsafe_to_undo
        return undoing or any(act.is_a(move) for move in self.variant.wrong_moves)

    @cached_property
    def right_act(self) -> Act | None:
        """The first act that works in this variant and was carried through."""
        return next((act for act in self.mitigations if self.is_right(act) and act.done), None)

    @cached_property
    def cause_present(self) -> bool:
        """Whether the root cause was in production at the end; taken for granted where nothing says so."""
        causes = self.events("truth.cause")
        return bool(causes[-1].detail["present"]) if causes else True

    @cached_property
    def cleared_by(self) -> Act | None:
        """The act that works in this variant and took the cause itself out of production, if one did."""
        act = self.right_act
        if act is None or act.done is None or not act.touches_production:
            return None
        if (act.verb, act.target) == ("roll_back", self.variant.cause.id):
            return act
        if self.cause_present:
            return None
        went_ms = self.events("truth.cause")[-1].at_ms
        return act if act.begun.at_ms <= went_ms <= act.done.at_ms else None

    @cached_property
    def relief(self) -> Act | None:
        """The first act that worked: a right move or the fix of the cause, after which users became well."""
        if self.mitigated_ms is None:
            return None
        cause = self.variant.cause.id
        helps = (
            act
            for act in self.acts
            if not act.dropped and (self.is_right(act) or (act.verb == "ship_fix" and act.target == cause))
        )
        return next((act for act in helps if act.done and act.begun.at_ms < self.mitigated_ms), None)

    @cached_property
    def can_roll_back(self) -> bool:
        """Whether a rollback is one of the right moves."""
        return any(move.verb == "roll_back" for move in self.variant.right_moves)

    @cached_property
    def jobs(self) -> tuple[Job, ...]:
        """Every piece of work that was started, in the order of starts."""
        ends = {
            e.detail["decision"]: e for e in self.events("work") if e.detail["state"] in ("done", "dropped")
        }
        return tuple(
            Job(
                decision=e.detail["decision"],
                actor=e.subject,
                verb=e.detail["verb"],
                label=e.detail["label"],
                target=e.detail["target"],
                hands_on=e.detail["hands_on"],
                start=e,
                end=ends.get(e.detail["decision"]),
            )
            for e in self.events("work")
            if e.detail["state"] == "started"
        )

    @cached_property
    def worked(self) -> bool:
        """Whether anybody looked into the incident or changed anything about it."""
        return any(job.hands_on or job.verb == "look" for job in self.jobs)

    @cached_property
    def passed_quickly(self) -> bool:
        """Whether users became well by themselves, before anybody could be expected to have helped them."""
        if self.mitigated_ms is None or self.page is None:
            return False
        touched = (act for act in self.acts if act.touches_production and act.done)
        helped = any(act.done and act.done.at_ms <= self.mitigated_ms for act in touched)
        return (
            not helped and self.mitigated_ms - self.page.at_ms < 1000 * self.playbook.timing.mitigate_lost_s
        )

    @cached_property
    def saw_it_through(self) -> bool:
        """Whether the seat took the page and brought users back, or saw them come back by themselves at once.

        Rules that inaction keeps by itself count only then: doing nothing is no skill.
        """
        return self.acknowledged is not None and (
            self.relief is not None or (self.worked and self.passed_quickly)
        )
