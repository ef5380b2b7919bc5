"""What a move is: one verb a seat can do, and everything the rest of the product needs to know of it.

Adding a move is adding one `Move` to one of the group modules beside this file: validation, the room's
form, refusals, cost in time and effect all follow from it.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from simulator.board import Board
from simulator.decisions import Decision
from simulator.scenario.model import Scenario, Variant
from simulator.world import World

Args = Mapping[str, Any]
Group = Literal["page", "command", "triage", "investigate", "mitigate", "communicate", "fix", "close"]
GROUPS: tuple[Group, ...] = (
    "page",
    "command",
    "triage",
    "investigate",
    "mitigate",
    "communicate",
    "fix",
    "close",
)

ArgKind = Literal[
    "choice",
    "choices",
    "level",
    "change",
    "changed",
    "flag",
    "service",
    "provider",
    "zoned",
    "zone",
    "cached",
    "restorable",
    "automation",
    "procedure",
    "subject",
    "cause",
    "journey",
    "journeys",
    "person",
    "pageable",
    "holder",
    "actor",
    "decision",
    "minutes",
    "hours",
    "share",
    "times",
    "switch",
    "text",
    "lines",
    "actions",
]
"""What an argument may name; `arguments.py` gives the choices of each kind in a scenario."""


@dataclass(frozen=True, slots=True)
class Arg:
    """One argument of a move."""

    name: str
    kind: ArgKind
    title: str
    """What the form calls it."""
    choices: tuple[str, ...] = ()
    """For `choice` and `choices`."""
    required: bool = True
    default: Any = None
    """What the form starts with, and what an optional argument left out means."""


class Stage(Protocol):
    """What a move, or a simulated person, may do to the drill. The drill is the only one there is."""

    scenario: Scenario
    variant: Variant
    seed: int
    board: Board

    @property
    def now_ms(self) -> int: ...
    @property
    def world(self) -> World:
        """For reading only: it shows the last sample. Reading between samples does not step it."""
        ...

    def changing(self) -> AbstractContextManager[World]:
        """The world brought to this moment, to be changed; the truth is noted afterwards."""
        ...

    def emit(self, kind: str, subject: str, **detail: Any) -> None:
        """Put an event on the timeline."""
        ...

    def say(self, author: str, text: str, about: str = "report") -> None:
        """Put a line in the incident channel."""
        ...

    def wait(self, ms: int) -> Any:
        """What a process yields to let time pass."""
        ...

    def call_in(self, who: str) -> None:
        """Let a paged person answer in their own time."""
        ...

    def stop_work(self, decision: str) -> None:
        """Drop work that is waiting or under way."""
        ...


@dataclass(frozen=True, slots=True)
class Act:
    """One move being made: who asked, who does it, and the drill it happens in."""

    stage: Stage
    decision: Decision
    actor: str
    """The seat or responder who does it."""

    def __getitem__(self, name: str) -> Any:
        return self.decision.args.get(name)

    def draw(self) -> str:
        """The name under which this move draws its random numbers."""
        return f"act:{self.decision.id}"


def changed(act: Act, target: str, state: str, **more: Any) -> None:
    """Put a change of production on the timeline; `state` is `begun` or `done`."""
    act.stage.emit(
        "production",
        target,
        verb=act.decision.verb,
        state=state,
        decision=act.decision.id,
        by=act.actor,
        **more,
    )


def nothing(act: Act) -> None:
    """The effect of a move that has none at that stage."""


def never_refused(board: Board, scenario: Scenario, decision: Decision) -> str | None:
    """For moves that are always possible."""
    return None


def never(args: Args) -> bool:
    """For moves that are never hands-on."""
    return False


def always(args: Args) -> bool:
    """For moves that are always hands-on."""
    return True


def never_at_once(board: Board, decision: Decision) -> bool:
    """For moves that wait until whoever does them is free."""
    return False


Median = Callable[[Scenario, Args], float]
Refusal = Callable[[Board, Scenario, Decision], str | None]


def takes(seconds: float) -> Median:
    """A median time that is the same whatever the arguments."""
    return lambda scenario, args: seconds


@dataclass(frozen=True, slots=True)
class Move:
    """One verb."""

    verb: str
    group: Group
    title: str
    """The button's text."""
    help: str
    """What it is for and what it risks, in one or two sentences."""
    median_s: Median
    """How long it usually takes whoever does it."""
    label: Callable[[Scenario, Args], str]
    """What is being done, for the list of work in flight."""
    args: tuple[Arg, ...] = ()
    role: str | None = None
    """The responders' role it belongs to; others take twice as long. None: anybody."""
    hands_on: Callable[[Args], bool] = never
    """Whether it investigates or changes systems by hand, which a commander does not do."""
    production: bool = False
    """Whether it changes production."""
    about: str | None = None
    """The argument that names what is worked on (a service, change or flag)."""
    at_once: Callable[[Board, Decision], bool] = never_at_once
    """Whether it needs no free hands: stopping what one is doing cannot wait until it is done."""
    refuse: Refusal = never_refused
    """Why it cannot be done now, or None."""
    begin: Callable[[Act], None] = nothing
    """What happens when work on it begins."""
    finish: Callable[[Act], None] = nothing
    """What happens when it is done."""
    drop: Callable[[Act], None] = nothing
    """What happens when it is stopped half-way (undo what `begin` did)."""
    names: tuple[str, ...] = field(init=False)
    """Of its arguments."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", tuple(arg.name for arg in self.args))
