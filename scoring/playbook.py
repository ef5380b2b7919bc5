"""The playbook as data: what each rule asks for, what it weighs, and the deadlines of each severity.

An organisation may replace the file beside this module by its own and score every stored drill again.
"""

from functools import cache
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from simulator.errors import InputError
from simulator.scenario.yamlfile import Document, read_file

FORMAT = 1
"""The playbook format this version reads."""

RuleId = Literal["R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8", "R9", "R10", "R11", "R12"]
Text = Annotated[str, Field(min_length=1)]
Minutes = Annotated[float, Field(gt=0, le=10_080)]
Hours = Annotated[float, Field(gt=0, le=8_760)]
Seconds = Annotated[float, Field(ge=0, le=604_800)]


class PlaybookError(InputError):
    """A playbook file that cannot be used."""


class Part(BaseModel):
    """Base of every part: frozen, strict about types, and closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Rule(Part):
    """One rule of the playbook."""

    title: Text
    statement: Text
    """What it asks for, in one line."""
    weight: Annotated[float, Field(ge=0, le=100)]
    """Its part of a total of 100."""


class Rules(Part):
    """Every rule; none may be left out, but a weight may be 0."""

    R1: Rule
    R2: Rule
    R3: Rule
    R4: Rule
    R5: Rule
    R6: Rule
    R7: Rule
    R8: Rule
    R9: Rule
    R10: Rule
    R11: Rule
    R12: Rule

    def __getitem__(self, rule: str) -> Rule:
        found = getattr(self, rule)
        assert isinstance(found, Rule)
        return found


class Response(Part):
    """What a severity asks for."""

    first_update_min: Minutes | None = None
    """Minutes to the first status update; none: no update is asked for."""
    cadence_min: Minutes | None = None
    """Longest silence between updates, in minutes; none: no rhythm is asked for."""
    page: Literal["everybody", "on_call_and_manager", "on_call", "nobody"]
    """Who is woken."""


class Severities(Part):
    """The response by severity."""

    sev1: Response
    sev2: Response
    sev3: Response
    sev4: Response

    def __getitem__(self, level: int) -> Response:
        return (self.sev1, self.sev2, self.sev3, self.sev4)[level - 1]


class Timing(Part):
    """Deadlines and tolerances that do not depend on the severity."""

    hold_s: Seconds
    """How long users must stay well before an incident counts as mitigated, in seconds."""
    verify_s: Seconds
    """R10: how long users must have been well before mitigated is declared, in seconds."""
    declare_within_s: Seconds
    """R10: how long after users became well it is declared at the latest, in seconds."""
    postmortem_h: Hours
    """R11: hours from the mitigation to the meeting at the latest."""
    mitigate_within_s: Seconds
    """R6: seconds from evidence to the right move for full marks."""
    mitigate_lost_s: Seconds
    """R6: seconds from evidence to the right move when nothing is left."""
    declare_grace_s: Seconds
    """R3: seconds from the page to the first declaration that cost nothing."""
    follow_grace_s: Seconds
    """R3: seconds to follow a change of the true level that cost nothing."""
    cadence_grace_s: Seconds
    """R5: seconds by which an update may be late."""
    spam_s: Seconds
    """R5: updates with nothing new are noise when closer together than this, in seconds."""
    update_age_s: Seconds
    """R4: how old the facts of an update may be, in seconds."""


class Objective(Part):
    """What is promised to users, for the error budget; 30 days of 99.9 % as in Google's SRE workbook."""

    availability: Annotated[float, Field(gt=0, lt=1)] = 0.999
    """Share of user-minutes that must be good."""
    window_days: Annotated[float, Field(gt=0, le=366)] = 30.0
    """Days over which it is promised."""


class Rating(Part):
    """A word for a total."""

    name: Text
    at_least: Annotated[float, Field(ge=0, le=100)]


class Playbook(Part):
    """A whole playbook file."""

    format: Literal[1]
    id: Text
    version: Annotated[int, Field(ge=1)]
    """Raised whenever a change of the file changes a score."""
    title: Text
    rules: Rules
    severities: Severities
    timing: Timing
    objective: Objective = Objective()
    ratings: Annotated[tuple[Rating, ...], Field(min_length=1)]
    """Best first; the last one begins at 0."""

    def rating(self, total: float) -> str:
        """The word for a total out of 100."""
        return next(rating.name for rating in self.ratings if total >= rating.at_least)


def load_playbook(path: str | Path) -> Playbook:
    """A playbook from a file.

    Raises:
        PlaybookError: the file's first fault, with its line.
    """
    return parse(read_file(Path(path), PlaybookError), str(path))


@cache
def default_playbook() -> Playbook:
    """The playbook that comes with sevdrill."""
    entry = resources.files("scoring") / "playbook.yaml"
    return parse(entry.read_text(encoding="utf-8"), entry.name)


def parse(text: str, name: str) -> Playbook:
    """A playbook from YAML text; `name` is what messages call it.

    Raises:
        PlaybookError: the first fault, with its line.
    """
    document = Document(name, text, PlaybookError)
    document.check_format(FORMAT)
    playbook = document.read(Playbook)
    _check_weights(document, playbook)
    _check_timing(document, playbook)
    _check_ratings(document, playbook)
    return playbook


def _check_weights(document: Document, playbook: Playbook) -> None:
    total = sum(rule.weight for _, rule in playbook.rules)
    if abs(total - 100) > 1e-6:
        raise document.fault(("rules",), f"the rules' weights add up to {total:g}", "100")


def _check_timing(document: Document, playbook: Playbook) -> None:
    timing = playbook.timing
    if timing.mitigate_lost_s <= timing.mitigate_within_s:
        what = f"'timing.mitigate_lost_s' is {timing.mitigate_lost_s:g}"
        expected = f"more than mitigate_within_s, {timing.mitigate_within_s:g}"
        raise document.fault(("timing", "mitigate_lost_s"), what, expected)
    if timing.declare_within_s < timing.verify_s:
        what = f"'timing.declare_within_s' is {timing.declare_within_s:g}"
        raise document.fault(
            ("timing", "declare_within_s"), what, f"no less than verify_s, {timing.verify_s:g}"
        )


def _check_ratings(document: Document, playbook: Playbook) -> None:
    marks = [rating.at_least for rating in playbook.ratings]
    for number, (better, worse) in enumerate(pairwise(marks), 1):
        if worse >= better:
            what = f"rating {number + 1} begins at {worse:g}, which is not below the one before it"
            raise document.fault(("ratings", number), what, "ratings from best to worst")
    if marks[-1] != 0:
        what = f"the last rating begins at {marks[-1]:g}"
        raise document.fault(("ratings", len(marks) - 1), what, "0, so that every total has a rating")
