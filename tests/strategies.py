"""Valid decision logs for any scenario, drawn from the table of moves: a new move is covered by itself."""

from typing import Any

from hypothesis import strategies as st

from simulator import MOVES, SEAT, Decision, Scenario, Session
from simulator.moves import ALL_HANDS, Arg, Move, options

TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
FREE: dict[str, st.SearchStrategy[Any]] = {
    "minutes": st.one_of(st.integers(1, 1440), st.floats(0.25, 90.0)),
    "hours": st.one_of(st.integers(1, 720), st.just(0.5)),
    "share": st.sampled_from([0, 0.25, 0.5, 1]),
    "times": st.sampled_from([0.5, 2, 3]),
    "switch": st.booleans(),
    "text": TEXT,
    "lines": st.lists(TEXT, max_size=2),
    "actions": st.lists(
        st.fixed_dictionaries(
            {"what": TEXT},
            optional={"owner_role": TEXT, "due_days": st.integers(0, 90), "kind": st.just("prevent")},
        ),
        max_size=2,
    ),
}
"""Kinds of argument that pick from no set. A new kind must be added here, or the laws fail with its name."""

GAPS_MS = st.one_of(
    st.just(0),
    st.integers(1, 20_000),
    st.sampled_from([5_000, 15_000, 60_000]),  # equal to moments at which the world acts
    st.integers(20_000, 400_000),
)


def argument(arg: Arg, scenario: Scenario, earlier: list[str]) -> st.SearchStrategy[Any] | None:
    """Values for an argument; None when this scenario has none, e.g. no flag."""
    if arg.kind == "decision":
        return st.sampled_from([*reversed(earlier[-4:]), "nothing-of-the-kind"])
    names = options(arg, scenario)
    if names is None:
        return FREE[arg.kind]
    if not names:
        return None
    if arg.kind == "level":
        return st.sampled_from(sorted(names)).map(int)
    if arg.kind in ("journeys", "choices"):
        return st.lists(st.sampled_from(sorted(names)), unique=True)
    return st.sampled_from(sorted(names))


@st.composite
def arguments(draw: st.DrawFn, move: Move, scenario: Scenario, earlier: list[str]) -> dict[str, Any]:
    """Arguments of a move; optional ones are often left out."""
    args: dict[str, Any] = {}
    for arg in move.args:
        values = argument(arg, scenario, earlier)
        if values is not None and (arg.required or draw(st.booleans())):
            args[arg.name] = draw(values)
    if move.verb == "triage" and not args:
        args["rollback"] = "no"
    return args


def playable_moves(scenario: Scenario) -> list[Move]:
    """The moves whose required arguments can name something in this scenario."""
    return [
        move
        for move in MOVES.values()
        if all(argument(arg, scenario, []) is not None for arg in move.args if arg.required)
    ]


def paged_ms(scenario: Scenario) -> int:
    """When the seat is paged (with one seed; close enough to aim at with any)."""
    if scenario.digest not in _PAGED_MS:
        _PAGED_MS[scenario.digest] = Session(scenario, 7).first_page_ms()
    return _PAGED_MS[scenario.digest]


_PAGED_MS: dict[str, int] = {}


@st.composite
def logs(draw: st.DrawFn, scenario: Scenario, max_size: int = 20) -> list[Decision]:
    """A valid log. Most acknowledge and call people in early, so that much of what follows is accepted."""
    moves = playable_moves(scenario)
    log: list[Decision] = []
    now = 0

    def add(verb: str, args: dict[str, Any], gap_ms: int) -> None:
        nonlocal now
        now = min(now + gap_ms, scenario.length_ms - 1)
        log.append(Decision(f"d{len(log) + 1}", now, SEAT, verb, args))

    if draw(st.sampled_from([True] * 9 + [False])):
        add("acknowledge", {}, paged_ms(scenario) + draw(st.integers(1, 20_000)))
        if draw(st.sampled_from([True] * 3 + [False])):
            add("page", {"who": ALL_HANDS}, draw(st.integers(6_000, 30_000)))
            now += draw(st.sampled_from([240_000, 120_000, 0]))
    # Shuffled rather than picked one by one: so a log holds many different moves.
    shuffled = [*draw(st.permutations(moves)), *draw(st.permutations(moves))]
    for move in shuffled[: draw(st.sampled_from(range(max_size, -1, -4)))]:
        args = draw(arguments(move, scenario, [decision.id for decision in log]))
        add(move.verb, args, draw(GAPS_MS))
    if draw(st.booleans()):
        gap_ms = max(0, (scenario.length_ms - now) // 8)
        for verb, args in closing(scenario, draw(st.sampled_from(causes(scenario)))):
            add(verb, args, gap_ms)
    return log


def causes(scenario: Scenario) -> list[str]:
    """What is to blame in one variant or another."""
    return sorted({variant.cause.id for variant in scenario.variants.values()})


def closing(scenario: Scenario, cause: str) -> list[tuple[str, dict[str, Any]]]:
    """The moves that end an incident: only few random logs would come so far."""
    return [
        ("prepare_fix", {"target": cause}),
        ("declare_mitigated", {}),
        ("schedule_postmortem", {"in_hours": 24}),
        ("ship_fix", {"target": cause, "path": "straight"}),
        ("declare_resolved", {}),
        ("write_postmortem", {"cause": min(scenario.services)}),
    ]
