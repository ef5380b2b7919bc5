"""The bar that stays on screen: clock, severity, users, what was lost, silence, command, questions."""

import ipywidgets as W  # noqa: N812

from simulator.room import words
from simulator.room.markup import Markup, el, icon
from simulator.room.view import Silence, Status

_TRENDS = {"rising": "▲ rising", "falling": "▼ falling", "steady": "steady"}


class StatusBar:
    """The tiles of the bar."""

    def __init__(self) -> None:
        self.widget = W.HTML()
        self.widget.add_class("sevdrill-status")

    def show(self, status: Status) -> None:
        """Draw the numbers of now."""
        self.widget.value = el(
            "div",
            "sevdrill-tiles",
            _tile("clock", "Clock", status.clock, status.since_page),
            _severity(status.severity),
            _affected(status),
            _tile("lost", "User-minutes lost", f"{status.lost:,}", "so far", data_n=status.lost),
            _silence(status.silence),
            _tile("command", "Command", status.command, "incident commander"),
            _questions(status.questions),
        )


def _tile(name: str, label: str, headline: str, detail: str, **attributes: str | int | None) -> Markup:
    return el(
        "div",
        f"sevdrill-tile sevdrill-{name}",
        el("span", "sevdrill-label", label),
        el("b", "", headline),
        el("span", "sevdrill-detail", detail),
        **attributes,
    )


def _severity(level: int | None) -> Markup:
    headline, detail = (f"SEV-{level}", "declared") if level else ("–", "not declared")
    return _tile("severity", "Severity", headline, detail, data_level=level or 0)


def _affected(status: Status) -> Markup:
    state = "none" if status.well else status.trend
    detail = "as on a quiet day" if status.well else f"{status.share} · {_TRENDS[status.trend]}"
    journeys = ", ".join(f"{title}: {n:,}" for title, n in status.by_journey)
    return _tile(
        "affected",
        "Users affected",
        f"{status.affected:,}",
        detail,
        data_n=status.affected,
        data_state=state,
        title=journeys,
    )


def _silence(silence: Silence) -> Markup:
    return _tile("silence", "Last update", silence.headline, silence.detail, data_state=silence.state)


def _questions(n: int) -> Markup:
    detail = f"{words.plural(n, 'person').replace('persons', 'people')} waiting" if n else "nobody is waiting"
    return el(
        "div",
        "sevdrill-tile sevdrill-questions",
        el("span", "sevdrill-label", "Questions"),
        el("b", "", *([icon("question")] if n else []), str(n)),
        el("span", "sevdrill-detail", detail),
        data_n=n,
    )
