"""The coach's place in the room: a question that holds a move back, a warning, or a nudge."""

from collections.abc import Callable

import ipywidgets as W  # noqa: N812

from simulator.coach import Check, Coach
from simulator.conduct import Answer
from simulator.observe import Observation
from simulator.policies.base import Wish
from simulator.room.boxes import column, row, set_class
from simulator.room.markup import Markup, el, icon
from simulator.room.modechoice import MODES
from simulator.room.pointer import Pointer
from simulator.room.posting import Post

SHOWN_S = 20.0
"""Real seconds for which a warning or a nudge stands, unless a decision or the trainee takes it away."""
CARD = "sevdrill-coaching"
_ESCAPE = "sevdrill-close"
"""The class of the button that Escape presses: it changes nothing of the drill."""


class Coaching:
    """Shows what the coach has to say, over the stations under the bar, so that nothing moves.

    Args:
        coach: decides when to speak.
        go_on: called on the loop with the move that was held back, to make it after all.
        lead_to: called on the loop with the verb of a move that would help.
        noted: called with what became of a hint, by failure mode and answer.
        pointer: moves the focus.
        post: how handlers reach the loop.
    """

    def __init__(
        self,
        coach: Coach,
        *,
        go_on: Callable[[Wish], None],
        lead_to: Callable[[str], None],
        noted: Callable[[str, Answer], None],
        pointer: Pointer,
        post: Post,
    ) -> None:
        self.coach = coach
        self._go_on, self._lead_to, self._noted, self._pointer = go_on, lead_to, noted, pointer
        self._check: Check | None = None
        self._wish: Wish | None = None
        self._left_s = 0.0
        self._nth = 0
        self.asking = False
        """Whether a question stands: the clock waits."""
        self._build(post)
        self.show_mode()

    def _build(self, post: Post) -> None:
        self._text = W.HTML()
        self.again, self.on, self.show, self.close = (
            _button(name, handler, post)
            for name, handler in (
                ("think-again", self._think_again),
                ("go-on", self._do_it),
                ("show-me", self._show_me),
                ("close", self.clear),
            )
        )
        self.show.description, self.close.description = "Show me", "Close"
        buttons = row("sevdrill-row", self.again, self.on, self.show, self.close)
        self.widget = column(CARD, self._text, buttons)
        self.widget.layout.display = "none"
        self.badge = W.HTML()
        self.badge.add_class("sevdrill-mode")

    def show_mode(self) -> None:
        """Say in the bar how much help there is."""
        name, does = MODES[self.coach.mode]
        self.badge.value = el("span", "", name, title=f"{name}: {does}", data_mode=self.coach.mode)

    def holds(self, seen: Observation, wish: Wish) -> bool:
        """Whether a move must wait for an answer. In standard mode it is warned of, and goes on."""
        if self.asking:
            self._answer("thought_again")  # something else is tried instead
        found = self.coach.before(seen, wish)
        if found is None:
            return False
        self._put(found, wish)
        return self.asking

    def watch(self, seen: Callable[[], Observation]) -> bool:
        """Speak up if this moment calls for it; whether it did.

        Args:
            seen: gives what the seat sees now.
        """
        if self.asking or not self.coach.may_speak:
            return False
        found = self.coach.meanwhile(seen())
        if found is not None:
            self._put(found, None)
        return found is not None

    def pass_time(self, real_s: float, *, playing: bool) -> None:
        """Let real seconds pass."""
        self.coach.pass_time(real_s, playing=playing and not self.asking)
        if self._check is not None and not self.asking:
            self._left_s -= real_s
            if self._left_s <= 0:
                self.clear()

    def decided(self) -> None:
        """A decision was made: what stood there has done its work. The warning of this very move stays."""
        self.coach.decided()
        if self._wish is not None:
            self._wish = None
        elif self._check is not None:
            self.clear()

    @property
    def told(self) -> str:
        """What stands there, as it is spoken."""
        return "" if self._check is None else _spoken(self._check)

    def clear(self) -> None:
        """Take away what stands there. A question that nobody has answered counts as shown."""
        if self.asking:
            self._noted(self._check.id if self._check else "", "shown")
        self.asking, self._check, self._wish = False, None, None
        self._text.value = ""
        self.widget.layout.display = "none"

    def _put(self, found: Check, wish: Wish | None) -> None:
        self._check, self._wish, self._left_s = found, wish, SHOWN_S
        self.asking = self.coach.asks and found.id != "stuck"
        self._nth += 1
        set_class(self.widget, "sevdrill-asking", on=self.asking)
        set_class(self.widget, "sevdrill-nudge", on=found.id == "stuck")
        self._text.value = _card(found, asking=self.asking, nth=self._nth)
        self.again.description = "Think again" if wish else "Write now"
        self.on.description = "Do it anyway" if wish else "Go on"
        for button, escapes in ((self.again, wish is not None), (self.on, wish is None)):
            set_class(button, _ESCAPE, on=escapes)
            button.tooltip = f"{button.description}. Key: Esc" if escapes else button.description
        for button, wanted in (
            (self.again, self.asking),
            (self.on, self.asking),
            (self.show, not self.asking and found.verb is not None),
            (self.close, not self.asking),
        ):
            button.layout.display = None if wanted else "none"
        self.widget.layout.display = None
        if self.asking:
            self._pointer.show(f".{CARD} .sevdrill-think-again", focus=True)
        else:
            self._noted(found.id, "shown")

    def _think_again(self) -> None:
        verb = self._check.verb if self._check else None
        self._answer("thought_again")
        if verb is not None:
            self._lead_to(verb)

    def _do_it(self) -> None:
        wish = self._wish
        self._answer("went_on")
        if wish is not None:
            self._go_on(wish)

    def _show_me(self) -> None:
        verb = self._check.verb if self._check else None
        self.clear()
        if verb is not None:
            self._lead_to(verb)

    def _answer(self, answer: Answer) -> None:
        if not self.asking or self._check is None:
            return  # a second press of a button that is going away
        self._noted(self._check.id, answer)
        self.asking = False
        self.clear()
        self._pointer.give_back()


def _button(name: str, handler: Callable[[], None], post: Post) -> W.Button:
    button = W.Button()
    button.add_class(f"sevdrill-{name}")
    button.on_click(post.handler(handler))
    return button


def _spoken(found: Check) -> str:
    return f"{_SIGNS['nudge' if found.id == 'stuck' else 'warning'][1]}{found.title}. {found.why}"


def _card(found: Check, *, asking: bool, nth: int) -> Markup:
    sign, head = _SIGNS["question" if asking else "nudge" if found.id == "stuck" else "warning"]
    return el(
        "div",
        "sevdrill-check",
        icon(sign),
        el(
            "div",
            "",
            el("b", "sevdrill-check-head", f"{head}{found.title}"),
            el("p", "", found.why),
            *([el("p", "sevdrill-check-question", found.question)] if asking and found.question else []),
            *([el("p", "sevdrill-check-wait", "The clock waits for your answer.")] if asking else []),
        ),
        data_check=found.id,
        data_asking=str(asking).lower(),
        data_nth=nth,
        role="alert" if asking else None,
    )


_SIGNS = {
    "question": ("hand", "Pause: "),
    "warning": ("warning", "Careful: "),
    "nudge": ("question", ""),
}
"""What a hint is, and its sign and first word."""
