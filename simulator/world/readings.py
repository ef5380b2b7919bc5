"""What can be read off the world at a moment: frozen copies."""

from collections.abc import Mapping
from typing import NamedTuple


class JourneyImpact(NamedTuple):
    """How the users of one journey fare at a moment. `users_served + users_failed == users`."""

    users: float
    """Active users on the journey."""
    users_served: float
    """Those whose requests succeed, perhaps after retries."""
    users_failed: float
    """Those whose requests fail for good, the ones turned away at the door included."""
    users_slow: float
    """Those served, but later than the journey's `slow_after_s`."""

    @property
    def users_affected(self) -> float:
        """Failed and slow users."""
        return self.users_failed + self.users_slow


class Impact(NamedTuple):
    """How all users fare at a moment, in all and by journey. `users_served + users_failed == users`.

    Users on no journey count as served. Where journeys' shares add up to more than 1, a user counts
    once per journey.
    """

    journeys: Mapping[str, JourneyImpact]
    users: float
    users_served: float
    users_failed: float
    users_slow: float
    requests_per_s: float
    """At the door, retries by clients included: what an edge dashboard shows."""
    requests_failed_per_s: float
    """Those of them that fail, whether or not they are tried again."""
    user_minutes: float
    """Minutes lost to failed or slow requests since the opening: the integral of `users_affected`."""
    records_at_risk: float = 0.0
    """Records lost or gone bad since the opening, whether or not a user has noticed."""

    @property
    def users_affected(self) -> float:
        """Failed and slow users."""
        return self.users_failed + self.users_slow


class Reading(NamedTuple):
    """One service as its monitoring shows it."""

    requests_per_s: float
    """Arriving, retries included."""
    error_rate: float
    """Share of them that fail in the eyes of their callers: errors, refusals and timeouts."""
    latency_s: float
    """Mean response time of what is let in, given up by its caller or not."""
    latency_p50_s: float
    latency_p99_s: float
    wait_s: float
    """Mean time that a request waits for a worker; for jobs, the age at which they are taken up."""
    busy_share: float
    """Share of workers busy, 0 to 1."""
    queue: float
    """Requests waiting."""
    workers: float
    """Requests that can be worked on at once now."""


class Counters(NamedTuple):
    """Requests of one journey since the opening: offered = served + lost + in_retry, to rounding."""

    offered: float
    """Begun, or in retry at the opening."""
    served: float
    lost: float
    """Given up by the client, or turned away at the door."""
    in_retry: float
    """Between a failed attempt and the next one, now."""
