"""The names inside a scenario must name something: every reference, and the few rules across fields."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple, get_args

from simulator.errors import nearest, one_of
from simulator.moves import MOVES
from simulator.scenario.model import (
    ALL_TRAFFIC,
    Evidence,
    Fault,
    GuideStep,
    Journey,
    Mitigation,
    MitigationVerb,
    Scaler,
    Scenario,
    Service,
    Source,
    Span,
    Variant,
    keeps_cache,
)

Loc = tuple[str | int, ...]

SHARES = ("errors", "capacity_loss", "lost_calls", "corruption", "expiry")
"""Kinds of fault whose amount is a share."""


class Problem(NamedTuple):
    """A fault across fields."""

    loc: Loc
    what: str
    expected: str = ""
    near: str = ""


def problems(scenario: Scenario) -> Iterator[Problem]:
    """Every dangling reference and broken rule, in no particular order."""
    yield from _opening(scenario)
    yield from _system(scenario)
    yield from _people(scenario)
    yield from _alerts(scenario)
    for number, item in enumerate(scenario.evidence):
        yield from _evidence(scenario, item, ("evidence", number))
    for key, variant in scenario.variants.items():
        yield from _variant(scenario, variant, ("variants", key))
    for number, step in enumerate(scenario.guide):
        yield from _guide(scenario, step, ("guide", number))


def _unknown(loc: Loc, kind: str, name: str, known: Iterable[str]) -> Iterator[Problem]:
    names = list(known)
    if name not in names:
        expected = one_of(names) if names else f"a {kind}, but there are none"
        what = f"no {kind} '{name}'" if name else f"no {kind} is given"
        yield Problem(loc, what, expected, nearest(name, names))


def _guide(scenario: Scenario, step: GuideStep, loc: Loc) -> Iterator[Problem]:
    if step.move is not None:
        yield from _unknown((*loc, "move"), "move", step.move, MOVES)
        if step.place is not None:
            what = "a step has a 'place' and a 'move'"
            yield Problem((*loc, "place"), what, "one of them: only one thing is outlined")
    if step.of is None:
        return
    if step.until not in _OF:
        what = f"'of' says nothing with 'until: {step.until}'"
        yield Problem((*loc, "of"), what, f"it with {one_of(_OF)}, or none")
    else:
        kind, known = _OF[step.until]
        yield from _unknown((*loc, "of"), kind, step.of, known(scenario))


def _people_of(scenario: Scenario) -> list[str]:
    managers = [key for key, who in scenario.stakeholders.items() if who.manager]
    return [*scenario.responders, *managers]


_OF: Mapping[str, tuple[str, Callable[[Scenario], Iterable[str]]]] = {
    "looked": ("source", lambda scenario: get_args(Source)),
    "called": ("person", _people_of),
    "here": ("person", _people_of),
    "done": (
        "change, flag, service, automation or procedure",
        lambda scenario: [
            *scenario.changes,
            *scenario.flags,
            *scenario.services,
            *scenario.automations,
            *scenario.procedures,
        ],
    ),
}
"""What `of` names in a step of a guide, by what completes the step."""


def _opening(scenario: Scenario) -> Iterator[Problem]:
    if not _is_moment(scenario.starts):
        yield Problem(
            ("starts",),
            f"'starts' is {scenario.starts!r}",
            "a time from 1970 to 2999, such as 2026-03-10T14:00:00",
        )
    yield from _unknown(("brief", "alert"), "alert", scenario.brief.alert, scenario.alerts)
    points = scenario.traffic.users
    if isinstance(points, tuple) and any(b[0] <= a[0] for a, b in pairwise(points)):
        yield Problem(("traffic", "users"), "the points of 'traffic.users' go back in time", "rising at_s")
    bands = scenario.severity
    if not bands.sev1 >= bands.sev2 >= bands.sev3 >= bands.sev4:
        yield Problem(
            ("severity",), "the bands of 'severity' do not fall from sev1 to sev4", "falling shares"
        )
    if isinstance(points, tuple) and (not points or any(users <= 0 for _, users in points)):
        yield Problem(("traffic", "users"), "'traffic.users' has no users", "points [at_s, users above 0]")


def _is_moment(text: str) -> bool:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return False
    return moment.strftime("%Y-%m-%dT%H:%M:%S") == text and 1970 <= moment.year < 3000


def _system(scenario: Scenario) -> Iterator[Problem]:
    for key, service in scenario.services.items():
        yield from _service(scenario, service, ("services", key))
    yield from _cycle(scenario)
    yield from _what_acts(scenario)
    yield from _journeys(scenario)
    for key, change in scenario.changes.items():
        yield from _unknown(("changes", key, "service"), "service", change.service, scenario.services)


def _what_acts(scenario: Scenario) -> Iterator[Problem]:
    """Automations, procedures, and what monitoring and the status page depend on."""
    for field in ("monitoring", "status_page"):
        name = getattr(scenario, field)
        if name is not None:
            yield from _unknown((field,), "service", name, scenario.services)
    for key, automation in scenario.automations.items():
        if automation.scaler is not None:
            yield from _scaler(scenario, automation.scaler, ("automations", key, "scaler"))
    for key, procedure in scenario.procedures.items():
        yield from _unknown(("procedures", key, "service"), "service", procedure.service, scenario.services)


def _journeys(scenario: Scenario) -> Iterator[Problem]:
    shares = 0.0
    for key, journey in scenario.journeys.items():
        shares += journey.share
        for number, service_id in enumerate(journey.path):
            yield from _unknown(("journeys", key, "path", number), "service", service_id, scenario.services)
        if journey.job is not None:
            yield from _journey_job(scenario, journey, ("journeys", key))
    if abs(shares - 1) > 1e-6:
        yield Problem(
            ("journeys",), f"the journeys' shares add up to {shares:g}", "1, every user on one journey"
        )


def _service(scenario: Scenario, service: Service, at: Loc) -> Iterator[Problem]:
    shares = 0.0
    for share in service.zones.values():
        shares += share
    if service.zones and abs(shares - 1) > 1e-6:
        yield Problem((*at, "zones"), f"the zones' shares add up to {shares:g}", "1")
    for to, dependency in service.depends.items():
        loc: Loc = (*at, "depends", to)
        yield from _unknown(loc, "service", to, scenario.services)
        if dependency.flag is not None:
            yield from _unknown((*loc, "flag"), "flag", dependency.flag, scenario.flags)
        if dependency.cache is not None and dependency.cache.kept_in is not None:
            keeper = dependency.cache.kept_in
            yield from _unknown((*loc, "cache", "kept_in"), "service", keeper, scenario.services)


def _scaler(scenario: Scenario, scaler: Scaler, loc: Loc) -> Iterator[Problem]:
    yield from _unknown((*loc, "service"), "service", scaler.service, scenario.services)
    if scaler.least > scaler.most:
        yield Problem((*loc, "least"), f"'least' is {scaler.least}", f"at most 'most', {scaler.most}")


def _journey_job(scenario: Scenario, journey: Journey, at: Loc) -> Iterator[Problem]:
    """A journey's job must be left by a service on its path."""
    left = [
        to
        for name in journey.path
        if name in scenario.services
        for to, dependency in scenario.services[name].depends.items()
        if dependency.kind == "job"
    ]
    yield from _unknown((*at, "job"), "job of a service on the path", journey.job or "", left)


def _cycle(scenario: Scenario) -> Iterator[Problem]:
    done: set[str] = set()

    def walk(key: str, above: tuple[str, ...]) -> Iterator[Problem]:
        if key in above:
            ring = " -> ".join((*above[above.index(key) :], key))
            yield Problem(
                ("services", above[-1], "depends", key), f"services call each other in a ring: {ring}"
            )
        elif key not in done and key in scenario.services:
            for to in scenario.services[key].depends:
                yield from walk(to, (*above, key))
            done.add(key)

    for key in scenario.services:
        yield from walk(key, ())


def _people(scenario: Scenario) -> Iterator[Problem]:
    for key, who in scenario.responders.items():
        for number, service in enumerate(who.knows):
            yield from _unknown(("responders", key, "knows", number), "service", service, scenario.services)
    for table in ("responders", "stakeholders"):
        if "commander" in getattr(scenario, table):
            yield Problem((table, "commander"), "'commander' is the trainee's seat", "another id")
    for key in scenario.stakeholders:
        if key in scenario.responders:
            yield Problem(("stakeholders", key), f"'{key}' is a responder already", "ids used once")


def _alerts(scenario: Scenario) -> Iterator[Problem]:
    for key, alert in scenario.alerts.items():
        of_journey = alert.metric == "users_affected_share"
        kind, known = ("journey", scenario.journeys) if of_journey else ("service", scenario.services)
        yield from _unknown(("alerts", key, "of"), kind, alert.of, known)


def _evidence(scenario: Scenario, item: Evidence, loc: Loc) -> Iterator[Problem]:
    subjects = [*scenario.changes, *scenario.services]
    if item.about is not None:
        yield from _unknown((*loc, "about"), "service or change", item.about, subjects)
    for field in ("implicates", "clears"):
        for name in getattr(item, field):
            yield from _unknown((*loc, field), "service or change", name, subjects)
    for name in item.unsafe:
        yield from _unknown((*loc, "unsafe"), "change", name, scenario.changes)
    for number, way in enumerate(item.workaround):
        yield from _mitigation(scenario, way, (*loc, "workaround", number))
    yield from _spans(scenario, item, (*loc, "spans"))


def _spans(scenario: Scenario, item: Evidence, loc: Loc) -> Iterator[Problem]:
    """Spans belong to traces, and each lies within reach of the one it belongs to."""
    if item.spans and item.source != "traces":
        yield Problem(loc, f"'spans' in evidence from '{item.source}'", "'source: traces'")
    owners: list[Span] = []
    for number, span in enumerate(item.spans):
        at = (*loc, number)
        yield from _unknown((*at, "service"), "service", span.service, scenario.services)
        if span.depth > len(owners):
            expected = f"0 to {len(owners)}" if owners else "0 for the first span"
            yield Problem((*at, "depth"), f"'depth' is {span.depth}", expected)
            continue
        if span.depth and span.start_ms < owners[span.depth - 1].start_ms:
            begins_ms = owners[span.depth - 1].start_ms
            yield Problem(
                (*at, "start_ms"),
                f"'start_ms' is {span.start_ms:g}, before the span it belongs to",
                f"{begins_ms:g} or more",
            )
        owners[span.depth :] = [span]


def _mitigation(scenario: Scenario, way: Mitigation, loc: Loc) -> Iterator[Problem]:
    kind, known = _targets(scenario, way.verb)
    yield from _unknown((*loc, "target"), kind, way.target, known)
    if way.verb == "fail_over" and way.target in scenario.services:
        zones = scenario.services[way.target].zones
        yield from _unknown((*loc, "zone"), f"zone of '{way.target}'", way.zone or "", zones)
    if way.verb == "shed" and (way.amount is None or way.amount > 1):
        yield Problem((*loc, "amount"), "a 'shed' says how much", "'amount', a share from 0 to 1")


def _targets(scenario: Scenario, verb: MitigationVerb) -> tuple[str, Iterable[str]]:
    """What a mitigation may be done to, and what to call it."""
    services = scenario.services
    own = [key for key, service in services.items() if not service.provider]
    table: dict[MitigationVerb, tuple[str, Iterable[str]]] = {
        "roll_back": ("change", scenario.changes),
        "flag_off": ("flag", scenario.flags),
        "shed": ("journey", [*scenario.journeys, ALL_TRAFFIC]),
        "fail_over": ("service with zones", [key for key in own if services[key].zones]),
        "bypass_cache": ("service that keeps a cache", [key for key in own if keeps_cache(services[key])]),
        "stop_automation": ("automation", scenario.automations),
        "restore": ("service with a backup", [k for k in own if services[k].backup_age_s is not None]),
        "run_procedure": ("procedure", scenario.procedures),
        "hold_for_provider": ("provider", [key for key in services if services[key].provider]),
    }
    return table.get(verb, ("service", own))


def _fault(scenario: Scenario, fault: Fault, loc: Loc) -> Iterator[Problem]:
    yield from _where(scenario, fault, loc)
    if fault.kind in SHARES and fault.amount > 1:
        yield Problem(
            (*loc, "amount"), f"'amount' is {fault.amount:g}", f"a share from 0 to 1 for {fault.kind}"
        )
    if fault.kind in ("slowdown", "leak", "quota") and fault.amount <= 0:
        yield Problem((*loc, "amount"), "'amount' is 0", f"a number above 0 for {fault.kind}")
    if fault.curve and fault.ramp_s:
        yield Problem((*loc, "curve"), "both 'curve' and 'ramp_s' are given", "one of them")
    if any(later[0] <= earlier[0] for earlier, later in pairwise(fault.curve)):
        yield Problem((*loc, "curve"), "the points of 'curve' go back in time", "rising seconds")
    if fault.spread_by is not None:
        yield from _unknown((*loc, "spread_by"), "automation", fault.spread_by, scenario.automations)
    for field, kind, known in (
        ("live", "change", scenario.changes),
        ("undone", "change", scenario.changes),
        ("flag_on", "flag", scenario.flags),
        ("flag_off", "flag", scenario.flags),
        ("running", "automation", scenario.automations),
        ("not_done", "procedure", scenario.procedures),
        ("not_restored", "service", scenario.services),
        ("unfixed", "service", scenario.services),
    ):
        name = getattr(fault.when, field)
        if name is not None:
            yield from _unknown((*loc, "when", field), kind, name, known)


def _where(scenario: Scenario, fault: Fault, loc: Loc) -> Iterator[Problem]:
    """Where a fault acts: a service, a dependency of it, or a zone."""
    zones = {zone for service in scenario.services.values() for zone in service.zones}
    if fault.kind == "partition":
        yield from _unknown((*loc, "zone"), "zone", fault.zone or "", sorted(zones))
        return
    if fault.service is None:
        yield Problem((*loc, "service"), f"a fault of kind '{fault.kind}' says where", "'service'")
        return
    yield from _unknown((*loc, "service"), "service", fault.service, scenario.services)
    if fault.service not in scenario.services:
        return
    service = scenario.services[fault.service]
    if fault.zone is not None:
        yield from _unknown((*loc, "zone"), f"zone of '{fault.service}'", fault.zone, service.zones)
    if fault.kind == "lost_calls":
        yield from _unknown((*loc, "to"), f"dependency of '{fault.service}'", fault.to or "", service.depends)


def _variant(scenario: Scenario, variant: Variant, loc: Loc) -> Iterator[Problem]:
    for key, fault in variant.faults.items():
        yield from _fault(scenario, fault, (*loc, "faults", key))
    if variant.hot_fix is not None:
        yield from _fault(scenario, variant.hot_fix.fault, (*loc, "hot_fix", "fault"))
    yield from _cause(scenario, variant, (*loc, "cause"))
    seen = {item.id for item in scenario.evidence}
    for number, item in enumerate(variant.evidence):
        yield from _evidence(scenario, item, (*loc, "evidence", number))
        if item.id in seen:
            yield Problem(
                (*loc, "evidence", number, "id"), f"evidence id '{item.id}' is used twice", "one id each"
            )
        seen.add(item.id)
    for number, move in enumerate(variant.right_moves):
        yield from _mitigation(scenario, move, (*loc, "right_moves", number))
    for number, move in enumerate(variant.wrong_moves):
        yield from _mitigation(scenario, move, (*loc, "wrong_moves", number))
    for name in variant.unsafe_to_undo:
        yield from _unknown((*loc, "unsafe_to_undo"), "change", name, scenario.changes)
    for name in variant.triage.changed:
        yield from _unknown((*loc, "triage", "changed"), "change", name, [*scenario.changes, "nothing"])


def _cause(scenario: Scenario, variant: Variant, loc: Loc) -> Iterator[Problem]:
    cause = variant.cause
    services = scenario.services
    table: dict[str, Iterable[str]] = {
        "change": scenario.changes,
        "provider": [key for key in services if services[key].provider],
        "service": [key for key in services if not services[key].provider],
    }
    yield from _unknown((*loc, "id"), cause.kind, cause.id, table[cause.kind])
    yield from _unknown((*loc, "fault"), "fault of this variant", cause.fault, variant.faults)
