"""A slider that moves a mitigation through a drill: drag it, and see what users would have felt.

A rim: imported by name; needs ipywidgets. Each position is a whole drill simulated anew, so it is exact.
"""

from base64 import b64encode
from collections.abc import Callable, Sequence
from functools import lru_cache
from html import escape

import ipywidgets as W  # noqa: N812

from scoring.acts import in_full
from scoring.edits import made_at
from scoring.markup import THEME_CSS
from scoring.playbook import Playbook
from scoring.scorecard import review
from scoring.whatif import Outcome, outcome, told
from scoring.whatif_figures import Redrawn
from simulator.decisions import Decision
from simulator.drill import simulate
from simulator.scenario.model import Mitigation, Scenario

CSS = f"{THEME_CSS}\n.sevdrill-figure {{ max-width: 100%; height: auto; }}"
STEP_S = 15
"""Drill seconds from one position of the slider to the next."""
KEPT = 512
"""Positions that are remembered."""
ALT = "Users affected, as it was and as it would have been; the words above give the difference."


class ActSlider:
    """A drill with one mitigation made at a moment of the reader's choice, instead of when it was made.

    Args:
        scenario: what was played.
        seed: the seed it was played with.
        decisions: its log.
        move: the mitigation; the variant's first right move if left out.
        by: who carries it out: a responder who was there, or nobody for the trainee.
        playbook: for the window of a lasting recovery.
        post: makes a handler of a function; where others act too, one that posts it to their loop.
    """

    def __init__(  # noqa: PLR0917 - a drill is three of them
        self,
        scenario: Scenario,
        seed: int,
        decisions: Sequence[Decision],
        move: Mitigation | None = None,
        by: str | None = None,
        playbook: Playbook | None = None,
        post: Callable[[Callable[[], None]], Callable[..., None]] = lambda act: lambda *_: act(),
    ) -> None:
        self._case = review(scenario, simulate(scenario, seed, decisions), playbook)
        self._seed, self._decisions, self._by = seed, tuple(decisions), by
        self.move = move or self._case.variant.right_moves[0]
        self._chart = Redrawn(self._case)
        self._at = lru_cache(KEPT)(self._draw)
        first_s = self._case.acknowledged.at_ms // 1000 + 1 if self._case.acknowledged else 0
        self._when = W.IntSlider(
            value=first_s,
            min=first_s,
            max=scenario.length_s - 1,
            step=STEP_S,
            description="Moment",
            readout=False,
            continuous_update=True,
            layout=W.Layout(width="100%"),
        )
        self._picture, self._words = W.HTML(), W.HTML()
        self._when.observe(post(lambda: self.show(self._when.value)), "value")
        self.show(first_s)
        style = W.HTML(f"<style>{CSS}</style>", layout=W.Layout(display="none"))
        self.widget = W.VBox([self._when, self._words, self._picture, style])

    def outcome_at(self, at_s: int) -> Outcome:
        """What the drill would have come to with the mitigation made that many seconds after the opening."""
        return self._at(at_s)[1]

    def _draw(self, at_s: int) -> tuple[bytes, Outcome]:
        log = made_at(self._decisions, self.move, 1000 * at_s, self._by)
        trace = simulate(self._case.scenario, self._seed, log)
        other = review(self._case.scenario, trace, self._case.playbook)
        return self._chart.png(trace, 1000 * at_s), outcome(other)

    def show(self, at_s: int) -> None:
        """Draw the drill with the mitigation made that many seconds after the opening."""
        picture, then = self._at(at_s)
        what = in_full(self._case.scenario, self.move)
        words = f"{self._case.clock(1000 * at_s)}: {what}. {told(outcome(self._case), then)}"
        self._words.value = f'<span role="status">{escape(words)}</span>'
        # As HTML, for an image of ipywidgets cannot say in words what it shows.
        source = f"data:image/png;base64,{b64encode(picture).decode()}"
        self._picture.value = f'<img class="sevdrill-figure" src="{source}" alt="{ALT}">'

    def _repr_mimebundle_(self, **options: object) -> object:
        """Show the slider; where widgets cannot be shown, say what this is."""
        bundle = self.widget._repr_mimebundle_(**options)
        if isinstance(bundle, dict):
            bundle["text/plain"] = f"What if: {in_full(self._case.scenario, self.move)}"
        return bundle
