"""What has just happened, in one line: shown under the bar and spoken by screen readers."""

from simulator.room.view import RoomView


class News:
    """Compares a moment with the one before. The most urgent change is told, one at a time."""

    def __init__(self) -> None:
        self._before: RoomView | None = None
        self.alarming = False
        """Whether the last news may make a sound: a page, or a promise that was broken."""

    def of(self, view: RoomView) -> str:
        """The news since the last call, or an empty string."""
        before, self._before = self._before, view
        self.alarming = before is not None and bool(_page(before, view) or _overdue(before, view))
        if before is None:
            return ""
        return next((news for told in _TOLD if (news := told(before, view))), "")


def _page(before: RoomView, view: RoomView) -> str:
    if view.stage == "paged" and before.stage == "quiet":
        return f"You are being paged: {view.title}"
    return ""


def _users(before: RoomView, view: RoomView) -> str:
    if view.stage == "quiet" or before.status.well is view.status.well:
        return ""
    return "Users are well again. Watch that it holds." if view.status.well else "Users are being hurt again."


def _overdue(before: RoomView, view: RoomView) -> str:
    return "The update you promised is overdue." if _turned(before, view, "overdue") else ""


def _due(before: RoomView, view: RoomView) -> str:
    return "The update you promised is due within a minute." if _turned(before, view, "due") else ""


def _turned(before: RoomView, view: RoomView, state: str) -> bool:
    return view.status.silence.state == state != before.status.silence.state


def _line(before: RoomView, view: RoomView) -> str:
    last = before.channel[-1].seq if before.channel else -1
    fresh = [line for line in view.channel if line.seq > last]
    if not fresh:
        return ""
    line = next((line for line in fresh if line.kind == "question"), fresh[-1])
    verb = {"question": "asks", "found": "found"}.get(line.kind)
    return f"{line.author} {verb}: {line.text}" if verb else f"{line.author}: {line.text}"


def _alarm(before: RoomView, view: RoomView) -> str:
    then = {alarm.id: alarm.firing for alarm in before.alarms}
    turned = [alarm for alarm in view.alarms if then.get(alarm.id, False) is not alarm.firing]
    if not turned:
        return ""
    return f"Alert {'fires' if turned[0].firing else 'cleared'}: {turned[0].title}"


def _ended(before: RoomView, view: RoomView) -> str:
    going = {job.id for job in view.jobs}
    ended = [job for job in before.jobs if job.id not in going]
    return f"Finished: {ended[0].label}" if ended else ""


_TOLD = (_page, _users, _overdue, _line, _alarm, _due, _ended)
"""The most urgent first."""
