"""What has just happened, in one line: shown under the bar and spoken by screen readers."""

from simulator.room.view import RoomView


class News:
    """Compares a moment with the one before. The most urgent change is told, one at a time."""

    def __init__(self) -> None:
        self._before: RoomView | None = None

    def of(self, view: RoomView) -> str:
        """The news since the last call, or an empty string."""
        before, self._before = self._before, view
        if before is None:
            return ""
        return (
            _page(before, view)
            or _users(before, view)
            or _overdue(before, view)
            or _line(before, view)
            or _alarm(before, view)
        )


def _page(before: RoomView, view: RoomView) -> str:
    if view.stage == "paged" and before.stage == "quiet":
        return f"You are being paged: {view.title}"
    return ""


def _users(before: RoomView, view: RoomView) -> str:
    if view.stage == "quiet" or before.status.well is view.status.well:
        return ""
    return "Users are well again. Watch that it holds." if view.status.well else "Users are being hurt again."


def _overdue(before: RoomView, view: RoomView) -> str:
    now, then = view.status.silence.state, before.status.silence.state
    return "The update you promised is overdue" if now == "overdue" and then != "overdue" else ""


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
