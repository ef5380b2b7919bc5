"""What is worked out from a scenario once and kept with it, since a scenario never changes."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from simulator.scenario.model import Scenario

T = TypeVar("T")


def once(work: Callable[[Scenario], T]) -> Callable[[Scenario], T]:
    """Let a function of a scenario alone work once per scenario; its results are for reading only."""
    name = f"{work.__module__}.{work.__qualname__}"

    @wraps(work)
    def recall(scenario: Scenario) -> T:
        kept = scenario.kept
        if name not in kept:
            kept[name] = work(scenario)
        known: T = kept[name]
        return known

    return recall
