"""axe-core, the accessibility checker, let loose on a part of the page. Its files are in `axe/`."""

from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Page

from tests.browser.player import Player

AXE = Path(__file__).parent / "axe" / "axe.min.js"
GRAVE = ("serious", "critical")
# JupyterLab's body is 0 px high and clips: axe would take everything in it for invisible, and find nothing.
RUN = """async (selector) => {
  document.body.style.height = '100vh';
  const { violations, incomplete } = await window.axe.run(
    { include: [selector] }, { resultTypes: ['violations', 'incomplete'] });
  document.body.style.height = '';
  const broke = ({ nodes }) => nodes.some(({ none }) => none.some(({ id }) => id === 'error-occurred'));
  const failed = incomplete.filter(broke);
  if (failed.length) throw new Error(`axe could not check ${failed.map(({ id }) => id)}`);
  return violations.flatMap(({ id, impact, help, nodes }) => nodes.map(({ html, any, all, none }) => ({
    rule: id, impact, help, html, why: [...any, ...all, ...none].map(({ message }) => message).join('; '),
  })));
}"""


class Finding(NamedTuple):
    """Something that keeps somebody out."""

    where: str
    """The state of the page in which it was found."""
    rule: str
    impact: str
    help: str
    why: str
    html: str

    def __str__(self) -> str:
        return (
            f"{self.where}: {self.impact}: {self.help} ({self.rule})\n    {self.why}\n    {self.html[:200]}"
        )


def findings(page: Page, selector: str, where: str) -> list[Finding]:
    """What axe calls serious or critical in the elements that `selector` finds.

    Args:
        page: the page; the checker is put into it if it is not there yet.
        selector: what is checked.
        where: a name for the state that the page is in.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate(RUN, selector)
    return [Finding(where=where, **one) for one in found if one["impact"] in GRAVE]


class Round:
    """Goes through the states of a page and collects what keeps somebody out."""

    def __init__(self, player: Player) -> None:
        self.found: list[Finding] = []
        self._player, self._themes = player, ["Light", "Dark"]

    def check(self, where: str, selector: str = ".sevdrill-room") -> None:
        """Check a state in both themes, beginning with the one that is on; only a part, to save time."""
        for theme in self._themes:
            self._player.dress(theme)
            self.found += findings(self._player.page, selector, f"{where}, {theme.lower()}")
        self._themes.reverse()

    def report(self) -> str:
        """The findings, one below the other; each once, where it was met first."""
        first = {(one.rule, one.html): one for one in reversed(self.found)}
        return "\n".join(str(one) for one in first.values())
