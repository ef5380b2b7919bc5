"""The store as a user meets it: the commands, and a room that goes on where it stood."""

import os

import pytest

from scoring.playbook import default_playbook
from simulator import UnknownNameError
from simulator.app.home import debrief, drill
from simulator.app.keeping import keep_score
from simulator.app.rooms import open_room
from simulator.room.room import Room
from simulator.store import StoredSession, StoreError, begin, open_store, resume
from tests.stores import SCENARIO, meddle, played, tell, unguard
from tests.test_cli import sevdrill

pytestmark = pytest.mark.usefixtures("nothing_is_swallowed")

__all__ = ["sevdrill"]
FIRST = "api-500s-after-deploy"


@pytest.fixture
def store(monkeypatch, tmp_path):
    monkeypatch.setenv("SEVDRILL_STORE", str(tmp_path / "drills.db"))
    return open_store()


@pytest.fixture
def over(store):
    session = played(store, trainee=store.trainee("Ada"))
    keep_score(store, session.drill, SCENARIO, session.finish())
    return store.drill(session.drill.id)


# -- the commands ---------------------------------------------------------------------------------------


def test_where_the_store_is(sevdrill, store, tmp_path):
    assert sevdrill("store", "path") == (0, f"{store.name}\n", "")
    assert sevdrill("store", "init", "--store", tmp_path / "b.db") == (0, f"{tmp_path}/b.db is ready.\n", "")
    status, out, err = sevdrill("store", "init", "--roles")
    assert (status, out) == (2, "")
    assert err == f"sevdrill: {store.name}: only PostgreSQL has roles; expected postgresql://… as the store\n"


def test_drills_lists_what_is_kept(sevdrill, store, over):
    going = tell(begin(store, SCENARIO, 8))
    status, out, _ = sevdrill("drills")
    lines = [line.split() for line in out.splitlines()]
    assert (status, [line[0] for line in lines]) == (0, ["Drill", going.drill.id, over.id])
    assert lines[1][3:] == [FIRST, "8", "standard", "played", "4", "min", "20", "s"]
    assert lines[2][7] == "over"
    assert float(lines[2][8]) == store.scores(over)[0].total
    assert going.drill.id not in sevdrill("drills", "--trainee", "Ada")[1]
    assert sevdrill("drills", "--trainee", "Adda")[2] == (
        "sevdrill: trainee: there is no 'Adda'; expected an id, a login or a name of this store; "
        "did you mean 'Ada'?\n"
    )


def test_verify_is_content_with_what_was_played_and_names_what_was_not(sevdrill, store, over):
    assert sevdrill("verify") == (0, "1 drills simulated again, 0 are not as they were written.\n", "")
    unguard(store)
    meddle(store, "UPDATE scores SET total = 100")
    status, out, _ = sevdrill("verify", over.id)
    assert status == 1
    assert out.startswith(
        f"CHANGED scores of {over.id} by sevdrill 1: its total is 100.0, but its log gives "
    )


def test_a_drill_goes_from_store_to_store(sevdrill, store, over, tmp_path):
    _, code, _ = sevdrill("export", over.id)
    file = tmp_path / "drill.json"
    assert sevdrill("export", over.id, "--file", file) == (0, "", "")
    other = tmp_path / "other.db"
    for what in (code.strip(), file):
        status, out, _ = sevdrill("import", what, "--store", other, "--trainee", "Bob")
        assert status == 0
        there = open_store(other).drill(out.strip())
        assert (there.trace_digest, there.origin) == (over.trace_digest, "imported")
    assert sevdrill("verify", "--store", other)[0] == 0
    assert sevdrill("play", FIRST, "--decisions", file)[0] == 0
    status, _, err = sevdrill("import", code[:200], "--store", other)
    assert (status, err) == (
        2,
        "sevdrill: code: it was cut short, or a character is wrong; expected the whole code, from SD1- on\n",
    )
    assert sevdrill("import", "nowhere.json")[2] == "sevdrill: nowhere.json: there is no such file\n"


def test_drills_are_scored_again_by_a_playbook_of_ones_own(sevdrill, store, over, tmp_path):
    unscored = played(store, 9)
    unscored.finish()
    assert sevdrill("store", "score") == (0, "1 drills scored.\n", "")
    assert sevdrill("store", "score") == (0, "0 drills scored.\n", "")
    ours = default_playbook().model_copy(update={"id": "ours"})
    file = tmp_path / "ours.yaml"
    file.write_text(ours.model_dump_json())
    assert sevdrill("store", "score", "--playbook", file) == (0, "2 drills scored.\n", "")
    assert {kept.playbook for kept in store.scores(over)} == {"sevdrill", "ours"}
    assert "skipped" in sevdrill("verify")[1]
    status, out, _ = sevdrill("verify", "--playbook", file)
    assert (status, out) == (0, "2 drills simulated again, 0 are not as they were written.\n")


def test_forget(sevdrill, store, over):
    status, out, _ = sevdrill("forget", "Ada")
    assert (status, out.splitlines()[0][:39]) == (0, "Forgotten. 1 drills stay without a name")
    assert store.drill(over.id).trainee != over.trainee
    assert sevdrill("verify")[0] == 0


# -- the room -------------------------------------------------------------------------------------------


def play(room: Room, seconds: int) -> None:
    for _ in range(seconds):
        room.tick(1.0)


def test_the_room_goes_on_where_it_stood(store):
    room = drill(seed=7)
    room.start()
    play(room, 10)
    room.act("acknowledge")
    room.set_speed(20)
    play(room, 2)
    room.pause()
    assert isinstance(room.session, StoredSession)
    again = drill()
    assert again.session.drill.id == room.session.drill.id
    assert again.session.now_ms == room.session.now_ms
    assert again.session.decisions == room.session.decisions
    assert again.opening.widget.children
    assert [speed for _, speed in store.paces(room.session.drill)] == [10, 20, 0]


def test_another_seed_or_a_fresh_start_is_another_drill(store):
    def started(**how) -> str:
        room = drill(**how)
        room.start()
        return room.session.drill.id

    first = started(seed=7)
    assert started(seed=7) == first
    assert started(seed=8) != first
    assert started(seed=7, fresh=True) != first
    assert len(store.drills()) == 3


def test_a_drill_that_is_never_started_is_not_kept(store):
    assert drill(seed=7).phase == "ready"
    assert store.drills() == []


def test_a_drill_keeps_the_mode_that_was_chosen_and_only_that_one_is_taken_up(store):
    room = drill(seed=7)
    room.mode_choice.control.value = "exam"
    room.start()
    kept = store.drill(room.session.drill.id)
    assert (room.mode, kept.mode) == ("exam", "exam")
    assert drill() is room
    again = open_room(resume(store, kept.id))
    assert (again.mode, again.mode_choice) == ("exam", None)
    other = drill(mode="coached")
    assert (other.mode, other.session.now_ms, other.mode_choice) == ("coached", 0, None)
    with pytest.raises(UnknownNameError, match=r"mode: it is 'coach'; .* did you mean 'coached'"):
        drill(mode="coach")


def test_hints_and_speed_survive_a_crash_and_are_told_in_the_debrief(store):
    room = drill(seed=7, mode="coached")
    room.start()
    play(room, 10)
    room.act("acknowledge")
    play(room, 1)
    room._submit("page", {"who": "ines"})
    assert room.coaching.asking
    room.coaching.again.click()
    play(room, 60)
    assert "A word is overdue." in room.coaching.told
    room.coaching.on.click()
    room.pause()
    again = open_room(resume(store, room.session.drill.id))  # as another kernel would
    assert again.session.conduct == room.session.conduct
    assert [(hint.id, hint.answer) for hint in store.hints(again.session.drill)] == [
        ("waking", "thought_again"),
        ("going_silent", "went_on"),
    ]
    again.start()
    again.end()
    told = "Coached: 2 questions asked, 1 reconsidered; paused 1 time; mostly at 10x."
    assert told in debrief(again).text


def test_a_drill_that_is_taken_up_again_knows_what_was_asked_before(store):
    room = drill(seed=7, mode="coached")
    room.start()
    play(room, 10)
    room.act("acknowledge")
    play(room, 1)
    room._submit("page", {"who": "ines"})
    room.coaching.on.click()
    room.end()
    room.go_back()
    assert [hint.id for hint in room.session.conduct.hints] == ["waking"]
    assert drill().session.conduct == room.session.conduct


def test_a_drill_that_is_over_is_scored_and_the_next_one_is_new(store):
    room = drill(seed=7)
    room.start()
    room.end()
    assert debrief(room) is not None
    kept = store.drill(room.session.drill.id)
    assert kept.finished
    (score,) = store.scores(kept)
    assert score.total is not None
    assert drill(seed=7).session.now_ms == 0


def test_an_end_that_is_taken_back_is_kept_as_another_drill(store):
    room = drill(seed=7)
    room.start()
    play(room, 10)
    room.act("acknowledge")
    room.end()
    first = room.session.drill
    room.go_back()
    assert (room.phase, room.session.drill.parent) == ("paused", first.id)
    room.start()
    play(room, 5)
    room.act("look", source="changes")
    assert len(store.decisions(room.session.drill)) == 2
    assert len(store.decisions(first)) == 1


def test_a_faulty_store_pauses_the_room_and_says_so(store, monkeypatch):
    room = drill(seed=7)
    room.start()
    play(room, 10)
    at = room.session.now_ms

    def full(*_, **__):
        raise StoreError("drills.db", "there is no space left for it", "some free space, then try again")

    monkeypatch.setattr(store.__class__, "note_time", full)
    room.clock.ticked(1.0)
    assert (room.phase, room.session.now_ms) == ("paused", at)
    assert "there is no space left for it" in str(room.problem.widget.children)
    monkeypatch.undo()
    room.start()
    play(room, 1)
    assert room.session.now_ms > at


def test_a_drill_that_is_not_to_be_kept(store, monkeypatch):
    monkeypatch.setenv("SEVDRILL_STORE", os.devnull + "/no")
    with pytest.raises(StoreError):
        drill()
    assert not isinstance(drill(keep=False).session, StoredSession)
    assert store.drills() == []
