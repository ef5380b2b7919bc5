"""The drills to choose from on the home page."""

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as W  # noqa: N812

from simulator.app import homeparts
from simulator.app.homeview import ANY, Card, fits
from simulator.room.boxes import column, row
from simulator.room.markup import el
from simulator.room.posting import Post


class Shelf:
    """Cards, with filters over them.

    Args:
        begin: called on the loop with the id of the one that was chosen.
        post: how handlers reach the loop.
    """

    def __init__(self, begin: Callable[[str], None], post: Post) -> None:
        self._begin, self._post = begin, post
        self._cards: dict[str, tuple[Card, W.VBox]] = {}
        filters = {"difficulty": "Difficulty", "skill": "Trains", "length": "Length"}
        self.filters = {
            key: W.Dropdown(
                options=[("Any", ANY)], value=ANY, description=title, tooltip=f"{title} of the drills shown"
            )
            for key, title in filters.items()
        }
        for each in self.filters.values():
            each.observe(post.handler(self._sift), "value")
        self._count = W.HTML()
        self._grid = column("sevdrill-shelf")
        filters_row = row("sevdrill-filters", *self.filters.values(), self._count)
        head = W.HTML(el("h3", "sevdrill-heading", "All drills"))
        self.widget = W.VBox([head, filters_row, self._grid])

    def show(self, cards: Sequence[Card]) -> None:
        """Put these on the shelf."""
        self._cards = {card.id: (card, self._card(card)) for card in cards}
        self._offer(
            "difficulty", [(each.capitalize(), each) for each in dict.fromkeys(c.difficulty for c in cards)]
        )
        self._offer("skill", [(each, each) for each in sorted({skill for c in cards for skill in c.skills})])
        self._offer("length", [(f"Up to {n} min", n) for n in sorted({c.minutes for c in cards})])
        self._grid.children = tuple(widget for _, widget in self._cards.values())
        self._sift()

    def _offer(self, name: str, options: Sequence[tuple[str, Any]]) -> None:
        control = self.filters[name]
        wanted = (("Any", ANY), *options)
        if tuple(control.options) != wanted:
            kept = control.value
            control.options = wanted
            control.value = kept if kept in [value for _, value in wanted] else ANY

    def _sift(self) -> None:
        difficulty, skill, length = (control.value for control in self.filters.values())
        most_min = None if length == ANY else int(length)
        shown = 0
        for card, widget in self._cards.values():
            passes = fits(card, str(difficulty), str(skill), most_min)
            widget.layout.display = None if passes else "none"
            shown += passes
        self._count.value = homeparts.count(shown, len(self._cards))

    def _card(self, card: Card) -> W.VBox:
        button = W.Button(description="Begin", tooltip=card.title)
        button.on_click(self._post.handler(lambda: self._begin(card.id)))
        return column(f"sevdrill-card sevdrill-drill drill-{card.id}", W.HTML(homeparts.card(card)), button)
