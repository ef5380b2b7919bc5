"""Investigate: read dashboards and changes, search logs and traces, reproduce, or debug in production.

Reading is quick and safe for anybody. Searching, reproducing and debugging are work done by hand: a
commander asks somebody else.
"""

from collections.abc import Iterable

from simulator.board import Board
from simulator.decisions import Decision
from simulator.moves import readings
from simulator.moves.base import Act, Arg, Args, Move, always, changed, takes
from simulator.moves.common import BY, TIME_BOX, in_flight, named, title_of
from simulator.moves.readings import Finding
from simulator.scenario.model import Evidence, Scenario, Source

LOOKS_S = {
    "dashboard": 20.0,
    "changes": 15.0,
    "diff": 45.0,
    "customer_reports": 30.0,
    "runbook": 40.0,
    "provider_status": 25.0,
    "logs": 80.0,
    "traces": 90.0,
}
"""Median seconds of a look, by source; chosen for teaching."""
BY_HAND = ("logs", "traces")
NEEDS_TARGET = {
    "diff": "a change",
    "logs": "a service",
    "traces": "a service",
    "provider_status": "a provider",
}

DEBUG_CAPACITY = 0.85
"""Share of a service's workers left while somebody debugs on it; chosen for teaching."""
DEBUG_ERRORS = 0.06
"""Further share of its requests that fail meanwhile; chosen for teaching."""


def _look_s(scenario: Scenario, args: Args) -> float:
    return LOOKS_S[args["source"]]


def _look_label(scenario: Scenario, args: Args) -> str:
    about = args.get("about")
    source = args["source"].replace("_", " ")
    return f"Look at {source}" + (f": {title_of(scenario, about)}" if about else "")


def _look_lacks_target(board: Board, scenario: Scenario, decision: Decision) -> str | None:
    source, about = decision.args["source"], decision.args.get("about") or ""
    wanted = NEEDS_TARGET.get(source)
    if wanted is None:
        return None
    pool: Iterable[str] = scenario.changes if source == "diff" else scenario.services
    if about not in pool:
        return f"Say which: {source.replace('_', ' ')} of {wanted}."
    if source == "provider_status" and not scenario.services[about].provider:
        return f"{title_of(scenario, about)} is our own: it has a dashboard, not a provider's status page."
    return None


def _look(act: Act) -> None:
    source, about = act["source"], act["about"]
    seen: list[Evidence | Finding] = [
        *readings.of(act.stage, source, about),
        *_found(act, source, about),
    ]
    report(act, seen or [_blank(act, source, about, "Nothing stands out.")])


def _found(act: Act, source: str, about: str | None) -> list[Evidence]:
    pool = act.stage.scenario.evidence + act.stage.variant.evidence
    return [
        item
        for item in pool
        if item.source == source
        and item.about in (None, about)
        and 1000 * item.from_s <= act.stage.now_ms
        and (item.until_s is None or act.stage.now_ms < 1000 * item.until_s)
    ]


def show(act: Act, item: Evidence | Finding) -> None:
    """Put a piece of evidence on the timeline: from now on the seat has seen it."""
    act.stage.emit(
        "evidence",
        item.id,
        source=item.source,
        about=item.about,
        title=item.title,
        text=item.text,
        implicates=list(item.implicates),
        clears=list(item.clears),
        unsafe=list(item.unsafe),
        workaround=[way.model_dump(exclude_none=True) for way in item.workaround],
        strength=item.strength,
        by=act.actor,
        decision=act.decision.id,
        **({"spans": [span.model_dump() for span in item.spans]} if item.spans else {}),
    )


def report(act: Act, seen: Iterable[Evidence | Finding]) -> None:
    """Put what was found on the timeline; a responder also says it in the channel."""
    for item in seen:
        show(act, item)
    if act.actor != act.decision.seat:
        act.stage.say(act.actor, " ".join(f"{item.title}. {_first_line(item)}" for item in seen))


def _first_line(item: Evidence | Finding) -> str:
    return next(iter(item.text.strip().splitlines()), "")


def _blank(act: Act, source: Source, about: str | None, text: str) -> Finding:
    """The finding that there was nothing to find."""
    where = (
        f"{source.replace('_', ' ')} of {title_of(act.stage.scenario, about)}"
        if about
        else source.replace("_", " ")
    )
    title = f"{where[0].upper()}{where[1:]}"
    return Finding(id=f"{source}.{about or 'all'}", source=source, about=about, title=title, text=text)


def _dig(act: Act, source: Source, otherwise: str, *, found: bool) -> None:
    seen = _found(act, source, act["target"]) if found else []
    report(act, seen or [_blank(act, source, act["target"], otherwise)])


def _reproduce(act: Act) -> None:
    found = act.stage.variant.staging_reproduces
    _dig(act, "staging", "Staging behaves: it cannot be reproduced there.", found=found)


def _debug_begins(act: Act) -> None:
    service = act["target"]
    changed(act, service, "begun")
    with act.stage.changing() as world:
        world.limit(service, act.draw(), DEBUG_CAPACITY)
        world.degrade(service, act.draw(), DEBUG_ERRORS)


def _debug_stops(act: Act) -> None:
    with act.stage.changing() as world:
        world.limit(act["target"], act.draw(), 1.0)
        world.degrade(act["target"], act.draw(), 0.0)


def _debug(act: Act) -> None:
    _debug_stops(act)
    changed(act, act["target"], "done")
    _dig(act, "production", "Nothing conclusive in the service itself.", found=True)


def _is_by_hand(args: Args) -> bool:
    return args.get("source") in BY_HAND


MOVES = (
    Move(
        verb="look",
        group="investigate",
        title="Look",
        help="Read a dashboard, the change list, a diff, customer reports, a runbook or a provider's status "
        "page; or search logs and traces, which is work by hand.",
        median_s=_look_s,
        label=_look_label,
        args=(
            Arg("source", "choice", "Where", choices=tuple(LOOKS_S)),
            Arg("about", "subject", "Of", required=False),
            BY,
            TIME_BOX,
        ),
        role="operations",
        hands_on=_is_by_hand,
        about="about",
        refuse=_look_lacks_target,
        finish=_look,
    ),
    Move(
        verb="reproduce_in_staging",
        group="investigate",
        title="Reproduce in staging",
        help="Find the fault where no user is hurt. Slower to start than production, and safe.",
        median_s=takes(420),
        label=named("Reproduce in staging: {target}"),
        args=(Arg("target", "subject", "What"), BY, TIME_BOX),
        role="operations",
        hands_on=always,
        about="target",
        refuse=in_flight("reproduce_in_staging", "target"),
        finish=_reproduce,
    ),
    Move(
        verb="debug_in_production",
        group="investigate",
        title="Debug in production",
        help="Attach to the live service. It slows the service and fails some requests while you do.",
        median_s=takes(360),
        label=named("Debug in production: {target}"),
        args=(Arg("target", "service", "Service"), BY, TIME_BOX),
        role="operations",
        hands_on=always,
        about="target",
        refuse=in_flight("debug_in_production", "target"),
        begin=_debug_begins,
        finish=_debug,
        drop=_debug_stops,
    ),
)
