"""What a trainee sees before the drill: what it is, what to do, and one big button."""

from collections.abc import Callable

import ipywidgets as W  # noqa: N812

from simulator.room import words
from simulator.room.boxes import column, row
from simulator.room.markup import Markup, el
from simulator.room.posting import Post
from simulator.scenario.model import Scenario

TASKS = (
    ("Acknowledge", "the page: from then on you are the incident commander."),
    ("Triage", "from evidence: what users feel, what changed, whether it rolls back quickly."),
    ("Tell people", "what is broken, who is affected, and when you will write again."),
    ("Mitigate", "with the fastest safe move. Page responders and let them do the work by hand."),
    ("Fix, close, learn", "once users are well: the fix, the all-clear, the postmortem."),
)


class Opening:
    """The start screen.

    Args:
        scenario: the scenario to be played.
        speed: the room's speed control, shown here as well.
        begin: called on the loop when the button is pressed.
        post: how handlers reach the loop.
        resumed: whether the drill has been played before and goes on from there.
        choice: where the trainee chooses how much help there is, if that is open.
    """

    def __init__(
        self,
        scenario: Scenario,
        speed: W.Widget,
        begin: Callable[[], None],
        post: Post,
        *,
        resumed: bool,
        choice: W.Widget | None = None,
    ) -> None:
        word = "Resume drill" if resumed else "Start drill"
        self.button = W.Button(description=word, tooltip="The page comes within a few seconds")
        self.button.add_class("sevdrill-do")
        self.button.add_class("sevdrill-start")
        self.button.on_click(post.handler(begin))
        go = row("sevdrill-go", self.button, speed, W.HTML(el("span", "sevdrill-cost", _length(scenario))))
        self.widget = column("sevdrill-opening", W.HTML(_poster(scenario)), *([choice] if choice else []), go)


def _poster(scenario: Scenario) -> Markup:
    return el(
        "section",
        "",
        el("p", "sevdrill-kicker", f"Incident drill · {scenario.difficulty}"),
        el("h2", "", scenario.title),
        el("p", "sevdrill-summary", scenario.summary),
        el("ol", "sevdrill-tasks", *(el("li", "", el("b", "", head), f" {rest}") for head, rest in TASKS)),
        el(
            "p",
            "sevdrill-help",
            "Everything you do takes time, and while you do it yourself you do nothing else. Pause at "
            "any moment. Everything has a key: ? lists them.",
        ),
    )


def _length(scenario: Scenario) -> str:
    return f"Up to {words.about(scenario.length_ms)} of drill time, as fast or as slow as you like"
