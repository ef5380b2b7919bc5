"""Drill time as people read it. Drill time itself is integer milliseconds since the opening."""

from datetime import datetime, timedelta


def clock(starts: str, at_ms: int) -> str:
    """The calendar time of day, `14:07`, at `at_ms` of a drill that opens at `starts`."""
    return (datetime.fromisoformat(starts) + timedelta(milliseconds=at_ms)).strftime("%H:%M")


def seconds_of_day(starts: str) -> int:
    """Seconds from midnight to the opening, for chart axes."""
    opening = datetime.fromisoformat(starts)
    return opening.hour * 3600 + opening.minute * 60 + opening.second


def span(ms: float) -> str:
    """A length of time, `4 min 05 s` or `35 s`."""
    minutes, seconds = divmod(round(ms / 1000), 60)
    return f"{minutes} min {seconds:02d} s" if minutes else f"{seconds} s"
