"""The evidence viewer without a browser: what is listed, what is open, and how each kind is laid out."""

from dataclasses import replace

import pytest

from simulator import Session, load
from simulator.board import Found
from simulator.room import words
from simulator.room.diffs import DiffLine, diff_lines
from simulator.room.evidence import EvidencePanel
from simulator.room.logs import found_in, lines_of
from simulator.room.posting import Post
from simulator.room.room import Room
from simulator.room.sheets import sheet
from simulator.room.view import Item, RecentChange, view_of
from simulator.room.waterfall import waterfall
from simulator.scenario.model import Span
from tests.rooms import CLEAN, EVIL, SAFE, SCENARIO, commanding, html_of, later

pytestmark = pytest.mark.usefixtures("nothing_is_swallowed")

LOG = """\
All 500s come from 2.31.0.
14:01:07 orders-3 ERROR POST /v1/orders 500
14:01:08 orders-1 WARN  slow
14:01:09 orders-1 INFO  201 (no ERRORS)"""


def item(text: str = "", **more) -> Item:
    given = {
        "key": "x#1", "time": "14:02", "source": "Logs", "about": "", "title": "A title", "by": "You",
        "mine": True, "style": "prose",
    }  # fmt: skip
    return Item(text=text, **{**given, **more})


# -- logs ----------------------------------------------------------------------------------------------


def test_a_line_has_the_level_that_it_names() -> None:
    assert [line.level for line in lines_of(LOG)] == ["", "error", "warn", "info"]
    assert [(piece.text, piece.look) for piece in lines_of(LOG)[2].pieces] == [
        ("14:01:08 orders-1 ", "plain"),
        ("WARN", "warn"),
        ("  slow", "plain"),
    ]


def test_a_search_finds_text_whatever_its_case_and_no_pattern() -> None:
    assert found_in(lines_of(LOG, "Orders-1")) == (2, 2)
    assert found_in(lines_of(LOG, "500")) == (2, 2)
    assert found_in(lines_of(LOG, "(no")) == (1, 1)
    assert found_in(lines_of(LOG, ".*")) == (0, 0)
    assert found_in(lines_of(LOG)) == (0, 0)


def test_a_match_wins_over_the_level_that_it_covers() -> None:
    (line,) = lines_of("a ERROR b", "error")
    assert (line.level, [(piece.text, piece.look) for piece in line.pieces]) == (
        "error",
        [("a ", "plain"), ("ERROR", "match"), (" b", "plain")],
    )


def test_every_piece_of_a_line_is_kept() -> None:
    for search in ("", "o", "1", " ", "ORDERS-1 ", "14:01:07 orders-3 ERROR POST /v1/orders 500"):
        read = lines_of(LOG, search)
        assert ["".join(piece.text for piece in line.pieces) for line in read] == LOG.splitlines()


# -- diffs ---------------------------------------------------------------------------------------------


def test_a_diff_has_files_places_and_notes_around_it() -> None:
    text = """\
2 files changed.
--- a/orders/totals.py
+++ b/orders/totals.py
@@ def totals(cart):
-    old
+    new
     same
--- /dev/null
+++ b/new.sql
+SELECT 1;
--- a/gone.py
+++ /dev/null
Way down: none."""
    assert diff_lines(text) == (
        DiffLine("note", "2 files changed."),
        DiffLine("file", "orders/totals.py"),
        DiffLine("place", "@@ def totals(cart):"),
        DiffLine("removed", "-    old"),
        DiffLine("added", "+    new"),
        DiffLine("same", "     same"),
        DiffLine("file", "new.sql (new file)"),
        DiffLine("added", "+SELECT 1;"),
        DiffLine("file", "gone.py (deleted)"),
        DiffLine("note", "Way down: none."),
    )


def test_lines_are_numbered_where_the_diff_says_where_it_is() -> None:
    text = "--- a/x\n+++ b/x\n@@ -10,3 +12,3 @@\n same\n-old\n+new\n same"
    assert [(line.kind, line.number) for line in diff_lines(text)] == [
        ("file", None),
        ("place", None),
        ("same", 12),
        ("removed", 11),
        ("added", 13),
        ("same", 14),
    ]
    page = sheet(SCENARIO, item(text, style="diff"))
    assert '<span class="sevdrill-number" aria-hidden="true">13</span>+new</span>' in page


def test_a_removed_comment_is_no_file() -> None:
    kinds = [line.kind for line in diff_lines("--- a/x.sql\n+++ b/x.sql\n--- drop it\n same\n+++ keep it")]
    assert kinds == ["file", "removed", "same", "added"]


# -- the other kinds -----------------------------------------------------------------------------------


def test_reports_are_quotes_with_who_said_them() -> None:
    text = 'Paying fails.\n"Third try." (no account)\n"Lucky."\n"He said "no" to me."'
    page = sheet(SCENARIO, item(text, style="reports", source="Customer reports"))
    assert "<p>Paying fails.</p>" in page
    assert "<blockquote><p>“Third try.”</p><footer>no account</footer></blockquote>" in page
    assert "<blockquote><p>“Lucky.”</p></blockquote>" in page
    assert "<p>&quot;He said &quot;no&quot; to me.&quot;</p>" in page
    assert "Customer reports · 14:02 · found by you" in page


def test_a_runbook_shows_commands_as_code() -> None:
    page = sheet(SCENARIO, item("Roll back with `undo <x>`; wait."))
    assert '<div class="sevdrill-prose">Roll back with <code>undo &lt;x&gt;</code>; wait.</div>' in page


@pytest.mark.parametrize("style", ["logs", "diff", "traces", "changes", "reports", "code", "prose"])
def test_no_kind_of_evidence_can_bring_markup(style: str) -> None:
    spans = (Span(service="taxwise", name=EVIL, start_ms=0, length_ms=1),)
    changes = (RecentChange("x", EVIL, EVIL, EVIL, EVIL, "unread"),)
    texts = [EVIL, f"--- {EVIL}\n+++ {EVIL}\n@@ {EVIL}\n+{EVIL}", f'"{EVIL}" ({EVIL})', f"`{EVIL}`"]
    for text in texts:
        page = sheet(SCENARIO, item(text, title=EVIL, by=EVIL, style=style, spans=spans, changes=changes))
        assert "<img" not in page
        assert SAFE in page


# -- traces --------------------------------------------------------------------------------------------


def test_a_waterfall_is_a_table_of_steps_with_their_times_in_words() -> None:
    spans = (
        Span(service="orders-api", name="POST /v1/orders", start_ms=0, length_ms=25.8, status="error"),
        Span(service="taxwise", name="quote", depth=1, start_ms=6.45, length_ms=12.9, status="timeout"),
    )
    page = waterfall(SCENARIO, spans)
    assert page.count("<tr") == 3
    assert '<th scope="col">0 to 26 ms</th>' in page
    assert (
        '<th scope="row" style="--depth:1"><b>quote</b><span class="sevdrill-where"> Taxwise</span>'
        '<span class="sevdrill-hidden">, level 2</span></th>'
    ) in page
    assert 'style="--left:25.00%;--width:50.00%" aria-hidden="true"' in page
    assert '<span class="sevdrill-hidden">begins at 6.5 ms</span>' in page
    assert '<td class="sevdrill-takes">13 ms<b>timed out</b></td>' in page
    assert '<td class="sevdrill-takes">26 ms<b>failed</b></td>' in page


def test_a_step_says_where_it_ran_unless_it_is_where_the_one_above_ran() -> None:
    steps = [("orders-api", 0), ("orders-api", 1), ("taxwise", 1), ("orders-api", 2), ("taxwise", 0)]
    page = waterfall(
        SCENARIO,
        tuple(Span(service=key, name="x", depth=depth, start_ms=0, length_ms=1) for key, depth in steps),
    )
    shown = [part.partition("<")[0] for part in page.split('<span class="sevdrill-where">')[1:]]
    assert shown == [" Orders API", " Taxwise", " Orders API", " Taxwise"]
    assert page.count('<span class="sevdrill-hidden"> Orders API</span>') == 1


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (0, "0 ms"),
        (0.6, "0.6 ms"),
        (4, "4 ms"),
        (95, "95 ms"),
        (1054, "1.05 s"),
        (13_670, "13.7 s"),
        (73_000, "1 min 13 s"),
    ],
)
def test_lengths_of_steps(ms: float, text: str) -> None:
    assert words.exactly(ms) == text


def test_a_step_of_no_length_does_not_break_the_axis() -> None:
    assert "--left:0.00%;--width:0.00%" in waterfall(
        SCENARIO, (Span(service="taxwise", name="x", start_ms=0, length_ms=0),)
    )


def test_every_trace_of_the_library_has_steps_within_its_own_time() -> None:
    names = ("codes-that-come-late", "edge-errors-spread", "home-screen-timeouts", "merchant-api-timeouts")
    names += ("prescriptions-not-fetched", "rail-booking-timeouts", SCENARIO.id)
    for scenario in map(load, names):
        traces = [e for v in scenario.variants.values() for e in v.evidence if e.source == "traces"]
        assert traces
        for trace in traces:
            assert trace.spans, trace.id
            assert trace.spans[0].depth == 0


# -- the list and what is open ---------------------------------------------------------------------------


def test_evidence_of_ones_own_opens_and_others_waits() -> None:
    room = commanding()
    evidence = room.panels.records.evidence
    room.act("look", source="diff", about="orders-2.31")
    later(room, 10)
    page = html_of(evidence.widget)
    assert '<span class="sevdrill-removed">-    if cart.customer is None:</span>' in page
    assert '<h5 class="sevdrill-file">orders/totals.py</h5>' in page
    room.act("page", who="priya")
    later(room, 30)
    room.act("look", source="logs", about="orders-api", by="priya")
    later(room, 30)
    page = html_of(evidence.widget)
    assert "totals.py</h5>" in page, "what is being read stays open"
    assert evidence.list.options[0][0].startswith("● new  14:")
    assert evidence.list.options[0][0].endswith("Logs: Errors begin with version 2.31.0 · Priya")
    assert tabs(room) == ("Evidence (1 new)", "Timeline")
    evidence.list.value = evidence.list.options[0][1]
    assert "AttributeError" in html_of(evidence.widget)
    assert tabs(room) == ("Evidence", "Timeline")
    assert not evidence.list.options[0][0].startswith("●")


def tabs(room: Room) -> tuple[str, ...]:
    return tuple(room.panels.records._tabs.titles)


def test_what_comes_while_the_timeline_is_open_is_new() -> None:
    room = commanding()
    room.panels.records._tabs.selected_index = 1
    room.act("look", source="customer_reports")
    later(room, 10)
    assert tabs(room) == ("Evidence (1 new)", "Timeline")
    room.panels.records._tabs.selected_index = 0
    assert tabs(room) == ("Evidence", "Timeline")
    assert "38 reports in ten minutes" in html_of(room.panels.records.evidence.widget)


def pieces(*sources: str) -> tuple[Item, ...]:
    styles = {"Logs": "logs", "Diff": "diff"}
    return tuple(
        item(LOG, key=f"e{n}#{n}", title=f"Piece {n}", source=source, style=styles.get(source, "prose"))
        for n, source in enumerate(sources, 1)
    )


def panel(*items: Item) -> EvidencePanel:
    made = EvidencePanel(SCENARIO, lambda verb, args: None, lambda new: None, Post(_raise))
    made.show(items)
    return made


def _raise(fault: Exception) -> None:
    raise fault


def test_the_list_can_be_narrowed_to_a_source() -> None:
    evidence = panel(*pieces("Logs", "Runbook", "Logs"))
    assert [label for label, _ in evidence.source.options] == ["All", "Logs (2)", "Runbook (1)"]
    evidence.source.value = "Runbook"
    assert [key for _, key in evidence.list.options] == ["e2#2"]
    assert "Piece 3" in html_of(evidence.widget), "what is open stays open"
    assert evidence.list.value is None
    evidence.show((*pieces("Logs", "Runbook", "Logs"), item("+ x", key="d#9", title="Mine", style="diff")))
    assert evidence.source.value == "", "what one has just found is always listed"
    assert evidence.list.value == "d#9"


def test_the_search_marks_counts_and_narrows() -> None:
    evidence = panel(*pieces("Logs", "Logs"))
    search = evidence.search
    assert search.widget.layout.display is None
    assert "4 lines · 1 ERROR · 1 WARN" in html_of(evidence.widget)
    search.text.value = " 500 "
    page = html_of(evidence.widget)
    assert page.count("<mark>500</mark>") == 2
    assert "2 matches in 2 of 4 lines" in page
    search.only.value = True
    page = html_of(evidence.widget)
    assert ("slow" in page, page.count("sevdrill-log-line")) == (False, 2)
    assert '<span class="sevdrill-number" aria-hidden="true">2</span>' in page, "lines keep their numbers"
    search.everywhere.value = True
    page = html_of(evidence.widget)
    assert ["Piece 1</h5>" in page, "Piece 2</h5>" in page] == [True, True]
    assert "4 matches in 4 of 8 lines" in page
    search.text.value = "nowhere"
    assert "0 matches in 0 of 8 lines" in html_of(evidence.widget)
    search.everywhere.value = False
    assert "No line has it." in html_of(evidence.widget)


def test_the_search_is_there_for_logs_alone() -> None:
    assert panel(*pieces("Runbook")).search.widget.layout.display == "none"
    assert panel().search.widget.layout.display == "none"


def test_showing_the_same_again_draws_nothing_and_leaves_the_field_alone() -> None:
    evidence = panel(*pieces("Logs"))
    evidence.search.text.value = "ord"
    sent: list[str] = []
    for widget in (evidence._sheet, evidence.list, evidence.source, evidence.search.text):
        widget.observe(lambda change: sent.append(change["name"]))
    for _ in range(4):
        evidence.show(pieces("Logs"))
    assert sent == []
    evidence.show((*pieces("Logs"), item("hi", key="other#2", by="Priya", mine=False)))
    assert "_options_labels" in sent
    assert evidence.search.text.value == "ord"


# -- the change list -------------------------------------------------------------------------------------


def test_the_change_list_is_a_table() -> None:
    changes = Found(
        3, 90_000, "changes", "changes", None, "Recent changes", "…", "commander", (), (), (), (), "strong"
    )
    seen = Session(SCENARIO, CLEAN).observe()
    (listed,) = view_of(
        SCENARIO, replace(seen, evidence=(changes,), undone=frozenset({"orders-2.31"}))
    ).evidence
    assert listed.style == "changes"
    assert listed.changes == (
        RecentChange(
            "orders-2.31", "13:58", "Deploy orders-api 2.31.0", "Orders team", "rolled back", "unread"
        ),
        RecentChange(
            "cdn-ttl",
            "13:18",
            "Config catalog images cached for 24 h instead of 6 h",
            "Storefront team",
            "can be rolled back",
            "unread",
        ),
        RecentChange(
            "db-reindex",
            "11:45",
            "Index rebuild on the orders database",
            "Data platform team",
            "none",
            "unread",
        ),
    )
    page = sheet(SCENARIO, listed)
    assert '<th scope="row">Index rebuild on the orders database</th>' in page
    assert "<td>rolled back</td>" in page


def test_a_change_of_another_day_says_which() -> None:
    assert words.when("2026-03-10T14:00:00", -8_100_000) == "11:45"
    assert words.when("2026-03-01T00:10:00", -1_200_000) == "28 Feb, 23:50"


def test_a_button_per_change_asks_for_its_diff_and_then_shows_it() -> None:
    room = commanding()
    evidence = room.panels.records.evidence
    assert evidence.diffs.widget.layout.display == "none"
    room.act("look", source="changes")
    later(room, 10)
    assert evidence.diffs.widget.layout.display is None
    button = evidence.diffs.buttons["orders-2.31"]
    assert button.description == "Open diff: Deploy orders-api 2.31.0"
    button.click()
    asked = room.session.decisions[-1]
    assert (asked.verb, asked.args) == ("look", {"source": "diff", "about": "orders-2.31"})
    assert button.description == "Being read: Deploy orders-api 2.31.0"
    button.click()
    assert room.session.decisions[-1] == asked, "it is asked for once"
    later(room, 20)
    assert "orders/totals.py" in html_of(evidence.widget)
    assert evidence.diffs.widget.layout.display == "none"
    evidence.list.value = next(key for _, key in evidence.list.options if key.startswith("changes#"))
    assert button.description == "Show diff: Deploy orders-api 2.31.0"
    button.click()
    assert "orders/totals.py" in html_of(evidence.widget)
    assert room.session.decisions[-1] == asked
