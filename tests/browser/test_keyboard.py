"""A whole drill without the mouse: single keys, tabs, forms, rewinding; and the focus never gets lost."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import TimeoutError as Late
from playwright.sync_api import expect

from tests.browser.lab import Lab
from tests.browser.player import SOON_MS, Player

pytestmark = pytest.mark.browser

ROOM = """
from simulator import Session, load
from simulator.room.room import Room
room = Room(Session(load("api-500s-after-deploy"), 2), speed=1, mode="standard")
room
"""
FOCUS = """() => {
  const at = document.activeElement;
  const label = at.labels?.[0]?.textContent;
  return {
    inRoom: !!at.closest('.sevdrill-room'),
    tag: at.tagName.toLowerCase(),
    name: (at.getAttribute('aria-label') ?? (label || at.textContent || '')).trim(),
    role: at.getAttribute('role') ?? '',
    classes: at.className,
    suppressed: at.getAttribute('data-lm-suppress-shortcuts'),
  };
}"""


class Typist:
    """Plays by keyboard alone."""

    def __init__(self, player: Player) -> None:
        self.player, self.room, self.keyboard = player, player.room, player.page.keyboard

    def press(self, *keys: str) -> None:
        for key in keys:
            self.keyboard.press(key)

    def begin(self) -> None:
        """Start the drill. The button that had the focus is gone then, and the room has it."""
        self.press("Enter")
        expect(self.player.button("Pause")).to_be_visible(timeout=SOON_MS)
        expect(self.room).to_be_focused(timeout=SOON_MS)

    def be_paged(self) -> None:
        """Skip to the page, unless it has come by itself meanwhile."""
        acknowledge = self.player.button("Acknowledge")
        if not acknowledge.is_visible():
            self.press("n")
        expect(acknowledge).to_be_visible(timeout=SOON_MS)

    def focus(self) -> dict:
        return dict(self.player.page.evaluate(FOCUS))

    def at(self, name: str) -> None:
        """Wait until the focus is on what has this name."""
        arrived = (
            f"name => {{ const focus = ({FOCUS})(); return focus.inRoom && focus.name.startsWith(name); }}"
        )
        try:
            self.player.page.wait_for_function(arrived, arg=name, timeout=SOON_MS)
        except Late as late:
            raise AssertionError(f"the focus is not on {name!r}, but on {self.focus()}") from late

    def go(self, name: str, *, by: str = "Tab", most: int = 40) -> None:
        """Press Tab until the focus is on what has this name."""
        for _ in range(most):
            found = self.focus()
            if found["inRoom"] and found["name"].startswith(name) and found["role"] != "tab":
                return
            self.press(by)
        raise AssertionError(f"{most} times {by} and not at {name!r}, but at {self.focus()}")

    def choose(self, field: str, option: str) -> None:
        """Choose in a list by typing the option's first letters, as a keyboard does."""
        self.go(field)
        self.keyboard.type(option)

    def skip_to(self, said: str, within: str = ".sevdrill-channel") -> str:
        """Skip until this stands in the channel, or in another panel; returns the news on the way."""
        panel = self.room.locator(within)
        return self.skip_until(lambda: said in panel.inner_text())

    def skip_until(self, come: Callable[[], bool], most: int = 12) -> str:
        """Skip until something has come; returns the news on the way."""
        news, heard = self.room.locator(".sevdrill-news"), ""
        for _ in range(most):
            if come():
                return heard
            before = news.inner_text()
            self.press("n")
            expect(news).not_to_have_text(before, timeout=SOON_MS)
            heard += news.inner_text()
        raise AssertionError(f"{most} skips, and it has not come. The news: {heard}")

    def done(self, step: str) -> None:
        """Wait until a station of the incident has been reached."""
        expect(self.room.locator(f"[data-step={step}]")).to_have_class(re.compile("done"), timeout=SOON_MS)

    def news(self, text: str) -> None:
        expect(self.room.locator(".sevdrill-news")).to_contain_text(text, timeout=SOON_MS)


@pytest.fixture
def typist(player: Player, lab: Lab) -> Typist:
    player.open(lab.write("keyboard.ipynb", ROOM, "1 + 1"))
    player.page.evaluate("document.querySelector('.sevdrill-start').focus()")  # as Tab from the cell would
    return Typist(player)


def test_a_whole_drill_by_keyboard(typist: Typist) -> None:
    cells = typist.player.cells()
    be_paged(typist)
    page_priya(typist)
    triage(typist)
    tell_people(typist)
    typist.skip_to("Here. What do you need?")
    roll_back(typist)
    look_around(typist)
    typist.press("Shift+E")
    typist.player.phase("ended")
    expect(typist.room.locator(".sevdrill-ending")).to_contain_text("user-minutes lost", timeout=SOON_MS)
    assert typist.focus()["inRoom"], "the focus does not fall out of the room when its controls go"
    assert typist.player.cells() == cells


def be_paged(typist: Typist) -> None:
    """Start, skip to the page, acknowledge it, and stop the clock."""
    typist.begin()
    typist.be_paged()
    typist.press("a")
    typist.done("acknowledge")
    typist.press("p")
    typist.player.phase("paused")


def page_priya(typist: Typist) -> None:
    typist.press("1")
    typist.at("Page")
    typist.choose("Whom", "Priya")
    typist.go("Page")
    typist.press("Enter")
    expect(typist.room.locator(".sevdrill-jobs")).to_contain_text("Page Priya", timeout=SOON_MS)


def triage(typist: Typist) -> None:
    """By way of the tab beside it: arrows move along the tabs, Enter opens one."""
    typist.press("3")
    typist.at("Triage")
    typist.press("ArrowRight")
    typist.at("Investigate")
    typist.press("Enter", "ArrowLeft")
    typist.at("Triage")
    typist.press("Enter")
    typist.choose("User impact", "D")
    typist.choose("What changed", "Deploy")
    typist.choose("Quick rollback?", "Y")
    typist.go("Answer triage")
    typist.press("Space")


def tell_people(typist: Typist) -> None:
    """What is typed into a text field is text, whatever the letters are keys of elsewhere."""
    typist.press("u")
    typist.at("To")
    typist.go("Check out")
    typist.press("Space")
    typist.go("In your words")
    typist.keyboard.type("x b m p n: paying fails. We are on it.")
    typist.press("Escape")
    assert "sevdrill-move" in typist.focus()["classes"]
    typist.go("Post update")
    typist.press("Enter")
    typist.skip_to("x b m p n: paying fails. We are on it.")
    typist.done("triage")
    typist.done("update")
    typist.player.phase("paused")


def roll_back(typist: Typist) -> None:
    typist.press("5")
    typist.at("Mitigate")
    typist.choose("Change", "Deploy")
    typist.choose("Who", "Priya")
    typist.go("Roll back")
    typist.press("Enter")
    typist.press("5")
    heard = typist.skip_to("Rolled back: Deploy orders-api 2.31.0.")
    affected = typist.room.locator(".sevdrill-affected")
    heard += typist.skip_until(lambda: affected.get_attribute("data-state") == "none")
    assert "Users are well again." in heard


def look_around(typist: Typist) -> None:
    """Every panel has its key; so has the speed."""
    typist.press("c")
    assert typist.focus()["name"] == "Incident channel"
    for key, name in (("e", "Evidence"), ("t", "Timeline")):
        typist.press(key)
        typist.at(name)
    typist.press("s")
    expect(typist.room.locator(".sevdrill-services")).to_be_visible(timeout=SOON_MS)
    assert typist.focus()["inRoom"]
    speed = typist.room.locator(".sevdrill-phase")
    for key, shown in (("+", "2"), ("-", "1")):
        typist.press(key)
        expect(speed).to_have_attribute("data-speed", shown, timeout=SOON_MS)


def test_rewind_and_the_list_of_keys_take_the_focus_and_give_it_back(typist: Typist) -> None:
    player, room = typist.player, typist.room
    typist.begin()
    typist.be_paged()
    typist.press("a", "p")
    player.phase("paused")
    typist.skip_to("losing users", within=".sevdrill-alerts")

    typist.press("5")
    typist.at("Mitigate")
    typist.press("?")
    typist.at("Close")
    dialog = room.get_by_role("dialog", name="Keys")
    for key, text in (("Shift+E", "End drill"), ("N", "Skip to the next event"), ("5", "Moves: mitigate")):
        row = dialog.locator(
            "dl > div", has=player.page.locator("kbd", has_text=re.compile(f"^{re.escape(key)}$"))
        )
        expect(row).to_contain_text(text)
    for key in ("x", "b", "d", "d"):
        typist.press(key)
    typist.press("Escape")
    typist.at("Mitigate")
    expect(dialog).to_have_count(0)

    typist.press("r")
    typist.at("What happened")
    assert typist.focus()["suppressed"] == "true"
    typist.press("End")
    promise = room.get_by_text("A branch will begin at 14:01:00")
    expect(promise).to_be_visible(timeout=SOON_MS)
    typist.press("Escape")
    typist.at("Mitigate")
    typist.press("r")
    typist.at("What happened")
    typist.go("Time")
    typist.keyboard.type("14:02")
    expect(room.get_by_text("A branch will begin at 14:02:00. It is practice.")).to_be_visible(
        timeout=SOON_MS
    )
    typist.go("Begin branch")
    typist.press("Enter")
    typist.news("It is 14:02:00 again, in a branch.")
    expect(room.locator(".sevdrill-branch")).to_have_text("Branch from 14:02")
    assert typist.focus()["inRoom"]
    typist.press("r")
    typist.at("What happened")
    typist.go("Return to the original")
    typist.press("Enter")
    typist.news("in the original drill.")
    expect(room.locator(".sevdrill-branch")).to_have_count(0)
    assert len(player.cells()) == 2


def test_no_key_in_the_room_reaches_the_notebook(typist: Typist) -> None:
    player, cells = typist.player, typist.player.cells()
    typist.begin()
    typist.be_paged()
    typist.press("a", "p")
    player.phase("paused")
    focusable = player.room.locator(
        ":is(button, input, select, textarea, summary, [tabindex]):not([data-lm-suppress-shortcuts=true])"
    )
    expect(focusable).to_have_count(0, timeout=SOON_MS)
    names = []
    for _ in range(25):
        typist.press("Tab")
        here = typist.focus()
        if not here["inRoom"]:
            break
        assert here["suppressed"] == "true", here
        names.append(here["name"])
        if here["tag"] not in ("input", "textarea", "select"):
            typist.press("x", "b", "d", "d")
    assert len(names) > 10
    assert player.cells() == cells


def test_a_page_sounds_only_where_that_was_turned_on(player: Player, lab: Lab) -> None:
    for name, turned_on, rung in (("loud", "room.set_sound(True)", "1"), ("quiet", "", None)):
        player.open(lab.write(f"{name}.ipynb", ROOM.replace("room\n", f"{turned_on}\nroom\n", 1)))
        player.page.evaluate("document.querySelector('.sevdrill-start').focus()")
        typist = Typist(player)
        typist.begin()
        typist.be_paged()
        line = player.room.locator(".sevdrill-guard")
        if rung:
            expect(line).to_have_attribute("data-rung", rung, timeout=SOON_MS)
            typist.press("m")
            expect(player.room.get_by_role("button", name="Sound is off")).to_be_visible(timeout=SOON_MS)
        else:
            assert line.get_attribute("data-rung") is None
