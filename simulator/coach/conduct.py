"""How a drill was played: mode, hints, pauses, speed. Facts of the wall clock, outside trace and score."""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

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

    def told(self, until_ms: int) -> str:
        """In one line, for a drill that was played until `until_ms`: 'Coached: 3 questions asked, …'."""
        parts = [*self._hints(), *self._paces(until_ms)]
        return f"{self.mode.capitalize()}: {'; '.join(parts) or 'played without a pause'}."

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

    def _paces(self, until_ms: int) -> list[str]:
        pauses = sum(speed == 0 for _, speed in self.paces)
        parts = [f"paused {_counted(pauses, 'time')}"] if pauses else []
        spans: Counter[int] = Counter()
        for (at_ms, speed), (then_ms, _) in pairwise([*self.paces, (until_ms, 0)]):
            spans[speed] += max(0, then_ms - at_ms)
        del spans[0]
        if spans:
            parts.append(f"mostly at {spans.most_common(1)[0][0]}x")
        return parts


def _counted(n: int, thing: str) -> str:
    return f"{n} {thing}{'' if n == 1 else 's'}"
