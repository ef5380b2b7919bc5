"""The control room in a real browser while a drill runs: how quick it is, and what it costs."""

import re
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

import psutil
from playwright.sync_api import Page, WebSocket, sync_playwright

from benchmarks.rows import Row
from tests.browser.lab import READY, Lab
from tests.support import chromium

CLICKS = 30
"""Clicks of each kind; an even number, so that the drill is not left paused."""
REST_MS = 150
"""Between two clicks."""
QUIET_S = 20.0
"""How long load is measured, while nobody clicks."""
DRILL_S = 120.0
"""How long memory is watched: 20 minutes of a drill at 10 times the speed."""
LONGEST_MS = 60_000
CELL = """from simulator.app.home import drill
room = drill(seed=2, speed=10, fresh=True)
room"""
# From running the cell to the frame in which the room's first button is on screen.
START = """async () => {
  const begun = performance.now();
  window.jupyterapp.commands.execute('notebook:run-all-cells');
  const shown = () => document.querySelector('.sevdrill-room .sevdrill-start')?.offsetParent;
  const frame = () => new Promise(requestAnimationFrame);
  while (!shown()) await frame();
  await frame();
  return performance.now() - begun;
}"""
# From each click (or choice in a list) to the frame painted after the watched part of the room has changed.
WATCH = """selector => {
  const room = document.querySelector('.sevdrill-room');
  const look = () => [...room.querySelectorAll(selector)].map((node) => node.outerHTML).join();
  let clicked = null;
  let before = '';
  const events = {
    pointerdown: (event) => { clicked = event.timeStamp; before = look(); },  // tabs turn already here
    click: (event) => { clicked &&= event.timeStamp; },
    change: (event) => { clicked = event.timeStamp; before = look(); },
  };
  const seen = () => {
    if (clicked === null || look() === before) return;
    const start = clicked;
    clicked = null;
    const painted = () => window.latencies.push(performance.now() - start);
    requestAnimationFrame(() => requestAnimationFrame(painted));
  };
  window.unwatch?.();
  window.latencies = [];
  const watch = new MutationObserver(seen);
  watch.observe(room, { subtree: true, childList: true, attributes: true, characterData: true });
  for (const [kind, heard] of Object.entries(events)) document.addEventListener(kind, heard, true);
  window.unwatch = () => {
    watch.disconnect();
    for (const [kind, heard] of Object.entries(events)) document.removeEventListener(kind, heard, true);
  };
}"""


class Load(NamedTuple):
    """What a running drill costs while nobody clicks."""

    kernel: float
    """Per cent of one core."""
    browser: float
    """Per cent of one core, all of the browser's processes."""
    received: float
    """kB/s over the page's WebSockets."""


class Memory(NamedTuple):
    """A moment's memory, in MB, and the page's nodes."""

    kernel: float
    heap: float
    nodes: float


class Stage:
    """A browser page on a notebook with a room."""

    def __init__(self, lab: Lab, page: Page) -> None:
        self.page, self.room = page, page.locator(".sevdrill-room")
        self._lab, self._bytes = lab, 0
        self._devtools = page.context.new_cdp_session(page)
        self._devtools.send("Performance.enable")
        page.on("websocket", self._listen)

    def open(self) -> float:
        """Open a notebook and run it; returns the milliseconds from there until the room is on screen."""
        self.page.goto(self._lab.address(self._lab.write("bench.ipynb", CELL)))
        self.page.wait_for_function(READY, timeout=LONGEST_MS)
        return float(self.page.evaluate(START))

    def begin(self) -> None:
        """Start the drill, answer the page, read two pieces of evidence, and keep a dashboard open."""
        self.press("Start drill")
        self.press("Acknowledge")
        self.room.locator("[data-step=acknowledge].sevdrill-step-done").wait_for(timeout=LONGEST_MS)
        self.tab("Investigate")
        for place in (1, 2):
            self.choose("look-source", place)
            self.press("Look")
            self.room.locator(".sevdrill-found option").nth(place - 1).wait_for(
                state="attached", timeout=LONGEST_MS
            )
        self.room.get_by_role("radio", name="Services").click()
        self.press("Open dashboard")
        self.room.get_by_role("img", name=re.compile("^Latency")).wait_for(timeout=LONGEST_MS)

    def press(self, name: str) -> None:
        """Click a button of the room."""
        self.room.get_by_role("button", name=name, exact=True).click(timeout=LONGEST_MS)

    def tab(self, name: str) -> None:
        """Turn to a group of moves."""
        self.room.get_by_role("tab", name=name, exact=True).click()

    def choose(self, argument: str, place: int) -> None:
        """Choose the option at a place of one of the moves' lists."""
        self.room.locator(f".arg-{argument} select").select_option(index=place)

    def read(self, place: int) -> None:
        """Open a piece of evidence."""
        self.room.locator(".sevdrill-found select").select_option(index=place)

    def latencies(self, selector: str, act: Callable[[int], None]) -> list[float]:
        """Milliseconds until each of many acts shows in what `selector` finds."""
        self.page.evaluate(WATCH, selector)
        for number in range(CLICKS):
            act(number)
            self.page.wait_for_function("count => window.latencies.length > count", arg=number)
            self.page.wait_for_timeout(REST_MS)
        measured: list[float] = self.page.evaluate("window.latencies")
        return measured

    def load(self) -> Load:
        """Watch a running drill without touching it."""
        self.room.locator("[data-phase=running]").wait_for(timeout=LONGEST_MS)
        sources = ([self._kernel()], _browser())
        before = [_cpu_s(processes) for processes in sources]
        self._bytes, began_s = 0, time.perf_counter()
        self.page.wait_for_timeout(1000 * QUIET_S)
        passed_s = time.perf_counter() - began_s
        kernel, browser = (
            100 * (_cpu_s(processes) - then) / passed_s
            for processes, then in zip(sources, before, strict=True)
        )
        return Load(kernel, browser, self._bytes / 1000 / passed_s)

    def memory(self) -> Memory:
        """Memory in use now, after the page's garbage has been collected."""
        self._devtools.send("HeapProfiler.collectGarbage")
        found = self._devtools.send("Performance.getMetrics")["metrics"]
        page = {metric["name"]: metric["value"] for metric in found}
        return Memory(self._kernel().memory_info().rss / 1e6, page["JSHeapUsedSize"] / 1e6, page["Nodes"])

    def _kernel(self) -> psutil.Process:
        (kernel,) = self._lab.kernels()
        return kernel

    def _listen(self, socket: WebSocket) -> None:
        def count(payload: str | bytes) -> None:
            self._bytes += len(payload)

        socket.on("framereceived", count)
        socket.on("framesent", count)


def rows() -> list[Row]:
    """Measure the room."""
    with _stage() as stage:
        shown_ms = stage.open()
        stage.begin()
        clicks = {kind: stage.latencies(selector, act(stage)) for kind, (selector, act) in CLICKED.items()}
        load = stage.load()
        memory = [stage.memory()]
        for _ in range(2):
            stage.page.wait_for_timeout(500 * DRILL_S)
            memory.append(stage.memory())
    return [
        Row("room: from running the cell to on screen", shown_ms, "ms"),
        *(row for kind, latencies_ms in clicks.items() for row in _latency(kind, latencies_ms)),
        *_latency("all clicks", [one for latencies_ms in clicks.values() for one in latencies_ms]),
        Row("kernel while a drill runs", load.kernel, "%", "of one core, drill at 10x", 5),
        Row("browser while a drill runs", load.browser, "%", "of one core, all its processes", 20),
        Row("over the WebSocket while a drill runs", load.received, "kB/s"),
        *(row for when, then in zip(WHENS, memory, strict=True) for row in _memory(when, then)),
    ]


WHENS = ("after the clicks", "10 minutes later", "20 minutes later")
"""Moments of the drill at which memory is measured."""


def _pause(stage: Stage) -> Callable[[int], None]:
    return lambda nth: stage.press("Resume" if nth % 2 else "Pause")


def _declare(stage: Stage) -> Callable[[int], None]:
    stage.tab("Triage")

    def declare(nth: int) -> None:
        stage.choose("declare-level", nth % 2 + 2)
        stage.page.wait_for_timeout(REST_MS)
        stage.press("Declare severity")

    return declare


def _turn(stage: Stage) -> Callable[[int], None]:
    return lambda nth: stage.tab("Communicate" if nth % 2 else "Mitigate")


def _read(stage: Stage) -> Callable[[int], None]:
    return lambda nth: stage.read((nth + 1) % 2)  # the newest is open at first


CLICKED: Mapping[str, tuple[str, Callable[[Stage], Callable[[int], None]]]] = {
    "pause or resume": (".sevdrill-phase", _pause),
    "a move": (".move-declare [data-nth]", _declare),
    "another tab": ("[role=tab][aria-selected=true]", _turn),
    "a piece of evidence": (".sevdrill-sheet", _read),
}
"""What is clicked, where it shows, and how."""


def _latency(kind: str, latencies_ms: Sequence[float]) -> list[Row]:
    note = f"{len(latencies_ms)} times, drill at 10x"
    return [
        Row(f"{kind}: click to visible, median", median(latencies_ms), "ms", note, 60),
        Row(f"{kind}: click to visible, 95 %", quantiles(latencies_ms, n=20)[-1], "ms", "", 150),
    ]


def _memory(when: str, memory: Memory) -> list[Row]:
    return [
        Row(f"kernel's memory {when}", memory.kernel, "MB"),
        Row(f"page's memory {when}", memory.heap, "MB", f"{memory.nodes:,.0f} nodes"),
    ]


def _browser() -> list[psutil.Process]:
    family = psutil.Process().children(recursive=True)
    return [process for process in family if "chrom" in process.name()]


def _cpu_s(processes: list[psutil.Process]) -> float:
    return sum(sum(process.cpu_times()[:2]) for process in processes if process.is_running())


@contextmanager
def _stage() -> Iterator[Stage]:
    """A server, a browser and a page."""
    with tempfile.TemporaryDirectory() as folder, Lab(Path(folder)) as lab, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.ensure(), args=list(chromium.ARGS))
        yield Stage(lab, browser.new_page(viewport={"width": 1280, "height": 900}))
        browser.close()
