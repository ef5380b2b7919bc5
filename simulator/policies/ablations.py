"""By the book but for one rule: twelve players, each of which breaks one rule and keeps the other eleven.

Not meant to be played against; scoring uses them to prove that every rule is seen by its own score.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from simulator.moves import SEAT
from simulator.observe import Observation
from simulator.policies.base import MakePlayer, Wish, alerting_service, users_well_for_ms
from simulator.policies.by_the_book import ByTheBook, Steps
from simulator.scenario.model import Mitigation

GESTURE = 0.001
"""Share of traffic that is shed for the sake of doing something: too little for anybody to feel."""
TRIAGED = {"impact": "degraded"}


class SkipsTriage(ByTheBook):
    """R1: acts on the same evidence at the same time, and never answers the three questions."""

    _could_answer = False

    def steps(self, seen: Observation) -> Steps:
        """The same, as if the questions had been answered as soon as they could be."""
        for key, wish in super().steps(replace(seen, triage=TRIAGED) if self._could_answer else seen):
            if key == "triage":
                self._could_answer = True
            else:
                yield key, wish


class ActsForTheSakeOfActing(ByTheBook):
    """R2: sheds a sliver of traffic, which nothing pointed to, before it does what is right."""

    def _mitigate(self, seen: Observation) -> Steps:
        hands = self._helper(seen, "operations")
        if hands is None or not seen.triage:
            return
        yield "gesture", Wish("shed", {"share": GESTURE, "by": hands})
        if any(verb == "shed" for verb, _ in seen.applied):
            yield from super()._mitigate(seen)


class MakesLightOfIt(ByTheBook):
    """R3: declares one level too low and wakes the people of that level; tells people as often as before."""

    def _level(self, seen: Observation) -> int:
        return min(4, super()._level(seen) + 1)

    def _update(self, seen: Observation, stage: str) -> dict[str, object]:
        return super()._update(replace(seen, severity=super()._level(seen)), stage)


class PromisesTheFix(ByTheBook):
    """R4: says in every update when it will be fixed."""

    def _update(self, seen: Observation, stage: str) -> dict[str, object]:
        return {**super()._update(seen, stage), "text": "It will be fixed in 10 minutes."}


class FallsSilent(ByTheBook):
    """R5: promises news within a minute and writes again only when users are well."""

    def _communicate(self, seen: Observation) -> Steps:
        if not seen.updates or seen.mitigated_ms is not None:
            yield from super()._communicate(seen)

    def _update(self, seen: Observation, stage: str) -> dict[str, object]:
        return {**super()._update(seen, stage), "next_update_min": 1}


class WantsToUnderstandFirst(ByTheBook):
    """R6: reproduces the fault in staging before it brings anybody back."""

    def _mitigate(self, seen: Observation) -> Steps:
        hands, suspects = self._helper(seen, "operations"), self._suspects(seen)
        if hands is None or not seen.triage or not suspects:
            return
        yield "staging", Wish("reproduce_in_staging", {"target": suspects[0], "by": hands})
        if self._saw(seen, "staging"):
            yield from super()._mitigate(seen)


class KnowsNoWorkaround(ByTheBook):
    """R7: rolls back what can be rolled back, and otherwise waits for the fix."""

    def _ways(self, seen: Observation) -> list[Mitigation]:
        return [way for way in super()._ways(seen) if way.verb == "roll_back"]

    def _mitigate(self, seen: Observation) -> Steps:
        yield from super()._mitigate(seen)
        hands = self._helper(seen, "operations")
        ours = [name for name in self._suspects(seen) if self._is_ours(name)]
        if hands and seen.triage and ours and not self._ways(seen):
            yield from self._fix(seen, ours[0], hands)


class DebugsOnUsers(ByTheBook):
    """R8: has the fault debugged on production once users are well, for it is quicker than staging."""

    def _close(self, seen: Observation) -> Steps:
        hands = self._helper(seen, "operations")
        if hands:
            target = alerting_service(self._scenario, seen)
            yield "debug", Wish("debug_in_production", {"target": target, "by": hands})
        yield from super()._close(seen)


class ShipsInAHurry(ByTheBook):
    """R9: pushes the fix straight to production, and does not watch it."""

    def _fix(self, seen: Observation, change: str, hands: str) -> Steps:
        for key, wish in super()._fix(seen, change, hands):
            rushed = {**wish.args, "path": "straight", "monitored": False}
            yield key, Wish(wish.verb, rushed) if wish.verb == "ship_fix" else wish


class DeclaresVictory(ByTheBook):
    """R10: declares mitigated at the first sign that users are well; goes on with the work until they are."""

    _held = False

    def steps(self, seen: Observation) -> Steps:
        """The same, and the declaration before its time."""
        if seen.applied and users_well_for_ms(seen, self._scenario.severity.sev3) > 0:
            yield "mitigated", Wish("declare_mitigated")
        self._held = self._held or self._well(seen)
        yield from super().steps(seen if self._held else replace(seen, mitigated_ms=None))


class LearnsNothing(ByTheBook):
    """R11: neither schedules nor writes a postmortem."""

    def steps(self, seen: Observation) -> Steps:
        """The same, without what is learnt from it."""
        for key, wish in super().steps(seen):
            if wish.verb not in ("schedule_postmortem", "write_postmortem"):
                yield key, wish


class HandsOn(ByTheBook):
    """R12: keeps command and does the work of operations with its own hands."""

    def _helper(self, seen: Observation, role: str) -> str | None:
        return SEAT if role == "operations" else super()._helper(seen, role)


ABLATIONS: Mapping[str, MakePlayer] = MappingProxyType(
    {
        "R1": SkipsTriage,
        "R2": ActsForTheSakeOfActing,
        "R3": MakesLightOfIt,
        "R4": PromisesTheFix,
        "R5": FallsSilent,
        "R6": WantsToUnderstandFirst,
        "R7": KnowsNoWorkaround,
        "R8": DebugsOnUsers,
        "R9": ShipsInAHurry,
        "R10": DeclaresVictory,
        "R11": LearnsNothing,
        "R12": HandsOn,
    }
)
"""Rule to the player that breaks it."""
