"""`verify` finds what was edited behind the store's back, and in which row."""

import pytest

from scoring.playbook import default_playbook
from simulator.app.keeping import keep_score, rescorer
from simulator.store import begin, open_store
from simulator.store.verify import verify
from tests.stores import SCENARIO, meddle, played, unguard


@pytest.fixture
def store(place):
    opened = open_store(place)
    yield opened
    opened.close()


@pytest.fixture
def drill(store):
    session = played(store)
    trace = session.finish()
    keep_score(store, session.drill, SCENARIO, trace)
    return session.drill


def found(store, drill) -> list[str]:
    return [str(finding) for finding in verify(store, store.drill(drill.id), rescorer())]


def test_what_was_played_is_right(store, drill):
    assert found(store, drill) == []
    assert found(store, begin(store, SCENARIO, 8).drill) == []


@pytest.mark.parametrize(
    ("change", "row", "words"),
    [
        ("UPDATE scores SET total = 100", "scores of {drill} by sevdrill 1", "its total is 100"),
        (
            "UPDATE scores SET card = replace(card, 'R1', 'R9')",
            "scores of {drill} by sevdrill 1",
            "its card is",
        ),
        (
            "UPDATE scores SET figures = '0.123' || substr(figures, 4)",
            "scores of {drill} by",
            "its figures is",
        ),
        ("UPDATE scores SET figures = 'x y'", "scores of {drill} by sevdrill 1", "it cannot be read"),
        ("UPDATE scores SET card = '{{'", "scores of {drill} by sevdrill 1", "it cannot be read"),
        ("UPDATE decisions SET at_ms = 1 WHERE seq = 3", "decisions of {drill}", "row 3 of its log"),
        ("DELETE FROM decisions WHERE seq = 6", "drills {drill}", "but its log gives"),
        ("UPDATE drills SET seed = 12", "decisions of {drill}", "row 1 of its log"),
        ("UPDATE drills SET trace_digest = 'abc'", "drills {drill}", "its trace is abc, but its log gives"),
        ("UPDATE scenarios SET text = replace(text, 'checkout', 'Checkout')", "scenarios ", "changed"),
    ],
)
def test_an_edit_is_found_with_its_row(store, drill, change, row, words):
    unguard(store)
    meddle(store, change.format(drill=drill.id))
    (said,) = found(store, drill)
    assert said.startswith(row.format(drill=drill.id))
    assert words.format() in said


def test_what_cannot_be_compared_is_said_and_not_blamed(store, drill):
    other = default_playbook().model_copy(update={"version": 2})
    keep_score(store, drill, SCENARIO, played(store).finish(), other)
    (finding,) = verify(store, drill, rescorer())
    assert (finding.forged, finding.what) == (False, "its playbook is not at hand: not compared")
    assert verify(store, drill, rescorer([other])) == []


def test_an_engine_of_another_time_is_not_compared(store, drill):
    unguard(store)
    meddle(store, "UPDATE scenarios SET digest = 'older'")
    (finding,) = verify(store, store.drill(drill.id), rescorer())
    assert not finding.forged
