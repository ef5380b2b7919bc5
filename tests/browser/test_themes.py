"""Dark and light: the room follows the notebook's theme while it is on screen."""

import pytest
from playwright.sync_api import expect

from tests.browser.lab import Lab
from tests.browser.player import SOON_MS, Player

pytestmark = pytest.mark.browser

OWN_ROOM = """
from simulator import Session, load
from simulator.room.room import Room
room = Room(Session(load("api-500s-after-deploy"), 2), speed=10)
room
"""
PAINT = """() => {
  const style = (selector) => getComputedStyle(document.querySelector(selector));
  const light = (colour) => {
    const [red, green, blue] = colour.match(/[\\d.]+/g).map(Number);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 127;
  };
  return {
    card: light(style('.sevdrill-room .sevdrill-card').backgroundColor),
    text: light(style('.sevdrill-room .sevdrill-card').color),
    chart: document.querySelector('.sevdrill-room .sevdrill-chart').dataset.theme,
  };
}"""


@pytest.fixture(autouse=True)
def _light_again(player: Player):
    yield
    player.dress("Light")  # the server remembers the theme


def test_the_room_changes_with_the_theme(player: Player, lab: Lab) -> None:
    player.open(lab.write("themes.ipynb", OWN_ROOM))
    player.be_paged()
    for theme in ("Light", "Dark", "Light"):
        player.dress(theme)
        charts = player.room.locator(".sevdrill-chart").first
        expect(charts).to_have_attribute("data-theme", theme.lower(), timeout=SOON_MS)
        light = theme == "Light"
        assert player.page.evaluate(PAINT) == {"card": light, "text": not light, "chart": theme.lower()}
