"""The modes in the room: a question holds a move and the clock, a warning neither, and an exam is silent."""

import pytest

from simulator import Decision, Session, UnknownNameError
from simulator.conduct import Conduct, Hint
from simulator.policies import PLAYERS
from simulator.policies.base import public
from simulator.room.room import Room
from tests.rooms import CLEAN, EVIL, SAFE, SCENARIO, commanding, html_of, later

pytestmark = pytest.mark.usefixtures("nothing_is_swallowed")

ALL_HANDS = {"who": "all-hands"}
LOGS = {"source": "logs", "about": "orders-api"}


def verbs(room: Room) -> list[str]:
    return [decision.verb for decision in room.session.decisions]


def hints(room: Room) -> list[tuple[str, str]]:
    return [(hint.id, hint.answer) for hint in room.session.conduct.hints]


# -- coached -----------------------------------------------------------------------------------------------


def test_a_question_holds_the_move_and_the_clock_until_it_is_answered() -> None:
    room = commanding(mode="coached")
    room._submit("page", ALL_HANDS)
    at = room.session.now_ms
    assert room.coaching.asking
    assert (verbs(room), hints(room)) == (["acknowledge"], [])
    card = html_of(room.coaching.widget)
    assert "Pause: Waking people without need" in card
    assert 'role="alert"' in card
    assert "Whom does this severity need, and who may sleep?" in card
    assert room.pointer.at["selector"] == ".sevdrill-coaching .sevdrill-think-again"
    assert "sevdrill-close" in room.coaching.again._dom_classes  # Escape thinks again
    later(room, 5)
    room.skip()
    assert room.session.now_ms == at
    assert "Clock waits" in html_of(room.controls.widget)

    room.coaching.on.click()
    assert "Running" in html_of(room.controls.widget)
    assert verbs(room) == ["acknowledge", "page"]
    assert room.session.decisions[-1].at_ms == at
    assert room.session.conduct.hints == (Hint(at, "waking", "went_on"),)
    assert room.coaching.widget.layout.display == "none"
    assert room.pointer.at["back"] is True
    later(room, 1)
    assert room.session.now_ms > at


def test_thinking_again_drops_the_move() -> None:
    room = commanding(mode="coached")
    room._submit("page", ALL_HANDS)
    room.coaching.again.click()
    assert (verbs(room), hints(room)) == (["acknowledge"], [("waking", "thought_again")])
    room.coaching.again.click()  # a second press of a button that has gone
    assert hints(room) == [("waking", "thought_again")]
    room._submit("page", ALL_HANDS)  # it has just been asked: no second question
    assert verbs(room) == ["acknowledge", "page"]


def test_another_move_instead_is_a_second_thought() -> None:
    room = commanding(mode="coached")
    room._submit("page", ALL_HANDS)
    room._submit("look", {"source": "dashboard"})
    assert not room.coaching.asking
    assert (verbs(room), hints(room)) == (["acknowledge", "look"], [("waking", "thought_again")])


def test_the_button_of_a_form_asks_as_well() -> None:
    room = commanding(mode="coached")
    form = room.moves.forms["page"]
    form.fields["who"].widget.value = "all-hands"
    form.button.click()
    assert room.coaching.asking
    room.coaching.on.click()
    assert verbs(room) == ["acknowledge", "page"]


def test_what_would_be_refused_is_refused_and_not_asked_about() -> None:
    room = commanding(mode="coached")
    room._submit("declare_resolved", {})
    assert not room.coaching.asking
    assert "Declare mitigated before" in html_of(room.moves.forms["declare_resolved"].widget)
    room._submit("page", {"who": "nobody"})
    assert (verbs(room), hints(room)) == (["acknowledge", "declare_resolved"], [])


def test_a_word_that_is_due_is_asked_about_and_leads_to_the_update() -> None:
    room = commanding(mode="coached")
    later(room, 65)
    assert room.coaching.asking
    assert (room.coaching.again.description, room.coaching.on.description) == ("Write now", "Go on")
    assert "sevdrill-close" in room.coaching.on._dom_classes  # Escape goes on
    assert "sevdrill-close" not in room.coaching.again._dom_classes
    room.coaching.again.click()
    assert hints(room) == [("going_silent", "thought_again")]
    assert room.moves._tabs.get_title(room.moves._tabs.selected_index) == "Communicate"
    assert room.pointer.at["selector"].startswith(".move-post_update ")
    assert room.pointer.at["focus"] is True


def test_somebody_who_is_stuck_gets_a_nudge_that_stops_nothing() -> None:
    room = commanding(mode="coached")
    room.set_speed(1)
    later(room, 121)
    assert hints(room) == [("stuck", "shown")]
    assert not room.coaching.asking
    assert "The next station: Triage" in html_of(room.coaching.widget)
    assert room.guard.announce.startswith("The next station: Triage.")
    room.coaching.show.click()
    assert room.moves._tabs.get_title(room.moves._tabs.selected_index) == "Investigate"
    assert room.coaching.widget.layout.display == "none"


def test_a_decision_takes_a_nudge_away() -> None:
    room = commanding(mode="coached")
    room.set_speed(1)
    later(room, 121)
    room.act("look", source="dashboard")
    assert room.coaching.told == ""


def test_a_question_that_stands_at_the_end_counts_as_shown() -> None:
    room = commanding(mode="coached")
    room._submit("page", ALL_HANDS)
    room.end()
    assert (verbs(room), hints(room)) == (["acknowledge"], [("waking", "shown")])


def test_the_same_decisions_at_the_same_times_give_the_same_drill() -> None:
    """A scripted hero, who is asked again and again and goes on every time."""
    plain, coached = Session(SCENARIO, CLEAN), Room(Session(SCENARIO, CLEAN), speed=5, mode="coached")
    coached.start()
    player = PLAYERS["hero-debugger"](public(SCENARIO))
    asked = 0
    while not coached.session.ended:
        for wish in player.decide(coached.session.observe()):
            coached._submit(wish.verb, wish.args)
            asked += coached.coaching.asking
            coached.coaching.on.click()
        coached.tick(1.0)
        asked += coached.coaching.asking
        coached.coaching.on.click()
    for decision in coached.session.decisions:
        plain.advance(decision.at_ms)
        plain.decide(decision.verb, decision.args)
    assert plain.finish().digest == coached.session.finish().digest
    answers = [hint.answer for hint in coached.session.conduct.hints if hint.id != "stuck"]
    assert answers == ["went_on"] * asked
    assert asked >= 4


# -- standard and exam -------------------------------------------------------------------------------------


def test_a_warning_stops_nothing_and_goes_away() -> None:
    room = commanding()
    assert room.mode == "standard"
    room._submit("page", ALL_HANDS)
    assert verbs(room) == ["acknowledge", "page"]
    assert hints(room) == [("waking", "shown")]
    card = html_of(room.coaching.widget)
    assert "Careful: Waking people without need" in card
    assert "role=" not in card
    assert "Careful: Waking people without need." in room.guard.announce
    assert room.coaching.on.layout.display == room.coaching.again.layout.display == "none"
    at = room.session.now_ms
    later(room, 19)
    assert room.session.now_ms == at + 190_000
    assert room.coaching.told
    later(room, 2)
    assert room.coaching.widget.layout.display == "none"
    assert room.coaching.told == ""


def test_the_next_decision_takes_a_warning_away() -> None:
    room = commanding()
    room._submit("page", ALL_HANDS)
    assert room.coaching.told
    room._submit("look", {"source": "dashboard"})
    assert (room.coaching.told, hints(room)) == ("", [("waking", "shown")])


def test_a_warning_can_be_closed() -> None:
    room = commanding()
    room._submit("page", ALL_HANDS)
    room.coaching.close.click()
    assert (room.coaching.told, hints(room)) == ("", [("waking", "shown")])


def test_warnings_keep_a_minute_apart() -> None:
    room = commanding()
    room.set_speed(1)
    for _ in range(3):
        room._submit("page", ALL_HANDS)
        room._submit("look", LOGS)
        later(room, 20)
    assert len(hints(room)) == 1
    room._submit("page", {"who": "ines"})
    later(room, 1)
    room._submit("look", LOGS)
    assert len(hints(room)) == 2


def test_an_exam_says_nothing_and_takes_nothing_back() -> None:
    room = commanding(mode="exam")
    room._submit("page", ALL_HANDS)
    room._submit("roll_back", {"change": "orders-2.31"})
    later(room, 130)
    assert (verbs(room)[1:], hints(room)) == (["page", "roll_back"], [])
    assert room.coaching.widget.layout.display == "none"
    room.end()
    assert room.ending.back.layout.display == "none"
    room.go_back()
    assert room.phase == "ended"


# -- which mode --------------------------------------------------------------------------------------------


def test_the_mode_is_in_the_bar_and_in_the_record() -> None:
    room = Room(Session(SCENARIO, CLEAN), mode="coached")
    assert "Coached" in html_of(room.coaching.badge)
    room.start()
    room.pause()
    at = room.session.now_ms
    assert room.session.conduct == Conduct("coached", (), ((at, 10), (at, 0)))
    assert room.mode_choice is None


def test_the_trainee_chooses_where_it_is_open() -> None:
    begun: list[str] = []

    def begin(mode: str) -> Session:
        begun.append(mode)
        return Session(SCENARIO, CLEAN)

    room = Room(Session(SCENARIO, CLEAN), begin=begin)
    assert room.mode_choice is not None
    assert room.mode_choice.widget in room.opening.widget.children
    assert room.mode_choice.control.value == "standard"
    room.mode_choice.control.value = "coached"
    assert "Coached" in html_of(room.coaching.badge)
    room.start()
    room.pause()
    room.start()
    assert (begun, room.session.conduct.mode) == (["coached"], "coached")


def test_an_unknown_mode_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'exam'"):
        Room(Session(SCENARIO, CLEAN), mode="exma")


def test_a_drill_that_is_taken_up_again_keeps_its_mode() -> None:
    session = Session(SCENARIO, CLEAN, [Decision("d1", 61_000, "commander", "acknowledge")])
    session.conduct = Conduct("exam")
    assert Room(session).mode == "exam"


def test_what_a_trainee_writes_is_escaped_in_a_question() -> None:
    room = commanding(mode="coached")
    room._submit("post_update", {"channel": "status_page", "text": f"Fixed {EVIL} within 20 min"})
    card = html_of(room.coaching.widget)
    assert f"“Fixed {SAFE} within 20 min”" in card
    assert EVIL not in card
