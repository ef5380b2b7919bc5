"""The drills without code, as `sevdrill serve` shows them, in a real browser."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.voila import Voila

pytestmark = pytest.mark.browser
LONG_MS = 90_000
SOON_MS = 20_000


@pytest.fixture(scope="module")
def voila(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Voila]:
    with Voila(tmp_path_factory.mktemp("voila")) as running:
        yield running


@pytest.fixture
def no_drills() -> None:
    for file in Path(os.environ["SEVDRILL_STORE"]).parent.glob("drills.db*"):
        file.unlink()


def test_a_visitor_plays_without_seeing_code(voila: Voila, page: Page, no_drills: None) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(voila.address)
    home = page.locator(".sevdrill-home")
    home.wait_for(timeout=LONG_MS)
    assert "simulator.app" not in page.content()
    assert page.locator(".jp-InputArea, .jp-Cell-inputArea").count() == 0
    expect(home.locator(".sevdrill-drill")).not_to_have_count(0)

    home.get_by_label("Speed").select_option("60×")
    home.locator(".drill-api-500s-after-deploy").get_by_role("button", name="Begin").click()
    page.get_by_role("button", name="Start drill", exact=True).click(timeout=SOON_MS)
    page.get_by_text("You are being paged").first.wait_for(timeout=SOON_MS)
    page.get_by_role("button", name="Acknowledge", exact=True).click()
    done = page.locator("[data-step=acknowledge]")
    expect(done).to_have_class(re.compile("done"), timeout=SOON_MS)
    page.get_by_role("button", name="All drills").click()
    expect(home.get_by_role("button", name="Resume")).to_have_count(1, timeout=SOON_MS)

    elsewhere = [
        url for url in asked if not re.match(rf"(http|ws)://localhost:{voila.port}/|data:|blob:", url)
    ]
    assert elsewhere == []


def test_every_visitor_has_a_kernel_and_a_page_of_their_own(
    voila: Voila, browser: Browser, page: Page, no_drills: None
) -> None:
    other = browser.new_context().new_page()
    for one in (page, other):
        one.goto(voila.address)
        one.locator(".sevdrill-home").wait_for(timeout=LONG_MS)
    page.locator(".sevdrill-drill").first.get_by_role("button", name="Begin").click()
    page.get_by_role("button", name="Start drill", exact=True).wait_for(timeout=SOON_MS)
    expect(other.locator(".sevdrill-home")).to_be_visible()
    other.context.close()


def test_the_page_is_dark_where_that_is_asked_for(voila: Voila, page: Page, no_drills: None) -> None:
    page.goto(f"{voila.address}?theme=dark")
    card = page.locator(".sevdrill-drill").first
    card.wait_for(timeout=LONG_MS)
    paper, ink = card.evaluate("c => [getComputedStyle(c).backgroundColor, getComputedStyle(c).color]")
    assert _light(paper) < 60
    assert _light(ink) > 200


def _light(colour: str) -> float:
    red, green, blue = (int(part) for part in re.findall(r"\d+", colour)[:3])
    return 0.3 * red + 0.6 * green + 0.1 * blue


def test_one_drill_is_served_alone_and_waits_for_start(tmp_path: Path, page: Page, no_drills: None) -> None:
    with Voila(tmp_path, "--scenario", "rail-booking-timeouts") as alone:
        page.goto(alone.address)
        page.get_by_role("button", name="Start drill", exact=True).wait_for(timeout=LONG_MS)
        expect(page.locator(".sevdrill-opening h2")).to_have_text("Seats cannot be booked")
