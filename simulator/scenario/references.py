"""The names inside a scenario must name something: every reference, and the few rules across fields."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from simulator.errors import nearest, one_of
from simulator.scenario.model import Evidence, Fault, Scenario, Variant

Loc = tuple[str | int, ...]


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


def _unknown(loc: Loc, kind: str, name: str, known: Iterable[str]) -> Iterator[Problem]:
    names = list(known)
    if name not in names:
        expected = one_of(names) if names else f"a {kind}, but there are none"
        yield Problem(loc, f"no {kind} '{name}'", expected, nearest(name, names))


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
        for to, dependency in service.depends.items():
            loc: Loc = ("services", key, "depends", to)
            yield from _unknown(loc, "service", to, scenario.services)
            if dependency.flag is not None:
                yield from _unknown((*loc, "flag"), "flag", dependency.flag, scenario.flags)
    yield from _cycle(scenario)
    shares = 0.0
    for key, journey in scenario.journeys.items():
        shares += journey.share
        for number, service_id in enumerate(journey.path):
            yield from _unknown(("journeys", key, "path", number), "service", service_id, scenario.services)
    if abs(shares - 1) > 1e-6:
        yield Problem(
            ("journeys",), f"the journeys' shares add up to {shares:g}", "1, every user on one journey"
        )
    for key, change in scenario.changes.items():
        yield from _unknown(("changes", key, "service"), "service", change.service, scenario.services)


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
    for name in item.workaround:
        yield from _unknown((*loc, "workaround"), "flag", name, scenario.flags)


def _fault(scenario: Scenario, fault: Fault, loc: Loc) -> Iterator[Problem]:
    yield from _unknown((*loc, "service"), "service", fault.service, scenario.services)
    if fault.kind != "slowdown" and fault.amount > 1:
        yield Problem(
            (*loc, "amount"), f"'amount' is {fault.amount:g}", f"a share from 0 to 1 for {fault.kind}"
        )
    if fault.kind == "slowdown" and fault.amount <= 0:
        yield Problem((*loc, "amount"), "'amount' is 0", "how many times as slow, above 0")
    for field, known in (("live", scenario.changes), ("undone", scenario.changes)):
        name = getattr(fault.when, field)
        if name is not None:
            yield from _unknown((*loc, "when", field), "change", name, known)
    for field in ("flag_on", "flag_off"):
        name = getattr(fault.when, field)
        if name is not None:
            yield from _unknown((*loc, "when", field), "flag", name, scenario.flags)


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
        kind, known = ("change", scenario.changes) if move.verb == "roll_back" else ("flag", scenario.flags)
        yield from _unknown((*loc, "right_moves", number, "target"), kind, move.target, known)
    for name in variant.unsafe_to_undo:
        yield from _unknown((*loc, "unsafe_to_undo"), "change", name, scenario.changes)
    for name in variant.triage.changed:
        yield from _unknown((*loc, "triage", "changed"), "change", name, [*scenario.changes, "nothing"])


def _cause(scenario: Scenario, variant: Variant, loc: Loc) -> Iterator[Problem]:
    cause = variant.cause
    providers = [key for key, service in scenario.services.items() if service.provider]
    kind, known = ("change", scenario.changes) if cause.kind == "change" else ("provider", providers)
    yield from _unknown((*loc, "id"), kind, cause.id, known)
    yield from _unknown((*loc, "fault"), "fault of this variant", cause.fault, variant.faults)
