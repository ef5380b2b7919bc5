"""A drill that is under way has one room in a kernel, however often its cell is run."""

import subprocess
import sys

import pytest

from simulator.app.home import drill

pytestmark = pytest.mark.usefixtures("nothing_is_swallowed")


@pytest.fixture(autouse=True)
def _own_store(monkeypatch, tmp_path):
    monkeypatch.setenv("SEVDRILL_STORE", str(tmp_path / "drills.db"))


def test_the_cell_run_again_gives_the_room_that_is_being_played() -> None:
    room = drill(seed=2)
    room.start()
    for _ in range(60):
        room.tick(0.25)
    room.act("acknowledge")
    assert drill(seed=2) is room
    room.pause()
    assert drill(seed=2, speed=60) is room
    assert room.speed == 10, "the speed that was chosen in the room stays"
    assert drill(seed=3) is not room, "another drill"
    assert drill(seed=2, fresh=True) is not room
    assert drill(seed=2, keep=False) is not room


def test_a_drill_that_is_over_is_begun_anew() -> None:
    room = drill(seed=2)
    room.start()
    room.end()
    again = drill(seed=2)
    assert (again is room, again.phase, again.session.now_ms) == (False, "ready", 0)


def test_a_room_that_was_never_started_is_nobodys_drill() -> None:
    room = drill(seed=2)
    assert drill(seed=2) is not room, "it has not begun: there is nothing to lose"


def test_a_room_opens_without_what_only_the_debrief_needs() -> None:
    code = (
        "import sys; from simulator.app.home import drill; drill(keep=False).start();"
        "print([name for name in ('pandas', 'matplotlib', 'numpy') if name in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
