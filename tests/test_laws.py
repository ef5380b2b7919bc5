"""Laws that hold for any valid decision log: the drill is data, and everything else is computed from it.

A law that breaks prints the log that breaks it; with SHRINK=1 in the environment, a smaller one after some
minutes. TIMES=20 tries twenty times as many logs, other ones each time.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from copy import deepcopy
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import simulator
from simulator import MOVES, SEAT, Decision, Scenario, Session, Trace, load, read_decisions, simulate
from simulator.policies import PLAYERS, play
from tests.drills import EVERYTHING
from tests.strategies import arguments, logs, paged_ms, playable_moves

HOUR = load("api-500s-after-deploy")
SHORT = HOUR.model_copy(update={"length_s": 1500})
SHOP = EVERYTHING.model_copy(update={"length_s": 1500})
"""Where every move can be made."""
SEEDS = st.integers(0, 40)
TIMES = int(os.environ.get("TIMES", "1"))


class Drawn(NamedTuple):
    """A scenario and a log for it."""

    scenario: Scenario
    log: list[Decision]

    def __repr__(self) -> str:
        return f"{self.scenario.id}: {self.log}"


@st.composite
def drills(draw: st.DrawFn, worked_case: Scenario, shop: Scenario) -> Drawn:
    """Two thirds are of the worked case, which plays ten times as fast."""
    scenario = draw(st.sampled_from([worked_case, worked_case, shop]))
    return Drawn(scenario, draw(logs(scenario)))


DRILLS = drills(SHORT, SHOP)
LONG_DRILLS = drills(HOUR, EVERYTHING)


def law(examples: int) -> settings:
    return settings(
        max_examples=examples * TIMES,
        derandomize=TIMES == 1,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate, *([Phase.shrink] if os.environ.get("SHRINK") else [])],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


def test_the_logs_drawn_here_are_worth_playing():
    accepted: Counter[str] = Counter()
    decided = 0

    @law(50)
    @given(LONG_DRILLS, st.integers(0, 2))
    def collect(drawn: Drawn, variant: int) -> None:
        nonlocal decided
        scenario, log = drawn
        trace = simulate(scenario.only(sorted(scenario.variants)[variant]), 7, log)
        decided += len(log)
        accepted.update(e.detail["verb"] for e in decisions_in(trace) if e.detail["outcome"] == "accepted")

    collect()
    assert decided > 400
    assert accepted.total() > decided / 3, accepted
    assert len(accepted) >= 0.8 * len(MOVES), f"never accepted: {set(MOVES) - set(accepted)}"


# -- same inputs, same bytes ---------------------------------------------------------------------------


@law(15)
@given(DRILLS, SEEDS)
def test_same_inputs_give_same_bytes(drawn: Drawn, seed: int):
    scenario, log = drawn
    assert simulate(scenario, seed, log).to_bytes() == simulate(scenario, seed, deepcopy(log)).to_bytes()


IN_ANOTHER_PROCESS = """
import json, sys
from simulator import load, read_decisions, simulate
for file, length_s, seed, log in json.load(sys.stdin):
    scenario = load(file).model_copy(update={"length_s": length_s})
    print(simulate(scenario, seed, read_decisions(log, "stdin")).digest)
"""
FILES = {SHORT.id: SHORT.id, SHOP.id: str(Path(__file__).parent / "data" / "everything.yaml")}


@law(1)
@given(st.lists(st.tuples(SEEDS, DRILLS), min_size=9, max_size=9))
def test_same_inputs_give_same_bytes_in_two_processes_with_different_hash_seeds(
    drawn: list[tuple[int, Drawn]],
):
    drawn += [
        (seed, Drawn(scenario, list(play(scenario, seed, PLAYERS["by-the-book"]).log.decisions)))
        for seed in (0, 1, 2)
        for scenario in (SHORT, SHOP)
    ]
    here = [simulate(scenario, seed, log).digest for seed, (scenario, log) in drawn]
    task = [
        (FILES[scenario.id], scenario.length_s, seed, [decision.as_json() for decision in log])
        for seed, (scenario, log) in drawn
    ]
    for hash_seed in ("1", "4242"):
        found = Path(simulator.__file__).parents[1]
        done = subprocess.run(
            [sys.executable, "-c", IN_ANOTHER_PROCESS],
            input=json.dumps(task),
            env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(found)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.split() == here


def test_the_digest_of_a_scenario_does_not_depend_on_when_it_was_asked_for():
    asked = load(HOUR.id)
    assert asked.digest == HOUR.digest
    fresh = load(HOUR.id)
    for variant in HOUR.variants:
        assert asked.only(variant).digest == fresh.only(variant).digest != asked.digest
    assert asked.model_copy().digest == asked.digest


# -- live and batch ------------------------------------------------------------------------------------


def play_live(scenario: Scenario, seed: int, log: list[Decision], steps_ms: list[int]) -> Session:
    """Play a log as a person would: time passes in steps of any size, decisions come in their time."""
    session, nth = Session(scenario, seed), 0
    for decision in log:
        while session.now_ms < decision.at_ms:
            session.advance(min(decision.at_ms, session.now_ms + steps_ms[nth % len(steps_ms)]))
            nth += 1
        assert session.decide(decision.verb, decision.args).decision == decision
    return session


STEPS_MS = st.lists(
    st.one_of(st.integers(1, 3_000), st.sampled_from([5_000, 15_000]), st.integers(3_000, 200_000)),
    min_size=1,
    max_size=8,
).filter(lambda steps: sum(steps) > 500 * len(steps))


@law(15)
@given(DRILLS, SEEDS, STEPS_MS)
def test_live_play_in_steps_of_any_size_equals_batch(drawn: Drawn, seed: int, steps_ms: list[int]):
    scenario, log = drawn
    session = play_live(scenario, seed, log, steps_ms)
    assert session.log.decisions == tuple(log)
    assert session.finish().to_bytes() == simulate(scenario, seed, log).to_bytes()


def test_a_drill_stepped_by_single_milliseconds_around_everything_equals_batch():
    """Stops before, at and after every moment at which something happens."""
    played = play(SHORT, 3, PLAYERS["by-the-book"])
    session = Session(SHORT, 3)
    stops = {at for event in played.trace.events for at in range(event.at_ms - 1, event.at_ms + 3)}
    decisions = list(played.log.decisions)
    for stop in sorted(stops):
        session.advance(stop)
        while decisions and decisions[0].at_ms == stop:
            session.decide(decisions[0].verb, decisions.pop(0).args)
    assert not decisions
    assert session.finish().digest == played.trace.digest


@law(12)
@given(DRILLS, SEEDS, STEPS_MS, st.data())
def test_observing_changes_nothing(drawn: Drawn, seed: int, steps_ms: list[int], data: st.DataObject):
    scenario, log = drawn
    session, seen = Session(scenario, seed), []
    curious = data.draw(st.lists(arguments(MOVES["look"], scenario, []), min_size=1, max_size=3))
    for nth, decision in enumerate(log):
        session.advance((session.now_ms + decision.at_ms) // 2)
        session.observe()
        session.advance(decision.at_ms)
        seen.append(session.observe())
        session.refusal("look", curious[nth % len(curious)])
        session.decide(decision.verb, decision.args)
        session.observe()
    session.first_page_ms()
    kept = deepcopy(seen)
    for at_ms in range(session.now_ms, scenario.length_ms + 1, 10 * steps_ms[0] + 60_000):
        session.advance(at_ms)
        assert session.observe() == session.observe()
    assert session.finish().digest == simulate(scenario, seed, log).digest
    assert seen == kept, "what a seat saw changed afterwards"


# -- placebo -------------------------------------------------------------------------------------------


def with_placebo(log: list[Decision], placebo: Decision) -> list[Decision]:
    return sorted([*log, placebo], key=lambda decision: decision.at_ms)


def unrelated(trace: Trace, placebo: Decision) -> list[tuple[int, str, str, Any]]:
    """The timeline without what a decision brought about, and without line numbers."""
    ends = [e for e in trace.events if e.kind == "work" and e.detail["decision"] == placebo.id]
    reports = {(e.at_ms, e.subject) for e in ends if e.detail["state"] in ("done", "dropped")}
    return [
        (e.at_ms, e.kind, e.subject, e.detail)
        for e in trace.events
        if e.detail.get("decision") != placebo.id
        and not (e.kind == "decision" and e.detail["id"] == placebo.id)
        and not (e.kind == "message" and e.detail["about"] == "report" and (e.at_ms, e.subject) in reports)
    ]


@law(15)
@given(DRILLS, SEEDS, st.integers(0, SHORT.length_ms - 1))
def test_a_refused_decision_changes_nothing_else(drawn: Drawn, seed: int, at_ms: int):
    scenario, log = drawn
    placebo = Decision("placebo", at_ms, SEAT, "stop_work", {"work": "what was never begun"})
    plain, treated = simulate(scenario, seed, log), simulate(scenario, seed, with_placebo(log, placebo))
    assert [e.detail["outcome"] for e in decisions_in(treated) if e.detail["id"] == placebo.id] == ["refused"]
    assert len(treated.events) == len(plain.events) + 1
    assert unrelated(treated, placebo) == unrelated(plain, placebo)
    assert treated.impact == plain.impact


@law(20)
@given(DRILLS, SEEDS, st.data())
def test_a_look_by_somebody_idle_changes_nothing_else(drawn: Drawn, seed: int, data: st.DataObject):
    scenario, log = drawn
    who = data.draw(st.sampled_from(sorted(scenario.responders)))
    page = paged_ms(scenario)
    opening = [
        Decision("b1", page + 500, SEAT, "acknowledge"),
        Decision("b2", page + 12_000, SEAT, "page", {"who": who}),
    ]
    idle = [d for d in log if d.at_ms > page + 12_000 and who not in (d.args.get("by"), d.args.get("who"))]
    log = [*opening, *idle]
    args = data.draw(arguments(MOVES["look"], scenario, []).filter(lambda args: "about" in args)) | {
        "by": who
    }
    placebo = Decision(
        "placebo", data.draw(st.integers(page + 500_000, scenario.length_ms - 1)), SEAT, "look", args
    )
    plain, treated = simulate(scenario, seed, log), simulate(scenario, seed, with_placebo(log, placebo))
    (outcome,) = [e.detail for e in decisions_in(treated) if e.detail["id"] == placebo.id]
    assert outcome["outcome"] == "accepted" or outcome["reason"].startswith(
        ("Say which", *(service.title for service in scenario.services.values()))
    )
    assert unrelated(treated, placebo) == unrelated(plain, placebo)
    assert treated.impact == plain.impact


# -- users -------------------------------------------------------------------------------------------


@law(25)
@given(LONG_DRILLS, SEEDS)
def test_every_user_is_served_or_failed_at_every_sample(drawn: Drawn, seed: int):
    scenario, log = drawn
    trace = simulate(scenario, seed, log)
    assert trace.impact["at_ms"] == tuple(range(0, scenario.length_ms + 1, 5000))
    assert {len(column) for column in trace.impact.values()} == {len(trace.impact["at_ms"])}
    assert all(0 <= value < 1e12 for column in trace.impact.values() for value in column)  # so no NaN either
    for prefix in ("", *(f"{journey}." for journey in scenario.journeys)):
        users, served, failed, slow, affected = (
            trace.impact[prefix + name]
            for name in ("users", "users_served", "users_failed", "users_slow", "users_affected")
        )
        for row in zip(users, served, failed, slow, affected, strict=True):
            assert row[1] + row[2] == pytest.approx(row[0], rel=1e-9)
            assert row[4] == pytest.approx(row[2] + row[3], rel=1e-9, abs=1e-9)
            assert row[3] <= row[1] * (1 + 1e-9)
    for name in ("users", "users_failed", "users_slow"):
        parts = zip(*(trace.impact[f"{journey}.{name}"] for journey in scenario.journeys), strict=True)
        assert [sum(part) for part in parts] == pytest.approx(trace.impact[name], rel=1e-9, abs=1e-9)
    lost = trace.impact["user_minutes"]
    assert all(earlier <= later for earlier, later in pairwise(lost))
    assert lost[-1] > 0


# -- the timeline ------------------------------------------------------------------------------------


def decisions_in(trace: Trace) -> list[Any]:
    return [event for event in trace.events if event.kind == "decision"]


@law(20)
@given(LONG_DRILLS, SEEDS)
def test_the_timeline_is_in_order_and_tells_what_became_of_every_decision(drawn: Drawn, seed: int):
    scenario, log = drawn
    trace = simulate(scenario, seed, log)
    assert [event.seq for event in trace.events] == list(range(len(trace.events)))
    assert all(one.at_ms <= other.at_ms for one, other in pairwise(trace.events))
    assert [trace.events[0].kind, trace.events[-1].kind] == ["opened", "closed"]
    assert trace.events[-1].at_ms == scenario.length_ms
    assert {event.kind for event in trace.events} <= set(simulator.trace.KINDS)

    told = [
        (e.at_ms, e.subject, e.detail["id"], e.detail["verb"], e.detail["args"]) for e in decisions_in(trace)
    ]
    assert told == [(d.at_ms, d.seat, d.id, d.verb, d.args) for d in log]

    steps: dict[str, list[str]] = {d.id: [] for d in log}
    for event in trace.events:
        if event.kind == "work":
            steps[event.detail["decision"]].append(event.detail["state"])
    for event in decisions_in(trace):
        did = steps[event.detail["id"]]
        if event.detail["outcome"] == "refused":
            assert event.detail["reason"].endswith(".")
            assert not did
        else:
            assert event.detail["reason"] is None
            assert did[:1] in (["waiting"], ["started"])
            assert did in (
                [*prefix, *end]
                for prefix in (["started"], ["waiting", "started"], ["waiting"])
                for end in ([], ["done"], ["dropped"])
                if (prefix, end) != (["waiting"], ["done"])
            )


@law(20)
@given(LONG_DRILLS, SEEDS)
def test_everybody_does_one_thing_at_a_time_in_the_order_asked(drawn: Drawn, seed: int):
    scenario, log = drawn
    under_way: dict[str, list[str]] = {}
    queue: dict[str, list[str]] = {}
    for event in simulate(scenario, seed, log).events:
        if event.kind != "work" or event.detail["verb"] == "stop_work":
            continue
        identity, busy = event.detail["decision"], under_way.setdefault(event.subject, [])
        waiting = queue.setdefault(event.subject, [])
        if event.detail["state"] == "waiting":
            waiting.append(identity)
        elif event.detail["state"] == "started":
            assert not busy, f"{event.subject} starts {identity} while doing {busy}"
            if identity in waiting:
                assert waiting.pop(0) == identity
            busy.append(identity)
        else:
            (busy if identity in busy else waiting).remove(identity)


# -- branches and late decisions ----------------------------------------------------------------------


@law(12)
@given(DRILLS, SEEDS, st.integers(0, SHORT.length_ms), st.integers(0, SHORT.length_ms))
def test_a_branch_is_a_replay_of_the_decisions_before_it(drawn: Drawn, seed: int, at_ms: int, until_ms: int):
    scenario, log = drawn
    before = [decision for decision in log if decision.at_ms < at_ms]
    after = log[len(before) :]
    session = Session(scenario, seed, [decision for decision in log if decision.at_ms <= until_ms])
    session.advance(until_ms)

    here = [decision for decision in session.decisions if decision.at_ms < at_ms]
    branch = session.branch(at_ms)
    assert (branch.now_ms, branch.branched_from_ms, list(branch.decisions)) == (at_ms, at_ms, here)
    assert branch.finish().digest == simulate(scenario, seed, here).digest

    # The same decisions again: the same drill. And the session that was branched goes on as it was.
    whole = Session(scenario, seed, log)
    again = whole.branch(at_ms)
    for decision in after:
        again.advance(decision.at_ms)
        assert again.decide(decision.verb, decision.args).decision == decision
    expected = simulate(scenario, seed, log)
    assert again.finish().digest == expected.digest == whole.finish().digest

    # What happened before the branch does not depend on what was decided after it.
    prefix = simulate(scenario, seed, before)
    assert [e for e in prefix.events if e.at_ms < at_ms] == [e for e in expected.events if e.at_ms < at_ms]


@law(15)
@given(DRILLS.filter(lambda drawn: drawn.log), SEEDS, st.data())
def test_a_late_decision_gives_the_drill_of_the_merged_log(drawn: Drawn, seed: int, data: st.DataObject):
    scenario, log = drawn
    late = data.draw(st.sampled_from(log))
    rest = [decision for decision in log if decision is not late]
    session = Session(scenario, seed, rest)
    session.advance(data.draw(st.integers(late.at_ms, scenario.length_ms)))
    now_ms = session.now_ms
    session.insert(late)
    merged = sorted([*rest, late], key=lambda decision: decision.at_ms)
    assert session.decisions == tuple(merged)
    assert session.now_ms == now_ms
    assert session.finish().digest == simulate(scenario, seed, merged).digest


@law(15)
@given(DRILLS, SEEDS)
def test_a_stored_log_gives_the_same_drill(drawn: Drawn, seed: int):
    scenario, log = drawn
    session = Session(scenario, seed, log)
    stored = json.dumps(session.log.as_json())
    assert read_decisions(json.loads(stored), "log.json") == tuple(log)
    assert (
        simulate(scenario, seed, read_decisions(json.loads(stored), "log.json")).digest
        == session.finish().digest
    )


def test_there_are_moves_to_draw_from():
    assert [move.verb for move in playable_moves(SHOP)] == list(MOVES)
