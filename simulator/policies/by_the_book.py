"""Plays the playbook: triage, communicate, mitigate, fix, postmortem, with hands off the keyboard.

Its score is *par*: what somebody who follows the rules reaches on this seed, from visible evidence alone.
"""

from collections.abc import Iterator

from simulator.board import Found
from simulator.clock import clock
from simulator.grounds import MITIGATIONS
from simulator.moves import SEAT
from simulator.observe import Observation
from simulator.policies.base import (
    Checklist,
    Wish,
    affected_share,
    alerting_service,
    carry_out,
    in_flight,
    suspect_change,
    users_well_for_ms,
)
from simulator.scenario.model import Mitigation

Steps = Iterator[tuple[str, Wish]]

HELD_MS = 180_000
"""How long users must be well before it says so: the 150 s that the playbook asks, and a little."""
CADENCE_MIN = {1: 12, 2: 15, 3: 20, 4: 60}
"""The next update it promises, by severity: inside what the playbook requires, even if it gets worse."""
WRITE_BY_MS = 900_000
"""How long before the end it writes the postmortem even though the fix is not out."""
NEXT_WAY_MS = 240_000
"""How long it waits for one mitigation to help before it tries the next that evidence points to."""
LET_IN_MS = 90_000
"""How long systems must have been quiet before shed traffic is let in again."""
AHEAD_MS = 60_000
"""How long before a promised update it starts to write it."""


class ByTheBook(Checklist):
    """Follows R1 to R12 as a careful commander would."""

    def steps(self, seen: Observation) -> Steps:
        """What the playbook asks for now."""
        yield "acknowledge", Wish("acknowledge")
        if seen.acknowledged_ms is None:
            return
        yield from self._size_up(seen)
        if seen.severity is not None:
            yield from self._communicate(seen)
            yield from self._triage(seen)
            yield from self._mitigate(seen)
        if self._well(seen) and (seen.triage or seen.mitigated_ms is not None):
            yield "mitigated", Wish("declare_mitigated")
        if seen.mitigated_ms is not None:
            yield from self._close(seen)

    def _size_up(self, seen: Observation) -> Steps:
        yield "dashboard", Wish("look", {"source": "dashboard"})
        for who in seen.people:
            if who.on_call and who.role in ("operations", "communications"):
                yield f"page {who.id}", Wish("page", {"who": who.id})
        if not self._saw(seen, "dashboard"):
            return
        level = self._level(seen)
        if seen.severity is None or (level < seen.severity and seen.mitigated_ms is None):
            yield f"declare {level}", Wish("declare", {"level": level})
        if level == 1:
            yield "all hands", Wish("page", {"who": "all-hands"})
        elif level == 2:
            for who in seen.people:
                if who.role == "manager":
                    yield f"page {who.id}", Wish("page", {"who": who.id})

    def _triage(self, seen: Observation) -> Steps:
        yield "changes", Wish("look", {"source": "changes"})
        change = suspect_change(self._scenario, seen)
        if change is not None:
            yield "diff", Wish("look", {"source": "diff", "about": change})
        if self._helper(seen, "operations"):
            about = {"source": "logs", "about": alerting_service(self._scenario, seen)}
            yield "logs", Wish("look", {**about, "by": self._helper(seen, "operations")})
        if self._saw(seen, "changes") and (change is None or self._saw(seen, "diff")):
            yield "triage", Wish("triage", self._answers(seen, change))

    def _answers(self, seen: Observation, change: str | None) -> dict[str, str]:
        share = affected_share(seen)
        impact = "total" if share >= self._scenario.severity.sev1 else "degraded"
        if share < self._scenario.severity.sev3:
            impact = "cosmetic"
        return {"impact": impact, "changed": change or "nothing", "rollback": self._can_undo(seen, change)}

    def _can_undo(self, seen: Observation, change: str | None) -> str:
        if change is None or self._scenario.changes[change].undo_s is None:
            return "no"
        return "unsafe" if any(change in found.unsafe for found in seen.evidence) else "yes"

    def _mitigate(self, seen: Observation) -> Steps:
        hands = self._helper(seen, "operations")
        if hands is None or not seen.triage or seen.mitigated_ms is not None:
            return
        previous_ms: int | None = None
        for number, way in enumerate(self._ways(seen)):
            if number and (previous_ms is None or seen.at_ms - previous_ms < NEXT_WAY_MS):
                return
            if number and affected_share(seen) < self._scenario.severity.sev3:
                return
            yield f"mitigate {number}", carry_out(way, hands)
            done = seen.applied.get((way.verb, way.target))
            previous_ms = done.at_ms if done else None
        yield from self._let_in_again(seen, hands)

    def _ways(self, seen: Observation) -> list[Mitigation]:
        """What the evidence points to: rolling back a guilty change if that is safe, then workarounds."""
        suspects = self._suspects(seen)
        undo = [
            Mitigation(verb="roll_back", target=name)
            for name in suspects
            if name in self._scenario.changes and self._can_undo(seen, name) == "yes"
        ]
        around = [way for found in seen.evidence for way in found.workaround] if suspects else []
        return list({(way.verb, way.target): way for way in [*undo, *around]}.values())

    def _let_in_again(self, seen: Observation, hands: str) -> Steps:
        """Shed traffic comes back in two steps, each once the systems have been quiet for a while."""
        shed = [(name, done) for (verb, name), done in seen.applied.items() if verb == "shed"]
        calm = not any(alert.firing and self._watches_systems(alert.id) for alert in seen.alerts)
        for name, done in shed:
            share = float(done.detail["share"])
            if calm and share > 0.0 and seen.at_ms - done.at_ms >= LET_IN_MS:
                less = share / 2 if share > 0.4 else 0.0
                way = Mitigation(verb="shed", target=name, amount=share)
                yield f"let in {name} {less}", Wish("shed", {**carry_out(way, hands).args, "share": less})

    def _watches_systems(self, alert: str) -> bool:
        """Whether an alert is about a system: those about users go on while we turn users away."""
        return self._scenario.alerts[alert].metric != "users_affected_share"

    def _communicate(self, seen: Observation) -> Steps:
        if in_flight(seen, "post_update"):
            return
        stage = self._stage(seen)
        due_ms = seen.next_update_due_ms
        nth = len(seen.updates) if due_ms is not None and seen.at_ms >= due_ms - AHEAD_MS else 0
        if seen.resolved_ms is None or stage == "resolved":
            yield f"update {stage} {nth}", Wish("post_update", self._update(seen, stage))

    def _stage(self, seen: Observation) -> str:
        if seen.resolved_ms is not None:
            return "resolved"
        if seen.mitigated_ms is not None:
            return "monitoring"
        return "identified" if in_flight(seen, *MITIGATIONS) else "investigating"

    def _update(self, seen: Observation, stage: str) -> dict[str, object]:
        update: dict[str, object] = {
            "channel": "status_page",
            "stage": stage,
            "broken": [
                key for key, affected in seen.impact.by_journey.items() if self._hurts(seen, affected[-1])
            ],
            "affected": self._how_many(affected_share(seen)),
            "by": self._helper(seen, "communications") or SEAT,
        }
        if stage != "resolved":
            update["next_update_min"] = CADENCE_MIN[seen.severity or 3]
        return update

    def _hurts(self, seen: Observation, affected: float) -> bool:
        return affected >= self._scenario.severity.sev3 * seen.impact.users_now

    def _how_many(self, share: float) -> str:
        for least, word in (
            (0.9, "all"),
            (0.25, "many"),
            (0.05, "some"),
            (self._scenario.severity.sev3, "few"),
        ):
            if share >= least:
                return word
        return "none"

    def _close(self, seen: Observation) -> Steps:
        yield "schedule", Wish("schedule_postmortem", {"in_hours": 24})
        hands = self._helper(seen, "operations")
        guilty = [name for name in self._suspects(seen) if self._is_ours(name)]
        if guilty and hands:
            yield from self._fix(seen, guilty[0], hands)
        elif not guilty:
            yield from self._wait_for_provider(seen, hands)
        if seen.resolved_ms is not None or seen.length_ms - seen.at_ms <= WRITE_BY_MS:
            yield "postmortem", Wish("write_postmortem", self._postmortem(seen))

    def _fix(self, seen: Observation, change: str, hands: str) -> Steps:
        yield "staging", Wish("reproduce_in_staging", {"target": change, "by": hands})
        if self._saw(seen, "staging"):
            yield "prepare", Wish("prepare_fix", {"target": change, "by": hands})
        if change in seen.fixes_ready:
            yield (
                "ship",
                Wish("ship_fix", {"target": change, "path": "reviewed", "monitored": True, "by": hands}),
            )
        if change in seen.fixes_shipped and self._well(seen):
            yield "resolved", Wish("declare_resolved")

    def _wait_for_provider(self, seen: Observation, hands: str | None) -> Steps:
        for provider in (name for name in self._suspects(seen) if name in self._scenario.services):
            if self._scenario.services[provider].provider:
                minute = seen.at_ms // 300_000
                yield f"provider {minute}", Wish("look", {"source": "provider_status", "about": provider})
        over = [found for found in seen.evidence if found.source == "provider_status" and found.clears]
        if not over:
            return
        for flag in sorted(seen.flags_off):
            yield f"flag on {flag}", Wish("flag_on", {"flag": flag, "by": hands or SEAT})
        if not seen.flags_off and self._well(seen):
            yield "resolved", Wish("declare_resolved")

    def _postmortem(self, seen: Observation) -> dict[str, object]:
        cause = next(iter(self._suspects(seen)), alerting_service(self._scenario, seen))
        told = [message for message in seen.channel if message.about in ("page", "report", "said", "update")]
        return {
            "cause": cause,
            "summary": "What failed, why our checks let it through, and how we brought users back.",
            "timeline": [f"{clock(seen.starts, message.at_ms)} {message.text}" for message in told],
            "went_well": ["Service was restored before the cause was fully understood."],
            "went_badly": ["Users found the fault before our checks did."],
            "actions": [
                {
                    "what": "Test this path before a release",
                    "owner_role": "service owner",
                    "due_days": 14,
                    "kind": "prevent",
                },
                {
                    "what": "Alert on failing checkouts",
                    "owner_role": "operations lead",
                    "due_days": 7,
                    "kind": "detect",
                },
            ],
        }

    def _suspects(self, seen: Observation) -> list[str]:
        """What strong evidence implicates and no strong evidence, seen later or earlier, clears."""
        strong = [found for found in seen.evidence if found.strength == "strong"]
        cleared = {name for found in strong if found.source != "provider_status" for name in found.clears}
        named = [name for found in strong for name in found.implicates]
        return [name for name in dict.fromkeys(named) if name not in cleared]

    def _is_ours(self, name: str) -> bool:
        """Whether it is a change or a service of our own, which we can fix."""
        service = self._scenario.services.get(name)
        return name in self._scenario.changes or (service is not None and not service.provider)

    def _helper(self, seen: Observation, role: str) -> str | None:
        here = [who for who in seen.people if who.presence == "here"]
        return next((who.id for who in here if who.role == role), None)

    def _saw(self, seen: Observation, source: str) -> list[Found]:
        return [found for found in seen.evidence if found.source == source]

    def _level(self, seen: Observation) -> int:
        bands = self._scenario.severity
        share = affected_share(seen)
        return next(
            (n for n, least in enumerate((bands.sev1, bands.sev2, bands.sev3), 1) if share >= least), 4
        )

    def _well(self, seen: Observation) -> bool:
        return users_well_for_ms(seen, self._scenario.severity.sev3) >= HELD_MS
