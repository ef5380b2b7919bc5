"""The guide of a tutorial: which step is shown now, given what the seat sees."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from simulator.coach.stations import QUESTIONS, users_are_well
from simulator.observe import Observation
from simulator.scenario.model import GuideStep, Scenario

Reached = Callable[[Scenario, Observation, str | None], bool]


class Guide:
    """Goes through the steps of a scenario's guide, each as soon as the one before it is done.

    Args:
        scenario: whose guide it is; one without steps is over from the start.
        seen: what the seat sees as it begins: a drill that is taken up again goes on after the last step
            that has been reached.
    """

    def __init__(self, scenario: Scenario, seen: Observation) -> None:
        self._scenario, self.steps = scenario, scenario.guide
        reached = [n for n, step in enumerate(self.steps) if is_reached(scenario, seen, step)]
        self._at = max(reached, default=-1) + 1

    @property
    def number(self) -> int:
        """Of the step that is shown, from 1."""
        return self._at + 1

    @property
    def step(self) -> GuideStep | None:
        """What is shown now; None when the guide is over."""
        return self.steps[self._at] if self._at < len(self.steps) else None

    @property
    def explains(self) -> bool:
        """Whether it only explains, and waits for Next."""
        return self.step is not None and self.step.until == "next"

    def follow(self, seen: Observation) -> None:
        """Go on past every step that has been reached."""
        while self.step is not None and is_reached(self._scenario, seen, self.step):
            self._at += 1

    def next(self) -> None:
        """Go on to the next step, whether this one is reached or not."""
        self._at = min(self._at + 1, len(self.steps))

    def skip(self) -> None:
        """End the guide."""
        self._at = len(self.steps)


def is_reached(scenario: Scenario, seen: Observation, step: GuideStep) -> bool:
    """Whether a seat that sees this has done what a step asks for."""
    return _GOALS[step.until](scenario, seen, step.of)


def _looked(scenario: Scenario, seen: Observation, of: str | None) -> bool:
    return any(of in (None, found.source) for found in seen.evidence)


def _is(*states: str) -> Reached:
    """That a person, or anybody, is in one of these states."""

    def reached(scenario: Scenario, seen: Observation, of: str | None) -> bool:
        return any(of in (None, person.id) and person.presence in states for person in seen.people)

    return reached


def _done(scenario: Scenario, seen: Observation, of: str | None) -> bool:
    return any(of in (None, target) for _, target in seen.applied)


_GOALS: Mapping[str, Reached] = MappingProxyType(
    {
        "next": lambda scenario, seen, of: False,
        "paged": lambda scenario, seen, of: seen.paged_ms is not None,
        "acknowledged": lambda scenario, seen, of: seen.acknowledged_ms is not None,
        "looked": _looked,
        "answered": lambda scenario, seen, of: all(question in seen.triage for question in QUESTIONS),
        "declared": lambda scenario, seen, of: seen.severity is not None,
        "told": lambda scenario, seen, of: bool(seen.updates),
        "called": _is("paged", "acknowledged", "here"),
        "here": _is("here"),
        "done": _done,
        "well": lambda scenario, seen, of: seen.paged_ms is not None and users_are_well(scenario, seen),
        "mitigated": lambda scenario, seen, of: seen.mitigated_ms is not None,
        "resolved": lambda scenario, seen, of: seen.resolved_ms is not None,
        "scheduled": lambda scenario, seen, of: seen.postmortem_in_hours is not None,
        "written": lambda scenario, seen, of: seen.postmortem_written,
    }
)
"""What completes a step, to whether it has happened."""
