"""The pieces of the home page as markup; everything in them is escaped."""

from simulator.app.advice import Advice
from simulator.app.homeview import Card, Row
from simulator.room.markup import Markup, el, join
from simulator.room.words import plural


def heading() -> Markup:
    """The page's own name and first sentence."""
    return el(
        "section",
        "",
        el("h2", "", "Incident drills"),
        el(
            "p",
            "sevdrill-lead",
            "Choose a drill, and be on call for some minutes. Nothing here can break anything real.",
        ),
    )


def advice(told: Advice) -> Markup:
    """What to train next, and why."""
    return el(
        "section",
        "",
        el("p", "sevdrill-kicker", "Suggested for you"),
        el("h3", "sevdrill-drill-title", told.title),
        el("p", "", told.reason),
        data_rule=told.rule or None,
    )


def card(of: Card) -> Markup:
    """A drill to choose."""
    length = f"{of.minutes} min of drill time, {of.minutes / 10:.0f} at 10×"
    kicker = f"{of.difficulty.capitalize()} · {length}"
    notes = [el("span", "sevdrill-chip sevdrill-chip-on", "Suggested")] if of.suggested else []
    notes += [el("span", "sevdrill-chip", of.played)] if of.played else []
    return el(
        "article",
        "",
        el("p", "sevdrill-kicker", kicker),
        el("h4", "sevdrill-drill-title", of.title),
        el("p", "", of.summary),
        el("p", "sevdrill-help", f"Trains {', '.join(of.skills)}"),
        el("p", "sevdrill-chips", *notes),
    )


def count(shown: int, of: int) -> Markup:
    """How many pass the filters, said aloud when it changes."""
    told = plural(of, "drill") if shown == of else f"{shown} of {plural(of, 'drill')}"
    return el("span", "sevdrill-help", told, role="status")


def going(row: Row) -> Markup:
    """A drill that is under way."""
    told = f"{row.told} · {row.mode} · begun {row.begun}"
    return join(_named(row), el("p", "sevdrill-help", row.closed or told))


def unkept(title: str, at: str) -> Markup:
    """A drill that is under way and not kept."""
    return join(
        el("b", "", title),
        el("p", "sevdrill-help", f"Waits at {at} · not kept: it is gone when you close this page"),
    )


def past_heading(count: int) -> Markup:
    """What stands over the history."""
    head = el("h3", "sevdrill-heading", "Your history")
    return head if count else join(head, el("p", "sevdrill-empty", "No drill is finished yet."))


def past(row: Row) -> Markup:
    """A drill that is over."""
    told = " · ".join(filter(None, (row.begun, row.mode, row.mitigated)))
    return join(
        el("span", "sevdrill-score", row.told),
        el("div", "", _named(row), el("p", "sevdrill-help", row.closed or told)),
    )


def not_kept(problem: str) -> Markup:
    """Why the drill in the room is not kept, or nothing."""
    return el("span", "sevdrill-help", problem)


def _named(row: Row) -> Markup:
    return el("p", "", el("b", "", row.title), *(el("span", "sevdrill-chip", mark) for mark in row.marks))
