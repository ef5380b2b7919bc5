"""The home page and what comes after a drill, in JupyterLab, in a real browser."""

import json
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import expect

from simulator import load, simulate
from simulator.policies import play
from simulator.policies import player as find_player
from simulator.store import Terms, open_store
from tests.browser.lab import Lab
from tests.browser.player import SOON_MS, Player

pytestmark = pytest.mark.browser
HOME = "from simulator.app.home import home\nhome()"
LONG_MS = 90_000
SEED = 2


@pytest.fixture
def played(first_drill: str) -> str:
    """A drill that was played by the book and left before the postmortem; its trace's digest."""
    scenario = load("api-500s-after-deploy")
    log, _ = play(scenario, SEED, find_player("by-the-book"))
    last = next(n for n, decision in enumerate(log.decisions) if decision.verb == "declare_mitigated")
    kept = log.decisions[: last + 1]
    store = open_store()
    drill = store.add_drill(scenario, SEED, store.me(), Terms(), kept)
    store.note_time(drill, kept[-1].at_ms + 60_000)
    trace = simulate(scenario, SEED, kept)
    store.finish(drill, trace)
    return trace.digest


def test_a_debrief_is_opened_again_and_its_files_are_saved(player: Player, lab: Lab, played: str) -> None:
    player.open(lab.write("home.ipynb", HOME), begin="Open debrief")
    player.press("Open debrief")
    player.room.locator(".sevdrill-after").wait_for(timeout=LONG_MS)
    expect(player.room.get_by_text("out of 100").first).to_be_in_viewport(timeout=SOON_MS)
    player.room.locator(".sevdrill-result").evaluate("e => e.scrollIntoView({block: 'end'})")
    expect(player.room.locator(".sevdrill-result").get_by_text("out of 100").first).not_to_be_in_viewport()
    expect(player.room.locator(".sevdrill-top")).to_be_in_viewport()
    player.tab("Files")
    buttons = player.room.locator(".sevdrill-download-button")
    expect(buttons).to_have_count(6, timeout=SOON_MS)
    saved = {}
    for number in range(6):
        with player.page.expect_download(timeout=LONG_MS) as given:
            buttons.nth(number).click()
        name = given.value.suggested_filename.removeprefix(f"api-500s-after-deploy-{SEED}-")
        saved[name] = Path(given.value.path()).read_bytes()
    assert list(saved) == [
        "debrief.html",
        "debrief.pdf",
        "postmortem.md",
        "tables.zip",
        "drill.json",
        "trace.json",
    ]
    assert b"Debrief: HTTP 500s after a deploy" in saved["debrief.html"]
    assert saved["debrief.pdf"].startswith(b"%PDF-1.")
    assert saved["postmortem.md"].startswith(b"# Postmortem: HTTP 500s after a deploy\n")
    assert ZipFile(BytesIO(saved["tables.zip"])).testzip() is None
    assert json.loads(saved["drill.json"])["trace_digest"] == played
    assert json.loads(saved["trace.json"])["header"]["seed"] == SEED
    player.press("All drills")
    expect(player.page.locator(".sevdrill-home")).to_be_visible(timeout=SOON_MS)


def test_a_postmortem_is_written_after_the_drill_and_scored(player: Player, lab: Lab, played: str) -> None:
    player.open(lab.write("home.ipynb", HOME), begin="Open debrief")
    player.press("Open debrief")
    player.room.locator(".sevdrill-after").wait_for(timeout=LONG_MS)
    player.tab("Postmortem")
    player.button("Copy timeline from the channel").click(timeout=SOON_MS)
    player.choose("write_postmortem-cause", "2.31.0")
    player.press("Write postmortem")
    debrief = player.room.locator(".sevdrill-after .sevdrill-result").first
    expect(debrief).to_contain_text("Part by part", timeout=LONG_MS)
    player.press("All drills")
    expect(player.page.locator(".sevdrill-past")).to_contain_text("branch from", timeout=SOON_MS)


def test_keys_pressed_on_the_home_page_leave_the_notebook_alone(
    player: Player, lab: Lab, played: str
) -> None:
    player.open(lab.write("home.ipynb", HOME, "1 + 1", "2 + 2"), begin="Open debrief")
    before = player.cells()
    for place in (
        player.button("Open debrief"),
        player.room.get_by_label("Difficulty"),
        player.room.locator(".sevdrill-lead").first,
    ):
        place.click(trial=True)
        place.focus()
        for key in ("x", "b", "m", "d", "d"):
            player.page.keyboard.press(key)
    assert player.cells() == before


def test_the_filters_sift_the_shelf(player: Player, lab: Lab, played: str) -> None:
    player.open(lab.write("home.ipynb", HOME), begin="Open debrief")
    player.room.get_by_label("Trains").select_option("command")
    shown = player.room.locator(".sevdrill-drill:visible")
    expect(shown).to_have_count(1, timeout=SOON_MS)
    expect(shown).to_contain_text("HTTP 500s after a deploy")
