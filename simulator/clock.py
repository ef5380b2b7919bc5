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
    """A length of time: `35 s`, `4 min 05 s` or `24 h 03 min`."""
    minutes, seconds = divmod(round(ms / 1000), 60)
    if minutes >= 60:
        return f"{minutes // 60} h {minutes % 60:02d} min"
    return f"{minutes} min {seconds:02d} s" if minutes else f"{seconds} s"
