"""How a drill was played: mode, hints, pauses, speed. Facts of the wall clock, outside trace and score."""

from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from simulator.clock import span

Mode = Literal["coached", "standard", "exam"]
MODES: tuple[Mode, ...] = ("coached", "standard", "exam")
"""How much a drill helps while it runs: it asks and pauses, it warns, it is silent."""
Answer = Literal["went_on", "thought_again", "shown"]
ANSWERS: tuple[Answer, ...] = ("went_on", "thought_again", "shown")
"""What became of a hint: the trainee went on, or thought again; or it was only shown and asked nothing."""


@dataclass(frozen=True, slots=True)
class Hint:
    """One question, warning or nudge."""

    at_ms: int
    id: str
    """The failure mode it guards, or `stuck`."""
    answer: Answer


@dataclass(frozen=True, slots=True)
class Conduct:
    """How a drill was played."""

    mode: Mode = "standard"
    hints: tuple[Hint, ...] = ()
    paces: tuple[tuple[int, int], ...] = ()
    """From what drill time in ms, how many drill seconds a second; 0: paused."""
    left_ms: int | None = None
    """Drill time at which the trainee left or the drill was over; None: it goes on."""
    branched_ms: int | None = None
    """Drill time at which it branched from another drill, to practise; None: it did not."""

    def paced(self, at_ms: int, speed: int) -> "Conduct":
        """The same, and from `at_ms` on another speed."""
        return replace(self, paces=(*self.paces, (at_ms, speed)))

    def hinted(self, hint: Hint) -> "Conduct":
        """The same, and one more hint."""
        return replace(self, hints=(*self.hints, hint))

    def until(self, at_ms: int) -> "Conduct":
        """How it was played before `at_ms`, for a branch that begins there."""
        paces = tuple(pace for pace in self.paces if pace[0] < at_ms)
        hints = tuple(hint for hint in self.hints if hint.at_ms < at_ms)
        return Conduct(self.mode, hints, paces, branched_ms=at_ms)

    @property
    def told(self) -> str:
        """In one line, as 'Coached: 3 questions asked, 2 reconsidered; paused 2 times; mostly at 10x'."""
        return f"{self.mode.capitalize()}: {'; '.join([*self._branch(), *self._hints(), *self._pace()])}."

    def _branch(self) -> list[str]:
        if self.branched_ms is None:
            return []
        return [f"practice, in a branch that began {span(self.branched_ms)} into the drill"]

    def _hints(self) -> list[str]:
        count = Counter(hint.answer for hint in self.hints)
        asked = count["went_on"] + count["thought_again"]
        nudges = sum(hint.id == "stuck" for hint in self.hints)
        parts = (
            [f"{_counted(asked, 'question')} asked, {count['thought_again']} reconsidered"] if asked else []
        )
        warned = count["shown"] - nudges
        if warned:
            parts.append(f"{_counted(warned, 'warning')} shown")
        if nudges:
            parts.append(f"{_counted(nudges, 'nudge')} given")
        if not parts and self.mode == "coached":
            parts.append("no question asked")
        return parts

    def _pace(self) -> list[str]:
        pauses = sum(speed == 0 for _, speed in self.paces)
        parts = [f"paused {_counted(pauses, 'time')}" if pauses else "never paused"]
        spans: Counter[int] = Counter()
        end = [] if self.left_ms is None else [(self.left_ms, 0)]
        for (at_ms, speed), (then_ms, _) in pairwise([*self.paces, *end]):
            spans[speed] += max(0, then_ms - at_ms)
        del spans[0]
        if spans:
            parts.append(f"mostly at {spans.most_common(1)[0][0]}x")
        return parts


def _counted(n: int, thing: str) -> str:
    return f"{n} {thing}{'' if n == 1 else 's'}"
