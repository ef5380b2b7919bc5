"""A browser, a notebook server and a page, for tests that click through the control room.

They run one after the other: two browsers at once on a small machine make both miss their time.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.checker import Round
from tests.browser.lab import Lab
from tests.browser.player import Player
from tests.browser.server import CHECKOUT
from tests.support.chromium import ARGS, ensure


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with Lab(tmp_path_factory.mktemp("lab")) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=ensure(), args=list(ARGS))
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    yield context.new_page()
    context.close()


PLAYERS = pytest.StashKey[list[Player]]()
"""Who plays in a test."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """To a failure belongs what was to be seen then."""
    report = yield
    if report.failed and report.when != "teardown":
        seen = [("a page", somebody.testimony()) for somebody in item.stash.get(PLAYERS, [])]
        report.sections += seen
    return report


@pytest.fixture
def player(lab: Lab, page: Page, request: pytest.FixtureRequest) -> Iterator[Player]:
    """Somebody at the page. A fault in the room, the page or the kernel fails the test."""
    somebody = Player(lab, page)
    request.node.stash[PLAYERS] = [somebody]
    yield somebody
    somebody.leave()
    assert (somebody.faults, somebody.complaints()) == (somebody.expected_faults, [])


@pytest.fixture
def companion(lab: Lab, player: Player, request: pytest.FixtureRequest) -> Iterator[Player]:
    """A second page of the same browser; the first one's test is over when both are."""
    somebody = Player(lab, player.page.context.new_page())
    request.node.stash[PLAYERS].append(somebody)
    yield somebody
    somebody.leave()
    assert (somebody.faults, somebody.complaints()) == ([], [])


@pytest.fixture
def tour(player: Player) -> Iterator[Round]:
    """A round that checks what the player sees. The server remembers the theme: it is light again then."""
    yield Round(player)
    player.dress("Light")


@pytest.fixture
def first_drill(lab: Lab) -> str:
    """A copy of the first drill's notebook; the one in the checkout is never touched."""
    for file in Path(os.environ["SEVDRILL_STORE"]).parent.glob("drills.db*"):
        file.unlink()  # so that no test goes on with the drill of another
    source = CHECKOUT / "notebooks" / "01-first-drill.ipynb"
    return Path(shutil.copy(source, lab.notebooks)).name
