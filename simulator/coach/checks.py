"""What to ask before a risky move, or at a risky moment: one small function per failure mode, in one table.

A check sees what the seat sees, and the move that is about to be made. It may be wrong about the truth;
it is right about what could be known.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from simulator.blaming import in_draft, in_update
from simulator.coach.failures import FAILURES
from simulator.coach.stations import QUESTIONS
from simulator.grounds import MITIGATIONS, against, supports
from simulator.moves import MOVES, SEAT
from simulator.moves.arguments import ALL_HANDS, UNCLEAR
from simulator.moves.common import name_of, title_of
from simulator.observe import Observation, Person
from simulator.policies.base import TARGETS, Wish, affected_share, in_flight, users_well_for_ms
from simulator.scenario.model import ALL_TRAFFIC, Scenario
from simulator.wording import promises, quoted

FIRST_UPDATE_MIN = {1: 5, 2: 10, 3: 20}
"""Minutes from the page to the first update, by severity, as sevdrill's own playbook has it."""
CADENCE_MIN = {1: 15, 2: 20, 3: 30}
"""Minutes between updates, likewise."""
SOON_MS = 30_000
"""An update this near is nearly due."""
HELD_MS = 120_000
"""How long users must have been well before anybody says so."""
HELPING_MS = 120_000
"""How long a mitigation may take to show."""
FIXES = ("prepare_fix", "ship_fix")


@dataclass(frozen=True, slots=True)
class Check:
    """A moment at which to pause."""

    id: str
    """The failure mode that it guards; `stuck` when nothing has been decided for long."""
    title: str
    why: str
    """What, of all that can be seen, calls for it: one sentence."""
    question: str
    occasion: str
    """The same again is no new occasion to ask."""
    verb: str | None = None
    """The move that would help, where one does."""


def check(scenario: Scenario, seen: Observation, wish: Wish | None = None) -> Check | None:
    """What to ask now; None if there is nothing.

    Args:
        scenario: what is played; only its public part is read.
        seen: what the seat sees.
        wish: the move that is about to be made, if any.
    """
    found = _before(scenario, seen, wish) if wish else _meanwhile(scenario, seen)
    return next(found, None)


def _before(scenario: Scenario, seen: Observation, wish: Wish) -> Iterator[Check]:
    for key, find in _MOVE_CHECKS.items():
        if why := find(scenario, seen, wish):
            yield Check(key, *_told(key, why), f"{wish.verb} {sorted(wish.args.items())}")


def _meanwhile(scenario: Scenario, seen: Observation) -> Iterator[Check]:
    due_ms = word_due_ms(scenario, seen)
    if due_ms is not None and due_ms - seen.at_ms <= SOON_MS and not in_flight(seen, "post_update"):
        state = "overdue" if seen.at_ms >= due_ms else "soon"
        why = {"overdue": "A word is overdue.", "soon": "A word is due in half a minute."}[state]
        yield Check("going_silent", *_told("going_silent", why), f"{due_ms} {state}", "post_update")


def _told(key: str, why: str) -> tuple[str, str, str]:
    mode = FAILURES[key]
    return mode.title, why, mode.question


def target_of(wish: Wish) -> str | None:
    """What a mitigation or a fix is done to; None for other moves."""
    if wish.verb == "shed":
        return str(wish.args.get("journey") or ALL_TRAFFIC)
    named = {**dict.fromkeys(MITIGATIONS, "service"), **TARGETS, **dict.fromkeys(FIXES, "target")}
    return wish.args.get(named.get(wish.verb, ""))


def word_due_ms(scenario: Scenario, seen: Observation) -> int | None:
    """When the next word is due: as promised, or as the severity asks, whichever is sooner; None: no word is.

    While no severity is declared, what users feel stands for it.
    """
    if seen.acknowledged_ms is None or seen.paged_ms is None or seen.resolved_ms is not None:
        return None
    level = seen.severity or _level(scenario, affected_share(seen))
    if not seen.updates:
        first_min = FIRST_UPDATE_MIN.get(level)
        return None if first_min is None or seen.mitigated_ms else seen.paged_ms + 60_000 * first_min
    asked_min = CADENCE_MIN.get(level) if seen.mitigated_ms is None else None
    asked_ms = None if asked_min is None else seen.updates[-1].at_ms + 60_000 * asked_min
    return min((ms for ms in (asked_ms, seen.next_update_due_ms) if ms is not None), default=None)


def _level(scenario: Scenario, share: float) -> int:
    bands = scenario.severity
    return next((n for n, least in enumerate((bands.sev1, bands.sev2, bands.sev3), 1) if share >= least), 4)


def _hurt(scenario: Scenario, seen: Observation) -> bool:
    return affected_share(seen) >= scenario.severity.sev3


def _how_many(seen: Observation) -> str:
    return f"{seen.impact.affected_now:,.0f} users are affected right now"


# -- one function per failure mode: why to ask, or None ------------------------------------------------


def _naming(scenario: Scenario, seen: Observation, wish: Wish) -> str | None:
    words: list[str] = []
    if wish.verb == "post_update":
        words = in_update(scenario, wish.args.get("text") or "")
    elif wish.verb == "write_postmortem":
        words = in_draft(scenario, wish.args)
    return f"Your text points at a person: {quoted(words)}." if words else None


def _promising(scenario: Scenario, seen: Observation, wish: Wish) -> str | None:
    words = promises(wish.args.get("text") or "") if wish.verb == "post_update" else []
    return f"Your text promises when it will be fixed: {quoted(words)}." if words else None


def _victory(scenario: Scenario, seen: Observation, wish: Wish) -> str | None:
    posts_it = wish.verb == "post_update" and wish.args.get("stage") == "resolved"
    if not (posts_it or wish.verb in ("declare_mitigated", "declare_resolved")):
        return None
    if _hurt(scenario, seen):
        return f"{_how_many(seen)}."
    well_ms = users_well_for_ms(seen, scenario.severity.sev3)
    return f"Users have been well for only {well_ms // 1000} s." if well_ms < HELD_MS else None


def _adrenaline(scenario: Scenario, seen: Observation, wish: Wish) -> str | None:
    if wish.verb != "ship_fix":
        return None
    if wish.args.get("path") == "straight":
        return "Straight to production means no review and no stages."
    return f"{_how_many(seen)}, and a fix changes production under them." if _hurt(scenario, seen) else None


def _debugging_on_users(scenario: Scenario, seen: Observation, wish: Wish) -> str | None:
    if wish.verb != "debug_in_production":
        return None
    staged = [found for found in seen.evidence if found.source == "staging"]
    if any(not found.implicates for found in staged):
        return None  # staging has been asked, and cannot tell
    tried = "Staging has shown the fault" if staged else "Staging has not been tried"
    return f"{tried}, and debugging slows the live service for everybody."


def _anchoring(scenario: Scenario, seen: Observation, wish: Wish) -> str | None:
    suspect = _suspect(wish)
    if suspect is None:
        return None
    unsafe = [found for found in seen.evidence if wish.verb == "roll_back" and suspect in found.unsafe]
    told = [found for found in seen.evidence if found.source != "provider_status"]  # "resolved" is no alibi
    contrary = unsafe or against(told, suspect)
    if not contrary:
        return None
    doubt = "safe to roll back" if unsafe else "the cause"
    return f"You have seen “{contrary[0].title}”. Read it again: is {_title(scenario, suspect)} {doubt}?"


def _acting_first(scenario: Scenario, seen: Observation, wish: Wish) -> str | None:
    open_questions = [_QUESTIONS[key] for key in QUESTIONS if key not in seen.triage]
    if not MOVES[wish.verb].production or not open_questions or in_flight(seen, "triage"):
        return None
    *others, last = open_questions
    missing = f"{', '.join(others)} or {last}" if others else last
    return f"This changes production, and triage has not said {missing}."


def _fixing_first(scenario: Scenario, seen: Observation, wish: Wish) -> str | None:
    if wish.verb not in FIXES or not _hurt(scenario, seen) or in_flight(seen, *MITIGATIONS):
        return None
    latest_ms = max(
        (done.at_ms for (verb, _), done in seen.applied.items() if verb in MITIGATIONS), default=None
    )
    if latest_ms is not None and seen.at_ms - latest_ms < HELPING_MS:
        return None
    return f"{_how_many(seen)}, and nothing under way takes the fault out of their way."


def _guessing(scenario: Scenario, seen: Observation, wish: Wish) -> str | None:
    suspect = _suspect(wish)
    if suspect is None or wish.args.get("share") == 0 or wish.args.get("again"):
        return None  # letting users in again, or using a cache again, claims nothing
    if wish.verb in MITIGATIONS:
        known = any(supports(found, wish.verb, suspect, wish.args.get("zone")) for found in seen.evidence)
    elif wish.verb == "triage":
        known = any(
            found.source in ("changes", "diff") or suspect in found.implicates for found in seen.evidence
        )
    else:
        known = any(suspect in found.implicates for found in seen.evidence)
    return None if known else f"Nothing you have seen so far points to {_title(scenario, suspect)}."


def _hands_on(scenario: Scenario, seen: Observation, wish: Wish) -> str | None:
    by = wish.args.get("by") or SEAT
    if not MOVES[wish.verb].hands_on(wish.args) or seen.roles.get("incident_commander") != by:
        return None
    if not scenario.responders:
        return None  # nobody else is there to do it
    who = "You hold" if by == seen.seat else f"{name_of(scenario, by)} holds"
    return f"{who} command, and this is work by hand."


def _waking(scenario: Scenario, seen: Observation, wish: Wish) -> str | None:
    if wish.verb != "page" or seen.severity == 1 or in_flight(seen, "declare"):
        return None
    level = f"This is a SEV-{seen.severity}" if seen.severity else "No severity is declared yet"
    if wish.args["who"] == ALL_HANDS:
        return f"{level}; all hands are for a SEV-1."
    person = next((who for who in seen.people if who.id == wish.args["who"]), None)
    if person is None or _is_asked_for(scenario, seen, person):
        return None
    return f"{level}, and {person.name} ({person.title}) is not among those it wakes."


def _is_asked_for(scenario: Scenario, seen: Observation, person: Person) -> bool:
    """Whether the declared severity, or evidence that names what they know, asks for somebody."""
    knows = scenario.responders[person.id].knows if person.id in scenario.responders else ()
    named = {name for found in seen.evidence for name in found.implicates}
    services = {scenario.changes[name].service if name in scenario.changes else name for name in named}
    if seen.severity == 2:
        return person.on_call or bool(services & set(knows))
    return person.on_call and person.role != "manager" and seen.severity != 4


def _suspect(wish: Wish) -> str | None:
    """What a move takes for the cause, or for the way out."""
    named = {"triage": "changed", "write_postmortem": "cause"}
    suspect = wish.args.get(named[wish.verb]) if wish.verb in named else target_of(wish)
    return None if suspect in ("nothing", UNCLEAR) else suspect


def _title(scenario: Scenario, key: str) -> str:
    return "all traffic" if key == ALL_TRAFFIC else f"“{title_of(scenario, key)}”"


_QUESTIONS = {
    "impact": "what users feel",
    "changed": "what changed",
    "rollback": "whether it rolls back quickly",
}
MoveCheck = Callable[[Scenario, Observation, Wish], str | None]
_MOVE_CHECKS: Mapping[str, MoveCheck] = MappingProxyType(
    {
        "naming": _naming,
        "promising": _promising,
        "victory": _victory,
        "adrenaline": _adrenaline,
        "debugging_on_users": _debugging_on_users,
        "anchoring": _anchoring,
        "acting_first": _acting_first,
        "fixing_first": _fixing_first,
        "guessing": _guessing,
        "hands_on": _hands_on,
        "waking": _waking,
    }
)
"""Failure mode to what asks about it before a move; the first that has a reason to ask is asked."""
