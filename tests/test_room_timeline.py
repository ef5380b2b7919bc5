"""The timeline panel without a browser: what it tells, in what order, and what it never tells."""

import pytest

from simulator import Session
from simulator.room.entries import _TELL, KINDS, Entries
from simulator.room.posting import Post
from simulator.room.timeline import TimelinePanel
from simulator.timeline import Timeline
from simulator.trace import KINDS as EVENTS
from simulator.trace import TraceEvent
from tests.drills import log
from tests.rooms import CLEAN, EVIL, SAFE, SCENARIO, commanding, html_of, later

pytestmark = pytest.mark.usefixtures("nothing_is_swallowed")


def played(*decided) -> Session:
    session = Session(SCENARIO, CLEAN, log(*decided))
    session.finish()
    return session


def told(session: Session, *, echoes: bool = False) -> list[str]:
    entries = Entries(SCENARIO).see(session.observe().timeline)
    return [f"{e.time} {e.sign}: {e.text}" for e in entries if echoes or not e.echo]


DRILL = (
    (70, "page", {"who": "priya"}),
    (71, "look", {"source": "diff", "about": "orders-2.31"}),
    (72, "roll_back", {"change": "orders-2.31", "by": "priya"}),
    (200, "declare", {"level": 2}),
    (210, "triage", {"impact": "degraded", "changed": "orders-2.31", "rollback": "yes"}),
    (300, "roll_back", {"change": "orders-2.31", "by": "priya"}),
    (310, "look", {"source": "logs", "about": "orders-api", "by": "priya"}),
    (320, "stop_work", {"work": "d8"}),
    (330, "post_update", {"channel": "status_page", "text": "We are on it."}),
    (700, "declare_mitigated", {}),
    (720, "stand_down", {"who": "priya"}),
)


def test_a_drill_in_words() -> None:
    lines = told(played(*DRILL))
    assert lines[0] == "14:00:00 Drill: Opens"
    assert lines[-1] == "15:00:00 Drill: Time is over"
    expected = [
        "14:01:00 Paged: You, by Orders API answers HTTP 500",
        "14:01:01 Decided: Acknowledge the page",
        "14:01:10 Decided: Page Priya",
        "14:01:12 Refused: Priya: Roll back Deploy orders-api 2.31.0. Priya is not here: page them first.",
        "14:05:00 Decided: Priya: Roll back Deploy orders-api 2.31.0",
        "14:05:00 Change begun: Roll back: Deploy orders-api 2.31.0, by Priya",
        "14:05:10 Waits: Priya: Look at logs: Orders API",
        "14:05:20 Decided: Stop work",
    ]
    assert [line for line in lines if line in expected] == expected
    signs = [line.partition(": ")[0].partition(" ")[2] for line in lines]
    for sign in (
        *("Fires", "Clears", "Acknowledges", "Role", "Joins", "Seen", "Severity", "Triage", "Changed"),
        *("Stopped", "Update", "Declared", "Stands down", "Begins"),
    ):
        assert sign in signs, sign
    texts = {line.partition(": ")[2] for line in lines}
    assert "SEV-2 declared" in texts
    assert "Impact degraded, changed Deploy orders-api 2.31.0, rollback yes" in texts
    assert "To the status page: We are on it." in texts
    assert "Diff: orders-api 2.30.4 → 2.31.0: no migration, by you" in texts
    assert "Incident commander: You" in texts


def test_what_only_repeats_is_an_echo() -> None:
    session = played(*DRILL)
    both = told(session, echoes=True)
    assert "14:01:01 Begins: You: Acknowledge the page" in both
    assert "14:01:01 Begins: You: Acknowledge the page" not in told(session)
    assert len(both) > len(told(session))
    entries = Entries(SCENARIO).see(session.observe().timeline)
    assert {entry.kind for entry in entries if entry.echo} == {"work"}
    ended = [entry.text for entry in entries if entry.sign == "Done" and entry.echo]
    assert "Priya: Roll back Deploy orders-api 2.31.0" in ended, "the change of production tells it"


def test_the_hidden_truth_is_never_told() -> None:
    session = played(*DRILL)
    hidden = {event.seq for event in session._drill.events if event.hidden}
    assert hidden
    entries = Entries(SCENARIO).see(session.observe().timeline)
    assert not {entry.seq for entry in entries} & hidden
    assert {entry.kind for entry in entries} <= set(KINDS)


def test_every_visible_kind_of_event_is_told_but_for_the_channels_lines() -> None:
    assert set(EVENTS) - set(_TELL) == {"message", "truth.fault", "truth.severity", "truth.cause"}


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (("status_page", "web", {"state": "down"}), "Down: The status page is down"),
        (("status_page", "web", {"state": "up"}), "Up: The status page is up again"),
        (("question", "kofi", {"text": "Is it us?"}), "Question: Kofi: Is it us?"),
        (
            ("page", "ruth", {"state": "sent", "by": "commander", "instead_of": "priya"}),
            "Paged: Ruth, by you, for Priya does not answer",
        ),
        (("hold", "taxwise", {"by": "priya"}), "Case opened: With Taxwise (tax quotes, provider), by Priya"),
        (
            ("fix", "orders-2.31", {"state": "ready", "by": "ines"}),
            "Fix ready: Deploy orders-api 2.31.0, by Ines",
        ),
        (("role", "scribe", {"holder": None, "previous": "priya"}), "Role: Scribe: nobody, Priya has left"),
        (("severity", "commander", {"level": 1, "previous": 2}), "Severity: SEV-1 declared, it was SEV-2"),
        (("postmortem", "commander", {"state": "scheduled", "in_hours": 24}), "Postmortem: Set for in 24 h"),
        (("postmortem", "commander", {"state": "written"}), "Postmortem: Written"),
    ],
)
def test_rarer_events(event: tuple[str, str, dict], line: str) -> None:
    timeline = Timeline([TraceEvent(0, 0, *event)], 1)
    (entry,) = Entries(SCENARIO).see(timeline)
    assert f"{entry.sign}: {entry.text}" == line


def test_each_event_is_read_once_and_another_past_begins_anew() -> None:
    session = played(*DRILL)
    whole = list(session.observe().timeline)
    entries = Entries(SCENARIO)
    first = list(entries.see(Timeline(whole, 20)))
    grown = entries.see(Timeline(whole, len(whole)))
    assert grown[: len(first)] == first
    assert grown == Entries(SCENARIO).see(Timeline(whole, len(whole)))
    kept = grown[5]
    assert entries.see(Timeline(whole, len(whole)))[5] is kept
    back = session.branch(250_000)
    assert entries.see(back.observe().timeline) == Entries(SCENARIO).see(back.observe().timeline)
    other = played((90, "declare", {"level": 1}))
    assert entries.see(other.observe().timeline) == Entries(SCENARIO).see(other.observe().timeline)


# -- the panel -------------------------------------------------------------------------------------------


def panel() -> TimelinePanel:
    def failed(fault: Exception) -> None:
        raise fault

    return TimelinePanel(SCENARIO, Post(failed))


def test_it_draws_only_in_sight_and_only_what_is_new() -> None:
    shown, session = panel(), played(*DRILL)
    shown.show(session.observe())
    assert html_of(shown.widget) == ""
    shown.in_sight(shown=True)
    drawn = html_of(shown.widget)
    assert "14:01:12" in drawn
    sent: list[str] = []
    shown._lines.observe(lambda change: sent.append(change["name"]), "value")
    shown.show(session.observe())
    assert sent == []


def test_it_can_be_narrowed_to_a_kind() -> None:
    shown = panel()
    shown.show(played(*DRILL).observe())
    shown.in_sight(shown=True)
    assert [title for title, _ in shown.kind.options] == ["Everything", *KINDS.values()]
    shown.kind.value = "work"
    page = html_of(shown.widget)
    assert "Begins</b>" in page
    assert set(_kinds(page)) == {"work"}
    shown.kind.value = "production"
    assert set(_kinds(html_of(shown.widget))) == {"production"}
    shown.show(Session(SCENARIO, CLEAN).observe())
    assert "Nothing of the kind has happened yet." in html_of(shown.widget)


def _kinds(page: str) -> list[str]:
    return [part.partition('"')[0] for part in page.split('data-kind="')[1:]]


def test_its_text_is_escaped() -> None:
    session = Session(SCENARIO, CLEAN, log((100, "post_update", {"channel": "status_page", "text": EVIL})))
    session.finish()
    shown = panel()
    shown.show(session.observe())
    shown.in_sight(shown=True)
    page = html_of(shown.widget)
    assert ("<img" in page, SAFE in page) == (False, True)


def test_it_follows_the_drill_in_its_tab() -> None:
    room = commanding()
    timeline = room.panels.records.timeline
    assert html_of(timeline.widget) == ""
    room.panels.records._tabs.selected_index = 1
    assert "Acknowledges</b>" in html_of(timeline.widget)
    room.act("declare", level=2)
    later(room, 3)
    assert "SEV-2 declared" in html_of(timeline.widget)
