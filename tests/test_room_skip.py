"""Skipping to the next event: where it stops, what it says, and that it is nothing but time passing."""

import asyncio

import pytest

from simulator import Session, simulate
from simulator.room.room import Room
from simulator.room.skipping import LONGEST_MS, PIECE_MS, Skip
from tests.rooms import CLEAN, SCENARIO, commanding, html_of

pytestmark = pytest.mark.usefixtures("nothing_is_swallowed")

UPDATE = {
    "channel": "status_page", "stage": "investigating", "broken": ["checkout"], "affected": "some",
    "next_update_min": 5, "text": "We are on it.",
}  # fmt: skip


def skipped(room: Room) -> tuple[int, str]:
    """Where a skip ends, and what it says."""
    room.controls.skip.click()
    return room.session.now_ms, room.guard.announce


def test_a_skip_stops_at_the_page() -> None:
    room = Room(Session(SCENARIO, CLEAN))
    room.controls.skip.click()
    assert room.session.now_ms == 0, "a drill that has not started stands"
    room.start()
    assert skipped(room) == (61_000, "0:26 later. You are being paged: HTTP 500s after a deploy")
    assert room.phase == "running"


def test_a_skip_stops_at_every_kind_of_news() -> None:
    room = commanding(speed=1)
    room.pause()
    assert room.session.now_ms == 63_500
    room.act("post_update", **UPDATE)
    room.act("page", who="priya")
    told = [skipped(room) for _ in range(5)]
    room.act("roll_back", change="orders-2.31", by="priya")
    told += [skipped(room) for _ in range(7)]
    assert [(at_ms, text[:60]) for at_ms, text in told] == [
        (111_500, "0:48 later. You: Posted to the status page: investigating. B"),
        (115_500, "0:04 later. Finished: Page Priya"),
        (150_500, "0:35 later. Alert fires: Checkout is losing users"),
        (170_500, "0:20 later. Priya: Here. What do you need?"),
        (300_500, "2:10 later. Kofi: Eleven tickets in five minutes, all the sa"),
        (351_500, "0:51 later. The update you promised is due within a minute."),
        (411_500, "1:00 later. The update you promised is overdue."),
        (476_500, "1:05 later. Priya: Rolled back: Deploy orders-api 2.31.0."),
        (480_500, "0:04 later. Users are well again. Watch that it holds."),
        (510_500, "0:30 later. Alert cleared: Orders API answers HTTP 500"),
        (531_500, "0:21 later. Kofi asks: Support is filling up with people who"),
        (600_500, "1:09 later. Alert cleared: Checkout is losing users"),
    ]
    assert room.phase == "paused", "it stays as it was"


def test_five_minutes_without_news_are_enough() -> None:
    session = Session(SCENARIO, CLEAN)
    session.advance(2_700_000)  # everybody has said what they had to say, and nobody has been listening
    quiet = next(skip for skip in iter(lambda: run_out(session), None) if not skip.news)
    assert quiet.told == "5:00 later. Nothing new happened."


def run_out(session: Session) -> Skip | None:
    """A whole skip; None at the end of the drill."""
    if session.ended:
        return None
    before_ms = session.now_ms
    skip = Skip(session)
    while not skip.over:
        skip.run()
    assert session.now_ms - before_ms <= LONGEST_MS
    return skip


def test_a_skip_is_time_passing_and_nothing_else() -> None:
    room = commanding()
    for _ in range(6):
        skipped(room)
    decisions = room.session.decisions
    assert [decision.verb for decision in decisions] == ["acknowledge"]
    assert room.session.finish().digest == simulate(SCENARIO, CLEAN, decisions).digest


def test_a_skip_to_the_end_ends_the_drill() -> None:
    room = commanding()
    while room.phase != "ended":
        skipped(room)
    assert room.session.now_ms == SCENARIO.length_ms
    assert room.guard.announce == "The drill is over."


def test_on_a_loop_a_long_skip_runs_in_pieces_and_a_move_cuts_it_short() -> None:
    room = commanding(speed=1)
    room.act("page", who="priya")
    room.session.advance(171_000)  # nothing is said for two minutes now
    room.tick(0)

    async def play() -> tuple[int, int]:
        room.post.bind()
        room.controls.skip.click()
        await asyncio.sleep(0)
        first_ms = room.session.now_ms
        room.tick(1)
        assert room.session.now_ms == first_ms, "the clock does not run twice"
        room.act("page", who="tomas")
        for _ in range(5):
            await asyncio.sleep(0)
        return first_ms, room.session.now_ms

    assert asyncio.run(play()) == (171_000 + PIECE_MS, 171_000 + PIECE_MS)


def test_a_faulty_skip_is_shown_and_over(monkeypatch: pytest.MonkeyPatch) -> None:
    room = commanding()
    monkeypatch.setattr(room.session, "advance", lambda _: 1 / 0)
    room.controls.skip.click()
    assert "ZeroDivisionError" in html_of(room.problem.widget)
    assert room.phase == "paused"
    monkeypatch.undo()
    now_ms = room.session.now_ms
    room.start()
    room.tick(1)
    assert room.session.now_ms > now_ms
