"""What comes after a drill, without a browser: the parts, the postmortem written late, and the files."""

import csv
import json
from io import BytesIO, StringIO
from zipfile import ZipFile

import ipywidgets as W  # noqa: N812
import pytest

from scoring.scorecard import review, score
from simulator import Session, simulate
from simulator.app.after import PARTS, after_drill, debrief_of, files, what_if
from simulator.app.exports import files_of
from simulator.app.latepostmortem import LatePostmortem
from simulator.app.latewriting import played_on, why_not
from simulator.app.rooms import open_room
from simulator.policies import play, player
from simulator.room.download import Download
from simulator.room.fields import Pick, Prose
from simulator.room.posting import Post
from simulator.store import begin, open_store
from simulator.store.codes import read_carried, scenario_in
from simulator.trace import ENGINE_VERSION
from tests.rooms import CLEAN, SCENARIO
from tests.test_app_home import button, words

pytestmark = pytest.mark.usefixtures("nothing_is_swallowed")

DRAFT = {
    "cause": "orders-2.31",
    "summary": "A release read guests' addresses.",
    "timeline": ["14:01 Paged", "14:03 Rolled back", "14:05 Users well"],
    "went_well": ["The diff was read first"],
    "went_badly": ["Tests had no guests"],
    "actions": [
        {"what": "Test guest carts", "owner_role": "checkout team", "due_days": 14, "kind": "prevent"}
    ],
}


@pytest.fixture
def store(monkeypatch, tmp_path):
    monkeypatch.setenv("SEVDRILL_STORE", str(tmp_path / "drills.db"))
    return open_store()


def well_played(upto: str | None = None):
    """Decisions of a drill played by the book, up to and with this verb."""
    log, _ = play(SCENARIO, CLEAN, player("by-the-book"))
    last = next((n for n, d in enumerate(log.decisions) if d.verb == upto), len(log.decisions))
    return log.decisions[: last + 1]


def left_after(verb: str | None, store=None, mode="standard"):
    """A room whose trainee ended the drill a minute after this move."""
    decisions = well_played(verb)
    session = begin(store, SCENARIO, CLEAN, mode=mode) if store else Session(SCENARIO, CLEAN)
    room = open_room(session)
    for decision in decisions:
        session.advance(decision.at_ms)
        session.decide(decision.verb, decision.args)
    session.advance(session.now_ms + 60_000)
    room.end()
    return room


def rule(room, name: str):
    return score(SCENARIO, room.session.finish()).rule(name)


def late_in(room) -> LatePostmortem:
    return LatePostmortem(room, review(SCENARIO, room.session.finish()))


def write(late: LatePostmortem, **args) -> None:
    for name, value in {**DRAFT, **args}.items():
        field = late.form.fields[name]
        if isinstance(field, Pick):
            field.widget.value = value
        elif isinstance(field, Prose):
            told = [" | ".join(str(v) for v in one.values()) for one in value] if name == "actions" else value
            field.fill(told if isinstance(told, str) else "\n".join(told))
    late.form.press()


# -- the parts --------------------------------------------------------------------------------------------


def test_the_parts_are_made_when_they_are_opened(store):
    room = left_after("declare_mitigated", store)
    [_, tabs] = room.ending.widget.children
    assert tabs.titles == PARTS
    told, *places = tabs.children
    assert told.value.startswith('<section class="sevdrill"')
    assert [place.children for place in places] == [(), (), ()]
    tabs.selected_index = 1
    [part] = places[0].children
    assert "The grey area is the drill as you played it." in words(part)
    assert "user-minutes" in words(part)
    tabs.selected_index = 0
    tabs.selected_index = 1
    assert places[0].children == (part,), "made once"
    assert places[1].children == ()


def test_the_slider_moves_what_brings_users_back():
    room = left_after("declare_mitigated")
    [_, tabs] = room.ending.widget.children
    tabs.selected_index = 1
    [part] = tabs.children[1].children
    choice, place = part.children[1:]
    assert [label for label, _ in choice.options] == [
        "Rolling back “Deploy orders-api 2.31.0” (brings users back)"
    ]
    slider, told, picture, _ = place.children[0].children
    before = picture.value
    slider.value = slider.min + 600
    assert told.value.startswith('<span role="status">14:11: rolling back')
    assert picture.value != before
    assert 'class="sevdrill-figure"' in picture.value
    assert 'alt="Users affected, as it was and as it would have been' in picture.value


def test_what_was_tried_in_vain_can_be_moved_too():
    session = Session(SCENARIO, CLEAN, well_played("triage"))
    session.decide("restart", {"service": "orders-api"})
    session.finish()
    part = what_if(session, review(SCENARIO, session.finish()), Post(pytest.fail))
    choice, place = part.children[1:]
    labels = [label for label, _ in choice.options]
    assert labels[1] == "Restarting “Orders API” (as you did)"
    choice.value = dict(choice.options)[labels[1]]
    assert "restarting “Orders API”" in words(place)


# -- the postmortem ---------------------------------------------------------------------------------------


def test_a_postmortem_written_late_is_part_of_a_branch_and_scored(store):
    room = left_after("declare_mitigated", store)
    first, left_ms = room.session.drill, room.left_ms
    assert rule(room, "R11").reason == "To add: a meeting; the written draft."
    late = late_in(room)
    assert late.counts
    assert "the drill is taken up at 14:" in words(late.widget)
    late.meeting.value = 24
    write(late)
    branch = room.session.drill
    assert (branch.parent, branch.branched_ms) == (first.id, left_ms + 1)
    assert branch.finished
    assert [d.verb for d in room.session.decisions][-2:] == ["schedule_postmortem", "write_postmortem"]
    assert rule(room, "R11").points == rule(room, "R11").possible
    assert room.left_ms == left_ms + 1
    assert "Part by part" in words(room.ending.widget), "the debrief is the new one"
    assert store.drill(first.id).trace_digest == simulate(SCENARIO, CLEAN, store.decisions(first)).digest
    assert store.scores(branch)[0].total > store.scores(first)[0].total
    again = late_in(room)
    assert not again.counts
    assert "You wrote it in the drill" in words(again.widget)


def test_what_was_not_mitigated_is_written_as_practice(store):
    room = left_after("roll_back", store)
    late = late_in(room)
    assert not late.counts
    assert "Declare mitigated before you write the postmortem." in words(late.widget)
    write(late, cause="taxwise")
    graded = words(late.widget)
    assert "Your draft, part by part" in graded
    assert "Taxwise (tax quotes, provider). It was Deploy orders-api 2.31.0." in graded
    assert len(store.drills()) == 1, "practice keeps nothing"


def test_when_the_time_was_over_it_is_practice():
    session = Session(SCENARIO, CLEAN, well_played("declare_mitigated"))
    assert why_not(session, None) == "The time of the drill was over."


def test_an_exam_is_not_taken_up_again(store):
    room = left_after("declare_mitigated", store, mode="exam")
    late = late_in(room)
    assert not late.counts
    assert "An exam is not taken up again." in words(late.widget)


def test_without_time_to_write_nothing_is_kept(store):
    session = begin(store, SCENARIO, CLEAN)
    for decision in well_played("declare_mitigated"):
        session.advance(decision.at_ms)
        session.decide(decision.verb, decision.args)
    session.advance(SCENARIO.length_ms - 20_000)
    left_ms = session.now_ms
    session.finish()
    told = "There was not enough time left in the drill to write it."
    assert played_on(session, left_ms, {"write_postmortem": DRAFT}) == told
    assert len(store.drills()) == 1


def test_the_timeline_can_be_copied_from_the_channel():
    room = left_after("declare_mitigated")
    late = late_in(room)
    button(late.widget, "Copy timeline from the channel").click()
    assert late.form.args()["timeline"][0].startswith("14:01 Pager: ")


def test_what_is_missing_is_said_in_the_form():
    room = left_after("declare_mitigated")
    late = late_in(room)
    late.form.press()
    assert "Root cause" in words(late.form.widget).split("Not done.")[1]


# -- files ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made():
    session = Session(SCENARIO, CLEAN, well_played())
    session.finish()
    return {
        file.name.removeprefix("api-500s-after-deploy-2-"): file
        for file in files_of(session, debrief_of(session))
    }


def test_the_files(made):
    assert list(made) == [
        "debrief.html",
        "debrief.pdf",
        "postmortem.md",
        "tables.zip",
        "drill.json",
        "trace.json",
    ]
    assert made["debrief.html"].make().startswith(b"<!doctype html>")
    assert made["debrief.pdf"].make().startswith(b"%PDF-1.")
    assert made["postmortem.md"].make().decode().startswith("# Postmortem: HTTP 500s after a deploy\n")


def test_the_drill_as_a_file_gives_the_same_trace_anywhere(made):
    text = made["drill.json"].make().decode()
    carried = read_carried(text, "drill.json")
    trace = simulate(scenario_in(carried, "drill.json"), carried.seed, carried.decisions)
    assert trace.digest == carried.trace_digest
    assert trace.to_bytes() == made["trace.json"].make()
    assert json.loads(text)["engine"] == ENGINE_VERSION


def test_the_tables(made):
    packed = made["tables.zip"].make()
    assert packed == made["tables.zip"].make(), "the same bytes every time"
    with ZipFile(BytesIO(packed)) as archive:
        tables = {
            name: list(csv.reader(StringIO(archive.read(name).decode()))) for name in archive.namelist()
        }
    assert list(tables) == ["measures.csv", "rules.csv", "timeline.csv", "decisions.csv", "impact.csv"]
    assert tables["rules.csv"][0] == ["Rule", "Title", "Points", "Of", "Why"]
    assert [row[0] for row in tables["rules.csv"][1:]] == [f"R{n}" for n in range(1, 13)]
    assert tables["decisions.csv"][1][:5] == ["d1", "65000", "14:01", "commander", "acknowledge"]
    assert tables["impact.csv"][0][0] == "at_ms"
    assert "users_affected" in tables["impact.csv"][0]
    assert float(tables["impact.csv"][-1][0]) == SCENARIO.length_ms


# -- the button -------------------------------------------------------------------------------------------


class Page:
    """What a download button sends to the page."""

    def __init__(self, download: Download, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sent: list[tuple[dict, list[bytes]]] = []
        monkeypatch.setattr(
            download, "send", lambda content, buffers=(): self.sent.append((content, [*buffers]))
        )
        self._press = download._handle_custom_msg

    def press(self, ask: str) -> None:
        self._press({"ask": ask}, [])


def test_nothing_is_made_or_sent_before_the_button_is_pressed(monkeypatch):
    counted: list[int] = []

    def make() -> bytes:
        counted.append(1)
        return b"hello"

    download = Download("Get it", "a.txt", "text/plain", make, Post(pytest.fail))
    assert b"hello" not in json.dumps(download.get_state(), default=str).encode()
    page = Page(download, monkeypatch)
    assert counted == []
    page.press("7")
    assert page.sent == [({"ask": "7", "name": "a.txt", "mime": "text/plain"}, [b"hello"])]


def test_a_file_that_cannot_be_made_is_said_on_the_button_and_shown(monkeypatch):
    shown: list[Exception] = []

    def make() -> bytes:
        raise RuntimeError("no ink")

    download = Download("Get it", "a.txt", "text/plain", make, Post(shown.append))
    page = Page(download, monkeypatch)
    page.press("7")
    assert page.sent == [({"ask": "7", "failed": True}, [])]
    assert [str(fault) for fault in shown] == ["no ink"]


def test_every_file_has_a_button(made):
    session = Session(SCENARIO, CLEAN, well_played())
    part = files(session, debrief_of(session), Post(pytest.fail))
    buttons = [row.children[0] for row in part.children[1:]]
    assert [one.label for one in buttons] == [file.label for file in made.values()]
    assert all(isinstance(one, Download) for one in buttons)
    assert "JSON: scenario, seed and decision log" in words(part)


def test_the_parts_are_a_widget_of_the_room():
    room = left_after("roll_back")
    assert isinstance(after_drill(room), W.Tab)
