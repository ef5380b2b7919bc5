"""How long a click in the control room takes to show, in a real browser, while a drill runs."""

import tempfile
from pathlib import Path
from statistics import median, quantiles

from playwright.sync_api import Page, sync_playwright

from benchmarks.rows import Row
from tests.browser.lab import READY, Lab
from tests.support import chromium

CLICKS = 30
CELL = """from simulator.app.home import drill
room = drill(seed=2, speed=10)
room"""
# From the click to the frame painted after the room's phase has changed.
WATCH = """() => {
  window.latencies = [];
  let clicked = null;
  document.addEventListener('click', () => { clicked = performance.now(); }, true);
  const seen = () => {
    if (clicked === null) return;
    const start = clicked;
    clicked = null;
    requestAnimationFrame(() => requestAnimationFrame(() =>
      window.latencies.push(performance.now() - start)));
  };
  new MutationObserver(seen).observe(document.querySelector('.sevdrill-room'),
    { subtree: true, childList: true, attributes: true, attributeFilter: ['data-phase'] });
}"""


def rows() -> list[Row]:
    """Measure the room."""
    latencies_ms = _latencies()
    note = f"{len(latencies_ms)} clicks on Pause and Resume, drill at 10x"
    return [
        Row("click to visible, median", median(latencies_ms), "ms", note),
        Row("click to visible, 95th percentile", quantiles(latencies_ms, n=20)[-1], "ms"),
    ]


def _latencies() -> list[float]:
    with tempfile.TemporaryDirectory() as folder, Lab(Path(folder)) as lab, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.ensure(), args=list(chromium.ARGS))
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(lab.address(lab.write("bench.ipynb", CELL)))
        measured = _click(page)
        browser.close()
    return measured


def _click(page: Page) -> list[float]:
    page.wait_for_function(READY, timeout=60_000)
    page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
    room = page.locator(".sevdrill-room")
    room.get_by_role("button", name="Start drill").click(timeout=60_000)
    room.get_by_role("button", name="Acknowledge").click(timeout=60_000)
    page.evaluate(WATCH)
    for number in range(CLICKS):
        room.get_by_role("button", name="Pause" if number % 2 == 0 else "Resume", exact=True).click()
        page.wait_for_function("count => window.latencies.length > count", arg=number)
        page.wait_for_timeout(120)
    measured: list[float] = page.evaluate("window.latencies")
    return measured
