"""Plays the control room as a person does: by the names on the screen."""

import re
from collections.abc import Callable

from playwright.sync_api import ConsoleMessage, Error, Locator, Page, expect

from tests.browser.lab import READY, Lab

SOON_MS = 20_000
MANY_SKIPS = 20
REST_MS = 200
RUN_ALL = "window.jupyterapp.commands.execute('notebook:run-all-cells')"
SAVE = "window.jupyterapp.commands.execute('docmanager:save')"
CHANGE_THEME = "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})"
RUN_CELL = """number => {
  const notebook = window.jupyterapp.shell.currentWidget.content;
  notebook.activeCellIndex = number;
  window.jupyterapp.commands.execute('notebook:run-cell');
}"""
# What a kernel writes to stderr goes to the log console, where nobody looks: a handler's traceback, a fault.
LISTEN = """() => {
  const context = window.jupyterapp.shell.currentWidget.sessionContext;
  window.complaints ??= [];
  context.iopubMessage.connect((_, { header, content }) => {
    if (header.msg_type === 'error') window.complaints.push(content.traceback.join('\\n'));
    if (header.msg_type === 'stream' && content.name === 'stderr') window.complaints.push(content.text);
  });
}"""
NOT_OURS = re.compile(
    r"Failed to load resource"  # by the browser: an icon, or what a server that restarts does not answer
    r"|WebSocket connection to"
    r"|[Cc]omm not found for comm id|No such comm"  # widgets of a kernel that is gone
    r"|Debugger warning|debugger miss breakpoints|to python to disable frozen modules|PYDEVD_DISABLE"
    # By ipywidgets and Lumino, now and then: a box was replaced while its old content was still being drawn.
    r"|Could not add child view to box|Failed to execute 'removeChild' on 'Node'"
    r"|Cannot read properties of null \(reading '(processLuminoMessage|widgets)'\)"
)
"""What JupyterLab, ipywidgets, the browser and ipykernel say of their own accord."""


class Player:
    """One page on one notebook."""

    def __init__(self, lab: Lab, page: Page) -> None:
        self.page = page
        self.room = page.locator(".sevdrill-room").first
        self.faults: list[str] = []
        self.expected_faults: list[str] = []
        self.expected_complaint = ""
        """A part of complaints that belong to the test's story."""
        self._complaints: list[str] = []
        self._lab = lab
        page.on("console", self._hear)
        page.on("pageerror", self._see)

    def open(self, notebook: str, begin: str = "Start drill", cell: int | None = None) -> None:
        """Open a notebook, run it (or one cell), and wait for the room, with what its first button says."""
        self.visit(notebook)
        if cell is None:
            self.page.evaluate(RUN_ALL)
        else:
            self.run(cell)
        self.button(begin).wait_for(timeout=60_000)

    def visit(self, notebook: str) -> None:
        """Open a notebook without running it."""
        self.page.goto(self._lab.address(notebook))
        self._arrive()

    def reload(self) -> None:
        """Load the page anew."""
        self._take_complaints()
        self.page.reload()
        self._arrive()

    def _arrive(self) -> None:
        self.page.wait_for_function(READY, timeout=60_000)
        self.page.evaluate(LISTEN)

    def run(self, cell: int) -> None:
        """Run one cell, without waiting for it."""
        self.page.evaluate(RUN_CELL, cell)

    def save(self) -> None:
        """Save the notebook, and wait until that is done."""
        self.page.evaluate(SAVE)

    def restart_kernel(self) -> None:
        """Restart the kernel, as the notebook's menu does after its question."""
        self.page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
        self.page.wait_for_function(READY, timeout=60_000)

    def dress(self, theme: str) -> None:
        """Change the notebook's theme, `Light` or `Dark`, and wait until the room has it."""
        self.page.evaluate(CHANGE_THEME, f"JupyterLab {theme}")
        told = self.page.locator("body")
        expect(told).to_have_attribute("data-jp-theme-light", str(theme == "Light").lower(), timeout=SOON_MS)

    def interrupt_kernel(self) -> None:
        """Interrupt the kernel, as the stop button of the notebook does."""
        self.page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.interrupt()")

    def be_paged(self) -> None:
        """Start the drill and wait for the page."""
        self.press("Start drill")
        self.room.get_by_text("You are being paged").first.wait_for(timeout=SOON_MS)

    def acknowledge(self) -> None:
        """Answer the page, and wait until that is done."""
        self.press("Acknowledge")
        self.done("acknowledge")

    def pause(self) -> None:
        """Stop the clock, and wait until it stands."""
        self.press("Pause")
        self.phase("paused")

    def done(self, step: str) -> None:
        """Wait until a step of the incident is done."""
        place = self.room.locator(f"[data-step={step}]")
        expect(place).to_have_class(re.compile("sevdrill-step-done"), timeout=SOON_MS)

    def signal(self, text: str) -> None:
        """Wait for what the line of the signal says; nothing while all is well."""
        expect(self.room.locator(".sevdrill-signal")).to_have_text(text, timeout=SOON_MS)

    def leave(self) -> None:
        """Note what went wrong, and shut the kernel down."""
        if self.page.is_closed():
            return
        if self.room.count():
            self.faults = self.room.locator(".sevdrill-fault").all_inner_texts()
        self._take_complaints()
        self.page.evaluate("window.jupyterapp?.shell?.currentWidget?.sessionContext?.shutdown()")

    def complaints(self) -> list[str]:
        """Errors in the page's console, on the page, and in what the kernel wrote to stderr."""
        ours = [said for said in self._complaints if not NOT_OURS.search(said)]
        expected = self.expected_complaint
        return [said for said in ours if not (expected and expected in said)]

    def testimony(self) -> str:
        """What is on the page, and what was complained of so far, whoever did it."""
        if self.page.is_closed():
            return "It is closed."
        shown = self.page.locator("body").inner_text(timeout=SOON_MS)
        said = self._complaints + self.page.evaluate("window.complaints ?? []")
        return "\n".join([self.page.url, *said, "-- it shows:", shown])

    def _take_complaints(self) -> None:
        self._complaints += self.page.evaluate("window.complaints ?? []")

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._complaints.append(f"console: {message.text}")

    def _see(self, fault: Error) -> None:
        self._complaints.append(f"page: {fault}")

    def button(self, name: str) -> Locator:
        """A button of the room."""
        return self.room.get_by_role("button", name=name, exact=True)

    def press(self, name: str) -> None:
        """Click a button of the room."""
        self.button(name).click()

    def tab(self, name: str) -> None:
        """Turn to a group of moves."""
        self.room.get_by_role("tab", name=name, exact=True).click()

    def choose(self, argument: str, label: str) -> None:
        """Choose the option whose label contains `label`, for an argument such as `roll_back-change`."""
        self.pick(self.room.locator(f".arg-{argument} select"), label)

    def offers(self, argument: str, label: str) -> bool:
        """Whether an argument's list has an option whose label contains `label`."""
        return self.room.locator(f".arg-{argument} select option", has_text=label).count() > 0

    def told(self, text: str) -> bool:
        """Whether the incident channel says so by now."""
        return text in self.room.locator(".sevdrill-channel").inner_text()

    def wait_skipping(self, come: Callable[[], bool]) -> None:
        """Skip from event to event until something has come."""
        clock = self.room.locator(".sevdrill-clock b")
        for _ in range(MANY_SKIPS):
            if come():
                return
            then = clock.inner_text()
            self.press("Skip")
            expect(clock).not_to_have_text(then, timeout=SOON_MS)
            self.page.wait_for_timeout(REST_MS)
        raise AssertionError(f"it has not come after {MANY_SKIPS} skips")

    def pick(self, control: Locator, label: str) -> None:
        """Choose the option whose label contains `label`. (ipywidgets writes labels with fixed spaces.)"""
        option = control.locator("option", has_text=label).first
        option.wait_for(state="attached", timeout=SOON_MS)
        control.select_option(label=option.inner_text())

    def phase(self, name: str) -> None:
        """Wait for a phase of the drill."""
        phase = self.room.locator(".sevdrill-phase")
        expect(phase).to_have_attribute("data-phase", name, timeout=SOON_MS)

    def affected(self) -> int:
        """Users affected, as the bar says."""
        return int(self.room.locator(".sevdrill-affected").get_attribute("data-n") or -1)

    def cells(self) -> list[str]:
        """The kinds of the notebook's cells, in order."""
        kinds = "cells => cells.map(cell => [...cell.classList].filter(c => /^jp-\\w+Cell$/.test(c)).join())"
        return list(self.page.locator(".jp-Notebook .jp-Cell").evaluate_all(kinds))
