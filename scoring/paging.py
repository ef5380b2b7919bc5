"""Who was woken, and whom the severity that users felt, or the evidence, asked for."""

from scoring.case import Case
from simulator.moves.page import everybody
from simulator.trace import TraceEvent

PATIENCE_MS = 120_000
"""How long a page is left to be answered before waking the next person is right; chosen for teaching."""


def pages(case: Case) -> list[TraceEvent]:
    """Every page sent by hand."""
    return [e for e in case.events("page") if e.detail["state"] == "sent" and not case.is_seat(e.subject)]


def woken(case: Case) -> set[str]:
    """Everybody who was paged by hand."""
    return {event.subject for event in pages(case)}


def missing(case: Case) -> list[list[str]]:
    """Groups asked for of whom nobody was woken before the mitigation. Needs a true level."""
    in_time = {event.subject for event in pages(case) if event.at_ms <= case.over_ms}
    return [group for group in asked_for(case) if not in_time & set(group)]


def needless(case: Case) -> list[str]:
    """People woken whom nothing asked for. Needs a true level."""
    return sorted({event.subject for event in pages(case) if not _was_right(case, event)})


def _on_call(case: Case) -> list[str]:
    return [key for key, who in case.scenario.responders.items() if who.on_call]


def _managers(case: Case) -> list[str]:
    return [key for key, who in case.scenario.stakeholders.items() if who.manager]


def asked_for(case: Case) -> list[list[str]]:
    """Groups of people of whom one each must be woken. The trainee is on call, so `on_call` asks no more."""
    assert case.worst_level is not None
    asked = case.response(case.worst_level).page
    if asked == "everybody":
        return [[who] for who in everybody(case.scenario)]
    if asked == "on_call_and_manager":
        return [group for group in (_on_call(case), _managers(case)) if group]
    return []


def _was_right(case: Case, page: TraceEvent) -> bool:
    """Whether somebody asked for was woken, or stood in for one who had been left time to answer."""
    if _was_needed(case, page):
        return True
    silent = page.detail.get("instead_of")
    before = [e for e in pages(case) if e.subject == silent and e.seq < page.seq]
    return bool(before) and page.at_ms - before[-1].at_ms >= PATIENCE_MS and _was_right(case, before[-1])


def _was_needed(case: Case, page: TraceEvent) -> bool:
    assert case.worst_level is not None
    asked = case.response(case.worst_level).page
    who = page.subject
    if asked == "everybody" or (asked != "nobody" and who in _on_call(case)):
        return True
    if asked == "on_call_and_manager":
        return who in _managers(case) or _knows_the_suspect(case, page)
    return False


def _knows_the_suspect(case: Case, page: TraceEvent) -> bool:
    """Whether evidence seen before had implicated a service that the person knows."""
    responder = case.scenario.responders.get(page.subject)
    if responder is None:
        return False
    named = {name for item in case.seen_before(page.seq) for name in item.implicates}
    services = {
        case.scenario.changes[name].service if name in case.scenario.changes else name for name in named
    }
    return bool(services & set(responder.knows))
