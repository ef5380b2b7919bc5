"""Alert rules: a reading above a threshold for long enough fires, below for as long clears."""

from dataclasses import dataclass

from simulator.scenario.model import Alert

_IN_WORDS = {
    "error_rate": "{:.1%} of requests fail",
    "latency_p99_s": "p99 latency is {:.2f} s",
    "busy_share": "{:.0%} of workers are busy",
    "queue": "{:.0f} requests are queued",
    "wait_s": "waiting takes {:.1f} s",
    "requests_per_s": "{:.0f} requests/s",
    "users_affected_share": "{:.1%} of users on it are affected",
}


def in_words(alert: Alert, value: float) -> str:
    """The reading as a person says it."""
    return _IN_WORDS[alert.metric].format(value)


@dataclass(slots=True)
class Watch:
    """One alert rule being watched."""

    alert: Alert
    firing: bool = False
    turned_ms: int | None = None
    """Since when the reading has been on the other side of the threshold."""

    def see(self, value: float, now_ms: int) -> bool:
        """Take a reading; True when the alert turns (fires or clears)."""
        if (value > self.alert.above) is self.firing:
            self.turned_ms = None
            return False
        if self.turned_ms is None:
            self.turned_ms = now_ms
        if now_ms - self.turned_ms < 1000 * self.alert.for_s:
            return False
        self.firing, self.turned_ms = not self.firing, None
        return True
