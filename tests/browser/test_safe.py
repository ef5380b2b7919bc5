"""Markup in scenarios, names and the trainee's own words changes nothing: it is shown as it is written."""

import json

import pytest
from playwright.sync_api import expect

from simulator import load
from tests.browser.lab import Lab
from tests.browser.player import SOON_MS, Player

pytestmark = pytest.mark.browser

EVIL = """</style></textarea><script>hurt = 1</script><img src=x onerror="hurt = 1">'"&amp;<b id=evil>"""
"""It breaks out of a style, a text box, an attribute; it runs; it makes an element."""
TOLD = ("title", "text", "summary", "name", "asks", "users", "author", "why")
"""Keys of a scenario whose values people read."""
DRILL = """
from simulator.app.home import drill
room = drill("evil.yaml", seed=2, speed=60, fresh=True)
room
"""
UNHARMED = """() => {
  const evil = (node) => node.id === 'evil' || node.localName === 'script' || node.hasAttribute('onerror')
    || (node.localName === 'img' && node.getAttribute('src') === 'x');
  const made = [...document.querySelectorAll('.sevdrill-room *')].filter(evil);
  return [window.hurt ?? null, made.map((node) => node.outerHTML.slice(0, 200))];
}"""


def poisoned(value: object, key: str = "") -> object:
    """A scenario with markup at the head of every text that people read."""
    if isinstance(value, dict):
        return {name: poisoned(part, name) for name, part in value.items()}
    if isinstance(value, list):
        return [poisoned(part, key) for part in value]
    return f"{EVIL} {value}" if isinstance(value, str) and key in TOLD else value


def test_markup_from_scenario_and_trainee_is_only_text(player: Player, lab: Lab) -> None:
    scenario = poisoned(json.loads(load("api-500s-after-deploy").model_dump_json()))
    (lab.notebooks / "evil.yaml").write_text(json.dumps(scenario), encoding="utf-8")

    def unharmed() -> None:
        assert player.page.evaluate(UNHARMED) == [None, []]

    player.open(lab.write("evil.ipynb", DRILL))
    unharmed()
    expect(player.room.locator(".sevdrill-opening h2")).to_have_text(f"{EVIL} HTTP 500s after a deploy")
    player.be_paged()
    expect(player.room.locator(".sevdrill-pager p")).to_contain_text(EVIL)
    player.acknowledge()
    player.tab("Page")
    player.choose("page-who", "Priya")
    player.press("Page")
    player.tab("Investigate")
    for source in ("Changes", "Dashboard"):
        player.choose("look-source", source)
        player.press("Look")
    player.choose("look-source", "Diff")
    player.choose("look-about", "2.31.0")
    player.press("Look")
    player.tab("Communicate")
    player.room.get_by_label("In your words").first.fill(EVIL)
    player.press("Post update")
    channel = player.room.locator(".sevdrill-channel")
    expect(channel.locator(".sevdrill-update")).to_contain_text(EVIL, timeout=SOON_MS)
    expect(channel.locator(".sevdrill-joined .sevdrill-by b")).to_contain_text(
        f"{EVIL} Priya", timeout=SOON_MS
    )
    sheet = player.room.locator(".sevdrill-reading")
    expect(sheet).to_contain_text(EVIL, timeout=SOON_MS)
    unharmed()
    player.press("End drill")
    player.room.locator(".sevdrill-ending").get_by_text("out of 100").first.wait_for(timeout=60_000)
    expect(player.room.locator(".sevdrill-result")).to_contain_text(EVIL)
    unharmed()
    for tab in ("What if", "Postmortem", "Files"):
        player.tab(tab)
        player.page.wait_for_timeout(500)
        unharmed()
