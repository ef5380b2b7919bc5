"""How it went for users and how long things took: one function per metric, each with one definition.

Times are in seconds of drill time and None when the moment was not reached, never 0 or infinity. There is
no bare "MTTR": its R is read as repair, recovery, respond or resolve, so each of these has its own name
(Atlassian, "Common incident metrics"). Compare drills by medians, never rank on one run: even real gains
are hard to see in such times (Davidovič, "Incident Metrics in SRE", 2021); a fixed seed removes much of that.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from scoring.case import Case, hurts
from simulator.clock import span

Unit = Literal["s", "user-minutes", "users"]


@dataclass(frozen=True, slots=True)
class Metric:
    """One measured value, with its definition beside it."""

    name: str
    title: str
    value: float | None
    """In `unit`; None if it was not reached."""
    unit: Unit
    definition: str

    @property
    def text(self) -> str:
        """The value as a person says it: '6 min 40 s', '12,300 user-minutes', 'not reached'."""
        if self.value is None:
            return "not reached"
        return humane_span(self.value) if self.unit == "s" else f"{self.value:,.0f} {self.unit}"


def humane_span(seconds: float) -> str:
    """A length of time: '35 s', '6 min 40 s', '24 h 05 min'."""
    minutes = round(seconds / 60)
    return span(1000 * seconds) if seconds < 3600 else f"{minutes // 60} h {minutes % 60:02d} min"


def _since(start_ms: int | None, moment_ms: int | None) -> float | None:
    return None if start_ms is None or moment_ms is None else max(0, moment_ms - start_ms) / 1000


def _page_ms(case: Case) -> int | None:
    return case.page.at_ms if case.page else None


def _from_page(case: Case, moment_ms: int | None) -> float | None:
    return _since(_page_ms(case), moment_ms)


def _from_impact(case: Case, moment_ms: int | None) -> float | None:
    return _since(case.impact_ms, moment_ms)


def time_to_detect(case: Case) -> Metric:
    """AIOpsLab's TTD, started at user impact instead of fault injection."""
    firing = case.first("alert", state="firing")
    noticed = [event.at_ms for event in (firing, case.page) if event]
    return Metric(
        "time_to_detect",
        "Time to detect",
        _from_impact(case, min(noticed, default=None)),
        "s",
        "from the first user hurt (SEV-3 or worse) to the first alert; 0 if the alert came first",
    )


def time_to_acknowledge(case: Case) -> Metric:
    """MTTA as Atlassian and PagerDuty use it: triggered to acknowledged. BigPanda's counts assignment."""
    return Metric(
        "time_to_acknowledge",
        "Time to acknowledge",
        _from_page(case, case.acknowledged.at_ms if case.acknowledged else None),
        "s",
        "from the page to its acknowledgement",
    )


def time_to_engage(case: Case) -> Metric:
    """BigPanda's MTTE: the first act that is more than acknowledging."""
    decided = case.events("decision")
    first = next(
        (e for e in decided if e.detail["outcome"] == "accepted" and e.detail["verb"] != "acknowledge"), None
    )
    return Metric(
        "time_to_engage",
        "Time to engage",
        _from_page(case, first.at_ms if first else None),
        "s",
        "from the page to the first decision beyond acknowledging it",
    )


def time_to_declare(case: Case) -> Metric:
    """From impact to a declared severity."""
    declared = case.first("severity")
    return Metric(
        "time_to_declare",
        "Time to declare",
        _from_impact(case, declared.at_ms if declared else None),
        "s",
        "from the first user hurt (SEV-3 or worse) to the first declared severity",
    )


def time_to_first_update(case: Case) -> Metric:
    """PagerDuty's external guidelines count from the start of the call; here that is the page."""
    update = case.first("update")
    return Metric(
        "time_to_first_update",
        "Time to first update",
        _from_page(case, update.at_ms if update else None),
        "s",
        "from the page to the first status update, on any channel",
    )


def time_to_first_working_action(case: Case) -> Metric:
    """Mace, "Generic mitigations": impact time before the first mitigation that works."""
    return Metric(
        "time_to_first_working_action",
        "Time to first action that worked",
        _from_impact(case, case.relief.begun.at_ms if case.relief else None),
        "s",
        "from the first user hurt (SEV-3 or worse) to the start of the first mitigation or fix that works in "
        "this variant, was carried through, and after which users were well again",
    )


def time_to_mitigate(case: Case) -> Metric:
    """AIOpsLab's and SREGym's TTM with SREGym's test of a lasting recovery (30 s and 120 s of quiet)."""
    hold = case.playbook.timing.hold_s
    return Metric(
        "time_to_mitigate",
        "Time to mitigate",
        _from_impact(case, case.mitigated_ms),
        "s",
        "from the first user hurt (SEV-3 or worse) to the moment at which the share of users affected was "
        f"back under the SEV-3 band, with no data being lost, and stayed so for {hold:g} s",
    )


def time_to_resolve(case: Case) -> Metric:
    """From impact to a true "resolved": cause gone, users well. ITBench calls the same Time to Repair."""
    causes = case.events("truth.cause")
    true = [
        event.at_ms
        for event in case.events("declared")
        if event.subject == "resolved"
        and not next((c.detail["present"] for c in reversed(causes) if c.seq < event.seq), False)
        and not hurts(case.true_level.at(event.at_ms))
    ]
    return Metric(
        "time_to_resolve",
        "Time to resolve",
        _from_impact(case, min(true, default=None)),
        "s",
        "from the first user hurt (SEV-3 or worse) to the declaration of 'resolved', if the cause was out of "
        "production and users were well at that moment",
    )


def user_minutes_lost(case: Case) -> Metric:
    """The headline: VOID and AWS GameDay both count what users lost rather than how long it took."""
    column = case.trace.impact["user_minutes"]
    return Metric(
        "user_minutes_lost",
        "User-minutes lost",
        column[-1] if column else None,
        "user-minutes",
        "users affected (failing or too slow), added up over every minute of the drill",
    )


def peak_users_affected(case: Case) -> Metric:
    """The largest blast radius."""
    column = case.trace.impact["users_affected"]
    return Metric(
        "peak_users_affected",
        "Most users affected at once",
        max(column, default=None),
        "users",
        "the largest number of users failing or too slow at one moment",
    )


def time_to_postmortem(case: Case) -> Metric:
    """PagerDuty asks for 3 to 5 days; the playbook here for 48 hours."""
    meeting_ms = postmortem_ms(case)
    return Metric(
        "time_to_postmortem",
        "Time to postmortem",
        _since(case.mitigated_ms, meeting_ms),
        "s",
        "from the mitigation to the meeting that was scheduled first",
    )


def postmortem_ms(case: Case) -> int | None:
    """When the postmortem that was scheduled first is to be held."""
    scheduled = case.first("postmortem", state="scheduled")
    return scheduled.at_ms + round(3_600_000 * scheduled.detail["in_hours"]) if scheduled else None


METRICS: tuple[Callable[[Case], Metric], ...] = (
    user_minutes_lost,
    peak_users_affected,
    time_to_detect,
    time_to_acknowledge,
    time_to_engage,
    time_to_declare,
    time_to_first_update,
    time_to_first_working_action,
    time_to_mitigate,
    time_to_resolve,
    time_to_postmortem,
)
"""Every metric, the headline first."""
