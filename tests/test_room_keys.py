"""One key for everything: the table, the widgets that carry its classes, the list, speed and sound."""

from pathlib import Path

import ipywidgets as W  # noqa: N812
import pytest

from simulator.room import keys
from simulator.room.pacing import SPEEDS
from simulator.room.room import Room
from tests.rooms import commanding, html_of, later, paged

pytestmark = pytest.mark.usefixtures("nothing_is_swallowed")


def widgets_of(widget: W.Widget) -> list[W.Widget]:
    return [widget, *(found for child in getattr(widget, "children", ()) for found in widgets_of(child))]


def marked(room: Room, key: str) -> list[W.Widget]:
    shown = [*widgets_of(room.panel), *widgets_of(room.moves.widget)]
    return [w for w in shown if f"key-{key}" in getattr(w, "_dom_classes", ())]


def test_no_key_stands_for_two_things() -> None:
    assert not set(keys.DRILL) & set(keys.PLACES)
    assert [*keys.PLACES][-8:] == list("12345678")


@pytest.mark.parametrize("key", keys.DRILL)
def test_every_key_of_the_drill_presses_a_button(key: str) -> None:
    found = marked(commanding(), key)
    assert found
    assert all(isinstance(widget, W.Button) for widget in found)


@pytest.mark.parametrize("key", [key for key in keys.PLACES if key != keys.SERVICES])
def test_every_other_key_leads_to_a_panel(key: str) -> None:
    found = {id(widget) for widget in marked(commanding(), key)}
    assert len(found) == 1


def test_a_rewound_room_has_its_keys_still() -> None:
    room = commanding()
    room.branch(60_001)
    for key in (keys.ACKNOWLEDGE, keys.CHANNEL, keys.EVIDENCE, keys.TIMELINE):
        assert marked(room, key), key


def test_keys_are_written_as_on_a_keyboard() -> None:
    assert [keys.title_of(key) for key in ("a", "E", "-", "+", "?", "1", "Esc")] == [
        "A", "Shift+E", "−", "+", "?", "1", "Esc",
    ]  # fmt: skip


@pytest.mark.checkout
def test_the_manual_lists_every_key() -> None:
    manual = (Path(__file__).parents[1] / "docs" / "controls.md").read_text(encoding="utf-8")
    for key, title in {**keys.DRILL, **keys.PLACES}.items():
        told = "Moves: page, " if key.isdigit() else f"| {keys.title_of(key)} | {title} |"
        assert told in manual


def test_the_list_of_keys_opens_and_closes_with_the_same_key() -> None:
    room = commanding()
    room.controls.keys.click()
    assert room.screen.dialog is room.keys.widget
    told = html_of(room.keys.widget)
    for title in (*keys.DRILL.values(), *keys.PLACES.values(), *keys.EVERYWHERE.values()):
        assert f">{title}</dd>" in told
    room.controls.keys.click()
    assert room.screen.dialog is None
    room.controls.keys.click()
    room.keys.close.click()
    assert room.screen.dialog is None
    assert room.phase == "running", "reading the keys does not stop the clock"


def test_faster_and_slower_step_through_the_speeds_and_stay_at_the_ends() -> None:
    room = paged(speed=SPEEDS[0])
    seen = [room.speed]
    for _ in range(len(SPEEDS)):
        room.controls.faster.click()
        seen.append(room.speed)
    assert seen == [*SPEEDS, SPEEDS[-1]]
    for _ in range(len(SPEEDS)):
        room.controls.slower.click()
    assert (room.speed, room.controls.speed.value) == (SPEEDS[0], SPEEDS[0])


def test_the_room_is_silent_until_sound_is_turned_on() -> None:
    room = paged()
    assert room.guard.sound is False
    room.controls.sound.click()
    assert (room.guard.sound, room.controls.sound.icon) == (True, "volume-up")
    assert room.controls.sound.tooltip == (
        "Sound is on. A short tone tells of a page and of an overdue update. Key: M"
    )
    room.controls.sound.click()
    assert (room.guard.sound, room.controls.sound.icon) == (False, "volume-off")


def test_a_page_and_a_broken_promise_ring_once_and_nothing_else_does() -> None:
    room = paged(speed=1)
    assert room.guard.chime == 1
    room.strip.button.click()
    later(room, 3)
    update = {"channel": "status_page", "stage": "investigating", "broken": ["checkout"]}
    room.act("post_update", **update, affected="some", next_update_min=5, text="On it.")
    rung: list[tuple[int, str]] = []
    room.guard.observe(lambda _: rung.append((room.session.now_ms, "rings")), "chime")
    due_ms = None
    while room.session.now_ms < 600_000:
        room.tick(0.5)
        due_ms = room.session.observe().next_update_due_ms or due_ms
    assert due_ms is not None
    assert len(rung) == 1
    assert due_ms < rung[0][0] <= due_ms + 500


@pytest.mark.parametrize("speed", [1, 60])
def test_the_promised_update_counts_down_by_the_second_at_any_speed(speed: int) -> None:
    room = commanding(speed=speed)
    update = {"channel": "status_page", "stage": "investigating", "broken": ["checkout"]}
    room.act("post_update", **update, affected="some", next_update_min=10, text="On it.")
    room.session.advance(180_000)
    told = []
    for _ in range(8):
        room.tick(0.25)
        seen = room.session.observe()
        left_s = (seen.next_update_due_ms - seen.at_ms) // 1000
        shown = f"next due in {left_s // 60}:{left_s % 60:02d}"
        assert shown in html_of(room.panels.status.widget)
        told.append(shown)
    assert len(set(told)) == (3 if speed == 1 else 8), "at 1×, two seconds of eight ticks show three numbers"
