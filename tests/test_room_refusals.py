"""What cannot be done is said before it is pressed, in its place, and can be asked for all the same."""

import pytest

from simulator import Session
from simulator.room.form import MoveForm
from tests.rooms import CLEAN, SCENARIO, commanding, html_of, paged

pytestmark = pytest.mark.usefixtures("nothing_is_swallowed")


def warned(form: MoveForm) -> str:
    """What the form says in advance; empty if the move can be made."""
    page = html_of(form.widget)
    assert ("sevdrill-cannot" in form.button._dom_classes) == ("sevdrill-not-now" in page)
    if "sevdrill-not-now" not in page:
        assert form.button.tooltip == form.move.help
        return ""
    told = page.partition("Not now: </b>")[2].partition("</span>")[0]
    assert form.button.tooltip == f"Not now: {told}"
    return told


def test_every_move_waits_for_the_acknowledgement_even_with_its_form_empty() -> None:
    room = paged()
    room.moves.open("roll_back")
    assert warned(room.moves.forms["roll_back"]) == "Acknowledge the page first."
    room.strip.button.click()
    while room.session.observe().acknowledged_ms is None:
        room.tick(0.25)
    assert warned(room.moves.forms["roll_back"]) == ""


def test_a_refusal_follows_the_choice() -> None:
    room = commanding()
    room.pause()
    room.moves.open("roll_back")
    form = room.moves.forms["roll_back"]
    form.fields["change"].widget.value = "db-reindex"
    assert warned(form) == "Index rebuild on the orders database has no way back."
    form.fields["change"].widget.value = "orders-2.31"
    assert warned(form) == ""
    form.fields["by"].widget.value = "priya"
    assert warned(form) == "Priya is not here: page them first."
    form.fields["change"].widget.value = ""
    assert warned(form) == "Priya is not here: page them first.", "with a part missing, too"


def test_a_refusal_is_pressed_all_the_same_and_said_once() -> None:
    room = commanding()
    room.moves.open("roll_back")
    form = room.moves.forms["roll_back"]
    form.fields["change"].widget.value = "db-reindex"
    assert form.button.disabled is False, "so that it can be heard by whoever cannot see the line"
    form.button.click()
    page = html_of(form.widget)
    assert page.count("has no way back.") == 1
    assert "Not done. Index rebuild on the orders database has no way back." in page
    assert form.button.tooltip == "Not now: Index rebuild on the orders database has no way back."
    room.act("declare", level=2)
    assert warned(form) == "Index rebuild on the orders database has no way back."


def test_only_the_open_tab_is_asked_and_only_changes_are_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    room = commanding()
    asked: list[str] = []
    refusal = Session.refusal

    def counting(session: Session, verb: str, *args) -> str | None:
        asked.append(verb)
        return refusal(session, verb, *args)

    monkeypatch.setattr(Session, "refusal", counting)
    sent: list[object] = []
    for form in room.moves.forms.values():
        form._cost.observe(sent.append, "value")
    room.tick(0.25)
    assert set(asked) == {"triage", "declare"}
    assert sent == []
    room.moves.open("post_update")
    assert "post_update" in asked


def test_asking_changes_nothing() -> None:
    quiet, asked = Session(SCENARIO, CLEAN), Session(SCENARIO, CLEAN)
    for session in (quiet, asked):
        session.advance(61_000)
        session.decide("acknowledge")
    for at_ms in range(80_000, 400_000, 7_000):
        asked.advance(at_ms)
        assert asked.bar("roll_back", {"by": "priya"}) == "Priya is not here: page them first."
        asked.refusal("roll_back", {"change": "orders-2.31"})
    assert asked.finish().digest == quiet.finish().digest
