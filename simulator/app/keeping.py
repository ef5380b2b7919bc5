"""Where the store and the score are joined: scores kept beside their drills, and checked against them."""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from scoring.playbook import Playbook, default_playbook
from scoring.scorecard import Scorecard, score
from simulator.drill import simulate
from simulator.scenario.load import library
from simulator.scenario.model import Scenario
from simulator.store import Store, StoredDrill, StoredScore, StoreError, Terms, Trainee
from simulator.store.codes import Carried, scenario_in
from simulator.store.verify import Rescore
from simulator.trace import Trace


def digest_of(playbook: Playbook | None = None) -> str:
    """SHA-256 of a playbook, sevdrill's own if left out, in hex: what cached scores are kept under."""
    return sha256((playbook or default_playbook()).model_dump_json().encode()).hexdigest()


def keep_score(
    store: Store, drill: StoredDrill, scenario: Scenario, trace: Trace, playbook: Playbook | None = None
) -> Scorecard:
    """Score a finished drill and keep the score.

    Raises:
        StoreError: the store did not take it.
    """
    by = playbook or default_playbook()
    card = score(scenario, trace, by)
    store.keep_score(drill, digest_of(by), card.as_json())
    return card


def score_all(store: Store, playbook: Playbook | None = None) -> Iterator[StoredDrill]:
    """Score every finished drill that this playbook has not scored yet, and keep the scores.

    Args:
        store: where the drills are.
        playbook: sevdrill's own if left out.

    Raises:
        StoreError: the store cannot be read or did not take a score.
    """
    digest = digest_of(playbook)
    for drill in store.drills(finished=True):
        if all(kept.playbook_digest != digest for kept in store.scores(drill)):
            scenario = store.scenario(drill)
            trace = simulate(scenario, drill.seed, store.decisions(drill))
            keep_score(store, drill, scenario, trace, playbook)
            yield drill


def rescorer(playbooks: Iterable[Playbook] = ()) -> Rescore:
    """Scores drills again by whichever of these playbooks, or sevdrill's own, a cached score is of."""
    known = {digest_of(playbook): playbook for playbook in (default_playbook(), *playbooks)}

    def rescore(scenario: Scenario, trace: Trace, kept: StoredScore) -> Mapping[str, Any] | None:
        playbook = known.get(kept.playbook_digest)
        return None if playbook is None else score(scenario, trace, playbook).as_json()

    return rescore


def take_in(
    store: Store, drill: Carried, where: str, trainee: Trainee, scenario: Scenario | None = None
) -> StoredDrill:
    """Store a drill that came as a code or a file, after playing it.

    Args:
        store: where to.
        drill: what came.
        where: what to call it in messages.
        trainee: whose it is here.
        scenario: what it was played with, if it neither carries it nor names one of the library.

    Raises:
        InputError: its scenario is not at hand, or its log does not fit it.
    """
    found = _scenario_for(drill, where, scenario)
    trace = simulate(found, drill.seed, drill.decisions)
    if drill.trace_digest is not None and trace.digest != drill.trace_digest:
        raise StoreError(
            where, "its log does not give what it says that happened", "a drill as it was played"
        )
    stored = store.add_drill(
        found, drill.seed, trainee, Terms(drill.mode, drill.seat, "imported"), drill.decisions
    )
    store.note_time(stored, min(drill.at_ms, found.length_ms))
    if drill.trace_digest is not None:
        store.finish(stored, trace)
        keep_score(store, stored, found, trace)
    return store.drill(stored.id)


def _scenario_for(drill: Carried, where: str, given: Scenario | None) -> Scenario:
    """The very scenario that a drill was played with."""
    inside = scenario_in(drill, where)
    if inside is not None:
        return inside
    candidates = [given] if given is not None else [library().get(drill.scenario)]
    for candidate in candidates:
        if candidate is not None and _id_of(candidate) == drill.scenario_id:
            return candidate
    what = f"it was played with scenario '{drill.scenario}' version {drill.version} as it was then"
    raise StoreError(where, what, "that scenario by --scenario, or a file that carries it")


def _id_of(scenario: Scenario) -> str:
    return sha256(scenario.model_dump_json().encode()).hexdigest()
