"""The home page as plain data: what can be played, what is under way, what was played, what to train next.

No widgets and no markup: the page draws a `HomeView`, and what it says is tested here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from simulator.app.advice import Advice, advise, how_hard
from simulator.app.keeping import digest_of
from simulator.room import words
from simulator.scenario.model import Scenario
from simulator.store import Store, StoredDrill, StoredScore, Trainee
from simulator.trace import ENGINE_VERSION

ANY = "any"
OLDER = "Played with an older version of sevdrill, which played otherwise: it cannot be opened here."


@dataclass(frozen=True, slots=True)
class Card:
    """A drill that can be chosen."""

    id: str
    title: str
    summary: str
    difficulty: str
    skills: tuple[str, ...]
    minutes: int
    """Of drill time."""
    played: str
    """How often it was played, and how well; empty if never."""
    suggested: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A drill of one's own, under way or over."""

    drill: str
    """Its id in the store."""
    title: str
    begun: str
    mode: str
    told: str
    """Where it stands, or what it scored."""
    mitigated: str
    """Time from the start of the impact until users were well; empty while it is under way."""
    marks: tuple[str, ...]
    """What sets it apart from a drill played once, by a person, here."""
    closed: str
    """Why it cannot be opened; empty if it can."""


@dataclass(frozen=True, slots=True)
class HomeView:
    """Everything on the page."""

    cards: tuple[Card, ...]
    advice: Advice
    going: tuple[Row, ...]
    over: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """A drill of the store with what the page needs beside it."""

    drill: StoredDrill
    title: str
    score: StoredScore | None


def kept_by(store: Store, trainee: Trainee, library: Mapping[str, Scenario]) -> list[Kept]:
    """A trainee's drills, newest first, each with the score by sevdrill's own playbook.

    Raises:
        StoreError: the store cannot be read.
    """
    ours = digest_of()
    found = []
    for drill in store.drills(trainee):
        scores = store.scores(drill) if drill.finished else []
        score = next((one for one in scores if one.playbook_digest == ours), None)
        known = library.get(drill.scenario) or store.scenario(drill)
        found.append(Kept(drill, known.title, score))
    return found


def home_view(library: Mapping[str, Scenario], kept: Sequence[Kept]) -> HomeView:
    """The page.

    Args:
        library: what can be played, by id.
        kept: the trainee's own drills, newest first.
    """
    scored = [(one.drill, one.score) for one in kept if one.score is not None]
    advice = advise(library, scored)
    cards = tuple(_card(scenario, kept, advice) for scenario in sorted(library.values(), key=how_hard))
    going = tuple(_row(one) for one in kept if not one.drill.finished)
    over = tuple(_row(one) for one in kept if one.drill.finished)
    return HomeView(cards, advice, going, over)


def fits(card: Card, difficulty: str = ANY, skill: str = ANY, most_min: int | None = None) -> bool:
    """Whether a card passes the filters; `ANY` and None let every card pass."""
    return (
        difficulty in (ANY, card.difficulty)
        and (skill == ANY or skill in card.skills)
        and (most_min is None or card.minutes <= most_min)
    )


def _card(scenario: Scenario, kept: Sequence[Kept], advice: Advice) -> Card:
    return Card(
        scenario.id,
        scenario.title,
        " ".join(scenario.summary.split()),
        scenario.difficulty,
        tuple(scenario.skills),
        round(scenario.length_ms / 60_000),
        _played([one for one in kept if one.drill.scenario == scenario.id and _is_own_play(one.drill)]),
        scenario.id == advice.scenario,
    )


def _is_own_play(drill: StoredDrill) -> bool:
    """Whether it was played to its end here, by the trainee, and without hindsight."""
    return drill.finished and drill.origin == "played" and drill.parent is None


def _played(kept: Sequence[Kept]) -> str:
    if not kept:
        return ""
    often = {1: "Played once", 2: "Played twice"}.get(len(kept), f"Played {len(kept)} times")
    totals = [one.score.total for one in kept if one.score is not None and one.score.total is not None]
    return f"{often}, best {max(totals):.0f}" if totals else often


def _row(kept: Kept) -> Row:
    drill = kept.drill
    return Row(
        drill.id,
        kept.title,
        f"{drill.started_at.astimezone():%d %b %Y, %H:%M}",
        drill.mode,
        _scored(kept.score) if drill.finished else f"{words.stopwatch(drill.at_ms)} played",
        _mitigated(kept.score) if drill.finished else "",
        tuple(_marks(drill)),
        "" if drill.engine == ENGINE_VERSION else OLDER,
    )


def _scored(score: StoredScore | None) -> str:
    if score is None or score.total is None:
        return "Not scored"
    return f"{score.total:.0f} of 100"


def _mitigated(score: StoredScore | None) -> str:
    if score is None:
        return ""
    value_s = score.figures.get("time_to_mitigate")
    return "Never well" if value_s is None else f"Users well after {words.stopwatch(1000 * value_s)}"


def _marks(drill: StoredDrill) -> Iterable[str]:
    if drill.parent is not None:
        yield f"branch from {words.stopwatch(drill.branched_ms or 0)}"
    if drill.origin == "imported":
        yield "imported"
    if drill.origin == "simulated":
        yield "played by a program"
