"""Evidence that is read off the running system rather than written by an author.

Dashboards show what the world does at that moment; the change list shows what the scenario says changed.
Neither draws a conclusion.
"""

from typing import NamedTuple

from simulator.clock import clock
from simulator.moves.base import Stage
from simulator.scenario.model import Journey, Mitigation, Scenario, Span
from simulator.world import JourneyImpact, Reading, World


class Finding(NamedTuple):
    """Evidence that nobody wrote beforehand; it points at nothing by itself."""

    id: str
    source: str
    title: str
    text: str
    about: str | None = None
    implicates: tuple[str, ...] = ()
    clears: tuple[str, ...] = ()
    unsafe: tuple[str, ...] = ()
    workaround: tuple[Mitigation, ...] = ()
    spans: tuple[Span, ...] = ()
    strength: str = "strong"


def of(stage: Stage, source: str, about: str | None) -> list[Finding]:
    """What a look at `source` reads off the system now; empty for sources that only authors fill."""
    if source == "dashboard":
        return [_service(stage, about)] if about in stage.scenario.services else [_journeys(stage)]
    if source == "changes":
        return [_changes(stage)]
    return []


def _journeys(stage: Stage) -> Finding:
    impact = stage.world.impact()
    lines = [_journey_line(stage.scenario.journeys[key], seen) for key, seen in impact.journeys.items()]
    headline = f"{round(impact.users_affected):,} of {round(impact.users):,} users affected."
    return Finding(
        id="dashboard.journeys", source="dashboard", title="User journeys", text="\n".join([headline, *lines])
    )


def _journey_line(journey: Journey, seen: JourneyImpact) -> str:
    users = seen.users or 1.0
    failed, slow = seen.users_failed / users, seen.users_slow / users
    return f"{journey.title}: {round(seen.users):,} users, {failed:.0%} failing, {slow:.0%} slow"


def _service(stage: Stage, key: str | None) -> Finding:
    assert key is not None
    service = stage.scenario.services[key]
    world = stage.world
    lines = [
        *_no_data(stage.scenario, world, key),
        _in_words(world.reading(key)),
        f"Usual at this hour: {_in_words(world.usual(key))}",
        *_range(world, key),
        *(_dependency(stage.scenario, world, key, to) for to in service.depends),
    ]
    return Finding(
        id=f"dashboard.{key}",
        source="dashboard",
        about=key,
        title=service.title,
        text="\n".join(lines),
    )


def _no_data(scenario: Scenario, world: World, key: str) -> list[str]:
    since_ms = world.blind_since_ms(key)
    if since_ms is None:
        return []
    return [f"NO DATA since {clock(scenario.starts, since_ms)}: what follows stands still."]


def _range(world: World, key: str) -> list[str]:
    ends = world.usual_range(key)
    if ends is None:
        return []
    low, high = ends
    told = (
        f"{low.requests_per_s:.0f} to {high.requests_per_s:.0f} requests/s",
        f"p99 {1000 * low.latency_p99_s:.0f} to {1000 * high.latency_p99_s:.0f} ms",
        f"{low.busy_share:.0%} to {high.busy_share:.0%} of workers busy",
    )
    return [f"From the quietest hour to the busiest: {', '.join(told)}."]


def _in_words(seen: Reading) -> str:
    if seen.workers < 1.0:
        return f"{seen.requests_per_s:.0f} requests/s, {seen.error_rate:.1%} errors: no worker is up."
    return (
        f"{seen.requests_per_s:.0f} requests/s, {seen.error_rate:.1%} errors, "
        f"p50 {1000 * seen.latency_p50_s:.0f} ms, p99 {1000 * seen.latency_p99_s:.0f} ms, "
        f"{seen.busy_share:.0%} of {seen.workers:.0f} workers busy, {seen.queue:.0f} queued."
    )


def _dependency(scenario: Scenario, world: World, key: str, to: str) -> str:
    spec = scenario.services[key].depends[to]
    told = [f"calls {scenario.services[to].title}: {world.reading(to).error_rate:.1%} errors"]
    if spec.kind == "job":
        told = [f"leaves jobs for {scenario.services[to].title}, {world.reading(to).wait_s:.0f} s old"]
    pool = world.connections(key, to)
    if pool is not None:
        told.append(
            f"{pool.busy_share:.0%} of {pool.workers:.0f} connections in use, {pool.queue:.0f} waiting"
        )
    if spec.cache is not None:
        told.append(f"{world.hit_ratio(key, to):.0%} answered from the cache")
    return ", ".join(told)


def _changes(stage: Stage) -> Finding:
    recent = sorted(stage.scenario.changes.values(), key=lambda change: -change.at_s)
    lines = [
        f"{clock(stage.scenario.starts, round(1000 * change.at_s))}  {change.title} ({change.by}, "
        f"{'can be rolled back' if change.undo_s else 'no way back'})"
        for change in recent
    ]
    text = "\n".join(lines) or "Nothing changed in the last days."
    return Finding(id="changes", source="changes", title="Recent changes", text=text)
