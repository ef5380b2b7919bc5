"""How long things took: one function per time, each with one definition.

Times are in seconds of drill time and None when the moment was not reached, never 0 or infinity. There is
no bare "MTTR": its R is read as repair, recovery, respond or resolve, so each of these has its own name
(Atlassian, "Common incident metrics"). Compare drills by medians, never rank on one run: even real gains
are hard to see in such times (Davidovič, "Incident Metrics in SRE", 2021); a fixed seed removes much of that.
"""

from scoring.case import Case, hurts
from scoring.localise import first_right, settled
from scoring.metrics.metric import Metric, since
from simulator.trace import TraceEvent


def _page_ms(case: Case) -> int | None:
    return case.page.at_ms if case.page else None


def _from_page(case: Case, moment_ms: int | None) -> float | None:
    return since(_page_ms(case), moment_ms)


def _from_impact(case: Case, moment_ms: int | None) -> float | None:
    return since(case.impact_ms, moment_ms)


def time_to_detect(case: Case) -> Metric:
    """AIOpsLab's TTD, started at user impact instead of fault injection."""
    return Metric(
        "time_to_detect",
        "Time to detect",
        _from_impact(case, _noticed_ms(case)),
        "s",
        "from the first user hurt (SEV-3 or worse) to the first alert; 0 if the alert came first",
    )


def time_to_detect_fault(case: Case) -> Metric:
    """TTD as AIOpsLab starts it, at the fault: how long it smouldered before anybody was told."""
    begun = case.first("truth.fault", state="on")
    return Metric(
        "time_to_detect_fault",
        "Time to detect, from the fault",
        since(begun.at_ms if begun else None, _noticed_ms(case)),
        "s",
        "from the moment at which the first fault began to act to the first alert",
    )


def _noticed_ms(case: Case) -> int | None:
    firing = case.first("alert", state="firing")
    return min((event.at_ms for event in (firing, case.page) if event), default=None)


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


def time_to_command(case: Case) -> Metric:
    """From impact to a named incident commander; PagerDuty announces one before anything else."""
    named = next((e for e in case.events("role") if _commands(e)), None)
    return Metric(
        "time_to_command",
        "Time to name a commander",
        _from_impact(case, named.at_ms if named else None),
        "s",
        "from the first user hurt (SEV-3 or worse) to the moment at which somebody first held command",
    )


def _commands(event: TraceEvent) -> bool:
    return event.subject == "incident_commander" and event.detail["holder"] is not None


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


def time_to_localise(case: Case) -> Metric:
    """AIOpsLab's and SREGym's TTL, first right guess: the cause was named, or acted on rightly."""
    guess = first_right(case)
    return Metric(
        "time_to_localise",
        "Time to localise",
        _from_page(case, guess.at_ms if guess else None),
        "s",
        "from the page to the first time the cause was named (in triage, as what a fix is for, in the "
        "postmortem) or acted on by a mitigation that works in this variant or is done to the cause",
    )


def time_to_localise_for_good(case: Case) -> Metric:
    """TTL by the stable guess: no wrong one came after it."""
    guess = settled(case)
    return Metric(
        "time_to_localise_for_good",
        "Time to localise for good",
        _from_page(case, guess.at_ms if guess else None),
        "s",
        "from the page to the first right guess after which no wrong one followed",
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


def time_to_postmortem(case: Case) -> Metric:
    """PagerDuty asks for 3 to 5 days; the playbook here for 48 hours."""
    meeting_ms = postmortem_ms(case)
    return Metric(
        "time_to_postmortem",
        "Time to postmortem",
        since(case.mitigated_ms, meeting_ms),
        "s",
        "from the mitigation to the meeting that was scheduled first",
    )


def postmortem_ms(case: Case) -> int | None:
    """When the postmortem that was scheduled first is to be held."""
    scheduled = case.first("postmortem", state="scheduled")
    return scheduled.at_ms + round(3_600_000 * scheduled.detail["in_hours"]) if scheduled else None
