"""The control room as an accessibility checker sees it, in every state, in both themes."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.checker import Round
from tests.browser.lab import Lab
from tests.browser.player import SOON_MS, Player

pytestmark = pytest.mark.browser

DRILL = """
from simulator.app.home import drill
room = drill(seed=2, speed=60, fresh=True)
room
"""
PROBLEM = "room._failed(RuntimeError('the disk is full'))"
HOME = """
from simulator.app.home import home
home()
"""
AFTER = ("What if", "Postmortem", "Files")


def test_the_room_keeps_nobody_out(player: Player, lab: Lab, tour: Round) -> None:
    player.open(lab.write("accessible.ipynb", DRILL, PROBLEM), cell=0)
    tour.check("opening")
    player.be_paged()
    player.pause()
    tour.check("paged")
    player.press("Resume")
    player.acknowledge()
    player.tab("Investigate")
    player.choose("look-source", "Diff")
    player.choose("look-about", "2.31.0")
    player.press("Look")
    player.room.locator(".sevdrill-reading .sevdrill-diff").wait_for(timeout=SOON_MS)
    player.pause()
    tour.check("paused, with a diff open")
    player.tab("Timeline")
    tour.check("timeline", ".sevdrill-evidence")
    player.room.get_by_role("radio", name="Services").click()
    player.press("Open dashboard")
    player.wait_skipping(lambda: player.room.get_by_role("img", name=re.compile("^Latency")).count() > 0)
    tour.check("a dashboard", ".sevdrill-chart-card")
    for tab in player.room.locator(".sevdrill-moves [role=tab]").all_inner_texts():
        player.tab(tab.strip())
        tour.check(f"moves, {tab.strip().lower()}", ".sevdrill-moves")
    player.button("Declare resolved").click(force=True)  # it says that it cannot be, and is refused
    player.room.locator(".sevdrill-refused").first.wait_for(timeout=SOON_MS)
    tour.check("a refusal", ".sevdrill-moves")
    for key, name in (("?", "keys"), ("r", "rewind")):
        player.button("Resume").focus()
        player.page.keyboard.press(key)
        player.room.locator(".sevdrill-dialog").wait_for(timeout=SOON_MS)
        tour.check(name, ".sevdrill-dialog")
        player.page.keyboard.press("Escape")
        expect(player.room.locator(".sevdrill-dialog")).to_have_count(0, timeout=SOON_MS)
    player.run(1)
    player.room.get_by_text("Something in the room went wrong").wait_for(timeout=SOON_MS)
    tour.check("a problem", ".sevdrill-problem")
    player.press("Close message")
    player.press("End drill")
    player.room.locator(".sevdrill-ending").get_by_text("out of 100").first.wait_for(timeout=60_000)
    tour.check("debrief")
    for tab in AFTER:
        player.tab(tab)
        tour.check(f"after the drill, {tab.lower()}", ".sevdrill-after")
    assert not tour.found, tour.report()
    player.expected_complaint = "the disk is full"


def test_the_home_page_keeps_nobody_out(player: Player, lab: Lab, tour: Round) -> None:
    player.visit(lab.write("accessible-home.ipynb", HOME))
    player.run(0)
    player.page.locator(".sevdrill-home").get_by_role("button").first.wait_for(timeout=60_000)
    tour.check("home", ".sevdrill-home")
    assert not tour.found, tour.report()
