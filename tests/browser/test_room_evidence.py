"""Reading evidence and the timeline in a real browser: what stays where it is while the drill goes on."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.lab import Lab
from tests.browser.player import SOON_MS, Player

pytestmark = pytest.mark.browser

LOGS_SEEN = """
from simulator import Session, load
from simulator.room.room import Room
session = Session(load("api-500s-after-deploy"), 2)
room = Room(session, speed=10)
room.start()
while session.observe().paged_ms is None:
    room.tick(0.5)
room.act("acknowledge")
room.tick(1)
for source in ("changes", "logs"):
    room.act("look", source=source, about="orders-api" if source == "logs" else None)
for _ in range(40):
    room.tick(0.5)
room.pause()
room
"""


@pytest.fixture
def reader(player: Player, lab: Lab) -> Player:
    """Somebody who has seen the change list and a log, in a drill that stands."""
    player.open(lab.write("evidence.ipynb", LOGS_SEEN), begin="Resume")
    return player


def test_typing_a_search_is_not_disturbed_by_the_running_drill(reader: Player) -> None:
    reader.press("Resume")
    reader.phase("running")
    field = reader.room.get_by_label("Search", exact=True)
    field.click()
    before = reader.room.locator(".sevdrill-clock > b").inner_text()
    field.press_sequentially("orders-3 xx", delay=250)  # eleven letters over eleven redraws
    for _ in range(3):
        field.press("Backspace")
    expect(field).to_be_focused()
    expect(field).to_have_value("orders-3")
    assert reader.room.locator(".sevdrill-clock > b").inner_text() != before
    expect(reader.room.locator(".sevdrill-log mark")).to_have_text(["orders-3"], timeout=SOON_MS)
    expect(reader.room.get_by_text("1 match in 1 of 5 lines")).to_be_visible()
    reader.page.keyboard.press("Tab")
    expect(reader.room.get_by_label("Matching lines only")).to_be_focused()
    reader.page.keyboard.press("Space")
    expect(reader.room.locator(".sevdrill-log-line")).to_have_count(1, timeout=SOON_MS)


def test_the_change_list_leads_to_a_diff_by_keyboard(reader: Player) -> None:
    evidence = reader.room.locator(".sevdrill-viewer")
    reader.pick(evidence.locator(".sevdrill-found select"), "Recent changes")
    expect(evidence.get_by_role("row", name="13:58 Deploy orders-api 2.31.0")).to_be_visible()
    ask = evidence.get_by_role("button", name="Open diff: Deploy orders-api 2.31.0")
    ask.focus()
    reader.page.keyboard.press("Enter")
    expect(evidence.get_by_role("button", name="Being read: Deploy orders-api 2.31.0")).to_be_focused()
    reader.press("Resume")
    expect(evidence.get_by_role("heading", name="orders/totals.py")).to_be_visible(timeout=SOON_MS)


def test_the_timeline_keeps_the_newest_in_view_until_one_scrolls_up(reader: Player) -> None:
    reader.room.get_by_role("tab", name="Timeline").click()
    history = reader.room.locator(".sevdrill-history")
    history.scroll_into_view_if_needed()
    last = history.locator("li").last
    expect(last).to_be_in_viewport(timeout=SOON_MS)
    for level in (1, 2):
        reader.tab("Triage")
        reader.choose("declare-level", f"SEV-{level}")
        reader.press("Declare severity")
    expect(last).to_contain_text("Declare SEV-2", timeout=SOON_MS)
    assert history.evaluate("node => Math.abs(node.scrollTop)") < 2, "the newest is in view"
    history.evaluate("node => { node.scrollTop = -(node.scrollHeight - node.clientHeight) }")
    place = _top_of_first(history)
    reader.press("Resume")
    expect(history).to_contain_text("SEV-2 declared", timeout=SOON_MS)
    reader.press("Pause")
    assert _top_of_first(history) == pytest.approx(place, abs=2), "a reader who has scrolled up is left alone"


def _top_of_first(history: Locator) -> float:
    return float(history.locator("li").first.evaluate("node => node.getBoundingClientRect().top"))
