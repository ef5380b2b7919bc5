"""The coach and the tutorial's guide in a browser: the focus, what is in view, and that nothing jumps."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.checker import Round
from tests.browser.lab import Lab
from tests.browser.player import SOON_MS, Player

pytestmark = pytest.mark.browser

ROOM = """
from simulator.app.home import drill
room = drill({arguments}, seed=2, keep=False)
room
"""
FOCUS = "() => document.activeElement.textContent"
OUTLINED = """selector => {
  const found = document.querySelector('.sevdrill-room ' + selector);
  const box = found.getBoundingClientRect();
  const bar = document.querySelector('.sevdrill-top').getBoundingClientRect();
  return [getComputedStyle(found).outlineStyle, box.top >= bar.bottom && box.top < innerHeight];
}"""


def top_of(locator: Locator) -> float:
    """Where it stands within the room, whatever the page is scrolled to."""
    script = "e => e.getBoundingClientRect().top - e.closest('.sevdrill-room').getBoundingClientRect().top"
    return float(locator.evaluate(script))


def test_a_question_takes_the_focus_and_gives_it_back(player: Player, lab: Lab, tour: Round) -> None:
    player.open(lab.write("coached.ipynb", ROOM.format(arguments="'api-500s-after-deploy'")))
    player.room.get_by_label("Coached: asks").check()
    player.press("Start drill")
    player.press("Acknowledge")
    expect(player.room.locator(".sevdrill-command")).to_contain_text("You", timeout=SOON_MS)
    player.tab("Page")
    player.choose("page-who", "All hands")
    card = player.room.locator(".sevdrill-coaching")
    channel, chart = player.room.locator(".sevdrill-channel"), player.room.locator(".sevdrill-chart-card")
    before = [top_of(channel), top_of(chart)]
    player.button("Page").focus()
    player.page.keyboard.press("Enter")

    expect(card).to_be_visible(timeout=SOON_MS)
    expect(card.get_by_role("alert")).to_contain_text("Pause: Waking people without need")
    player.page.wait_for_function("() => document.activeElement.textContent === 'Think again'")
    assert [top_of(channel), top_of(chart)] == before
    clock = player.room.locator(".sevdrill-clock b")
    stood = clock.inner_text()
    player.page.wait_for_timeout(1500)
    assert clock.inner_text() == stood
    tour.check("a question", ".sevdrill-coaching")

    player.page.keyboard.press("Escape")
    expect(card).to_be_hidden(timeout=SOON_MS)
    expect(clock).not_to_have_text(stood, timeout=SOON_MS)
    assert player.page.evaluate(FOCUS) == "Page"
    expect(player.room.locator(".sevdrill-mode")).to_have_text("Coached")
    assert not tour.found, tour.report()


def test_the_tutorial_shows_where_everything_is(player: Player, lab: Lab, tour: Round) -> None:
    player.open(lab.write("tutorial.ipynb", ROOM.format(arguments="'tutorial-lunch-orders'")))
    player.press("Start drill")
    guide = player.room.locator(".sevdrill-guide")
    expect(guide).to_contain_text("Step 1 of 15", timeout=SOON_MS)
    tour.check("the guide", ".sevdrill-top")
    left = player.room.locator(".sevdrill-left")
    stood = top_of(left)
    player.button("Next").focus()
    player.page.keyboard.press("Enter")
    expect(guide).to_contain_text("Step 2 of 15", timeout=SOON_MS)
    assert player.page.evaluate(OUTLINED, ".sevdrill-status")[0] == "dashed"
    assert top_of(left) == stood
    player.page.keyboard.press("Enter")

    expect(player.button("Acknowledge")).to_be_visible(timeout=SOON_MS)
    player.press("Acknowledge")
    expect(guide).to_contain_text("See how bad it is", timeout=SOON_MS)
    expect(player.room.get_by_role("tab", name="Investigate")).to_have_attribute("aria-selected", "true")
    player.page.wait_for_function(f"() => ({OUTLINED})('.move-look')[1]")
    assert player.page.evaluate(OUTLINED, ".move-look")[0] == "dashed"
    player.pick(player.room.locator(".arg-look-source select"), "Dashboard")
    player.press("Look")
    expect(guide).to_contain_text("Get help", timeout=SOON_MS)
    player.press("Skip the guide")
    expect(guide).to_be_hidden(timeout=SOON_MS)
    assert player.page.evaluate(OUTLINED, ".move-page")[0] == "none"
    assert not tour.found, tour.report()
