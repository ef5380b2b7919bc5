"""Status updates against the truth: scope, size, the promise of the next, and what must not be said.

What an update says is held against what was true while it was written, for that is what the seat could see.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from scoring.case import Case, hurts
from scoring.metrics.metric import humane_span
from scoring.updates import is_noise, next_due_ms
from simulator.blaming import in_update
from simulator.moves.common import title_of
from simulator.trace import TraceEvent
from simulator.wording import promises, quoted

BUCKETS = ("none", "few", "some", "many", "all")
LEAST_SHARE = {"all": 0.9, "many": 0.25, "some": 0.05, "few": 0.0}
"""Least share of all active users, affected, for each word; as the move's help gives them."""
HURT_SHARE = 0.05
"""A journey with more of its users affected than this must be named."""
WELL_SHARE = 0.01
"""A journey with fewer of its users affected than this must not be named."""

Kind = Literal[
    "missed",
    "over_claimed",
    "understated",
    "overstated",
    "no_next",
    "next_broken",
    "promised",
    "nothing_new",
    "blamed",
    "all_clear",
    "guessed",
]


@dataclass(frozen=True, slots=True)
class Scope:
    """The journeys an update named, against those that were failing while it was written."""

    right: int
    missed: list[str]
    """Failing, and not named."""
    wrong: list[str]
    """Named, and working."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with an update."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Checked:
    """An update and what was wrong with it."""

    post: TraceEvent
    faults: tuple[Fault, ...]

    @property
    def verdict(self) -> str:
        """What a reader is told of it."""
        return " ".join(fault.text for fault in self.faults) or "True, and complete."


def checked(case: Case) -> list[Checked]:
    """Every update of a drill, checked."""
    return [
        Checked(post, tuple(fault for check in _CHECKS for fault in check(case, post)))
        for post in case.events("update")
    ]


def scope(case: Case, post: TraceEvent) -> Scope:
    """What an update says is broken, against the truth."""
    named, samples = set(post.detail["broken"]), _samples(case, post)
    shares = {key: [_share(case, f"{key}.", n) for n in samples] or [0.0] for key in case.scenario.journeys}
    missed = [key for key, seen in shares.items() if min(seen) >= HURT_SHARE and key not in named]
    wrong = [key for key, seen in shares.items() if max(seen) < WELL_SHARE and key in named]
    return Scope(len(named) - len(wrong), missed, wrong)


def true_words(case: Case, post: TraceEvent) -> list[int]:
    """The words for who is affected that were true, as places in `BUCKETS`."""
    return sorted({bucket for n in _samples(case, post) for bucket in _buckets(case, _share(case, "", n))})


def titles(case: Case, journeys: list[str]) -> str:
    """Journeys as a sentence names them."""
    return ", ".join(f"“{title_of(case.scenario, key)}”" for key in journeys)


def _samples(case: Case, post: TraceEvent) -> range:
    """The impact samples that were on screen while the update was written."""
    asked = case.first("decision", id=post.detail["decision"])
    age_ms = round(1000 * case.playbook.timing.update_age_s)
    since_ms = max(asked.at_ms if asked else 0, post.at_ms - age_ms)
    at_ms = case.trace.impact["at_ms"]
    last = max((n for n, at in enumerate(at_ms) if at <= post.at_ms), default=-1)
    first = max((n for n, at in enumerate(at_ms) if at <= since_ms), default=0)
    return range(first, last + 1)


def _share(case: Case, prefix: str, sample: int) -> float:
    users = case.trace.impact[f"{prefix}users"][sample]
    return case.trace.impact[f"{prefix}users_affected"][sample] / users if users else 0.0


def _buckets(case: Case, share: float) -> Iterator[int]:
    """The words that fit a share of users; below the SEV-3 band both "none" and "few" do."""
    word = next(name for name, least in LEAST_SHARE.items() if share >= least)
    yield BUCKETS.index(word)
    if share < case.scenario.severity.sev3:
        yield BUCKETS.index("none")


# -- checks --------------------------------------------------------------------------------------------


def _scoped(case: Case, post: TraceEvent) -> Iterator[Fault]:
    found = scope(case, post)
    if found.missed:
        yield Fault("missed", f"{titles(case, found.missed)} was failing and not named.")
    if found.wrong:
        yield Fault("over_claimed", f"{titles(case, found.wrong)} was named and working.")


def _sized(case: Case, post: TraceEvent) -> Iterator[Fault]:
    said, true = post.detail["affected"], true_words(case, post)
    if said == "unknown" or not true or BUCKETS.index(said) in true:
        return
    words = " or ".join(f"“{BUCKETS[bucket]}”" for bucket in true)
    kind: Kind = "understated" if BUCKETS.index(said) < true[0] else "overstated"
    yield Fault(kind, f"It said “{said}” are affected, and {words} was true.")


def _followed(case: Case, post: TraceEvent) -> Iterator[Fault]:
    if post.at_ms >= case.over_ms:
        return
    minutes = post.detail["next_update_min"]
    if minutes is None:
        yield Fault("no_next", "It did not say when the next one comes.")
        return
    after = next((other.at_ms for other in case.events("update") if other.seq > post.seq), case.over_ms)
    promised_ms = post.at_ms + round(60_000 * minutes + 1000 * case.playbook.timing.cadence_grace_s)
    late_ms = min(after, case.over_ms) - max(promised_ms, next_due_ms(case, post))
    if late_ms > 0:
        yield Fault("next_broken", f"The next one was promised in {minutes:g} min and came too late.")


def _promised(case: Case, post: TraceEvent) -> Iterator[Fault]:
    if words := promises(post.detail["text"]):
        yield Fault("promised", f"It promised a time for the fix ({quoted(words)}); nobody can know it.")


def _new(case: Case, post: TraceEvent) -> Iterator[Fault]:
    before = [
        other for other in case.events("update") if other.seq < post.seq and other.subject == post.subject
    ]
    if before and is_noise(case, before[-1], post):
        since = humane_span((post.at_ms - before[-1].at_ms) / 1000)
        yield Fault("nothing_new", f"It came {since} after the last and said nothing new.")


def _blamed(case: Case, post: TraceEvent) -> Iterator[Fault]:
    if words := in_update(case.scenario, post.detail["text"]):
        yield Fault("blamed", f"It points at people ({quoted(words)}).")


def _cleared(case: Case, post: TraceEvent) -> Iterator[Fault]:
    if post.detail["stage"] in ("monitoring", "resolved") and hurts(case.true_level.at(post.at_ms)):
        yield Fault("all_clear", f"It said “{post.detail['stage']}” while users were still hurt.")


def _knew(case: Case, post: TraceEvent) -> Iterator[Fault]:
    """A stage that claims to know the cause, with nothing seen that strongly implicates anything."""
    if post.detail["stage"] != "identified":
        return
    seen = case.seen_before(post.seq)
    if not any((item.implicates or item.workaround) and item.strength == "strong" for item in seen):
        yield Fault("guessed", "It said “identified”, and nothing seen by then had identified anything.")


_CHECKS: tuple[Callable[[Case, TraceEvent], Iterator[Fault]], ...] = (
    _scoped,
    _sized,
    _followed,
    _promised,
    _new,
    _blamed,
    _cleared,
    _knew,
)
