"""How the room puts times, numbers and people into words."""

from datetime import datetime, timedelta

from simulator.clock import span
from simulator.moves import SEAT
from simulator.scenario.model import Scenario

YOU = "You"
PAGER = "pager"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def time_of_day(starts: str, at_ms: int) -> str:
    """The calendar time `14:07:05` at `at_ms` of a drill that opens at `starts`."""
    return (datetime.fromisoformat(starts) + timedelta(milliseconds=at_ms)).strftime("%H:%M:%S")


def when(starts: str, at_ms: int) -> str:
    """The time `14:07`, with the day before it unless it is the day of the opening: `9 Mar, 14:07`."""
    opening = datetime.fromisoformat(starts)
    moment = opening + timedelta(milliseconds=at_ms)
    day = "" if moment.date() == opening.date() else f"{moment.day} {_MONTHS[moment.month - 1]}, "
    return f"{day}{moment:%H:%M}"


def exactly(ms: float) -> str:
    """A length of time as a trace gives it: `0.6 ms`, `95 ms`, `2.45 s`, `1 min 13 s`."""
    if ms < 1000:
        return f"{ms:.0f} ms" if ms >= 10 or ms == round(ms) else f"{ms:.1f} ms"
    return f"{ms / 1000:.3g} s" if ms < 60_000 else span(ms)


def stopwatch(ms: float) -> str:
    """A length of time as a stopwatch shows it: `2:05`, or `1:02:05`."""
    minutes, seconds = divmod(max(0, int(ms // 1000)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def about(ms: float) -> str:
    """A length of time as people estimate it: `20 s`, `4 min`, `2 min 30 s`."""
    seconds = max(5, 5 * round(ms / 5000))
    if seconds < 60:
        return f"{seconds} s"
    minutes, rest = divmod(seconds, 60) if seconds < 300 else (round(seconds / 60), 0)
    return f"{minutes} min {rest:02d} s" if rest else f"{minutes} min"


def share(part: float, whole: float) -> str:
    """A share in per cent: `13 %`, `0 %`, or `under 1 %`."""
    per_cent = 100 * part / whole if whole else 0.0
    return "under 1 %" if 0 < per_cent < 1 else f"{per_cent:.0f} %"


def sentence(text: str) -> str:
    """The text with a capital letter first."""
    return text[:1].upper() + text[1:]


def short(text: str, longest: int) -> str:
    """The text in one line of at most `longest` characters."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def plural(n: int, one: str) -> str:
    """`1 question`, `2 questions`."""
    return f"{n} {one}" if n == 1 else f"{n} {one}s"


def name_of(scenario: Scenario, who: str) -> str:
    """A person's first name; the trainee is 'You'; an inject's author may be 'Kofi (support)'."""
    if who == SEAT:
        return YOU
    if who == PAGER:
        return "Pager"
    person = scenario.responders.get(who) or scenario.stakeholders.get(who)
    return person.name if person else who.partition(" (")[0]


def title_of(scenario: Scenario, who: str) -> str:
    """What a person is: 'operations on call'; empty for the trainee and the pager."""
    person = scenario.responders.get(who) or scenario.stakeholders.get(who)
    return person.title if person else who.partition(" (")[2].rstrip(")")


def initials(name: str) -> str:
    """One or two letters for a round badge."""
    return "".join(word[0] for word in name.split()[:2]).upper()


def thing(scenario: Scenario, key: str | None) -> str:
    """The title of a change, service, flag or journey; the key itself when it names none."""
    if key is None:
        return ""
    tables = (scenario.changes, scenario.services, scenario.flags, scenario.journeys)
    return next((str(table[key].title) for table in tables if key in table), key)
