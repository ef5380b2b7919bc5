"""Control rooms without a browser, for tests: made, started, and read."""

import ipywidgets as W  # noqa: N812

from simulator import Session, load
from simulator.room.room import Room

SCENARIO = load("api-500s-after-deploy")
CLEAN = 2
"""A seed whose truth is a deploy that rolls back cleanly."""
EVIL = '<img src=x onerror="alert(1)">'
SAFE = "&lt;img src=x onerror=&quot;alert(1)&quot;&gt;"


def paged(session: Session | None = None, **more) -> Room:
    """A room whose trainee has been paged."""
    room = Room(session or Session(SCENARIO, CLEAN), **more)
    room.start()
    while room.session.observe().paged_ms is None:
        room.tick(1)
    return room


def commanding(session: Session | None = None, **more) -> Room:
    """A room whose trainee has just acknowledged."""
    room = paged(session, **more)
    room.strip.button.click()
    while room.session.observe().acknowledged_ms is None:
        room.tick(0.25)
    return room


def later(room: Room, real_s: float) -> None:
    """Let real time pass, as the pulse does it."""
    for _ in range(round(4 * real_s)):
        room.tick(0.25)


def html_of(widget: W.Widget) -> str:
    """All HTML in a tree of widgets."""
    own = widget.value if isinstance(widget, W.HTML) else ""
    return own + "".join(html_of(child) for child in getattr(widget, "children", ()))
