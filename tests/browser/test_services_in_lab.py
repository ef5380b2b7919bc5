"""The service dashboards in JupyterLab: opened, read, turned about, by mouse and by keyboard."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.lab import Lab
from tests.browser.player import SOON_MS, Player

pytestmark = pytest.mark.browser

ROOM = """
from simulator import Session, load
from simulator.room.room import Room
room = Room(Session(load("api-500s-after-deploy"), 2), speed=30)
room
"""


def acknowledged(player: Player, lab: Lab) -> None:
    player.open(lab.write("services.ipynb", ROOM))
    player.press("Start drill")
    player.room.get_by_text("You are being paged").first.wait_for(timeout=SOON_MS)
    player.press("Acknowledge")
    done = player.room.locator("[data-step=acknowledge]")
    expect(done).to_have_class(re.compile("done"), timeout=SOON_MS)


def test_a_dashboard_is_opened_and_stays_live(player: Player, lab: Lab) -> None:
    acknowledged(player, lab)
    card = player.room.locator(".sevdrill-chart-card")
    card.get_by_role("radio", name="Services").click()
    expect(card.get_by_text("Nobody has looked at this dashboard yet.")).to_be_visible(timeout=SOON_MS)
    player.press("Open dashboard")
    errors = card.get_by_role("img", name=re.compile(r"^Errors: 38\.\d % at 14:\d\d, usual 0 %$"))
    expect(errors).to_be_visible(timeout=SOON_MS)
    expect(card.get_by_role("radio", name="Orders API: failing")).to_be_visible()
    for name in ("Latency: p99 .* ms, p50 .* ms", "Saturation: busy .* %, queue 0", "Traffic: .* requests.s"):
        expect(card.get_by_role("img", name=re.compile(f"^{name} at 14:"))).to_be_visible()
    grid = card.locator(".sd-small")
    shown = int(grid.get_attribute("data-seq") or 0)
    expect(grid).not_to_have_attribute("data-seq", str(shown), timeout=SOON_MS)

    box = grid.bounding_box()
    card.get_by_role("radio", name="Last 12 h").click()
    expect(card.get_by_role("radio", name="Last 12 h")).to_be_checked()
    assert grid.bounding_box() == box, "nothing moves when the window changes"
    grid.get_by_role("button", name="As table: Orders API").click()
    table = grid.get_by_role("table", name="Orders API")
    heads = table.get_by_role("columnheader").all_inner_texts()
    assert heads == [
        "Time",
        "Errors %",
        "p99 ms",
        "p50 ms",
        "busy %",
        "queue",
        "Traffic requests/s",
        "Events",
    ]
    assert 12 <= table.get_by_role("row").count() <= 31


def test_services_and_samples_are_reached_by_keyboard(player: Player, lab: Lab) -> None:
    acknowledged(player, lab)
    card = player.room.locator(".sevdrill-chart-card")
    card.get_by_role("radio", name="Users").focus()
    player.page.keyboard.press("ArrowRight")
    chosen = card.get_by_role("radio", name="Orders API: not opened")
    expect(chosen).to_be_checked(timeout=SOON_MS)
    chosen.focus()
    player.page.keyboard.press("ArrowRight")
    expect(card.get_by_role("radio", name="Orders database: not opened")).to_be_focused()
    expect(card.locator("[data-service=orders-db]")).to_be_visible(timeout=SOON_MS)
    player.page.keyboard.press("Tab")
    expect(player.button("Open dashboard")).to_be_focused()
    player.page.keyboard.press("Enter")
    latency = card.get_by_role("img", name=re.compile("^Latency: p99"))
    expect(latency).to_be_visible(timeout=SOON_MS)
    latency.focus()
    player.page.keyboard.press("Home")
    tip = card.locator(".sd-small .sd-tip:visible")
    expect(tip).to_have_count(1)
    expect(tip).to_contain_text("13:45:00")
    assert player.cells() == ["jp-CodeCell"]
