"""Plays the control room as a person does: by the names on the screen."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.lab import READY, Lab

SOON_MS = 20_000
RUN_ALL = "window.jupyterapp.commands.execute('notebook:run-all-cells')"


class Player:
    """One page on one notebook."""

    def __init__(self, lab: Lab, page: Page) -> None:
        self.page = page
        self.room = page.locator(".sevdrill-room").first
        self.faults: list[str] = []
        self.expected_faults: list[str] = []
        self._lab = lab

    def open(self, notebook: str, begin: str = "Start drill") -> None:
        """Open a notebook, run it, and wait for the room, with what its first button says."""
        self.page.goto(self._lab.address(notebook))
        self.page.wait_for_function(READY, timeout=60_000)
        self.page.evaluate(RUN_ALL)
        self.button(begin).wait_for(timeout=60_000)

    def leave(self) -> None:
        """Note what went wrong, and shut the kernel down."""
        if self.room.count():
            self.faults = self.room.locator(".sevdrill-fault").all_inner_texts()
        self.page.evaluate("window.jupyterapp?.shell?.currentWidget?.sessionContext?.shutdown()")

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
