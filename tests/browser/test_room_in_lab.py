"""The control room in JupyterLab, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.lab import Lab
from tests.browser.player import SOON_MS, Player

pytestmark = pytest.mark.browser

OWN_ROOM = """
from simulator import Session, load
from simulator.room.room import Room
room = Room(Session(load("api-500s-after-deploy"), 2), speed=60)
room
"""
FAULTY = """
def fail(*_):
    raise RuntimeError("<b>the disk</b> is full")
room.session.decide = fail
"""


def test_a_drill_by_mouse_from_the_page_to_the_postmortem(player: Player, first_drill: str) -> None:
    player.open(first_drill)
    player.be_paged()
    assert player.affected() > 1000
    player.acknowledge()
    for part in (wake, triage, inform, delegate, mitigate, repair, close, learn):
        part(player)
    player.press("End drill")
    player.phase("ended")
    debrief = player.room.locator(".sevdrill-ending")
    expect(debrief).to_contain_text("out of 100", timeout=60_000)
    reached = "acknowledge, triage, severity, first update, mitigated, resolved, postmortem"
    expect(debrief).to_contain_text(f"Stations reached: {reached}.")


def wake(player: Player) -> None:
    player.tab("Page")
    for name in ("Priya", "Tomas"):
        player.choose("page-who", name)
        player.press("Page")
        player.wait_skipping(lambda name=name: player.offers("page-who", f"{name} (here)"))


def triage(player: Player) -> None:
    player.tab("Triage")
    player.choose("triage-impact", "Degraded")
    player.choose("triage-changed", "2.31.0")
    player.choose("triage-rollback", "Yes")
    player.press("Answer triage")
    player.done("triage")
    player.choose("declare-level", "SEV-2")
    player.press("Declare severity")
    player.done("severity")


def inform(player: Player) -> None:
    player.tab("Communicate")
    player.room.get_by_label("Check out").check()
    player.choose("post_update-affected", "Some")
    player.choose("post_update-next_update_min", "15 min")
    player.room.get_by_label("In your words").first.fill("Paying fails for some. <b>We are on it.</b>")
    player.press("Post update")
    update = player.room.locator(".sevdrill-channel .sevdrill-update")
    expect(update).to_contain_text("Paying fails for some. <b>We are on it.</b>", timeout=SOON_MS)
    player.done("update")


def delegate(player: Player) -> None:
    player.tab("Command")
    player.choose("assign_role-role", "Communications lead")
    player.choose("assign_role-to", "Tomas (here)")
    player.press("Assign role")
    tomas = player.room.locator(".sevdrill-member[data-who=tomas]")
    expect(tomas).to_have_attribute("title", re.compile("communications lead"), timeout=SOON_MS)


def mitigate(player: Player) -> None:
    player.tab("Mitigate")
    player.choose("roll_back-change", "2.31.0")
    player.choose("roll_back-by", "Priya (here)")
    player.press("Roll back")
    player.wait_skipping(lambda: player.told("Rolled back: Deploy orders-api 2.31.0."))
    well = player.room.locator(".sevdrill-affected")
    player.wait_skipping(lambda: well.get_attribute("data-state") == "none")
    assert player.affected() == 0
    player.tab("Close")
    player.press("Declare mitigated")
    player.done("mitigate")


def repair(player: Player) -> None:
    player.tab("Fix")
    player.choose("prepare_fix-target", "2.31.0")
    player.choose("prepare_fix-by", "Priya")
    player.press("Prepare fix")
    player.wait_skipping(lambda: player.offers("ship_fix-target", "fix ready"))
    player.choose("ship_fix-target", "fix ready")
    player.choose("ship_fix-by", "Priya")
    player.press("Ship fix")
    player.wait_skipping(lambda: player.told("Shipped: fix for Deploy orders-api 2.31.0."))


def close(player: Player) -> None:
    player.tab("Close")
    player.press("Declare resolved")
    player.done("resolve")
    player.choose("schedule_postmortem-in_hours", "24 hours")
    player.press("Schedule postmortem")
    expect(player.room.locator("[data-step=postmortem]")).to_contain_text("in 24 h", timeout=SOON_MS)


def learn(player: Player) -> None:
    player.choose("write_postmortem-cause", "2.31.0")
    form = player.room.locator(".move-write_postmortem")
    form.get_by_label("In your words").fill("A deploy broke checkout for guests.")
    player.press("Copy timeline from the channel")
    expect(form.get_by_label("Timeline")).to_have_value(re.compile("Rolled back"), timeout=SOON_MS)
    form.get_by_label("What went well").fill("The rollback")
    form.get_by_label("Corrective actions").fill("Test guest checkouts | orders team | 14 | prevent")
    player.press("Write postmortem")
    player.wait_skipping(lambda: "written" in player.room.locator("[data-step=postmortem]").inner_text())


def test_a_kernel_that_is_killed_loses_nothing(player: Player, lab: Lab, first_drill: str) -> None:
    player.open(first_drill)
    player.pick(player.room.locator(".sevdrill-opening").get_by_label("Speed"), "60")
    player.press("Start drill")
    player.room.get_by_text("You are being paged").first.wait_for(timeout=SOON_MS)
    player.press("Acknowledge")
    done = player.room.locator("[data-step=acknowledge]")
    expect(done).to_have_class(re.compile("done"), timeout=SOON_MS)
    assert lab.kill_kernels() > 0
    player.open(first_drill, begin="Resume drill")
    player.press("Resume drill")
    expect(done).to_have_class(re.compile("done"), timeout=SOON_MS)
    player.press("End drill")
    player.phase("ended")


def test_keys_pressed_in_the_room_leave_the_notebook_alone(player: Player, lab: Lab) -> None:
    player.open(lab.write("keys.ipynb", OWN_ROOM, "1 + 1", "2 + 2"))
    before = player.cells()
    assert len(before) == 3
    player.press("Start drill")
    player.room.get_by_text("You are being paged").first.wait_for(timeout=SOON_MS)
    for place in (
        player.button("Pause"),
        player.button("End drill"),
        player.button("Answer triage"),
        player.room.get_by_role("tab", name="Triage"),
        player.room.locator(".sevdrill-controls").get_by_label("Speed"),
        player.room.locator(".sevdrill-lines"),
    ):
        place.focus()
        for key in ("x", "b", "m", "d", "d"):
            player.page.keyboard.press(key)
    assert player.cells() == before
    player.button("Pause").focus()
    player.page.keyboard.press("a")
    step = player.room.locator("[data-step=acknowledge]")
    expect(step).to_have_class(re.compile("done"), timeout=SOON_MS)
    player.page.keyboard.press("p")
    player.phase("paused")


def test_a_fault_in_a_handler_is_shown_in_the_room(player: Player, lab: Lab) -> None:
    player.open(lab.write("fault.ipynb", OWN_ROOM, FAULTY))
    player.press("Start drill")
    player.room.get_by_text("You are being paged").first.wait_for(timeout=SOON_MS)
    player.press("Acknowledge")
    alert = player.room.locator(".sevdrill-problem [role=alert]")
    expect(alert).to_contain_text("RuntimeError: <b>the disk</b> is full", timeout=SOON_MS)
    expect(alert).to_contain_text("The drill is paused and nothing is lost.")
    player.phase("paused")
    player.expected_faults = ["RuntimeError: <b>the disk</b> is full"]
    player.expected_complaint = "the disk"


def test_a_refusal_is_said_where_it_was_asked(player: Player, lab: Lab) -> None:
    player.open(lab.write("refusal.ipynb", OWN_ROOM))
    player.press("Start drill")
    player.room.get_by_text("You are being paged").first.wait_for(timeout=SOON_MS)
    player.choose("declare-level", "SEV-2")
    warned = player.room.locator(".move-declare .sevdrill-not-now")
    expect(warned).to_have_text("Not now: Acknowledge the page first.", timeout=SOON_MS)
    button = player.button("Declare severity")
    expect(button).to_have_attribute("aria-disabled", "true")
    button.click(force=True)  # it says that it cannot be done, and can be pressed to hear why
    refused = player.room.locator(".move-declare").get_by_role("alert")
    expect(refused).to_contain_text("Acknowledge the page first.", timeout=SOON_MS)


def test_a_page_stays_in_view_right_under_the_bar_however_high_that_is(
    player: Player, first_drill: str
) -> None:
    player.page.set_viewport_size({"width": 760, "height": 700})
    player.open(first_drill)
    player.be_paged()
    player.pause()
    for width in (760, 1280):
        player.page.set_viewport_size({"width": width, "height": 700})
        player.room.locator(".sevdrill-moves").evaluate("node => node.scrollIntoView({ block: 'end' })")
        player.page.wait_for_function(
            """() => {
              const [bar, page] = ['.sevdrill-top', '.sevdrill-strip'].map(
                (part) => document.querySelector(`.sevdrill-room ${part}`).getBoundingClientRect());
              return Math.abs(page.top - bar.bottom - 8) < 1 && page.bottom < innerHeight;
            }""",
            timeout=SOON_MS,
        )
