"""The tutorial's guide: one step after the other, as the trainee does what it asks for."""

from dataclasses import replace

import pytest

from simulator import Session, load
from simulator.coach.guide import Guide, is_reached
from simulator.moves import MOVES
from simulator.policies import PLAYERS
from simulator.policies.base import public
from simulator.room.guide import PLACES
from simulator.room.room import Room
from simulator.room.screen import STYLE
from simulator.scenario.model import GuideStep, Place
from tests.drills import EVERYTHING
from tests.rooms import EVIL, SAFE, SCENARIO, html_of, later

pytestmark = pytest.mark.usefixtures("nothing_is_swallowed")

TUTORIAL = load("tutorial-lunch-orders")
GOALS = [step.until for step in TUTORIAL.guide]


def test_a_scenario_without_a_guide_has_none() -> None:
    room = Room(Session(SCENARIO, 2))
    room.start()
    assert room.guide.widget.layout.display == "none"
    assert room.guide.guide.step is None
    assert not room.guide.explains


def test_a_guide_changes_no_digest_of_a_scenario_without_one() -> None:
    assert "guide" not in SCENARIO.model_dump()
    assert "guide" in TUTORIAL.model_dump()
    assert TUTORIAL.model_copy(update={"guide": ()}).digest != TUTORIAL.digest


@pytest.mark.parametrize("variant", TUTORIAL.variants)
def test_by_the_book_goes_through_the_guide_step_by_step(variant: str) -> None:
    scenario = TUTORIAL.only(variant)
    room = Room(Session(scenario, 3), speed=5)
    room.start()
    player = PLAYERS["by-the-book"](public(scenario))
    shown: list[int] = []
    while not room.session.ended:
        if room.guide.guide.step is not None and room.guide.guide.number not in shown:
            shown.append(room.guide.guide.number)
        if room.guide.explains:
            before = room.session.now_ms
            later(room, 2)
            assert room.session.now_ms == before  # while it explains, the clock stands still
            room.guide.next.click()
            continue
        for wish in player.decide(room.session.observe()):
            room.act(wish.verb, **wish.args)
        room.tick(1.0)
    assert room.guide.guide.step is None
    assert shown == sorted(shown)
    assert set(shown) >= {n for n, goal in enumerate(GOALS, 1) if goal in ("next", "acknowledged", "well")}


def test_each_step_waits_for_what_it_asks() -> None:
    """The steps by hand, as a newcomer takes them."""
    room = Room(Session(TUTORIAL.only("heavy-photos"), 3), speed=10)
    room.start()
    taken = {
        "acknowledged": [("acknowledge", {})],
        "declared": [("declare", {"level": 2})],
        "answered": [("triage", {"impact": "degraded", "changed": "new-menu", "rollback": "unsafe"})],
        "told": [("post_update", {"channel": "status_page", "broken": ["order"], "affected": "many"})],
        "well": [("flag_off", {"flag": "dish-photos", "by": "mia"})],
        "mitigated": [("declare_mitigated", {})],
        "scheduled": [("schedule_postmortem", {"in_hours": 24})],
    }
    looks = {"dashboard": {}, "changes": {}, "diff": {"about": "new-menu"}}
    for number, step in enumerate(TUTORIAL.guide, 1):
        assert (room.guide.guide.number, room.guide.guide.step) == (number, step)
        assert f"Step {number} of {len(TUTORIAL.guide)}" in html_of(room.guide.widget)
        if step.until == "next":
            room.guide.next.click()
            continue
        later(room, 4)
        assert room.guide.guide.number == number, f"it went on by itself: {step.title}"
        moves = taken.get(step.until) or [
            ("page", {"who": step.of})
            if step.until == "called"
            else ("look", {"source": step.of, **looks[str(step.of)]})
        ]
        for verb, args in moves:
            assert room.act(verb, **args).refused is None
        for _ in range(400):
            if room.guide.guide.number == number:
                later(room, 0.25)
    assert room.guide.guide.step is None
    assert room.guide.widget.layout.display == "none"
    assert room.pointer.at.get("selector") is None
    assert room.session.now_ms < TUTORIAL.length_ms


def test_what_a_step_is_about_is_outlined_and_its_tab_opened() -> None:
    room = Room(Session(TUTORIAL, 3))
    room.start()
    assert room.pointer.at["selector"] == PLACES["stations"]
    assert room.pointer.at["outline"] is True
    assert room.guard.announce.startswith("Welcome. You look after the lunch page")
    room.guide.next.click()
    room.guide.next.click()
    later(room, 4)
    room.act("acknowledge")
    later(room, 1)
    assert room.guide.guide.step.title == "See how bad it is"
    assert room.pointer.at["selector"] == ".sevdrill-move.move-look"
    assert room.moves._tabs.get_title(room.moves._tabs.selected_index) == "Investigate"
    assert room.guide.next.layout.display == "none"


def test_it_can_be_skipped_and_the_clock_goes_on() -> None:
    room = Room(Session(TUTORIAL, 3))
    room.start()
    at = room.session.now_ms
    later(room, 5)
    assert room.session.now_ms == at
    room.guide.skip.click()
    assert room.guide.widget.layout.display == "none"
    assert room.pointer.at.get("selector") is None
    later(room, 5)
    assert room.session.now_ms > at


def test_it_goes_away_at_the_end() -> None:
    room = Room(Session(TUTORIAL, 3))
    room.start()
    room.end()
    assert room.guide.widget.layout.display == "none"
    assert not room.guide.explains


def test_a_drill_that_is_taken_up_again_goes_on_after_the_last_step_that_was_done() -> None:
    session = Session(TUTORIAL, 3)
    session.advance(70_000)
    session.decide("acknowledge")
    session.advance(80_000)
    session.decide("look", {"source": "dashboard"})
    session.advance(200_000)
    room = Room(session)
    room.start()
    assert room.guide.guide.step.title == "Get help"


def test_a_step_is_escaped() -> None:
    step = GuideStep(title=EVIL, text=EVIL)
    room = Room(Session(TUTORIAL.model_copy(update={"guide": (step,)}), 3))
    room.start()
    html = html_of(room.guide.widget)
    assert html.count(SAFE) == 2
    assert EVIL not in html


# -- the steps themselves ----------------------------------------------------------------------------------


def test_every_place_is_somewhere_in_the_room() -> None:
    assert set(PLACES) == set(Place.__args__)
    room = Room(Session(TUTORIAL, 3))
    room.start()
    classes = {name for widget in everything(room.panel) for name in widget._dom_classes}
    drawn = html_of(room.panel) + STYLE
    for place, selector in PLACES.items():
        name = selector.removeprefix(".")
        assert name in classes or f'"{name}' in drawn, place


def everything(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from everything(child)


def test_every_move_of_the_tutorial_has_a_form() -> None:
    room = Room(Session(TUTORIAL, 3))
    room.start()
    assert {step.move for step in TUTORIAL.guide if step.move} <= set(room.moves.forms) <= set(MOVES)


SEEN = Session(EVERYTHING, 7).observe()
SEEN_TUTORIAL = Session(TUTORIAL, 3).observe()


@pytest.mark.parametrize(
    ("goal", "more"),
    [
        ("paged", {"paged_ms": 1}),
        ("acknowledged", {"acknowledged_ms": 1}),
        ("answered", {"triage": {"impact": "total", "changed": "x", "rollback": "no"}}),
        ("declared", {"severity": 3}),
        ("told", {"updates": ("one",)}),
        ("well", {"paged_ms": 1}),
        ("mitigated", {"mitigated_ms": 1}),
        ("resolved", {"resolved_ms": 1}),
        ("scheduled", {"postmortem_in_hours": 24.0}),
        ("written", {"postmortem_written": True}),
        ("done", {"applied": {("restart", "till"): None}}),
    ],
)
def test_what_completes_a_step(goal: str, more: dict) -> None:
    step = GuideStep(title="", text="", until=goal)
    assert not is_reached(EVERYTHING, SEEN, step)
    assert is_reached(EVERYTHING, replace(SEEN, **more), step)


def test_people_are_called_and_come() -> None:
    steps = [GuideStep(title="", text="", until=goal, of="mia") for goal in ("called", "here")]
    anybody = GuideStep(title="", text="", until="called")
    people = SEEN_TUTORIAL.people

    def reached(**presence: str) -> list[bool]:
        there = tuple(replace(who, presence=presence.get(who.id, "away")) for who in people)
        seen = replace(SEEN_TUTORIAL, people=there)
        return [is_reached(TUTORIAL, seen, step) for step in (*steps, anybody)]

    assert reached() == [False, False, False]
    assert reached(jonas="here") == [False, False, True]
    assert reached(mia="paged") == [True, False, True]
    assert reached(mia="here") == [True, True, True]
    assert reached(mia="stood_down") == [False, False, False]


def test_next_is_never_reached_by_itself() -> None:
    guide = Guide(TUTORIAL, Session(TUTORIAL, 3).observe())
    guide.follow(Session(TUTORIAL, 3).observe())
    assert guide.number == 1
