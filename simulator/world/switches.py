"""What has been switched in a drill, and which faults' conditions that meets."""

from collections.abc import Mapping

from simulator.scenario.model import Scenario, When


class Switches:
    """The state of everything that decisions and fixes switch. An unknown id is a KeyError."""

    def __init__(self, scenario: Scenario) -> None:
        services = scenario.services
        self.undone = dict.fromkeys(scenario.changes, False)
        """Changes that are rolled back."""
        self.fixed = dict.fromkeys([*scenario.changes, *services], False)
        """Changes and services for which a fix has shipped."""
        self.flags = {name: flag.on for name, flag in scenario.flags.items()}
        self.stopped = dict.fromkeys(scenario.automations, False)
        self.done = dict.fromkeys(scenario.procedures, False)
        self.restored = dict.fromkeys(services, False)
        self.bypassed = dict.fromkeys(services, False)
        """Services that go past their caches."""
        self.left_zone: dict[str, str | None] = dict.fromkeys(services)
        """The zone that a service has been taken out of."""
        self.scale = dict.fromkeys(services, 1.0)
        self.limits: dict[str, dict[str, float]] = {name: {} for name in services}
        """Shares of workers left, by what takes the others."""
        self.degraded: dict[str, dict[str, float]] = {name: {} for name in services}
        """Further shares of errors, by what causes them."""

    def live(self, change: str) -> bool:
        """Whether a change is in production, neither undone nor fixed."""
        return not self.undone[change] and not self.fixed[change]

    def holds(self, when: When) -> bool:
        """Whether all conditions of a fault hold now."""
        return (
            (when.live is None or self.live(when.live))
            and (when.undone is None or self.undone[when.undone])
            and (when.flag_on is None or self.flags[when.flag_on])
            and (when.flag_off is None or not self.flags[when.flag_off])
            and (when.running is None or not self.stopped[when.running])
            and (when.not_done is None or not self.done[when.not_done])
            and (when.not_restored is None or not self.restored[when.not_restored])
            and (when.unfixed is None or not self.fixed[when.unfixed])
        )


def need(name: str, known: Mapping[str, object]) -> None:
    """Refuse a name that is not known.

    Raises:
        KeyError: it is not.
    """
    if name not in known:
        raise KeyError(name)
