"""Whole drills: golden timelines, the opening that all variants share, and what happens at the very end.

To change a golden timeline on purpose: `python -m pytest tests/test_drill.py --regold`, then read the diff.
"""

import gc
import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator import SEAT, Decision, DecisionError, Session, Trace, TraceEvent, load, simulate
from simulator.drill import pick_variant
from simulator.policies import PLAYERS, play

SCENARIO = load("api-500s-after-deploy")
VARIANTS = tuple(SCENARIO.variants)
GOLDEN = Path(__file__).parent / "golden"


def decision(number: int, at_s: float, verb: str, **args: Any) -> Decision:
    return Decision(f"d{number}", round(1000 * at_s), SEAT, verb, args)


def story(trace: Trace, *kinds: str) -> list[tuple[float, str, str]]:
    """(seconds, kind, subject) of the events of these kinds."""
    return [(e.at_ms / 1000, e.kind, e.subject) for e in trace.events if e.kind in kinds]


# -- golden timelines ----------------------------------------------------------------------------------


def in_words(event: TraceEvent) -> str:
    """The essential part of an event's detail, on one line."""
    d = event.detail
    essentials = {
        "opened": lambda: d["title"],
        "alert": lambda: f"{d['state']}: {d['text']}",
        "page": lambda: f"{d['state']} by {d['by']}",
        "decision": lambda: f"{d['id']} {d['verb']} {in_brief(d['args'])} {d['reason'] or ''}",
        "work": lambda: f"{d['decision']} {d['state']}: {d['label']}",
        "message": lambda: f"({d['about']}) {d['text'].splitlines()[0]}",
        "evidence": lambda: f"{d['strength']}, by {d['by']}: {d['title']}",
        "triage": lambda: in_brief(d),
        "severity": lambda: f"SEV-{d['level']}, was {d['previous']}",
        "role": lambda: f"held by {d['holder']}, was {d['previous']}",
        "update": lambda: f"by {d['by']}: {d['stage']}, {d['affected']}, next in {d['next_update_min']} min",
        "question": lambda: d["text"],
        "production": lambda: f"{d['verb']} {d['state']} by {d['by']}",
        "fix": lambda: f"{d['state']} by {d['by']}",
        "declared": lambda: f"by {d['by']}",
        "postmortem": lambda: d["state"],
        "truth.fault": lambda: f"{d['state']}, loses data: {d['loses_data']}",
        "truth.severity": lambda: f"level {d['level']}",
        "truth.cause": lambda: f"present: {d['present']}",
        "closed": lambda: "",
    }
    return str(essentials[event.kind]())


def in_brief(args: dict[str, Any]) -> str:
    return " ".join(f"{name}={str(value)[:40]}" for name, value in args.items())


def as_text(trace: Trace) -> str:
    lines = [
        f"{trace.header.scenario}, variant {trace.header.variant}, seed {trace.header.seed}, by-the-book",
        "",
    ]
    for event in trace.events:
        minutes, seconds = divmod(event.at_ms // 1000, 60)
        line = f"{minutes:02d}:{seconds:02d}  {event.kind:<14}  {event.subject:<22}  {in_words(event)}"
        lines.append(line.rstrip())
    lines += ["", f"user-minutes lost: {trace.impact['user_minutes'][-1]:.3f}", f"digest: {trace.digest}", ""]
    return "\n".join(lines)


@pytest.mark.parametrize("variant", VARIANTS)
def test_by_the_book_plays_the_golden_timeline(variant: str, regold: bool):
    text = as_text(play(SCENARIO.only(variant), 7, PLAYERS["by-the-book"]).trace)
    file = GOLDEN / f"{SCENARIO.id}.{variant}.by-the-book.7.txt"
    if regold:
        file.write_text(text, encoding="utf-8")
    assert text.splitlines() == file.read_text(encoding="utf-8").splitlines(), (
        f"{file.name} is another drill now; if that is meant: python -m pytest tests/test_drill.py --regold"
    )


def test_there_is_a_golden_timeline_for_each_variant_and_no_other():
    assert {file.name for file in GOLDEN.iterdir()} == {
        f"{SCENARIO.id}.{variant}.by-the-book.7.txt" for variant in VARIANTS
    }


# -- the opening ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [0, 1, 7, 19])
def test_the_variants_open_alike_until_a_minute_after_the_page(seed: int):
    traces = [simulate(SCENARIO.only(variant), seed) for variant in VARIANTS]
    until_ms = next(e.at_ms for e in traces[0].events if e.kind == "page") + 60_000
    seen = [
        [(e.at_ms, e.kind, e.subject, words(e)) for e in trace.events if not e.hidden and e.at_ms <= until_ms]
        for trace in traces
    ]
    assert [line[1] for line in seen[0]] == ["opened", "alert", "page", "message"]
    assert seen[1:] == seen[:1] * (len(traces) - 1)
    for at_ms, *affected in zip(
        *columns(traces, "at_ms")[:1], *columns(traces, "users_affected"), strict=True
    ):
        if at_ms <= until_ms:
            assert max(affected) - min(affected) < 0.02 * max(affected), (
                f"users affected at {at_ms} ms: {affected}"
            )


def words(event: TraceEvent) -> dict[str, Any]:
    return {name: value for name, value in event.detail.items() if not isinstance(value, float)}


def columns(traces: list[Trace], name: str) -> list[tuple[float, ...]]:
    return [trace.impact[name] for trace in traces]


def test_the_opening_as_the_seat_sees_it():
    trace = simulate(SCENARIO.only("failing-provider"), 7)
    pager = next(e for e in trace.events if e.kind == "message")
    assert [line for line in story(trace, "opened", "page", "message", "closed") if line[0] < 400] == [
        (0.0, "opened", "api-500s-after-deploy"),
        (60.0, "page", "commander"),
        (60.0, "message", "pager"),
        (300.0, "message", "Kofi (support)"),
    ]
    fired = [(e.at_ms, e.subject, e.detail["state"]) for e in trace.events if e.kind == "alert"]
    assert fired[0] == (60_000, "orders-5xx", "firing")
    assert (pager.detail["text"], pager.detail["about"]) == (SCENARIO.brief.text, "page")


@pytest.mark.parametrize("variant", VARIANTS)
def test_what_nobody_touches_ends_only_when_the_provider_ends_it(variant: str):
    trace = simulate(SCENARIO.only(variant), 7)
    over = [e.at_ms for e in trace.events if e.kind == "truth.cause" and not e.detail["present"] and e.at_ms]
    assert over == ([2_700_000] if variant == "failing-provider" else [])
    share = trace.impact["users_affected"][-1] / trace.impact["users"][-1]
    assert (share < SCENARIO.severity.sev3) is (variant == "failing-provider")


# -- variants and seeds --------------------------------------------------------------------------------


def test_seeds_pick_variants_by_weight():
    picked = Counter(pick_variant(SCENARIO, seed) for seed in range(3000))
    assert all(900 < picked[variant] < 1100 for variant in VARIANTS), picked
    heavy = SCENARIO.variants[VARIANTS[1]].model_copy(update={"weight": 8.0})
    weighted = SCENARIO.model_copy(update={"variants": {**SCENARIO.variants, VARIANTS[1]: heavy}})
    assert 2250 < Counter(pick_variant(weighted, seed) for seed in range(3000))[VARIANTS[1]] < 2550
    assert [pick_variant(SCENARIO.only(VARIANTS[2]), seed) for seed in range(5)] == [VARIANTS[2]] * 5


def test_the_header_says_what_the_trace_is_of():
    trace = simulate(SCENARIO, 7)
    header = trace.as_json()["header"]
    assert header == {
        "scenario": "api-500s-after-deploy",
        "version": SCENARIO.version,
        "scenario_digest": SCENARIO.digest,
        "variant": pick_variant(SCENARIO, 7),
        "seed": 7,
        "engine": 2,
        "format": 1,
    }
    assert json.loads(trace.to_bytes()) == json.loads(json.dumps(trace.as_json()))
    assert len({simulate(SCENARIO.only(VARIANTS[0]), seed).digest for seed in range(4)}) == 4


# -- the edges of a drill ------------------------------------------------------------------------------


def test_nothing_can_be_decided_before_the_page_nor_before_it_is_acknowledged():
    log = [
        decision(1, 0, "acknowledge"),
        decision(2, 59.999, "acknowledge"),
        decision(3, 60, "declare", level=2),  # acts before the world's own events of that moment
        decision(4, 60.001, "declare", level=2),
        decision(5, 60.001, "acknowledge"),
        decision(6, 60.002, "look", source="dashboard"),
        decision(7, 60.002, "acknowledge"),
    ]
    trace = simulate(SCENARIO, 7, log)
    assert [(e.detail["id"], e.detail["reason"]) for e in trace.events if e.kind == "decision"] == [
        ("d1", "Nothing has paged you yet."),
        ("d2", "Nothing has paged you yet."),
        ("d3", "Nothing has paged you yet."),
        ("d4", "Acknowledge the page first."),
        ("d5", None),
        ("d6", "Acknowledge the page first."),
        ("d7", "Already under way: Acknowledge the page."),
    ]


def test_decisions_at_the_very_end_and_after_it_are_refused_live_and_in_batch():
    end = SCENARIO.length_s
    log = [
        decision(1, 61, "acknowledge"),
        decision(2, end - 0.001, "declare", level=2),
        decision(3, end, "declare", level=1),
        decision(4, end + 60, "declare", level=1),
    ]
    trace = simulate(SCENARIO, 7, log)
    assert story(trace, "decision", "work", "severity", "closed")[3:] == [
        (end - 0.001, "decision", SEAT),
        (end - 0.001, "work", SEAT),  # started, and still going on when the time is over
        (end, "decision", SEAT),
        (end, "decision", SEAT),
        (end, "closed", SCENARIO.id),
    ]
    reasons = [e.detail["reason"] for e in trace.events if e.kind == "decision"]
    assert reasons == [None, None, "The drill is over.", "The drill is over."]

    session = Session(SCENARIO, 7, log[:2])
    session.advance(2 * SCENARIO.length_ms)
    assert (session.ended, session.now_ms) == (True, SCENARIO.length_ms)
    assert session.decide("declare", {"level": 1}).refused == "The drill is over."
    assert session.finish().digest == simulate(SCENARIO, 7, log[:3]).digest


def test_work_that_ends_just_before_the_end_counts_and_work_that_ends_with_it_does_not():
    log = [decision(1, 61, "acknowledge"), decision(2, 600, "declare", level=2)]
    done_ms = next(e.at_ms for e in simulate(SCENARIO, 7, log).events if e.kind == "severity")
    assert done_ms == 602_961
    for length_s, declared in ((602, False), (603, True)):
        short = SCENARIO.model_copy(update={"length_s": length_s})
        kinds = [e.kind for e in simulate(short, 7, log).events if e.at_ms >= 600_000]
        assert ("severity" in kinds) is declared
        assert kinds[-1] == "closed"
    exact = SCENARIO.model_copy(update={"length_s": 600})
    at = decision(2, 600 - (done_ms - 600_000) / 1000, "declare", level=2)
    assert "severity" not in [e.kind for e in simulate(exact, 7, [log[0], at]).events]


def test_the_last_sample_is_at_the_end_whatever_the_length():
    odd = SCENARIO.model_copy(update={"length_s": 307})
    assert simulate(odd, 7).impact["at_ms"][-3:] == (300_000, 305_000, 307_000)
    even = SCENARIO.model_copy(update={"length_s": 305})
    assert simulate(even, 7).impact["at_ms"][-3:] == (295_000, 300_000, 305_000)


def test_decisions_at_the_same_moment_act_in_the_order_of_the_log():
    ack = decision(1, 61, "acknowledge")
    both = [("triage", {"rollback": "yes"}), ("triage", {"rollback": "no"})]
    for first, second in (both, both[::-1]):
        log = [ack, decision(2, 100, first[0], **first[1]), decision(3, 100, second[0], **second[1])]
        answers = [e.detail["rollback"] for e in simulate(SCENARIO, 7, log).events if e.kind == "triage"]
        assert answers == [first[1]["rollback"], second[1]["rollback"]]


def test_a_drill_is_a_function_of_its_log_not_of_what_was_played_before():
    first = simulate(SCENARIO, 7)
    play(SCENARIO, 8, PLAYERS["hero-debugger"])
    assert simulate(SCENARIO, 7).digest == first.digest


def test_times_that_go_back_and_ids_used_twice_are_refused_before_play():
    later, earlier = decision(1, 70, "acknowledge"), decision(2, 10, "acknowledge")
    for start in (simulate, Session):
        with pytest.raises(
            DecisionError, match=r"^decision 2: at_ms 10000 is before the decision above it \(70000\)"
        ):
            start(SCENARIO, 7, [later, earlier])
        with pytest.raises(DecisionError, match=r"^decision 2: id 'd1' is used twice; expected one id each$"):
            start(SCENARIO, 7, [later, later])


@pytest.fixture
def collector() -> Iterator[None]:
    """The garbage collector, left as it was found."""
    was_on = gc.isenabled()
    yield
    (gc.enable if was_on else gc.disable)()


@pytest.mark.usefixtures("collector")
@pytest.mark.parametrize("switch", [gc.enable, gc.disable])
def test_the_garbage_collector_is_off_while_a_drill_is_played_then_as_it_was(switch: Callable[[], None]):
    switch()
    before = gc.isenabled()
    seen = []

    def log() -> Iterator[Decision]:
        seen.append(gc.isenabled())
        yield decision(1, 60, "no_such_verb")

    with pytest.raises(DecisionError):
        simulate(SCENARIO, 1, log())
    assert seen == [False]
    assert gc.isenabled() is before
    simulate(SCENARIO, 1)
    assert gc.isenabled() is before


@pytest.mark.usefixtures("collector")
def test_memory_does_not_grow_from_drill_to_drill():
    gc.enable()
    log = play(SCENARIO, 1, PLAYERS["by-the-book"]).log.decisions
    held = []
    for _ in range(20):
        simulate(SCENARIO, 1, log)
        held.append(len(gc.get_objects()))
    assert max(held[2:]) < held[1] + 3_000, (
        "twenty drills leave four times as many behind, if nobody looks for them"
    )
