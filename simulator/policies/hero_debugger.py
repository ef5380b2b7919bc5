"""Says nothing, asks nobody, debugs in production and ships the fix straight there."""

from collections.abc import Sequence

from simulator.observe import Observation
from simulator.policies.base import Wish, alerting_service
from simulator.scenario.model import Scenario


class HeroDebugger:
    """One step after the other, all by hand; declares victory as soon as the fix is out."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._asked: set[str] = set()

    def decide(self, seen: Observation) -> Sequence[Wish]:
        """The next step, once the last one is done."""
        if seen.paged_ms is None or seen.closed or seen.work:
            return ()
        wish = self._next(seen)
        return () if wish is None else (wish,)

    def _next(self, seen: Observation) -> Wish | None:
        service = alerting_service(self._scenario, seen)
        plan = [
            Wish("acknowledge"),
            Wish("look", {"source": "logs", "about": service}),
            Wish("debug_in_production", {"target": service}),
            *(Wish("prepare_fix", {"target": suspect}) for suspect in self._suspects(seen)),
            *(
                Wish("ship_fix", {"target": fix, "path": "straight", "monitored": False})
                for fix in seen.fixes_ready
            ),
        ]
        if seen.fixes_shipped:
            plan += [Wish("declare_mitigated"), Wish("declare_resolved")]
        else:
            plan.append(Wish("restart", {"service": service}))
        for wish in plan:
            key = f"{wish.verb} {wish.args.get('target')}"
            if key not in self._asked:
                self._asked.add(key)
                return wish
        return None

    def _suspects(self, seen: Observation) -> list[str]:
        named = [name for found in seen.evidence for name in found.implicates]
        return list(dict.fromkeys(name for name in named if _is_ours(self._scenario, name)))


def _is_ours(scenario: Scenario, name: str) -> bool:
    return name in scenario.changes or not scenario.services[name].provider
