"""Rewinding: the moments on offer, the branch that begins at one, and the way back to the original."""

from pathlib import Path

import pytest

from simulator import Session, simulate
from simulator.room import words
from simulator.room.moments import Moment, moments, read_time
from simulator.room.rewind import EMPTY, NO_TIME, Past
from simulator.room.room import Room
from simulator.store import begin, open_store, resume
from tests.rooms import CLEAN, EVIL, SCENARIO, commanding, html_of, paged

pytestmark = pytest.mark.usefixtures("nothing_is_swallowed")


def mitigating(session: Session | None = None) -> Room:
    """Acknowledged at 14:01, Priya paged, and a rollback begun at 14:03."""
    room = commanding(session, speed=1)
    room.pause()
    room.act("page", who="priya")
    room.session.advance(180_000)
    room.act("roll_back", change="orders-2.31", by="priya")
    room.session.advance(240_000)
    room.draw()
    return room


def chosen(room: Room) -> str:
    return html_of(room.rewinding.widget)


# -- the moments -------------------------------------------------------------------------------------------


def test_a_moment_is_just_before_a_decision_and_just_after_what_was_told() -> None:
    session = mitigating().session
    assert moments(SCENARIO, session.observe(), session.decisions) == (
        Moment(180_000, "Before you decided: Roll back Deploy orders-api 2.31.0"),
        Moment(150_001, "Alert fired: Checkout is losing users"),
        Moment(126_253, "Priya: Here. What do you need?"),
        Moment(63_500, "Before you decided: Page Priya"),
        Moment(60_500, "Before you decided: Acknowledge the page"),
        Moment(60_001, words.short("Pager: " + SCENARIO.brief.text, 90)),
        Moment(60_001, "Alert fired: Orders API answers HTTP 500"),
    )


def test_before_the_page_there_is_nothing_to_go_back_to() -> None:
    room = Room(Session(SCENARIO, CLEAN))
    room.start()
    assert moments(SCENARIO, room.session.observe(), ()) == ()
    assert room.may_rewind is False
    assert room.controls.rewind.layout.display == "none"
    room.rewind()
    assert (room.phase, room.screen.dialog) == ("running", None)
    assert paged().controls.rewind.layout.display is None


@pytest.mark.parametrize(
    ("text", "at_ms"),
    [
        ("14:07", 420_000), (" 14:07:30 ", 450_000), ("9:05", -17_700_000), ("14:7", None), ("24:00", None),
        ("14:60", None), ("soon", None), ("", None),
    ],
)  # fmt: skip
def test_a_time_of_day_is_a_time_of_the_drill(text: str, at_ms: int | None) -> None:
    assert read_time("2026-03-02T14:00:00", 600_000, text) == at_ms


def test_a_time_after_midnight_is_of_the_next_day() -> None:
    assert read_time("2026-03-02T23:50:00", 1_200_000, "00:05") == 900_000


# -- the panel ---------------------------------------------------------------------------------------------


def test_the_panel_pauses_and_says_that_a_branch_will_begin() -> None:
    room = mitigating()
    room.start()
    room.controls.rewind.click()
    assert (room.phase, room.screen.dialog) == ("paused", room.rewinding.widget)
    assert EMPTY in chosen(room)
    assert room.rewinding.list.options[2] == ("14:02:06  Priya: Here. What do you need?", 2)
    assert "Return to the original" not in [b.description for b in seen_buttons(room)]
    room.rewinding.list.value = 2
    assert room.rewinding.time.value == "14:02:06"
    assert (
        "A branch will begin at 14:02:06 without your last decision. It is practice. This drill stays as it "
        "is, and you can return to it."
    ) in chosen(room)
    room.rewinding.list.value = 4
    assert "at 14:01:00 without your last 3 decisions." in chosen(room)
    room.rewinding.close.click()
    assert room.screen.dialog is None
    assert room.session.branched_from_ms is None


def seen_buttons(room: Room) -> list:
    row = room.rewinding.widget.children[-1]
    return [button for button in row.children if button.layout.display != "none"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", EMPTY), ("noon", NO_TIME), ("14:00:30", "Choose a time from 14:01:01 to 14:03:59."),
        ("14:04", "Choose a time from 14:01:01 to 14:03:59."),
    ],
)  # fmt: skip
def test_a_time_that_cannot_be_gone_back_to_is_refused_with_its_reason(text: str, reason: str) -> None:
    room = mitigating()
    room.controls.rewind.click()
    room.rewinding.time.value = text
    assert reason in chosen(room)
    assert 'role="alert"' not in chosen(room), "nobody has pressed anything yet"
    session = room.session
    room.rewinding.button.click()
    assert f"{reason}</p>" in chosen(room)
    assert 'role="alert"' in chosen(room)
    assert room.session is session


# -- the branch --------------------------------------------------------------------------------------------


def test_a_branch_goes_on_from_its_moment_and_is_marked() -> None:
    room = mitigating()
    original = room.session
    room.controls.rewind.click()
    room.rewinding.time.value = "14:02:30"
    room.rewinding.button.click()
    assert (room.phase, room.session.now_ms, room.screen.dialog) == ("paused", 150_000, None)
    assert [d.verb for d in room.session.decisions] == ["acknowledge", "page"]
    assert room.guard.announce == "It is 14:02:30 again, in a branch. Press Resume to play on."
    assert "Branch from 14:02</span>" in html_of(room.controls.widget)
    assert "14:02:30" in html_of(room.panels.status.widget)
    page = html_of(room.panel)
    assert "Roll back Deploy" not in page, "what has not happened yet is not shown"
    assert (original.now_ms, len(original.decisions)) == (240_000, 3)
    room.start()
    room.tick(1)
    assert room.session.now_ms == 151_000
    room.end()
    assert "This is a branch from 14:02: practice, which no cohort counts." in html_of(room.panel)


def test_the_same_decisions_in_a_branch_give_the_same_drill() -> None:
    room = mitigating()
    whole = room.session.finish().digest
    again = mitigating()
    again.branch(120_000)
    again.session.advance(180_000)
    again.act("roll_back", change="orders-2.31", by="priya")
    assert again.session.finish().digest == whole
    other = mitigating()
    other.branch(180_000)
    assert other.session.finish().digest == simulate(SCENARIO, CLEAN, other.session.decisions).digest != whole


def test_the_original_can_be_returned_to() -> None:
    room = mitigating()
    original = room.session
    room.branch(120_000)
    room.act("stand_down", who="priya")
    room.controls.rewind.click()
    assert "Return to the original" in [b.description for b in seen_buttons(room)]
    room.rewinding.leave.click()
    assert room.session is original
    assert (room.phase, room.session.now_ms) == ("paused", 240_000)
    assert room.guard.announce == "It is 14:04:00 in the original drill. Press Resume to play on."
    assert "Branch from" not in html_of(room.controls.widget)


def test_a_page_that_is_rewound_can_be_acknowledged_again() -> None:
    room = commanding()
    room.branch(61_000)
    assert room.strip.button.disabled is False
    assert "You are being paged" in html_of(room.strip.widget)
    room.strip.button.click()
    assert [d.verb for d in room.session.decisions] == ["acknowledge"]


def test_an_exam_is_never_rewound() -> None:
    room = paged(mode="exam")
    room.show_keys()
    assert "Skip to the next event" in html_of(room.keys.widget)
    assert "Rewind" not in html_of(room.keys.widget)
    room.close_dialog()
    assert room.controls.rewind.layout.display == "none"
    now_ms = room.session.now_ms
    room.rewind()
    room.branch(60_001)
    assert (room.screen.dialog, room.session.now_ms, room.session.branched_from_ms) == (None, now_ms, None)


def test_what_anybody_has_written_is_only_text_in_the_panel() -> None:
    room = mitigating()
    room.rewinding.show(
        Past(SCENARIO.starts, 60_001, 240_000, (Moment(150_000, EVIL),), decided_ms=(), original=False)
    )
    assert room.rewinding.list.options == ((f"14:02:30  {EVIL}", 0),), "an option is text to the browser"
    room.rewinding.time.value = EVIL
    room.rewinding.button.click()
    assert EVIL not in chosen(room)


# -- in the store ------------------------------------------------------------------------------------------


def test_a_stored_branch_is_a_drill_of_its_own_and_survives_a_restart(tmp_path: Path) -> None:
    store = open_store(tmp_path / "drills.db")
    room = mitigating(begin(store, SCENARIO, CLEAN))
    original = room.session.drill
    room.branch(120_000)
    branch = room.session.drill
    assert (branch.parent, branch.branched_ms, store.drill(original.id).finished) == (
        original.id,
        120_000,
        False,
    )
    again = Room(resume(store, branch.id))
    again.start()
    assert "Branch from 14:02</span>" in html_of(again.controls.widget)
    again.return_to_original()
    assert (again.session.drill.id, again.session.now_ms) == (original.id, 240_000)
    assert again.act("page", who="tomas").refused is None
    again.end()
    assert resume(store, branch.id).original() is None, "it is over now"
