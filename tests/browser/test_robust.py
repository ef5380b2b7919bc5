"""The control room through what happens to notebooks: reloads, second tabs, busy and restarted kernels."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.browser.lab import Lab
from tests.browser.player import SOON_MS, Player

pytestmark = pytest.mark.browser

LOST = "NO SIGNAL – the kernel is busy or gone"
OWN_ROOM = """
from simulator import Session, load
from simulator.room.room import Room
room = Room(Session(load("api-500s-after-deploy"), 2), speed=10)
room
"""
PATIENT_3_S = OWN_ROOM.replace("speed=10", "speed=10, alone_s=3")
BLOCK_10_S = "import time; time.sleep(10)"


def clock_s(player: Player) -> int:
    """The drill's clock, in seconds since midnight."""
    hours, minutes, seconds = player.room.locator(".sevdrill-clock b").inner_text().split(":")
    return 3600 * int(hours) + 60 * int(minutes) + int(seconds)


def goes_on(player: Player) -> None:
    """Wait until drill time passes."""
    then = clock_s(player)
    clock = player.room.locator(".sevdrill-clock b")
    expect(clock).not_to_have_text(clock.inner_text(), timeout=SOON_MS)
    assert clock_s(player) > then


def test_a_page_that_is_reloaded_shows_the_room_again(player: Player, first_drill: str) -> None:
    player.open(first_drill)
    player.be_paged()
    player.acknowledge()
    at_s = clock_s(player)
    player.reload()  # the notebook has not been saved: its output is gone
    expect(player.room).to_have_count(0)
    player.run(1)
    player.done("acknowledge")
    assert clock_s(player) >= at_s
    goes_on(player)
    player.save()
    player.reload()
    player.done("acknowledge")
    goes_on(player)
    player.press("Pause")
    player.phase("paused")
    expect(player.room).to_have_count(1)


def test_two_tabs_on_one_drill_and_a_restart_in_one_of_them(
    player: Player, companion: Player, first_drill: str
) -> None:
    player.open(first_drill)
    player.be_paged()
    player.save()
    companion.visit(first_drill)
    companion.acknowledge()
    player.done("acknowledge")
    player.press("Pause")
    companion.phase("paused")
    companion.press("Resume")
    player.phase("running")
    companion.restart_kernel()
    player.signal(LOST)
    companion.signal(LOST)
    expect(player.room).to_have_attribute("data-live", "false")
    companion.run(1)
    companion.press("Resume drill")
    companion.done("acknowledge")
    companion.signal("")
    goes_on(companion)


def test_a_kernel_that_is_busy_for_ten_seconds(player: Player, lab: Lab) -> None:
    player.open(lab.write("busy.ipynb", OWN_ROOM, BLOCK_10_S), cell=0)
    player.be_paged()
    began_s, at_s = time.monotonic(), clock_s(player)
    player.run(1)
    player.signal(LOST)
    player.press("Acknowledge")
    player.signal("")
    player.done("acknowledge")
    passed_s = time.monotonic() - began_s
    assert passed_s > 9, "the click waited"
    # Ten seconds were blocked; one of them at most counts, ten times as fast.
    assert clock_s(player) - at_s <= 10 * (passed_s - 10 + 1) + 10
    goes_on(player)
    expect(player.room).to_have_attribute("data-live", "true")
    assert player.room.locator(".sevdrill-problem:visible").count() == 0


def test_an_interrupted_kernel_plays_on(player: Player, lab: Lab) -> None:
    player.open(lab.write("interrupted.ipynb", OWN_ROOM, BLOCK_10_S), cell=0)
    player.be_paged()
    player.interrupt_kernel()
    goes_on(player)
    player.run(1)
    player.signal(LOST)
    player.interrupt_kernel()
    player.signal("")
    player.acknowledge()
    goes_on(player)
    player.expected_complaint = "KeyboardInterrupt"  # the cell's


def test_a_drill_that_nobody_watches_waits(player: Player, companion: Player, lab: Lab) -> None:
    notebook = lab.write("alone.ipynb", PATIENT_3_S)
    player.open(notebook)
    player.be_paged()
    player.save()
    at_s = clock_s(player)
    player.page.close()
    time.sleep(6)  # twice what the room waits
    companion.visit(notebook)
    companion.phase("paused")
    phase = companion.room.locator(".sevdrill-phase")
    expect(phase).to_have_attribute("title", re.compile("no page has been open"))
    companion.signal("")
    assert clock_s(companion) - at_s <= 10 * 5
    companion.press("Resume")
    goes_on(companion)
    companion.acknowledge()
