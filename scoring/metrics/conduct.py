"""How the response was led: severity, people, updates and command, in time and people."""

from scoring.case import Case
from scoring.command import slips
from scoring.localise import guesses
from scoring.metrics.metric import Metric
from scoring.paging import missing, needless, woken
from scoring.updates import adherence


def under_declared(case: Case) -> Metric:
    """Severity calibration: time at too low a level, or at none. When unsure, the higher level is right."""
    return Metric(
        "under_declared",
        "Time declared too low or not at all",
        _misjudged_s(case, too_low=True),
        "s",
        "from the page to the mitigation: time with a true level and none declared, or a less severe one",
    )


def over_declared(case: Case) -> Metric:
    """Severity calibration: time at too high a level."""
    return Metric(
        "over_declared",
        "Time declared too high",
        _misjudged_s(case, too_low=False),
        "s",
        "from the page to the mitigation: time with a declared level more severe than the true one",
    )


def _misjudged_s(case: Case, *, too_low: bool) -> float | None:
    if case.page is None or case.impact_ms is None:
        return None
    return (
        sum(
            said.length_ms
            for true in case.true_level.spans(case.page.at_ms, case.over_ms)
            for said in case.declared_level.spans(true.start_ms, true.end_ms)
            if true.value is not None
            and said.value != true.value
            and too_low == (said.value is None or said.value > true.value)
        )
        / 1000
    )


def update_adherence(case: Case) -> Metric:
    """PagerDuty's and Statuspage's cadence: how much of the wait was covered by a word in time."""
    return Metric(
        "update_adherence",
        "Updates kept to their rhythm",
        adherence(case),
        "share",
        "share of the time from the first update (or from when it was due) to the mitigation in which the "
        "last update was no older than promised and required",
        "not asked for",
    )


def people_woken(case: Case) -> Metric:
    """Cost of coordination (VOID): everybody who was paged."""
    return _people(case, "people_woken", "People woken", len(woken(case)), "people paged by hand, each once")


def people_not_woken(case: Case) -> Metric:
    """People whom the severity asked for and who slept on."""
    groups = missing(case) if case.worst_level is not None else []
    definition = (
        "people whom the worst level that users felt asks for and who were not paged before the mitigation"
    )
    return _people(case, "people_not_woken", "People needed and not woken", len(groups), definition)


def people_needlessly_woken(case: Case) -> Metric:
    """PagerDuty's anti-pattern: people who could have slept."""
    definition = "people paged whom neither the level nor the evidence seen by then asked for"
    count = len(needless(case)) if case.worst_level is not None else 0
    return _people(case, "people_needlessly_woken", "People woken without need", count, definition)


def _people(case: Case, name: str, title: str, count: int, definition: str) -> Metric:
    value = None if case.page is None else count
    return Metric(name, title, value, "people", definition)


def commander_hands_on(case: Case) -> Metric:
    """PagerDuty: a commander takes no action by hand. How long whoever held command did."""
    held = any(event.subject == "incident_commander" for event in case.events("role"))
    return Metric(
        "commander_hands_on",
        "Commander working by hand",
        sum(slip.length_ms for slip in slips(case)) / 1000 if held else None,
        "s",
        "time in which whoever held command investigated or changed systems by hand",
        "nobody held command",
    )


def wrong_guesses(case: Case) -> Metric:
    """SREGym counts wrong guesses beside the time to the right one."""
    wrong = {guess.target for guess in guesses(case) if not guess.right}
    return Metric(
        "wrong_guesses",
        "Wrong guesses at the cause",
        None if case.page is None else len(wrong),
        "guesses",
        "changes, services, providers or mitigations that were named or acted on and are not it, each once",
    )
